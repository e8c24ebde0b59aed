/** @file The conformance rows of losses of given pairs and triples. */
import { batchLoss, regressionLoss, type ConformanceTable } from '@surrogate/testing';
import * as losses from '../index.js';

const first = [
  [0.3, -1.2, 0.5],
  [2.1, 0.7, 1],
  [1, 0.2, -0.4],
];
const second = [
  [1, 0.2, 0.3],
  [0.5, 1, 2],
  [0.3, 0.3, 0.9],
];
const third = [
  [0.1, -0.2, 0.8],
  [-0.5, 1, 0.4],
  [0.7, 0.9, -0.2],
];
const one = [[1, 2]];

/** The rows by name. */
export const pairRows: ConformanceTable = {
  hingeEmbeddingLoss: regressionLoss(losses.hingeEmbeddingLoss, {
    names: ['distances', 'labels'],
    predictions: [0.3, 0.4, 2.1, 1.4],
    targets: [1, 0, 0, 1],
    numbers: ['margin'],
  }),
  cosineEmbeddingLoss: batchLoss(losses.cosineEmbeddingLoss, {
    batch: { first, second, labels: { rows: [1, 0, 1], kind: 'number' } },
    numbers: ['margin'],
    extremes: [
      {
        first: [
          [0, 0, 0],
          [1e4, 1e4, -1e4],
          [1e-4, 0, 0],
        ],
      },
    ],
    bad: {
      'range margin': () => losses.cosineEmbeddingLoss({ first: one, second: one, labels: [1] }, { margin: 2 }),
      'shape labels': () => losses.cosineEmbeddingLoss({ first: one, second: one, labels: [1, 1] }),
    },
  }),
  tripletMarginLoss: batchLoss(losses.tripletMarginLoss, {
    batch: { anchors: first, positives: second, negatives: third },
    numbers: ['margin'],
    extremes: [
      {
        anchors: [
          [0, 0, 0],
          [1e4, 1e4, -1e4],
          [1e-4, 0, 0],
        ],
      },
      { positives: first, negatives: first },
    ],
    bad: {
      'dtype swap': () => losses.tripletMarginLoss({ anchors: one, positives: one, negatives: one }, { swap: 1 as never }),
      'dtype distance': () => losses.tripletMarginLoss({ anchors: one, positives: one, negatives: one }, { distance: 'l2' as never }),
    },
  }),
};
