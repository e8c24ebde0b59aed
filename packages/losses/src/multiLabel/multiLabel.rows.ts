/** @file The conformance rows of losses of several labels. */
import type { LossOptions, TensorLike } from '@surrogate/core';
import { batchLoss, hostFunction, regressionLoss, tensorFunction, type ConformanceTable } from '@surrogate/testing';
import * as losses from '../index.js';

const correlation = [
  [1, -0.2, 0.6],
  [-0.2, 1, 0.3],
  [0.6, 0.3, 1],
];
const logits = [
  [0.3, -1.2, 0.5],
  [2.1, 0.7, 1.9],
  [1, 0.2, -0.4],
];
const labels = [
  [1, 0, 1],
  [0, 0, 1],
  [0, 1, 1],
];
const embeddings = [
  [0.3, -1.2],
  [0.9, 0.4],
  [-0.5, 0.7],
];

/** The rows by name. */
export const multiLabelRows: ConformanceTable = {
  labelCorrelationLoss: {
    ...batchLoss(
      (batch: { logits: TensorLike }, options?: LossOptions) => losses.labelCorrelationLoss(batch.logits, correlation, options),
      {
        batch: { logits },
        extremes: [
          {
            logits: [
              [1e4, -1e4, 0],
              [-Infinity, 0, Infinity],
              [0, 0, 0],
            ],
          },
        ],
        bad: {
          'shape correlation': () => losses.labelCorrelationLoss(logits, [[1]]),
          'shape logits': () => losses.labelCorrelationLoss(1, [[1]]),
        },
      },
    ),
    subject: losses.labelCorrelationLoss,
  },
  multiLabelContrastiveLoss: tensorFunction(losses.multiLabelContrastiveLoss, {
    at: [embeddings],
    call: {
      mean: (e) => losses.multiLabelContrastiveLoss(e, labels, { temperature: 0.5 }),
      rows: (e) => losses.multiLabelContrastiveLoss(e, labels, { temperature: 0.5, weights: [1, 2, 0.5], reduction: 'none' }),
      masked: (e) => losses.multiLabelContrastiveLoss(e, labels, { temperature: 0.5, mask: [1, 0, 1] }),
    },
    extremes: [
      [
        [
          [1e4, -1e4],
          [0, 0],
          [1, 1],
        ],
      ],
    ],
    bad: {
      'shape embeddings': () => losses.multiLabelContrastiveLoss([1], [[1]]),
      'shape labels': () => losses.multiLabelContrastiveLoss([[1]], [[1], [1]]),
      'shape mask': () => losses.multiLabelContrastiveLoss([[1]], [[1]], { mask: [1, 1] }),
      'shape weights': () => losses.multiLabelContrastiveLoss([[1]], [[1]], { weights: [1, 1] }),
      'range temperature': () => losses.multiLabelContrastiveLoss([[1]], [[1]], { temperature: 0 }),
      'range reduction': () => losses.multiLabelContrastiveLoss([[1]], [[1]], { reduction: 'average' as 'mean' }),
    },
  }),
  hybridMultiLabelLoss: regressionLoss<losses.HybridMultiLabelOptions>(losses.hybridMultiLabelLoss, {
    names: ['logits', 'labels'],
    predictions: logits,
    targets: labels,
    options: { posWeights: [1, 2, 3], correlation },
    numbers: ['correlationWeight', 'contrastWeight', 'temperature'],
    bad: {
      'shape posWeights': () => losses.hybridMultiLabelLoss(logits, labels, { posWeights: [1, 2] }),
      'shape correlation': () => losses.hybridMultiLabelLoss(logits, labels, { correlation: [[1]] }),
      'shape embeddings': () => losses.hybridMultiLabelLoss(logits, labels, { embeddings: [[1]] }),
    },
  }),
  labelStatistics: hostFunction(losses.labelStatistics, {
    call: () => losses.labelStatistics(labels),
    bad: {
      'shape rows': [() => losses.labelStatistics([]), () => losses.labelStatistics([[1], [1, 0]])],
      'range rows': () => losses.labelStatistics([[0.5]]),
    },
  }),
  multiLabelScores: hostFunction(losses.multiLabelScores, {
    call: () => losses.multiLabelScores(labels, labels),
    bad: {
      'shape decisions': () => losses.multiLabelScores([], labels),
      'shape truth': () => losses.multiLabelScores(labels, [[1, 0, 1]]),
      'range truth': () => losses.multiLabelScores([[1]], [[2]]),
    },
  }),
};
