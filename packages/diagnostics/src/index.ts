/** @file Diagnostics: what a model tells about itself, its features and its data. */

// linear probes
export { probeLogits, type LinearProbe, type ProbeFit } from './probes/linearProbe.js';
export { classMoments, mergeClassMoments, naiveBayesProbe, type ClassMoments, type NaiveBayesOptions } from './probes/naiveBayes.js';
export { fitLogisticProbe, type LogisticProbeOptions } from './probes/logistic.js';
export { probeLearningCurve, type LabeledFeatures, type LearningCurveOptions, type LearningCurvePoint } from './probes/learningCurve.js';
export { logisticExcessBound } from './probes/bound.js';

// influence
export {
  ekfacFactors,
  ekfacInverse,
  influenceScores,
  linearDatamodelingScore,
  type EkfacLayer,
  type EkfacOptions,
  type LayerGradients,
  type LayerRecord,
} from './influence/ekfac.js';
export { tfidfFilter, type TfidfMatches, type Words } from './influence/tfidf.js';

// stability
export { nlmAlignment, softmaxCollapseRate } from './stability/softmaxCollapse.js';

// simplicity bias
export { slabDataset, type SlabBlock, type SlabDataset, type SlabOptions } from './simplicity/slabs.js';
export {
  randomizedFeatureScore,
  rocAuc,
  simplicityBiasReport,
  type RandomizedFeatureOptions,
  type Scorer,
  type SimplicityBiasReport,
} from './simplicity/report.js';

// decisions
export { fitTemperature, smoothingInverse, temperatureScaling, utilityProbs, type UtilityTransform } from './decisions/utility.js';

// explanations
export {
  chooseExplanation,
  explainLocal,
  localFaithfulness,
  type ExplanationChoice,
  type LocalExplanation,
  type RowModel,
} from './explanations/explain.js';
export {
  additivePerturbation,
  multiplicativePerturbation,
  type LocalNeighborhood,
  type PerturbationOperator,
  type Perturbations,
} from './explanations/neighborhood.js';
export { kernelShap, lime, occlusion, type BaselineOptions, type LimeOptions, type SubsetOptions } from './explanations/subsets.js';
export {
  cLime,
  gradientTimesInput,
  integratedGradients,
  smoothGrad,
  vanillaGradient,
  type GaussianOptions,
  type PathOptions,
} from './explanations/noise.js';
export { perturbationTest, type PerturbationTestOptions } from './explanations/perturbationTest.js';

// conservation laws
export {
  conservationUpdate,
  hardConstraintProjection,
  quadratureWeights,
  secondDifferencePenaltyUpdate,
  type ConservationOptions,
  type GaussianField,
  type LinearLaw,
  type SecondDifferenceOptions,
  type UpdatedField,
} from './conservation/update.js';
export { conservedNll, type ConservedNllOptions, type FieldPrediction } from './conservation/conservedNll.js';
export { porousMediumSolution, stefanSolution, type ConservedField } from './conservation/problems.js';

// training dynamics
export {
  observeLosses,
  opposingGroups,
  rankByLossChange,
  type LossHistory,
  type LossHistoryOptions,
  type OpposingGroups,
} from './dynamics/lossHistory.js';
export { opposingSignalsToy, type OpposingSignals, type OpposingSignalsOptions } from './dynamics/opposingSignalsToy.js';
export { sharpness, stabilityReport, type SharpnessOptions, type StabilityOptions, type StabilityReport } from './dynamics/sharpness.js';
export {
  doubleDescentSweep,
  gdSpectralFilter,
  momentumSpectralFilter,
  pinvSpectralFilter,
  randomReluFeatures,
  spectralRegression,
  type DescentOptions,
  type MomentumOptions,
  type RegressionData,
  type SpectralFilter,
  type SweepOptions,
  type SweepPoint,
} from './dynamics/doubleDescent.js';

// lazy and rich training
export { kernelTargetAlignment, type AlignmentOptions } from './lazy/alignment.js';
export { grokkingDelay, lazyScale, type GrokkingDelay, type GrokkingOptions, type LazyModel } from './lazy/grokking.js';
export {
  polynomialStudent,
  polynomialTestLossTerms,
  type PolynomialLossTerms,
  type PolynomialStudent,
  type PolynomialStudentOptions,
  type PolynomialTargetOptions,
} from './lazy/polynomialStudent.js';

// hierarchical targets
export { hierarchicalPolynomialTask, type HierarchicalTask, type HierarchicalTaskOptions } from './hierarchical/task.js';
export { layerwiseThreeLayer, type ThreeLayerFit, type ThreeLayerOptions } from './hierarchical/threeLayer.js';

// fingerprints
export { forgetting, kernelFingerprint, type KernelFingerprint } from './fingerprint/fingerprint.js';
export {
  activationFingerprint,
  solutionFingerprint,
  type ActivationFingerprint,
  type SolutionFingerprint,
  type SolutionFingerprintOptions,
} from './fingerprint/solutionFingerprint.js';

// in-context learning
export { linearSelfAttention, oneStepGdPredictor, type LinearAttention, type Prompts } from './inContext/linearAttention.js';
export {
  attentionOfOneStep,
  drawPrompts,
  optimalIclStep,
  type DrawnPrompts,
  type InContextOptions,
  type PromptOptions,
} from './inContext/prompts.js';
