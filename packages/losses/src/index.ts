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
export {
  evidentialClassificationLoss,
  evidentialRegressionLoss,
  type EvidentialClassificationOptions,
  type EvidentialPrediction,
  type EvidentialRegressionOptions,
} from './regression/evidential.js';
export {
  generalizedGaussianMoments,
  generalizedGaussianNll,
  type GeneralizedGaussianMoments,
  type GeneralizedGaussianOptions,
  type GeneralizedGaussianPrediction,
} from './regression/generalizedGaussian.js';
export { cosineDistance } from './regression/cosine.js';

// more of classification
export { marginControlledLoss, type MarginControlledOptions } from './classification/marginControlled.js';
export { negativeLogLikelihood } from './classification/nll.js';
export { polyLoss, type PolyOptions } from './classification/poly.js';
export { logStableMax, stableMax, stableMaxCrossEntropy } from './classification/stableMax.js';
export {
  compSumLoss,
  generalizedCrossEntropy,
  hConsistencyBound,
  hConsistencyTransform,
  type CompSumMember,
  type CompSumOptions,
  type GeneralizedCrossEntropyOptions,
} from './classification/compSum.js';
export { smoothAdversarialLoss, type SmoothAdversarialOptions } from './classification/smoothAdversarial.js';

// noisy labels
export { symmetricCrossEntropy, type SymmetricCrossEntropyOptions } from './noise/symmetric.js';
export { bootstrapCrossEntropy, type BootstrapOptions } from './noise/bootstrap.js';

// unbalanced classes
export { logitAdjustedLoss, type LogitAdjustedOptions } from './imbalance/logitAdjusted.js';
export { ldamLoss, type LdamOptions } from './imbalance/ldam.js';
export { classBalancedWeights, type ClassBalancedOptions } from './imbalance/classBalanced.js';
export { asymmetricLoss, type AsymmetricOptions } from './imbalance/asymmetric.js';

// margins
export {
  exponential,
  hinge,
  logistic,
  modifiedHuber,
  perceptron,
  savage,
  smoothHinge,
  squaredHinge,
  type MarginLoss,
} from './margin/record.js';
export { marginLoss, type MarginLossOptions } from './margin/marginLoss.js';
export {
  multiclassHingeLoss,
  multiLabelMarginLoss,
  multiMarginLoss,
  type MulticlassHingeOptions,
  type MultiMarginOptions,
} from './margin/multiclass.js';
export { l2SvmLoss, type L2SvmOptions } from './margin/l2Svm.js';
export { calibratedDerivatives, ensLoss, type CalibratedDerivativesOptions, type EnsLossOptions } from './margin/ensLoss.js';

// confusion counts
export {
  accuracy,
  balancedAccuracy,
  fBeta,
  geometricMean,
  jaccard,
  matthews,
  tverskyIndex,
  type ConfusionMetric,
  type SoftConfusion,
} from './confusion/record.js';
export {
  amplify,
  anyLoss,
  confusionLoss,
  softConfusion,
  type AmplifyOptions,
  type AnyLossOptions,
  type BatchOptions,
  type ConfusionLossOptions,
} from './confusion/anyLoss.js';
export {
  binaryDiceLoss,
  diceLoss,
  jaccardLoss,
  tverskyLoss,
  type BinaryDiceOptions,
  type DiceOptions,
  type JaccardOptions,
  type OverlapOptions,
  type TverskyOptions,
} from './confusion/dice.js';
export type { ClassRowOptions } from './confusion/rows.js';

// robust weights
export { klDroLoss, klDroWeights, type KlDroOptions } from './robust/klDro.js';
export { dynamicallyWeightedLoss, lossBasedWeights, type ReweightingOptions, type ReweightingStrategy } from './robust/dynamic.js';
export { aldrLoss, ldrLoss, type AldrOptions, type LdrOptions, type LogitNormalization } from './robust/ldr.js';
export { adaptiveLdr, type AdaptiveLdr, type AdaptiveLdrOptions, type AdaptiveLdrState, type NamedBatch } from './robust/adaptiveLdr.js';
export { dcoFactor, dcoLoss, passAtN, passAtNUnbiased, type DcoOptions } from './robust/dco.js';
export {
  optimalTemperature,
  robustTemperatureLoss,
  type OptimalTemperatureOptions,
  type RobustTemperatureOptions,
} from './robust/temperature.js';
export { tempNet, type TempNet, type TempNetOptions, type TempNetParams } from './robust/tempNet.js';
export { contrastiveTemperatureLoss, type ContrastiveTemperatureOptions, type PairTemperatures } from './robust/contrastiveTemperature.js';

