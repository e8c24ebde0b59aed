/** @file The shared tensor interface of all Surrogate packages. */
// The engine is made by whichever copy of tfjs-core comes first: the program's own, not the one in the bundle of gradients.
import '@tensorflow/tfjs-core';
import '#gradients';
import './gradients/comparisons.js';

// inputs
export { SurrogateError, isSurrogateError, type SurrogateErrorCode } from './host/errors.js';
export { setChecks } from './runtime.js';
export {
  checkAbove,
  checkAtLeast,
  checkBetween,
  checkBoolean,
  checkFinite,
  checkInteger,
  checkOneOf,
  checkRank,
  checkShape,
  fail,
} from './inputs/checks.js';
export { asTensor, type HostNumbers, type NumericDType, type TensorLike } from './inputs/tensors.js';
export { onHost, type HostArray } from './inputs/onHost.js';
export { asClassTarget, type ClassTarget, type Labels } from './inputs/labels.js';

// losses
export { reduceLoss, type Reduction } from './loss/reduce.js';
export { classLossScope, lossScope, type ClassLossOptions, type ClassRows, type LossOptions, type WeightedSum } from './loss/lossScope.js';
export { reduceTokens, type ReduceTokensOptions, type TokenNormalizer } from './loss/reduceTokens.js';

// gradients
export {
  detach,
  differentiable,
  noGrad,
  reverseGradient,
  straightThrough,
  type NamedGradients,
  type NamedTensors,
} from './gradients/tape.js';

// math
export { dotLast } from './math/dotLast.js';
export { exp, oneMinusExp } from './math/exp.js';
export { expRemainder } from './math/expRemainder.js';
export { logAddExp, logSumExp, type LogSumExpOptions } from './math/logSumExp.js';
export { l2Normalize, safeNorm, type NormalizeOptions } from './math/norm.js';
export { clip, maximum, minimum, relu, safeAbs, safeSqrt, sign } from './math/piecewise.js';
export { pow, xLogY } from './math/products.js';
export { max, min, type ReduceOptions } from './math/reductions.js';
export { select } from './math/select.js';
export { log1mExp, log1pExp, logCosh, logSigmoid, sigmoid, softplus, tanh } from './math/sigmoid.js';
export { logSoftmax, softmax, type SoftmaxOptions } from './math/softmax.js';
export { expm1, log1p } from './math/stable.js';

// indexing
export { oneHotMask } from './indexing/oneHotMask.js';
export { takeAlongAxis } from './indexing/takeAlongAxis.js';

// scans, sorts, segments
export { cumprod } from './scans/cumprod.js';
export { cumsum } from './scans/cumsum.js';
export type { CumulativeOptions } from './scans/cumulative.js';
export {
  discountedSum,
  linearRecurrence,
  linearRecurrenceOp,
  type LinearRecurrenceAttributes,
  type LinearRecurrenceInputs,
  type RecurrenceOptions,
} from './scans/linearRecurrence.js';
export { argsort, sort, topK, type SortOptions, type TopK, type TopKOptions } from './sorting/sort.js';
export { median, quantile, type QuantileOptions } from './sorting/quantile.js';
export { gatherNd } from './segments/gatherNd.js';
export { segmentMean, segmentSum } from './segments/segmentSum.js';

// moments and distances
export { layerNorm, rmsNorm, type LayerNormOptions, type RmsNormOptions } from './moments/layerNorm.js';
export {
  maskedMean,
  maskedVariance,
  standardize,
  type MomentOptions,
  type StandardizeOptions,
  type VarianceOptions,
} from './moments/masked.js';
export { centerGram, gramMatrix, pairwiseSquaredDistances, pairwiseSquaredDistancesOp } from './distances/pairwise.js';

// kernel functions
export type { Kernel, RadialProfile } from './kernels/record.js';
export {
  inverseMultiquadricKernel,
  laplacianKernel,
  maternKernel,
  periodicKernel,
  rationalQuadraticKernel,
  rbfKernel,
  type InverseMultiquadricOptions,
  type LengthScaleOptions,
  type MaternOptions,
  type PeriodicOptions,
  type RationalQuadraticOptions,
} from './kernels/stationary.js';
export { energyKernel } from './kernels/energy.js';
export { linearKernel, polynomialKernel, type LinearKernelOptions, type PolynomialKernelOptions } from './kernels/products.js';
export { productOfKernels, scaledKernel, sumOfKernels } from './kernels/compose.js';
export { kernelDiagonal, kernelMatrix, medianHeuristic } from './kernels/matrix.js';

