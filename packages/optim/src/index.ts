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
  scheduleTable,
  warmupConstant,
  warmupCosine,
  warmupExponential,
  warmupStableDecay,
  type WarmupConstantOptions,
  type WarmupCosineOptions,
  type WarmupExponentialOptions,
  type WarmupStableDecayOptions,
} from './schedules/compose.js';
export { lastIterateBound, medianFilter, refinedSchedule, type RefinedScheduleOptions } from './schedules/refined.js';
export {
  cyclic,
  oneCycle,
  piecewiseInterpolate,
  sgdr,
  type CyclicOptions,
  type OneCycleOptions,
  type PiecewiseInterpolateOptions,
} from './schedules/cycles.js';

// transformations
export { chain, namedChain, type ChainState } from './transforms/chain.js';
export {
  adaptiveGradClip,
  clipByBlockNorm,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByValue,
  type AdaptiveGradClipOptions,
} from './transforms/clip.js';
export { ema, trace, type EmaOptions, type EmaState, type TraceOptions, type TraceState } from './transforms/momentum.js';
export { addNoise, type NoiseOptions, type NoiseState } from './transforms/noise.js';
export {
  centralize,
  normalizeByNorm,
  scaleByParameterSize,
  scaleByTrustRatio,
  type CentralizeOptions,
  type NormalizeByNormOptions,
  type ParameterSizeOptions,
  type TrustRatioOptions,
} from './transforms/normalize.js';
export { parameterEma, type ParameterEma, type ParameterEmaOptions, type ParameterEmaState } from './transforms/parameterEma.js';
export { scale, scaleByLearningRate, scaleBySchedule, type CountState, type NoState } from './transforms/scale.js';
export { scaleByAdam, type AdamState, type ScaleByAdamOptions } from './transforms/scaleByAdam.js';
export { addDecayedWeights, type DecayedWeightsOptions } from './transforms/weightDecay.js';
export { perpGrad, type PerpGradOptions } from './transforms/perpGrad.js';
export { trackGradientNorm, type GradientNormState, type TrackGradientNormOptions } from './transforms/trackGradientNorm.js';
export { scaleByErrorMass, type ScaleByErrorMassOptions } from './transforms/scaleByErrorMass.js';
export { scaleByPowerprop, type PowerpropOptions } from './transforms/scaleByPowerprop.js';
export type { PathMask } from './transforms/byPath.js';

// optimizers
export { adam, adamw, type AdamOptions, type AdamWOptions } from './optimizers/adamw.js';
export { fromage, type FromageOptions } from './optimizers/fromage.js';
export { optimisticSgd, scaleByOptimism, type OptimismOptions } from './optimizers/optimistic.js';
export { rprop, type RpropOptions } from './optimizers/rprop.js';
export { sgd, type SgdOptions } from './optimizers/sgd.js';
export {
  adabelief,
  adamax,
  amsgrad,
  nadamw,
  radam,
  yogi,
  type AdaBeliefOptions,
  type AdamaxOptions,
  type NAdamWOptions,
  type RAdamOptions,
  type YogiOptions,
} from './adaptive/adamRelatives.js';
export { adadelta, adagrad, rmsprop, type AdadeltaOptions, type AdagradOptions, type RMSpropOptions } from './adaptive/accumulators.js';
export { adafactor, type AdafactorOptions, type AdafactorState } from './adaptive/adafactor.js';
export { acprop, type AcpropOptions } from './adaptive/acprop.js';
export { adan, type AdanOptions } from './adaptive/adan.js';
export { ademamix, simplifiedAdemamix, type AdEMAMixOptions, type SimplifiedAdEMAMixOptions } from './adaptive/ademamix.js';
export { adopt, type AdoptOptions } from './adaptive/adopt.js';
export { madgrad, type MadgradOptions } from './adaptive/madgrad.js';
export { novograd, type NovoGradOptions } from './adaptive/novograd.js';
export { sm3, type Sm3Options } from './adaptive/sm3.js';
export { lion, signSgd, signum, type LionMode, type LionOptions, type SignumOptions } from './adaptive/signs.js';
export { lamb, lars, type LambOptions, type LarsOptions } from './adaptive/trustRatio.js';
export { muon, type MuonOptions } from './adaptive/muon.js';
export type { DecayOptions, MomentOptions } from './adaptive/descent.js';
export type { LeafState } from './transforms/leafwise.js';

// without a learning rate
export { cocob, type CocobOptions } from './parameterFree/cocob.js';
export { dog, dowg, type DistanceOptions } from './parameterFree/distance.js';
export { momo, momoAdam, type MomoAdamOptions, type MomoOptions, type MomoState } from './parameterFree/momo.js';
export { polyakSgd, type PolyakOptions } from './parameterFree/polyak.js';
export { dAdaptAdamW, prodigy, type DistanceAdamOptions, type DistanceAdamState } from './parameterFree/prodigy.js';