// weights that are learnt from the noisy data themselves
export { rescalingFeatures, type RescalingFeatureOptions, type RescalingPasses } from './metaRescaling/features.js';
export { lossRescaler, type LossRescaler, type LossRescalerOptions, type LossRescalerParams } from './metaRescaling/rescaler.js';
export { metaRescalingStep, type MetaRescalingBatches, type MetaRescalingOptions, type MetaRescalingResult } from './metaRescaling/step.js';

// mixtures of experts
export {
  gaussianMoeNll,
  topKSoftmaxGate,
  type GaussianExperts,
  type GaussianMoeOptions,
  type TopKGate,
  type TopKGateOptions,
} from './mixture/gate.js';
export type { ExpertMixture } from './mixture/record.js';
export { fitGaussianMoe, type FitGaussianMoeOptions, type FittedMixture } from './mixture/fit.js';
export { moeVoronoiLoss, type MoeVoronoiOptions } from './mixture/voronoi.js';

// rational activations
export { rationalGain, rationalGelu, rationalGeluA, rationalIdentity, rationalSwish, type Rational } from './rational/record.js';
export {
  groupRational,
  groupRationalLayer,
  type GroupRationalLayer,
  type GroupRationalLayerOptions,
  type GroupRationalOptions,
  type GroupRationalParams,
} from './rational/groupRational.js';

// weights under which variables are independent
export {
  randomFourier,
  weightedDecorrelation,
  type DecorrelationOptions,
  type RandomFourier,
  type RandomFourierOptions,
} from './decorrelation/weighted.js';
export {
  learnDecorrelationWeights,
  type DecorrelationMemory,
  type LearnDecorrelationOptions,
  type LearnedWeights,
} from './decorrelation/learn.js';
export { stabilityClusters, type StabilityClusters } from './decorrelation/clusters.js';

// spherical losses, numbers as distributions
export { sphericalLoss, zLoss, type SphericalOptions, type ZLossOptions } from './spherical/zLoss.js';
export {
  logSphericalSoftmax,
  logTaylorSoftmax,
  sphericalSquaredError,
  sphericalZ,
  type SphericalLoss,
  type SphericalSoftmaxOptions,
  type SphericalSums,
  type SphericalZOptions,
} from './spherical/record.js';
export {
  sphericalHead,
  sphericalHeadStep,
  sphericalHeadWeights,
  type SphericalHead,
  type SphericalStep,
  type SphericalStepOptions,
} from './spherical/head.js';
export { hlGauss, twoHot, type HistogramCode, type HistogramOptions, type HlGaussOptions } from './regression/histogram.js';

// noise models and score matching
export {
  gammaNoise,
  gaussianNoise,
  geometricBrownianNoise,
  ornsteinUhlenbeckNoise,
  poissonNoise,
  type GaussianNoiseOptions,
  type GeometricBrownianOptions,
  type NoiseModel,
  type OrnsteinUhlenbeckOptions,
  type PoissonNoiseOptions,
} from './generative/noise.js';
export {
  blindTweedie,
  scoreFromDenoised,
  tweedieDenoise,
  type BlindDenoising,
  type BlindTweedieOptions,
  type ScoreFromDenoisedOptions,
} from './generative/tweedie.js';
export {
  arDaeLoss,
  denoisingScoreMatchingLoss,
  type ArDaeOptions,
  type DenoisingScoreMatchingOptions,
} from './generative/scoreMatching.js';
export {
  implicitScoreMatchingLoss,
  slicedScoreMatchingLoss,
  type ImplicitScoreMatchingOptions,
  type SlicedScoreMatchingOptions,
} from './generative/implicitScoreMatching.js';
export {
  daleLangevinStep,
  multiplicativeEulerStep,
  multiplicativeScoreMatchingLoss,
  type MultiplicativeProcess,
  type MultiplicativeScoreMatchingOptions,
  type MultiplicativeStepOptions,
} from './generative/daleLangevin.js';
export { contractiveReconstructionLoss, denoisingReconstructionLoss, type ContractiveOptions } from './generative/autoencoders.js';