// linear algebra
export { cholesky, logDet, spdSolve, type SpdOptions } from './linalg/cholesky.js';
export { triangularSolve, type TriangularSolveOptions } from './linalg/triangularSolve.js';
export { hostMatrix } from './linalg/hostMatrix.js';
export { newtonSchulz, type NewtonSchulzOptions } from './linalg/newtonSchulz.js';
export { einsum } from './linalg/einsum.js';

// special functions
export { erf, erfc, erfinv } from './special/erf.js';
export { logNormalCdf, normalCdf, normalQuantile, normalQuantileLog } from './special/normal.js';
export { digamma, lgamma, trigamma } from './special/gamma.js';
export { gammaP, gammaQ } from './special/incompleteGamma.js';
export { betaI } from './special/incompleteBeta.js';
export { lambertW } from './special/lambertW.js';
export { besselRatio } from './special/besselRatio.js';

// sequences
export {
  klFromLogits,
  sequenceLogProbs,
  shiftTokens,
  tokenEntropy,
  tokenLogProbs,
  type SequenceOptions,
  type ShiftedTokens,
  type TokenOptions,
} from './sequences/sequences.js';
export { jensenShannonFromLogits, skewKlFromLogits, type JensenShannonOptions, type SkewKlOptions } from './sequences/mixtures.js';
export { klEstimator, type KlEstimatorOptions } from './sequences/klEstimator.js';

// trees
export type { ByPath, StateTree, TensorTree, TreeLeaf } from './trees/types.js';
export { disposeTree, treeClone, treeLeaves, treeMap, treeZerosLike, treeZip } from './trees/map.js';
export { treeAdd, treeAxpy, treeDot, treeFlatten, treeNorm, treeScale, treeSub, treeUnflatten } from './trees/algebra.js';
export { paramsOf, type LayersModelLike, type LayersParams, type LayerWeightLike } from './trees/paramsOf.js';

// gradients on trees
export { grad, valueAndGrad, type ValueAndGradOptions, type ValueAndGrads, type ValueGradsAndAux } from './autodiff/grad.js';
export { hvp, jvp, type ValueAndTangent } from './autodiff/products.js';
export { finiteDifferenceJvp, type FiniteDifferenceOptions } from './search/finiteDifferenceJvp.js';

// search
export { pgdMaximize, type PgdOptions } from './search/pgdMaximize.js';

// random numbers
export { Rng, checkRng, rng, type RngState } from './host/random/rng.js';
export {
  randomBernoulli,
  randomChoice,
  randomGumbel,
  randomNormal,
  randomPermutation,
  randomRademacher,
  randomUniform,
  type NormalOptions,
  type UniformOptions,
} from './random/draws.js';
export { randomCategorical } from './random/categorical.js';

// ops
export { defineOp, type Op, type OpAttributes, type OpDefinition, type StreamedOp } from './ops/defineOp.js';
export { softmaxCrossEntropyOp, type SoftmaxCrossEntropyAttributes } from './ops/softmaxCrossEntropy.js';
export { softmaxCrossEntropySumOp } from './ops/softmaxCrossEntropySum.js';
export { tokenLogProbsOp, type TemperatureAttributes } from './ops/tokenLogProbs.js';
export { tokenEntropyOp } from './ops/tokenEntropy.js';
export { klRowsOp } from './ops/klRows.js';
export { mixtureKlRowsOp, type MixtureAttributes } from './ops/mixtureRows.js';
export { layerNormOp, type LayerNormAttributes } from './ops/layerNorm.js';
export {
  linearCrossEntropy,
  linearTokenLogProbs,
  type LinearCrossEntropyOptions,
  type LinearTokenLogProbsOptions,
} from './ops/linearCrossEntropy.js';

// backends
export { ready } from './backends/ready.js';

// optimisation
export { defineTransformation, fuse, type TransformationRules } from './optim/define.js';
export { disposeState, loadState, saveState, type SavedState, type SavedTensor, type SaveStateOptions } from './optim/state.js';
export { applyUpdates, step, type Stepped } from './optim/step.js';
export type {
  FusedArguments,
  FusedStep,
  GradientTransformation,
  OwnedState,
  Schedule,
  Scheduled,
  UpdateExtra,
  Updated,
} from './optim/transformation.js';

// adapters
export { toTfLoss } from './adapters/tfLoss.js';
export { toTfOptimizer } from './adapters/tfOptimizer.js';
