/** What the package calls; every pointer is an address on tfjs's heap. There is no static data and no allocator: they would overwrite that heap. */
export { klRows, klRowsGrad } from './divergences';
export { expArray } from './exp';
export {
  crossEntropyDense,
  crossEntropyDenseGrad,
  crossEntropyIds,
  crossEntropyIdsGrad,
  logSoftmax,
  softmax,
  tokenEntropy,
  tokenEntropyGrad,
  tokenLogProbs,
  tokenLogProbsGrad,
} from './rows';
export { conv2dFilterGrad, depthwiseFilterGrad, depthwiseInputGrad } from './convolutions';
export { squaredDistances, squaredDistancesGrad } from './distances';
export { linearRecurrence, linearRecurrenceGrad } from './scans';
export { adamw } from './optimizers';
export { addBias, addColumns, batchMatMul, dot, matMul, matMulScratch, scale } from './matmul';
export { boolToFloat, broadcast, intToFloat } from './broadcast';
export { maxOver, sumOver } from './reductions';
export { segmentSum } from './segments';
export { transpose } from './transpose';