export {
  noPropBlockLoss,
  noPropInfer,
  noPropSchedule,
  type NoPropBlockOptions,
  type NoPropInferOptions,
  type NoPropSchedule,
  type NoPropScheduleOptions,
} from './generative/noProp.js';

// outliers and clusters
export { probabilisticReconstructionError, type ProbabilisticReconstructionOptions } from './unsupervised/reconstruction.js';
export { meanShift, meanShiftQueries, type MeanShiftOptions, type MeanShiftQueryOptions } from './unsupervised/meanShift.js';
export { clusterTargets, depictLoss, type ClusterTargetOptions, type DepictOptions, type Reconstructed } from './unsupervised/depict.js';
export { mutualInformationLoss } from './unsupervised/mutualInformation.js';

// unnormalised models, flows, samplers
export {
  meco,
  nceLoss,
  unnormalizedNll,
  type MecoOptions,
  type MecoState,
  type MecoStep,
  type NceBatch,
  type NceOptions,
  type UnnormalizedBatch,
} from './generative/unnormalized.js';
export {
  condOtPath,
  dataSeparation,
  kineticOptimalPath,
  pathEnergy,
  vpPath,
  type DataSeparation,
  type DataSeparationOptions,
  type GaussianPath,
  type KineticOptimalPathOptions,
  type OptimalPath,
  type PathEnergyOptions,
  type PathPoint,
} from './generative/paths.js';
export {
  flowMatchingLoss,
  flowMatchingPair,
  type FlowMatchingOptions,
  type FlowMatchingPair,
  type FlowMatchingPairOptions,
} from './generative/flowMatching.js';
export {
  fitGaussianScore,
  gaussianScore,
  gaussianTeleport,
  type GaussianScoreModel,
  type GaussianScoreOptions,
} from './generative/gaussianScore.js';
export { mixtureLogDensity, mixtureScore, type DiagonalMixture, type MixtureOptions } from './generative/gaussianMixture.js';
export { edmSigmas, sampleProbabilityFlow, type EdmSigmasOptions, type ProbabilityFlowOptions } from './generative/probabilityFlow.js';
export {
  scoreLineIntegral,
  scoreMetropolisHastings,
  type LineIntegralOptions,
  type ScoreSamples,
  type ScoreSamplingOptions,
} from './generative/scoreMetropolisHastings.js';

// ranking
export { bprLoss, marginRankingLoss, type MarginRankingOptions } from './ranking/pairwise.js';
export { listMleLoss, listNetLoss, rankingSoftmaxLoss } from './ranking/listwise.js';
export { approxNdcgLoss, lambdaRankLoss, rankNetLoss, type ApproxNdcgOptions } from './ranking/ndcg.js';
export type { ListOptions } from './ranking/lists.js';

// sequences
export { ctcLoss, type CtcOptions } from './sequence/ctc.js';

// Fenchel-Young losses
export { entmax15, sparsemax } from './fenchelYoung/maps.js';
export { giniNegentropy, halfSquaredNorm, shannonNegentropy, tsallis15Negentropy, type Regularizer } from './fenchelYoung/record.js';
export { entmax15Loss, fenchelYoungLoss, sparsemaxLoss, type FenchelYoungOptions } from './fenchelYoung/loss.js';

// responses of bags
export { aggregateLoss, bagLevelLoss, instanceLevelLoss, type AggregateOptions, type BagOptions } from './aggregate/aggregate.js';
export { proportionResponse, squaredResponse, type ResponseLoss } from './aggregate/record.js';
export { fitAggregateLinear, privatizeResponses, type AggregateFitOptions, type PrivatizeOptions } from './aggregate/linear.js';

