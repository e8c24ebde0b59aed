/** @file The shared tensor interface of all Surrogate packages. */
import '#gradients';

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
export { asClassTarget, type ClassTarget, type Labels } from './inputs/labels.js';

// losses
export { reduceLoss, type Reduction } from './loss/reduce.js';
export { classLossScope, lossScope, type ClassLossOptions, type ClassRows, type LossOptions } from './loss/lossScope.js';

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
export { select } from './math/select.js';

// trees
export type { ByPath, StateTree, TensorTree, TreeLeaf } from './trees/types.js';

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
export { tokenLogProbsOp, type TemperatureAttributes } from './ops/tokenLogProbs.js';
export { tokenEntropyOp } from './ops/tokenEntropy.js';
export {
  linearCrossEntropy,
  linearTokenLogProbs,
  type LinearCrossEntropyOptions,
  type LinearTokenLogProbsOptions,
} from './ops/linearCrossEntropy.js';

// backends
export { ready } from './backends/ready.js';

// optimisation
export type {
  FusedArguments,
  FusedStep,
  GradientTransformation,
  Schedule,
  Scheduled,
  UpdateExtra,
  Updated,
} from './optim/transformation.js';
