/** What the package calls; every pointer is an address on tfjs's heap. There is no static data and no allocator: they would overwrite that heap. */
export { klRows, klRowsGradP, klRowsGradQ } from './divergences';
export { mixtureRows, mixtureRowsGrad } from './mixtures';
export { layerNorm, layerNormGrad } from './norms';
export { sinkhornRound, sinkhornScratch, sinkhornSelfRound } from './transport';
export { expm1Of, log1pOf, logOf, softplusOf, tanhOf } from './activations';
export { expArray, logArray, powerArray } from './exp';
export { crossEntropyDense, crossEntropyDenseGrad, crossEntropyIds, crossEntropyIdsGrad, crossEntropyIdsSum } from './crossEntropy';
export { logSoftmax, logSoftmaxGrad, logSumExp, logSumExpGrad, softmax, softmaxGrad } from './softmax';
export { tokenEntropy, tokenEntropyGrad, tokenLogProbs, tokenLogProbsGrad } from './tokens';
export { conv2dFilterGrad, conv2dInputGrad, depthwiseFilterGrad, depthwiseInputGrad } from './convolutions';
export { squaredDistances, squaredDistancesGrad } from './distances';
export { linearRecurrence, linearRecurrenceGrad } from './scans';
export { adamw, lion, rmsprop, sgd, sumOfSquares } from './optimizers';
export { addBias, addColumns, batchMatMul, dot, matMul, matMulScratch, scale } from './matmul';
export { boolToFloat, broadcast, intToFloat, repeat } from './broadcast';
export {
  absOf,
  clipOf,
  compare,
  leakyReluOf,
  negOf,
  reciprocalOf,
  reluOf,
  rsqrtOf,
  select,
  signOf,
  sqrtOf,
  squareOf,
  stepOf,
} from './elementwise';
export { avgPoolGrad, maxPoolGrad } from './pooling';
export { maxOver, sumOver } from './reductions';
export { segmentSum } from './segments';
export { transpose } from './transpose';
export * from './constants';