// preconditioned
export { galore, type GaloreOptions } from './preconditioned/galore.js';
export { shampoo, type ShampooOptions } from './preconditioned/shampoo.js';
export { soap, type SoapOptions } from './preconditioned/soap.js';
export { sophia, type SophiaOptions } from './preconditioned/sophia.js';

// quasi-Newton
export { lbfgs, type LbfgsOptions, type LbfgsProgress, type LbfgsResult } from './quasiNewton/lbfgs.js';
export {
  backtrackingLineSearch,
  zoomLineSearch,
  type BacktrackingOptions,
  type LineSearchResult,
  type OnLine,
  type ZoomOptions,
} from './quasiNewton/lineSearch.js';
export { scaleByLbfgs, type LbfgsState, type ScaleByLbfgsOptions } from './quasiNewton/scaleByLbfgs.js';

// training
export { minimize, type Minimized, type MinimizeOptions, type Progress } from './solvers/minimize.js';
export { learningRateRange, type LearningRateRange, type LearningRateRangeOptions } from './solvers/learningRateRange.js';
export {
  gradientNoiseScale,
  type GradientNoiseOptions,
  type GradientNoiseScale,
  type GradientNoiseState,
} from './solvers/gradientNoise.js';

// second order
export { gaussNewtonDiagonal, hessianDiagonal, hessianDiagonalEstimate, type HessianEstimateOptions } from './secondOrder/diagonals.js';
export { powerIteration, type Eigenpair, type PowerIterationOptions } from './secondOrder/powerIteration.js';
export { conjugateGradient, type ConjugateGradientOptions, type LinearSolve } from './secondOrder/conjugateGradient.js';
export {
  trustRegion,
  trustRegionStep,
  type TrustRegionOptions,
  type TrustRegionProgress,
  type TrustRegionResult,
  type TrustRegionStep,
  type TrustRegionStepOptions,
} from './secondOrder/trustRegion.js';

// least squares
export { gaussNewtonProduct } from './leastSquares/gaussNewtonProduct.js';
export {
  levenbergMarquardt,
  type LeastSquaresProgress,
  type LeastSquaresResult,
  type LevenbergMarquardtOptions,
} from './leastSquares/levenbergMarquardt.js';
export { nnls, type NonNegativeOptions, type NonNegativeSolution } from './leastSquares/nnls.js';

// projections and proximal operators
export {
  projectBox,
  projectHalfspace,
  projectHyperplane,
  projectL2Ball,
  projectL2Sphere,
  projectLinfBall,
  projectNonNegative,
} from './projections/simple.js';
export { projectL1Ball, projectL1Sphere, projectSimplex } from './projections/simplex.js';
export { hardThreshold, softThreshold } from './projections/proximal.js';

// functions that jump
export { perturbed, type PerturbedOptions } from './perturbed/perturbed.js';

// wrappers
export { accumulate, type AccumulateOptions, type AccumulateState } from './wrappers/accumulate.js';
export { applyWhen, type WhenState } from './wrappers/applyWhen.js';
export { freeze, masked, partition, type MaskedState, type PartitionState } from './wrappers/byLabel.js';
export { cautious, type CautiousOptions, type CautiousState } from './wrappers/cautious.js';
export { applyIfFinite, zeroNans, type ApplyIfFiniteOptions, type FiniteState } from './wrappers/finite.js';
export { injectHyperparams, type HyperparamsState } from './wrappers/hyperparams.js';
export { mechanize, type MechanizeOptions, type MechanizeState } from './wrappers/mechanize.js';
export { reduceOnPlateau, type PlateauOptions, type PlateauState } from './wrappers/plateau.js';
export { keepInside } from './wrappers/projected.js';
export { sharpnessAware, type SharpnessAwareOptions } from './wrappers/sam.js';
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
export { cumulativeRegret } from './online/regret.js';
export { ballDomain, boxDomain, simplexDomain, type MetricDomain, type MirrorDomain } from './online/domains.js';
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
export { optimisticNewton, type OnlineNewtonOptions, type OnlineNewtonState } from './online/newton.js';

// constrained problems
export {
  bilevelDescent,
  type BilevelConstraint,
  type BilevelOptions,
  type BilevelProblem,
  type BilevelState,
  type BilevelValue,
} from './constrained/bilevel.js';
export { proximalLagrangianValue, type ProximalValue, type ProximalValueOptions } from './constrained/valueFunction.js';

