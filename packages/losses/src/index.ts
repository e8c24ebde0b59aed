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
export {
  edmSigmas,
  sampleProbabilityFlow,
  type EdmSigmasOptions,
  type ProbabilityFlowOptions,
} from './generative/probabilityFlow.js';
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
