import { batchLoss, classLoss, conformance, regressionLoss } from '@surrogate/testing';
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

  // regression
  squaredError: regressionLoss(losses.squaredError),
  absoluteError: regressionLoss(losses.absoluteError),
  squaredLogError: regressionLoss(losses.squaredLogError, {
    predictions: [0.3, 1.2, 2.1, 0.7],
    targets: [1.1, 0.4, 0, 5],
    extremes: [[1e4, 0, 1e4, 1e30]],
  }),
  huberLoss: regressionLoss(losses.huberLoss, { options: { delta: 1.5 }, numbers: ['delta'] }),
  smoothL1Loss: regressionLoss(losses.smoothL1Loss, { options: { beta: 1.5 }, numbers: ['beta'] }),
  pseudoHuberLoss: regressionLoss(losses.pseudoHuberLoss, { numbers: ['delta'] }),
  logCoshLoss: regressionLoss(losses.logCoshLoss),
  quantileLoss: regressionLoss(losses.quantileLoss, { options: { quantile: 0.8 }, numbers: ['quantile'] }),
  expectileLoss: regressionLoss(losses.expectileLoss, { options: { expectile: 0.8 }, numbers: ['expectile'] }),
  generalRobustLoss: regressionLoss(losses.generalRobustLoss, { numbers: ['alpha', 'scale'] }),
  cauchyLoss: regressionLoss(losses.cauchyLoss, { numbers: ['scale'] }),
  gemanMcClureLoss: regressionLoss(losses.gemanMcClureLoss, { numbers: ['scale'] }),
  welschLoss: regressionLoss(losses.welschLoss, { numbers: ['scale'] }),
  tukeyLoss: regressionLoss(losses.tukeyLoss, { options: { cutoff: 3 }, numbers: ['cutoff'] }),
  poissonNll: regressionLoss(losses.poissonNll, {
    targets: [1, 0, 3, 2],
    numbers: ['eps'],
    // The rate is the exponential of the prediction: beyond 88 float32 ends.
    extremes: [
      [80, 80, 80, 80],
      [-1e4, -1e4, -1e4, -1e4],
    ],
    bad: { 'dtype full': () => losses.poissonNll([0], [1], { full: 1 as unknown as boolean }) },
  }),
  gaussianNll: batchLoss(losses.gaussianNll, {
    batch: { means: [0.3, -1.2, 2.1, 0.7], variances: [0.5, 1.2, 2, 0.8], targets: { rows: [1.1, -0.4, -0.5, 0.2], kind: 'number' } },
    numbers: ['eps', 'beta'],
    extremes: [{ means: [1e4, -1e4, 0, 0] }, { variances: [1e4, 1e-3, 1, 1] }],
  }),
  laplaceNll: batchLoss(losses.laplaceNll, {
    batch: { medians: [0.3, -1.2, 2.1, 0.7], scales: [0.5, 1.2, 2, 0.8], targets: { rows: [1.1, -0.4, -0.5, 0.2], kind: 'number' } },
    numbers: ['eps'],
    extremes: [{ medians: [1e4, -1e4, 0, 0] }, { scales: [1e4, 1e-3, 1, 0] }],
  }),
  cosineDistance: regressionLoss(losses.cosineDistance, {
    predictions: [
      [0.3, -1.2, 0.5],
      [2.1, 0.7, 1],
      [1, 0.2, -0.4],
    ],
    targets: [
      [1, 0.2, 0.3],
      [-0.5, 1, 2],
      [0.3, 0.3, 0.9],
    ],
    extremes: [
      [
        [0, 0, 0],
        [1e4, -1e4, 1e4],
        [1e-4, 0, 0],
      ],
    ],
  }),
});