// several labels at once
export { hybridMultiLabelLoss, labelCorrelationLoss, type HybridMultiLabelOptions } from './multiLabel/hybrid.js';
export { multiLabelContrastiveLoss, type MultiLabelContrastiveOptions } from './multiLabel/contrastive.js';
export { labelStatistics, multiLabelScores, type LabelRows, type LabelStatistics, type MultiLabelScores } from './multiLabel/statistics.js';
// metric learning
export {
  cosineSimilarity,
  dotProductSimilarity,
  lpDistance,
  snrDistance,
  type LpDistanceOptions,
  type PairDistance,
  type SnrDistanceOptions,
} from './metric/distances.js';
export {
  minePairs,
  type MinePairsOptions,
  type Mined,
  type MinedPairs,
  type PairMiner,
  type PairReference,
  type PairSource,
  type Pairs,
} from './metric/pairs.js';
export {
  avgNonZeroReducer,
  classWeightedReducer,
  divisorReducer,
  meanReducer,
  perAnchorReducer,
  reducerByTerm,
  sumReducer,
  thresholdReducer,
  type PairReducer,
  type PairTerm,
  type ThresholdReducerOptions,
} from './metric/reducers.js';
export { pairWeightingLoss, pairWeights, type PairLossOptions, type PairWeighting, type PairWeightingOptions } from './metric/weighting.js';
export {
  allPairs,
  hardestPartMiner,
  multiSimilarityMiner,
  pairMarginMiner,
  type HardestPartMinerOptions,
  type MultiSimilarityMinerOptions,
  type PairMarginMinerOptions,
} from './metric/hardMiners.js';
export {
  batchEasyHardMiner,
  batchHardMiner,
  type BatchEasyHardMinerOptions,
  type BatchHardMinerOptions,
  type BatchStrategy,
} from './metric/batchMiners.js';
export {
  angularMiner,
  distanceWeightedMiner,
  givenTriplets,
  tripletMarginMiner,
  type AngularMinerOptions,
  type DistanceWeightedMinerOptions,
  type TripletMarginMinerOptions,
} from './metric/tripletMiners.js';
export {
  contrastiveLoss,
  contrastiveWeighting,
  intraPairVarianceLoss,
  intraPairVarianceWeighting,
  snrContrastiveLoss,
  thresholdConsistentMarginLoss,
  thresholdConsistentMarginWeighting,
  type ContrastiveOptions,
  type ContrastiveWeightingOptions,
  type IntraPairVarianceOptions,
  type IntraPairVarianceWeightingOptions,
  type ThresholdConsistentMarginOptions,
  type ThresholdConsistentMarginWeightingOptions,
} from './metric/contrastive.js';
export {
  embeddingMarginLoss,
  marginWeighting,
  tripletLoss,
  tripletWeighting,
  type EmbeddingMarginOptions,
  type MarginWeightingOptions,
  type TripletOptions,
  type TripletWeightingOptions,
} from './metric/triplet.js';
export {
  generalizedLiftedStructureLoss,
  generalizedLiftedStructureWeighting,
  liftedStructureLoss,
  liftedStructureWeighting,
  type LiftedOptions,
  type LiftedWeightingOptions,
} from './metric/lifted.js';
export {
  multiSimilarityLoss,
  multiSimilarityWeighting,
  type MultiSimilarityOptions,
  type MultiSimilarityWeightingOptions,
} from './metric/multiSimilarity.js';
export { circleLoss, circleWeighting, type CircleOptions, type CircleWeightingOptions } from './metric/circle.js';
export {
  nPairLoss,
  nPairWeighting,
  ncaLoss,
  ncaWeighting,
  ntXentLoss,
  ntXentWeighting,
  supConLoss,
  supConWeighting,
  tupletMarginLoss,
  tupletMarginWeighting,
  type NcaOptions,
  type NcaWeightingOptions,
  type TemperatureOptions,
  type TemperatureWeightingOptions,
  type TupletMarginOptions,
  type TupletMarginWeightingOptions,
} from './metric/softmaxPairs.js';
export { angularLoss, angularWeighting, type AngularOptions, type AngularWeightingOptions } from './metric/angular.js';
export { rankedListLoss, rankedListWeighting, type RankedListOptions, type RankedListWeightingOptions } from './metric/rankedList.js';
export {
  fastApLoss,
  fastApWeighting,
  histogramLoss,
  histogramWeighting,
  type HistogramLossOptions,
  type HistogramWeightingOptions,
} from './metric/histograms.js';
export {
  pnpBounded,
  pnpDecreasing,
  pnpIncreasing,
  pnpLoss,
  pnpOriginal,
  pnpSaturating,
  pnpWeighting,
  smoothApLoss,
  smoothApWeighting,
  type PnpOptions,
  type PnpPenalty,
  type PnpWeightingOptions,
  type SmoothApOptions,
  type SmoothApWeightingOptions,
} from './metric/ranks.js';
export { instanceLoss, instanceWeighting, type InstanceOptions, type InstanceWeightingOptions } from './metric/instance.js';
export {
  arcFace,
  cosFace,
  marginHeadLoss,
  marginLogits,
  sphereFace,
  type FaceMarginOptions,
  type MarginHead,
  type MarginHeadOptions,
  type SphereFaceHeadOptions,
} from './metric/heads.js';
export {
  arcFaceLoss,
  cosFaceLoss,
  largeMarginSoftmaxLoss,
  sphereFaceLoss,
  subCenterArcFaceLoss,
  type FaceLossOptions,
  type SphereFaceOptions,
} from './metric/faceLosses.js';
export {
  normalizedSoftmaxLoss,
  p2sGradLoss,
  proxyAnchorLoss,
  proxyNcaLoss,
  softTripleLoss,
  type NormalizedSoftmaxOptions,
  type ProxyAnchorOptions,
  type ProxyNcaOptions,
  type SoftTripleOptions,
} from './metric/proxies.js';
export { manifoldLoss, type ManifoldOptions } from './metric/manifold.js';
export {
  dynamicSoftMargin,
  type DynamicSoftMargin,
  type DynamicSoftMarginOptions,
  type DynamicSoftMarginState,
} from './metric/dynamicSoftMargin.js';
export { barlowTwinsLoss, vicRegLoss, type BarlowTwinsOptions, type VicRegOptions } from './metric/views.js';
export { boxWhiskerBounds, unifiedNegativePairLoss, type UnifiedNegativePairOptions } from './metric/unpg.js';
export { recallAtK, verificationTar, type RecallAtKOptions, type VerificationTarOptions } from './metric/retrieval.js';
export type { CenterLossOptions } from './metric/centers.js';

