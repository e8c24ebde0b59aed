/** @file How parameters move: gradient transformations, optimizers and schedules. */

// schedules
export {
  constant,
  cosineDecay,
  exponentialDecay,
  inverseSqrt,
  linear,
  polynomial,
  type CosineOptions,
  type ExponentialOptions,
  type PolynomialOptions,
} from './schedules/decays.js';
export {
  joinSchedules,
  piecewiseConstant,
  scaleSchedule,
  warmupCosine,
  warmupStableDecay,
  type WarmupCosineOptions,
  type WarmupStableDecayOptions,
} from './schedules/compose.js';
export { lastIterateBound, medianFilter, refinedSchedule, type RefinedScheduleOptions } from './schedules/refined.js';

// transformations
export { chain, type ChainState } from './transforms/chain.js';
export { clipByBlockNorm, clipByGlobalNorm, clipByValue } from './transforms/clip.js';
export { trace, type TraceOptions, type TraceState } from './transforms/momentum.js';
export { parameterEma, type ParameterEma, type ParameterEmaOptions, type ParameterEmaState } from './transforms/parameterEma.js';
export { scale, scaleByLearningRate, scaleBySchedule, type CountState, type NoState } from './transforms/scale.js';
export { scaleByAdam, type AdamState, type ScaleByAdamOptions } from './transforms/scaleByAdam.js';
export { addDecayedWeights, type DecayedWeightsOptions } from './transforms/weightDecay.js';
export { perpGrad, type PerpGradOptions } from './transforms/perpGrad.js';
export { trackGradientNorm, type GradientNormState, type TrackGradientNormOptions } from './transforms/trackGradientNorm.js';
export type { PathMask } from './transforms/byPath.js';

// optimizers
export { adam, adamw, type AdamOptions, type AdamWOptions } from './optimizers/adamw.js';
export { sgd, type SgdOptions } from './optimizers/sgd.js';
export {
  adabelief,
  adamax,
  amsgrad,
  nadamw,
  radam,
  yogi,
  type AdaBeliefOptions,
  type NAdamWOptions,
  type RAdamOptions,
  type YogiOptions,
} from './adaptive/adamRelatives.js';
export { adadelta, adagrad, rmsprop, type AdadeltaOptions, type AdagradOptions, type RMSpropOptions } from './adaptive/accumulators.js';
export { lion, signSgd, type LionOptions } from './adaptive/signs.js';
export { lamb, lars, type LambOptions, type LarsOptions } from './adaptive/trustRatio.js';
export { muon, type MuonOptions } from './adaptive/muon.js';
export type { DecayOptions, MomentOptions } from './adaptive/descent.js';

// wrappers
export { accumulate, type AccumulateState } from './wrappers/accumulate.js';
export { lookahead, type LookaheadOptions, type LookaheadState } from './wrappers/lookahead.js';
export { scheduleFree, scheduleFreeParams, type ScheduleFreeOptions, type ScheduleFreeState } from './wrappers/scheduleFree.js';

// merging
export {
  greedySoup,
  interpolateModels,
  learnedSoup,
  uniformSoup,
  type GreedySoup,
  type GreedySoupOptions,
  type LearnedSoup,
  type LearnedSoupOptions,
  type UniformSoupOptions,
} from './merging/soups.js';
export {
  diagonalFisher,
  fisherMerge,
  mergeCoefficients,
  searchMerge,
  type DiagonalFisherOptions,
  type FisherMergeOptions,
  type MergeCoefficientsOptions,
  type MergeSearch,
} from './merging/fisher.js';

// surrogates of expensive losses
export { armijoDescent, type ArmijoDescent, type ArmijoOptions } from './surrogates/armijoDescent.js';
export {
  targetSurrogateLoss,
  targetSurrogateStep,
  type TargetSurrogateOptions,
  type TargetSurrogateStepOptions,
} from './surrogates/targetSurrogate.js';
