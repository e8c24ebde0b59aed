/** @file Losses: how wrong is a prediction. */

// classification
export { crossEntropy, type CrossEntropyOptions } from './classification/crossEntropy.js';
export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from './classification/binaryCrossEntropy.js';
export { focalLoss, type FocalOptions } from './classification/focal.js';
export { sigmoidFocalLoss, type SigmoidFocalOptions } from './classification/sigmoidFocal.js';

// regression
export { absoluteError, squaredError, squaredLogError } from './regression/power.js';
export { huberLoss, logCoshLoss, pseudoHuberLoss, smoothL1Loss, type HuberOptions, type SmoothL1Options } from './regression/huber.js';
export { expectileLoss, quantileLoss, type ExpectileOptions, type QuantileOptions } from './regression/quantile.js';
export {
  cauchyLoss,
  gemanMcClureLoss,
  generalRobustLoss,
  tukeyLoss,
  welschLoss,
  type GeneralRobustOptions,
  type RobustScaleOptions,
  type TukeyOptions,
} from './regression/robust.js';
export {
  gaussianNll,
  laplaceNll,
  poissonNll,
  type GaussianNllOptions,
  type GaussianPrediction,
  type LaplaceNllOptions,
  type LaplacePrediction,
  type PoissonNllOptions,
} from './regression/likelihood.js';
export { cosineDistance } from './regression/cosine.js';
