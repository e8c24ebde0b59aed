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
export { scaleByErrorMass, type ScaleByErrorMassOptions } from './transforms/scaleByErrorMass.js';
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

// online learning
export {
  batchPerceptron,
  fitSeparator,
  logisticDescent,
  normalizedBatchPerceptron,
  normalizedDescent,
  perceptron,
  type Separator,
  type SeparatorOptions,
  type SeparatorRule,
} from './online/separator.js';
export type { OnlineLearner } from './online/learner.js';
export { ballDomain, boxDomain, simplexDomain, type MirrorDomain } from './online/domains.js';
export {
  adaptiveStepSize,
  onlineEnsemble,
  optimisticMirrorDescent,
  stronglyConvexStepSize,
  type AdaptiveStepSizeOptions,
  type EnsembleState,
  type MirrorDescentOptions,
  type MirrorState,
  type OnlineStepSize,
} from './online/mirrorDescent.js';

// constrained problems
export {
  bilevelDescent,
  type BilevelConstraint,
  type BilevelOptions,
  type BilevelProblem,
  type BilevelState,
  type BilevelValue,
} from './constrained/bilevel.js';

// block coordinate descent
export {
  cyclicPart,
  gaussSouthwell,
  gaussSouthwellDiagonal,
  gaussSouthwellLipschitz,
  greedyBlock,
  greedyPart,
  partitionBlocks,
  quadraticBlock,
  randomBlock,
  type BlockChoice,
  type BlockContext,
  type CoordinateScore,
} from './coordinate/blocks.js';
export { activeSetBound, blockCoordinateDescent, type BlockDescentOptions, type BlockProblem } from './coordinate/descent.js';
export { forestBlock, treeSolve } from './coordinate/trees.js';
export {
  adaptiveUpdate,
  gradientUpdate,
  newtonUpdate,
  twoMetricUpdate,
  type AdaptiveUpdateOptions,
  type BlockMove,
  type BlockUpdate,
  type TwoMetricOptions,
} from './coordinate/updates.js';

// second order
export {
  gradientNormalizedNewton,
  logSumExpCurvature,
  powerNormCurvature,
  type CurvedFunction,
  type GradientNormalizedOptions,
  type NormalizedMinimum,
  type NormalizedStep,
  type PowerNormOptions,
} from './secondOrder/gradientNormalized.js';

// several losses
export {
  minimumNormWeights,
  paretoGradient,
  preferenceWeights,
  refineTargetPrediction,
  type ParetoGradient,
  type PreferenceWeights,
  type PreferenceWeightsOptions,
} from './multiObjective/pareto.js';

// black boxes
export {
  batchExpectedImprovement,
  expectedImprovement,
  feasibilityProbability,
  knowledgeGradient,
  logExpectedImprovement,
  maxValueEntropy,
  upperConfidenceBound,
} from './blackbox/acquisitions.js';
export {
  autoLearningRates,
  fitExponentialDecay,
  type AutoLearningRateOptions,
  type ExponentialFit,
  type ExponentialFitOptions,
  type LearningRateStage,
  type ProbedTraining,
} from './blackbox/autoLearningRate.js';
export {
  bayesianOptimization,
  confidenceAcquisition,
  improvementAcquisition,
  knowledgeAcquisition,
  type Acquisition,
  type BayesianKnowledge,
  type BayesianOptimization,
  type BayesianOptions,
  type BayesianState,
} from './blackbox/bayesian.js';
export {
  attackSearch,
  directionalAttack,
  type AttackSearch,
  type AttackSearchOptions,
  type DirectionalAttackOptions,
  type OutputObjective,
} from './blackbox/attack.js';