// adversarial training
export {
  adversarialExamples,
  robustAccuracy,
  type AttackOptions,
  type Classifier,
  type RobustAccuracy,
  type RobustAccuracyOptions,
} from './robust/attack.js';
export {
  doublyRobustLoss,
  movingKlDro,
  type DoublyRobustOptions,
  type MovingKlDro,
  type MovingKlDroSettings,
  type MovingKlDroState,
} from './robust/doublyRobust.js';

// upsampling
export { suggestSeparationEpoch, usefulIndices, usefulSplit, type UsefulClass, type UsefulSplit } from './upsampling/useful.js';

// continual learning
export {
  cosineLogits,
  logitFactors,
  uerLoss,
  type CosineOptions,
  type LabeledBatch,
  type LogitFactors,
  type UerOptions,
} from './continual/uer.js';
export { reservoir, reservoirAdd, reservoirSample, type Reservoir } from './continual/reservoir.js';

// given pairs and triples
export {
  cosineEmbeddingLoss,
  hingeEmbeddingLoss,
  tripletMarginLoss,
  type CosineEmbeddingOptions,
  type EmbeddingPairs,
  type EmbeddingTriples,
  type HingeEmbeddingOptions,
  type TripletMarginOptions,
} from './pairs/embeddings.js';
export {
  fewShotLoss,
  icnnLoss,
  icnnScore,
  protoTripletLoss,
  prototypes,
  type FewShotEpisode,
  type FewShotOptions,
  type IcnnOptions,
  type IcnnScore,
  type ProtoTripletOptions,
} from './metric/fewShot.js';

// rendering
export { laplaceDensity, type LaplaceDensityOptions } from './rendering/density.js';
export {
  densityRenderWeights,
  occupancyRenderWeights,
  renderRays,
  type DensityRenderOptions,
  type RenderOptions,
} from './rendering/volume.js';

// recommenders
export {
  personalCandidates,
  personalLossResample,
  type PersonalCandidates,
  type PersonalCandidatesOptions,
  type PersonalChoice,
  type PersonalLossOptions,
} from './recommend/personal.js';
export {
  orthonormalDct,
  progressiveAttention,
  progressiveWeight,
  type ProgressiveAttentionOptions,
  type ProgressiveWeightOptions,
} from './recommend/multimodal.js';

// explanations
export {
  explanationConsistencyLoss,
  gradientAttributions,
  importanceDistribution,
  occlusionAttributions,
  type ExplanationConsistencyOptions,
  type ImportanceOptions,
  type OcclusionOptions,
  type RowModel,
} from './explanation/consistency.js';
export { primarySecondaryAgreement, type ImportanceAgreement } from './explanation/agreement.js';
// self-training
export {
  robustLogisticLoss,
  robustSurrogateLoss,
  type RobustLogisticOptions,
  type RobustSurrogateOptions,
} from './selfTraining/robustSurrogate.js';
export { robustSelfTrainingLoss, type LabeledInputs, type RobustSelfTrainingOptions } from './selfTraining/selfTraining.js';
