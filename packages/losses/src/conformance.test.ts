import { classLoss, conformance, regressionLoss } from '@surrogate/testing';
import * as losses from './index.js';

/** Logits and labels of independent decisions. */
const decisions = {
  names: ['logits', 'labels'],
  predictions: [0.3, -1.2, 2.1, 0.7],
  targets: [1, 0, 0.4, 1],
} as const;

conformance(losses, {
  // classification
  crossEntropy: classLoss(losses.crossEntropy, { numbers: ['labelSmoothing', 'zLoss', 'temperature'] }),
  binaryCrossEntropy: regressionLoss(losses.binaryCrossEntropy, {
    ...decisions,
    numbers: ['labelSmoothing'],
    extremes: [
      [1e4, -1e4, 1e4, -1e4],
      [-1e4, 1e4, -1e4, 1e4],
      [Infinity, -Infinity, 0, 0],
    ],
    bad: { 'shape posWeight': () => losses.binaryCrossEntropy([0, 1], [0, 1], { posWeight: [1, 2, 3] }) },
  }),
  focalLoss: classLoss(losses.focalLoss, { numbers: ['gamma'] }),
  sigmoidFocalLoss: regressionLoss(losses.sigmoidFocalLoss, {
    ...decisions,
    numbers: ['gamma', 'alpha'],
    extremes: [
      [1e4, -1e4, 1e4, -1e4],
      [-1e4, 1e4, -1e4, 1e4],
      [Infinity, -Infinity, 0, 0],
    ],
  }),
});
