/** @file The conformance rows of losses of sequences. */
import type { TensorLike } from '@surrogate/core';
import { batchLoss, type ConformanceTable } from '@surrogate/testing';
import * as losses from '../index.js';

const logits = [
  [
    [0.4, -1.3, 1.1],
    [2.2, 0.3, -0.6],
    [-0.7, 0.9, 0.1],
    [0.2, 1.4, -0.3],
  ],
  [
    [1.4, 0.3, -1.1],
    [0.2, 1.3, -0.6],
    [0.7, -0.9, 1.1],
    [-0.2, 0.8, 0.3],
  ],
];

const labels = {
  rows: [
    [1, 2],
    [2, 2],
  ],
  kind: 'id',
} as const;
const one = [[[0, 0, 0]]];

/** The rows by name. */
export const sequenceRows: ConformanceTable = {
  ctcLoss: {
    ...batchLoss(
      (batch: { logits: TensorLike; labels: TensorLike }, options?: losses.CtcOptions) =>
        losses.ctcLoss(batch.logits, batch.labels, options),
      {
        batch: { logits, labels },
        extremes: [
          { logits: logits.map((rows) => rows.map(() => [1e4, -1e4, 0])) },
          { logits: logits.map((rows) => rows.map((_, t) => [0, t % 2 === 0 ? 1e4 : -1e4, 1e4])) },
          { logits: logits.map((rows) => rows.map(() => [0, 0.3, -Infinity])) },
        ],
        bad: {
          'shape logits': [() => losses.ctcLoss([[0, 1]], [[0]]), () => losses.ctcLoss([[]], [[1]])],
          'shape labels': () => losses.ctcLoss(one, [[1], [1]]),
          'shape labelLengths': () => losses.ctcLoss(one, [[1]], { labelLengths: [1, 1] }),
          'range labels': () => losses.ctcLoss(one, [[3]]),
          'range labelLengths': () => losses.ctcLoss(one, [[1]], { labelLengths: [2] }),
          'range inputLengths': () => losses.ctcLoss(one, [[1]], { inputLengths: [-1] }),
          'range blank': () => losses.ctcLoss(one, [[1]], { blank: 3 }),
          'dtype perLabel': () => losses.ctcLoss(one, [[1]], { perLabel: 1 as never }),
          'dtype zeroInfinity': () => losses.ctcLoss(one, [[1]], { zeroInfinity: 1 as never }),
          'dtype labels': () => losses.ctcLoss(one, [[0.5]]),
        },
      },
    ),
    subject: losses.ctcLoss,
  },
};