export {
  adaSketchNewton,
  type AdaSketchConstants,
  type AdaSketchMinimum,
  type AdaSketchNewtonOptions,
  type AdaSketchStep,
} from './equality/adaSketchNewton.js';
export { augmentedLagrangian, type AugmentedLagrangianOptions, type ConstrainedMinimum } from './equality/augmentedLagrangian.js';
export type { EqualityConstrained, EqualityProblem } from './equality/problem.js';
export {
  gaussianSketch,
  kaczmarzSketch,
  sketchedSolve,
  type Sketch,
  type SketchedEquation,
  type SketchedSolution,
  type SketchedSolveOptions,
} from './equality/sketches.js';

// unfolded solvers
export { trainUnfolded, type TrainUnfoldedOptions, type UnfoldedBatch } from './unfolding/trainUnfolded.js';
export {
  unfoldedIht,
  unfoldedIsta,
  type UnfoldedApplyOptions,
  type UnfoldedIhtOptions,
  type UnfoldedIstaOptions,
  type UnfoldedParams,
  type UnfoldedSolver,
} from './unfolding/unfolded.js';

// networks that settle
export { complexSigmoid, holomorphicDerivative, type Complex, type HolomorphicOptions } from './equilibrium/holomorphic.js';
export { alignment, jacobianAsymmetry, jacobianHomeostasisLoss, type JacobianHomeostasisOptions } from './equilibrium/homeostasis.js';
export {
  equilibriumGradient,
  equilibriumStates,
  implicitGradient,
  type EquilibriumGradient,
  type EquilibriumGradientOptions,
  type EquilibriumNet,
  type EquilibriumOptions,
  type StateSlope,
} from './equilibrium/network.js';

// federated training
export { principalGradientAggregate, proximalPenalty, type PrincipalAggregateOptions } from './federated/aggregate.js';
export { federatedLossDecomposition, type FederatedLossParts } from './federated/decomposition.js';

// normalisation for streams of tasks
export {
  adaptiveBatchNorm,
  balancedTaskWeights,
  normalizationMomentum,
  type AdaptiveBatchNorm,
  type AdaptiveBatchNormOptions,
  type BatchNormParams,
  type BatchNormPass,
  type BatchNormState,
  type NormalizationMomentumOptions,
} from './normalization/balanced.js';
export { adaptiveBatchNormLayer, type AdaptiveBatchNormLayerOptions } from './normalization/layer.js';

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
  type RandomBlockOptions,
} from './coordinate/blocks.js';
export { activeSetBound, blockCoordinateDescent, type BlockDescentOptions, type BlockProblem } from './coordinate/descent.js';
export { forestBlock, treeSolve } from './coordinate/trees.js';
export {
  adaptiveUpdate,
  gradientUpdate,
  lineSearchUpdate,
  newtonUpdate,
  twoMetricUpdate,
  type AdaptiveUpdateOptions,
  type BlockMove,
  type BlockUpdate,
  type LineSearchUpdateOptions,
  type TwoMetricOptions,
} from './coordinate/updates.js';

// second order
export {
  gradientNormalizedNewton,
  type CurvedFunction,
  type GradientNormalizedOptions,
  type NormalizedMinimum,
  type NormalizedStep,
} from './secondOrder/gradientNormalized.js';
export { logSumExpCurvature, powerNormCurvature, type PowerNormOptions } from './secondOrder/curvatures.js';

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
export { entropyAcquisition } from './blackbox/entropy.js';
export {
  attackSearch,
  directionalAttack,
  type AttackSearch,
  type AttackSearchOptions,
  type DirectionalAttackOptions,
  type OutputObjective,
} from './blackbox/attack.js';

// reparametrisations
export {
  learnedCompander,
  type CompandedParams,
  type LearnedCompander,
  type LearnedCompanderOptions,
} from './reparameterize/learnedCompander.js';
export {
  powerprop,
  reparameterize,
  weightCompander,
  type Reparameterization,
  type Reparameterized,
  type ReparameterizeOptions,
  type WeightCompanderOptions,
} from './reparameterize/reparameterize.js';

// boosted networks
export {
  denseScores,
  fitBoostedNetwork,
  type BoostedNetwork,
  type BoostedNetworkOptions,
  type DenseNetwork,
} from './boosting/boostedNetwork.js';
export { binaryBoosting, multiclassBoosting, squaredBoosting, type BoostingTask } from './boosting/tasks.js';

// update rules that are searched for
export { evolveOptimizer, type EvolutionProgress, type EvolvedOptimizer, type EvolveOptimizerOptions } from './evolution/evolve.js';
export { programFitness, type ProxyTask } from './evolution/fitness.js';
export type { Instruction, ProgramOperation, ProgramRegister, UpdateProgram } from './evolution/instructions.js';
export { formatProgram, programFingerprint, programUpdates, simplifyProgram } from './evolution/program.js';
export { scaleByProgram } from './evolution/scaleByProgram.js';
export { adamProgram, lionProgram, momentumProgram } from './evolution/seeds.js';
