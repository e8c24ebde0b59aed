/** @file Losses: how wrong is a prediction. */

// classification
export { crossEntropy, type CrossEntropyOptions } from './classification/crossEntropy.js';
export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from './classification/binaryCrossEntropy.js';
export { focalLoss, type FocalOptions } from './classification/focal.js';
export { sigmoidFocalLoss, type SigmoidFocalOptions } from './classification/sigmoidFocal.js';
