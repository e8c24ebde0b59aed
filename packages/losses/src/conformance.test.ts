import { rng, type Labels, type TensorLike } from '@surrogate/core';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import {
  batchLoss,
  classLoss,
  conformance,
  elementwise,
  regressionLoss,
  tensorFunction,
  utility,
  type BadCalls,
  type RegressionLossRow,
  type Keep,
  type Row,
} from '@surrogate/testing';
import { samplingRows } from './generative/sampling.rows.js';
import { scoreRows } from './generative/score.rows.js';
import { unsupervisedRows } from './unsupervised/unsupervised.rows.js';
import * as losses from './index.js';
import { aggregateRows } from './aggregate/aggregate.rows.js';
import { continualRows } from './continual/continual.rows.js';
import { fenchelYoungRows } from './fenchelYoung/fenchelYoung.rows.js';
import { multiLabelRows } from './multiLabel/multiLabel.rows.js';
import { pairRows } from './pairs/pairs.rows.js';
import { predictiveRows } from './regression/predictive.rows.js';
import { multimodalRows } from './recommend/multimodal.rows.js';
import { renderingRows } from './rendering/rendering.rows.js';
import { robustRows } from './robust/robust.rows.js';
import { sequenceRows } from './sequence/sequence.rows.js';
import { adversarialRows } from './robust/adversarial.rows.js';
import { sphericalRows } from './spherical/spherical.rows.js';
import { centerRows } from './metric/centers.rows.js';
import { fewShotRows } from './metric/fewShot.rows.js';
import { metricRows } from './metric/metric.rows.js';
import { selfTrainingRows } from './selfTraining/selfTraining.rows.js';
import { metaRescalingRows } from './metaRescaling/metaRescaling.rows.js';
import { mixtureRows } from './mixture/mixture.rows.js';
import { rationalRows } from './rational/rational.rows.js';
import { decorrelationRows } from './decorrelation/decorrelation.rows.js';
import { agreementRows } from './explanation/agreement.rows.js';
import { upsamplingRows } from './upsampling/upsampling.rows.js';

/** Logits and labels of independent decisions. */
const decisions = {
  names: ['logits', 'labels'],
  predictions: [0.3, -1.2, 2.1, 0.7],
  targets: [1, 0, 0.4, 1],
} as const;

/** Logits that decide for certain, rightly and wrongly. */
const decisionEnds = [
  [1e4, -1e4, 1e4, -1e4],
  [-1e4, 1e4, -1e4, 1e4],
  [Infinity, -Infinity, 0, 0],
];

/** The rows of another function that calls the subject in one way. */
const about = (subject: unknown, row: Row): Row => ({ ...row, subject });

/** A member of the margin family: its loss and its slope. */
const member = (record: losses.MarginLoss): Row =>
  utility(record, {
    call: {
      phi: (keep) => record.phi(keep(tensor([-2.5, -0.7, 0.4, 1.6]))),
      slope: (keep) => record.slope(keep(tensor([-2.5, -0.7, 0.4, 1.6]))),
    },
  });

/** The frequencies are of three classes. */
const threeClasses = { oneClass: 'the frequencies are of three classes' };

/** A class loss that also takes how often each of three classes occurs. */
const counted =
  <O extends object>(fn: (logits: TensorLike, labels: Labels, counts: TensorLike, options?: O) => Tensor) =>
  (logits: TensorLike, labels: Labels, options?: O) =>
    fn(logits, labels, [1, 3, 5], options);

/** Counts of a small confusion matrix. */
const countsOf = (keep: Keep): losses.SoftConfusion => ({
  tp: keep(tensor(3.2)),
  fn: keep(tensor(1.5)),
  fp: keep(tensor(0.7)),
  tn: keep(tensor(4.1)),
});

/** A metric of confusion counts. */
const metric = (record: losses.ConfusionMetric): Row => utility(record, { call: (keep) => record.of(countsOf(keep)) });

/** Logits of three rows and classes, for losses of a whole batch. */
const classTable = {
  at: [
    [
      [0.4, -1.3, 1.1],
      [2.2, 0.3, -0.6],
      [-0.7, 0.9, 0.1],
    ],
  ],
  extremes: [
    [
      [
        [1e4, -1e4, 0],
        [-1e4, 1e4, 0],
        [-Infinity, 0, 1],
      ],
    ],
  ],
};

/** What every loss of a whole batch over classes refuses. */
const badClassTable = (call: (logits: TensorLike, labels: Labels, options: object) => Tensor): BadCalls => ({
  'shape labels': () => call([[0, 1]], [0, 1], {}),
  'range labels': () => call([[0, 1]], [2], {}),
  'dtype labels': () => call([[0, 1]], [0.5], {}),
  'range axis': () => call([[0, 1]], [0], { axis: 2 }),
  'shape mask': () => call([[0, 1]], [0], { mask: [1, 1] }),
});

/** A loss of lists: three lists of four items. */
const listLoss = (
  fn: (scores: TensorLike, relevance: TensorLike, options?: losses.ApproxNdcgOptions) => Tensor,
  not: NonNullable<RegressionLossRow<losses.ApproxNdcgOptions>['not']> = {},
  numbers: readonly 'temperature'[] = [],
): Row =>
  regressionLoss(fn, {
    names: ['scores', 'relevance'],
    predictions: [
      [0.3, -1.2, 0.5, 1.4],
      [2.1, 0.7, 1.9, -0.3],
      [1, 0.2, -0.4, 0.6],
    ],
    targets: [
      [1, 0, 2, 0],
      [0, 3, 1, 2],
      [0, 0, 1, 1],
    ],
    numbers,
    not,
    bad: { 'shape items': () => fn([[1, 2]], [[0, 1]], { items: [1, 1, 1] }) },
  });

conformance(losses, {
  ...aggregateRows,
  ...fenchelYoungRows,
  ...multiLabelRows,
  ...pairRows,
  ...predictiveRows,
  ...robustRows,
  ...sequenceRows,
  ...adversarialRows,
  ...continualRows,
  ...sphericalRows,
  ...scoreRows,
  ...renderingRows,
  ...multimodalRows,
  ...samplingRows,
  ...unsupervisedRows,
  ...selfTrainingRows,
  ...metaRescalingRows,
  ...mixtureRows,
  ...rationalRows,
  ...decorrelationRows,
  ...agreementRows,
  ...upsamplingRows,

  // classification
  crossEntropy: classLoss(losses.crossEntropy, { numbers: ['labelSmoothing', 'zLoss', 'temperature'] }),
  binaryCrossEntropy: regressionLoss(losses.binaryCrossEntropy, {
    ...decisions,
    numbers: ['labelSmoothing'],
    extremes: decisionEnds,
    bad: { 'shape posWeight': () => losses.binaryCrossEntropy([0, 1], [0, 1], { posWeight: [1, 2, 3] }) },
  }),
  marginControlledLoss: classLoss(losses.marginControlledLoss, { numbers: ['penalty'] }),
  focalLoss: classLoss(losses.focalLoss, { numbers: ['gamma'] }),
  sigmoidFocalLoss: regressionLoss(losses.sigmoidFocalLoss, {
    ...decisions,
    numbers: ['gamma', 'alpha'],
    extremes: decisionEnds,
  }),

  // regression
  squaredError: regressionLoss(losses.squaredError),
  absoluteError: regressionLoss(losses.absoluteError),
  squaredLogError: regressionLoss(losses.squaredLogError, {
    predictions: [0.3, 1.2, 2.1, 0.7],
    targets: [1.1, 0.4, 0, 5],
    extremes: [[1e4, 0, 1e4, 1e30]],
  }),
  huberLoss: regressionLoss(losses.huberLoss, { options: { delta: 1.5 }, numbers: ['delta'] }),
  smoothL1Loss: regressionLoss(losses.smoothL1Loss, { options: { beta: 1.5 }, numbers: ['beta'] }),
  pseudoHuberLoss: regressionLoss(losses.pseudoHuberLoss, { numbers: ['delta'] }),
  logCoshLoss: regressionLoss(losses.logCoshLoss),
  quantileLoss: regressionLoss(losses.quantileLoss, { options: { quantile: 0.8 }, numbers: ['quantile'] }),
  expectileLoss: regressionLoss(losses.expectileLoss, { options: { expectile: 0.8 }, numbers: ['expectile'] }),
  generalRobustLoss: regressionLoss(losses.generalRobustLoss, { numbers: ['alpha', 'scale'] }),
  cauchyLoss: regressionLoss(losses.cauchyLoss, { numbers: ['scale'] }),
  gemanMcClureLoss: regressionLoss(losses.gemanMcClureLoss, { numbers: ['scale'] }),
  welschLoss: regressionLoss(losses.welschLoss, { numbers: ['scale'] }),
  tukeyLoss: regressionLoss(losses.tukeyLoss, { options: { cutoff: 3 }, numbers: ['cutoff'] }),
  poissonNll: regressionLoss(losses.poissonNll, {
    targets: [1, 0, 3, 2],
    numbers: ['eps'],
    // The rate is the exponential of the prediction: beyond 88 float32 ends.
    extremes: [
      [80, 80, 80, 80],
      [-1e4, -1e4, -1e4, -1e4],
    ],
    bad: { 'dtype full': () => losses.poissonNll([0], [1], { full: 1 as unknown as boolean }) },
  }),
  gaussianNll: batchLoss(losses.gaussianNll, {
    batch: { means: [0.3, -1.2, 2.1, 0.7], variances: [0.5, 1.2, 2, 0.8], targets: { rows: [1.1, -0.4, -0.5, 0.2], kind: 'number' } },
    numbers: ['eps', 'beta'],
    extremes: [{ means: [1e4, -1e4, 0, 0] }, { variances: [1e4, 1e-3, 1, 1] }],
  }),
  laplaceNll: batchLoss(losses.laplaceNll, {
    batch: { medians: [0.3, -1.2, 2.1, 0.7], scales: [0.5, 1.2, 2, 0.8], targets: { rows: [1.1, -0.4, -0.5, 0.2], kind: 'number' } },
    numbers: ['eps'],
    extremes: [{ medians: [1e4, -1e4, 0, 0] }, { scales: [1e4, 1e-3, 1, 0] }],
  }),
  cosineDistance: regressionLoss(losses.cosineDistance, {
    predictions: [
      [0.3, -1.2, 0.5],
      [2.1, 0.7, 1],
      [1, 0.2, -0.4],
    ],
    targets: [
      [1, 0.2, 0.3],
      [-0.5, 1, 2],
      [0.3, 0.3, 0.9],
    ],
    extremes: [
      [
        [0, 0, 0],
        [1e4, -1e4, 1e4],
        [1e-4, 0, 0],
      ],
    ],
  }),

  negativeLogLikelihood: classLoss(losses.negativeLogLikelihood),
  polyLoss: classLoss(losses.polyLoss, { numbers: ['epsilon'] }),
  stableMax: tensorFunction(losses.stableMax, {
    at: [
      [
        [0.4, -1.3, 1.1],
        [2.2, 0.3, -0.6],
      ],
    ],
    extremes: [[[[1e4, -1e4, 0]]], [[[-Infinity, 1, 2]]]],
  }),
  logStableMax: tensorFunction(losses.logStableMax, {
    at: [
      [
        [0.4, -1.3, 1.1],
        [2.2, 0.3, -0.6],
      ],
    ],
    extremes: [[[[1e4, -1e4, 0]]], [[[-Infinity, 1, 2]]]],
  }),
  stableMaxCrossEntropy: classLoss(losses.stableMaxCrossEntropy),
  compSumLoss: classLoss(losses.compSumLoss, { options: { tau: 1.5 }, numbers: ['tau'] }),
  generalizedCrossEntropy: classLoss(losses.generalizedCrossEntropy, { numbers: ['q'] }),
  hConsistencyBound: utility(losses.hConsistencyBound, {
    call: () => losses.hConsistencyBound(0.1, { tau: 1.5, classes: 4 }),
    bad: {
      'range surrogateRegret': () => losses.hConsistencyBound(-1),
      'range tau': () => losses.hConsistencyBound(1, { tau: NaN }),
      'range classes': () => losses.hConsistencyBound(1, { classes: 1 }),
    },
  }),
  hConsistencyTransform: utility(losses.hConsistencyTransform, {
    call: () => losses.hConsistencyTransform(0.1, { tau: 0.5 }),
    bad: {
      'range beta': [() => losses.hConsistencyTransform(NaN), () => losses.hConsistencyTransform(1.1)],
      'range tau': () => losses.hConsistencyTransform(0.5, { tau: -1 }),
      'range classes': () => losses.hConsistencyTransform(0.5, { classes: 2.5 }),
    },
  }),

  // noisy labels
  symmetricCrossEntropy: classLoss(losses.symmetricCrossEntropy, { numbers: ['alpha', 'beta', 'logOfZero'] }),
  bootstrapCrossEntropy: classLoss(losses.bootstrapCrossEntropy, {
    numbers: ['beta'],
    bad: { 'range beliefs': () => losses.bootstrapCrossEntropy([[0, 1]], [0], { beliefs: 'firm' as 'soft' }) },
  }),

  // unbalanced classes
  logitAdjustedLoss: about(losses.logitAdjustedLoss, classLoss(counted(losses.logitAdjustedLoss), { not: threeClasses, numbers: ['tau'] })),
  ldamLoss: about(
    losses.ldamLoss,
    classLoss<losses.LdamOptions>(counted(losses.ldamLoss), { not: threeClasses, options: { scale: 2 }, numbers: ['scale', 'maxMargin'] }),
  ),
  classBalancedWeights: utility(losses.classBalancedWeights, {
    call: () => losses.classBalancedWeights([1, 10, 100]),
    bad: {
      'range beta': [() => losses.classBalancedWeights([1, 2], { beta: 1 }), () => losses.classBalancedWeights([1, 2], { beta: NaN })],
      'shape counts': () => losses.classBalancedWeights([[1, 2]]),
    },
  }),
  asymmetricLoss: regressionLoss(losses.asymmetricLoss, {
    ...decisions,
    numbers: ['gammaPositive', 'gammaNegative', 'clip'],
    extremes: decisionEnds,
  }),

  // margins
  hinge: member(losses.hinge),
  squaredHinge: member(losses.squaredHinge),
  smoothHinge: member(losses.smoothHinge),
  modifiedHuber: member(losses.modifiedHuber),
  logistic: member(losses.logistic),
  exponential: member(losses.exponential),
  perceptron: member(losses.perceptron),
  savage: member(losses.savage),
  marginLoss: regressionLoss(losses.marginLoss, {
    ...decisions,
    names: ['scores', 'labels'],
    options: { loss: losses.squaredHinge },
    bad: { 'dtype loss': () => losses.marginLoss([0], [1], { loss: 'hinge' as unknown as losses.MarginLoss }) },
  }),
  multiclassHingeLoss: classLoss(losses.multiclassHingeLoss, { numbers: ['margin'] }),
  multiMarginLoss: classLoss(losses.multiMarginLoss, { numbers: ['margin', 'p'] }),
  multiLabelMarginLoss: regressionLoss(losses.multiLabelMarginLoss, {
    names: ['logits', 'labels'],
    predictions: [
      [0.3, -1.2, 0.5],
      [2.1, 0.7, 1.9],
      [1, 0.2, -0.4],
    ],
    targets: [
      [1, 0, 1],
      [0, 0, 1],
      [0, 1, 0],
    ],
    not: { ties: 'a tie of logits is smooth; the kinks are a margin apart, where the usual rows do not lie' },
  }),
  l2SvmLoss: classLoss(losses.l2SvmLoss, {
    numbers: ['c', 'examples'],
    bad: {
      'dtype squared': () => losses.l2SvmLoss([[0, 1]], [0], { squared: 1 as unknown as boolean }),
      'range headWeights': () => losses.l2SvmLoss([[0, 1]], [0], { headWeights: [1], reduction: 'none' }),
    },
  }),
  calibratedDerivatives: utility(losses.calibratedDerivatives, {
    call: () => losses.calibratedDerivatives([0.2, -1, 2], rng(1)),
    bad: {
      'range lambda': () => losses.calibratedDerivatives([1], rng(1), { lambda: NaN }),
      'shape margins': () => losses.calibratedDerivatives([[1]], rng(1)),
      'dtype rng': () => losses.calibratedDerivatives([1], 3 as never),
    },
  }),
  ensLoss: utility(losses.ensLoss, {
    call: {
      mean: () => losses.ensLoss([0.2, -1, 2], [1, 0, 1], rng(1)),
      masked: () => losses.ensLoss([0.2, -1, NaN], [1, 0, 1], rng(1), { mask: [1, 1, 0], reduction: 'none' }),
    },
    bad: {
      'range lambda': () => losses.ensLoss([1], [1], rng(1), { lambda: Infinity }),
      'shape scores': () => losses.ensLoss([[1]], [[1]], rng(1)),
      'shape labels': () => losses.ensLoss([1], [1, 0], rng(1)),
      'dtype rng': () => losses.ensLoss([1], [1], 3 as never),
      'range reduction': () => losses.ensLoss([1], [1], rng(1), { reduction: 'average' as 'mean' }),
    },
  }),

  // confusion counts
  accuracy: metric(losses.accuracy),
  balancedAccuracy: metric(losses.balancedAccuracy),
  geometricMean: metric(losses.geometricMean),
  jaccard: metric(losses.jaccard),
  matthews: metric(losses.matthews),
  fBeta: utility(losses.fBeta, {
    call: (keep) => losses.fBeta(2).of(countsOf(keep)),
    bad: { 'range beta': [() => losses.fBeta(0), () => losses.fBeta(NaN)] },
  }),
  tverskyIndex: utility(losses.tverskyIndex, {
    call: (keep) => losses.tverskyIndex(0.3, 0.7).of(countsOf(keep)),
    bad: { 'range fpWeight': () => losses.tverskyIndex(-1), 'range fnWeight': () => losses.tverskyIndex(1, NaN) },
  }),
  softConfusion: utility(losses.softConfusion, {
    call: () => losses.softConfusion([0.9, 0.4, NaN], [1, 0, 1], { mask: [1, 1, 0] }),
    bad: { 'shape labels': () => losses.softConfusion([0.9], [1, 0]), 'dtype probs': () => losses.softConfusion('x' as never, [1]) },
  }),
  amplify: elementwise(losses.amplify, {
    domain: [0, 1],
    call: (x) => losses.amplify(x, { steepness: 5 }),
    bad: {
      'range steepness': () => losses.amplify(0.5, { steepness: 0 }),
      'range threshold': () => losses.amplify(0.5, { threshold: NaN }),
    },
  }),
  confusionLoss: tensorFunction(losses.confusionLoss, {
    at: [[0.8, 0.3, 0.6, 0.2]],
    call: {
      f1: (p) => losses.confusionLoss(p, [1, 0, 0, 1]),
      'geometric mean': (p) => losses.confusionLoss(p, [1, 0, 0, 1], { metric: losses.geometricMean }),
    },
    extremes: [[[0, 0, 0, 0]], [[1, 1, 1, 1]], [[1, 0, 0, 1]]],
    bad: {
      'shape labels': () => losses.confusionLoss([0.5], [1, 0]),
      'shape mask': () => losses.confusionLoss([0.5], [1], { mask: [1, 0] }),
      'dtype metric': () => losses.confusionLoss([0.5], [1], { metric: 'f1' as never }),
    },
  }),
  anyLoss: tensorFunction(losses.anyLoss, {
    at: [[0.8, 0.3, 0.6, 0.2]],
    call: (p) => losses.anyLoss(p, [1, 0, 0, 1], { steepness: 4, metric: losses.balancedAccuracy }),
    extremes: [[[0, 0, 0, 0]], [[1, 1, 1, 1]]],
    bad: {
      'shape labels': () => losses.anyLoss([0.5], [1, 0]),
      'dtype metric': () => losses.anyLoss([0.5], [1], { metric: 'f1' as never }),
      'range steepness': () => losses.anyLoss([0.5], [1], { steepness: -1 }),
      'range threshold': () => losses.anyLoss([0.5], [1], { threshold: NaN }),
    },
  }),
  binaryDiceLoss: tensorFunction(losses.binaryDiceLoss, {
    at: [[0.8, -0.3, 1.6, 0.2]],
    call: {
      batch: (z) => losses.binaryDiceLoss(z, [1, 0, 0, 1], { alpha: 0.1 }),
      examples: (z) => losses.binaryDiceLoss(z, [1, 0, 0, 1], { level: 'example', squaredDenominator: true }),
    },
    extremes: [[[1e4, -1e4, -1e4, 1e4]], [[-1e4, 1e4, Infinity, -Infinity]]],
    bad: {
      'shape labels': () => losses.binaryDiceLoss([0.5], [1, 0]),
      'range alpha': () => losses.binaryDiceLoss([0.5], [1], { alpha: -1 }),
      'range smooth': () => losses.binaryDiceLoss([0.5], [1], { smooth: 0 }),
      'range level': () => losses.binaryDiceLoss([0.5], [1], { level: 'row' as 'batch' }),
      'dtype squaredDenominator': () => losses.binaryDiceLoss([0.5], [1], { squaredDenominator: 1 as never }),
    },
  }),
  diceLoss: tensorFunction(losses.diceLoss, {
    ...classTable,
    call: {
      batch: (z) => losses.diceLoss(z, [0, 2, 1]),
      examples: (z) => losses.diceLoss(z, [0, 2, 1], { level: 'example', alpha: 0.1, weights: [1, 0.5, 2] }),
    },
    bad: {
      ...badClassTable((z, y, options) => losses.diceLoss(z, y, options)),
      'range smooth': () => losses.diceLoss([[0.5, 1]], [1], { smooth: NaN }),
      'shape classWeights': () => losses.diceLoss([[0.5, 1]], [1], { classWeights: [1] }),
    },
  }),
  tverskyLoss: tensorFunction(losses.tverskyLoss, {
    ...classTable,
    call: (z) => losses.tverskyLoss(z, [0, 2, 1], { fpWeight: 0.3, fnWeight: 0.7, gamma: 0.75 }),
    bad: {
      ...badClassTable((z, y, options) => losses.tverskyLoss(z, y, options)),
      'range fpWeight': () => losses.tverskyLoss([[0.5, 1]], [1], { fpWeight: -1 }),
      'range fnWeight': () => losses.tverskyLoss([[0.5, 1]], [1], { fnWeight: NaN }),
      'range smooth': () => losses.tverskyLoss([[0.5, 1]], [1], { smooth: 0 }),
      'range gamma': () => losses.tverskyLoss([[0.5, 1]], [1], { gamma: 0 }),
    },
  }),
  jaccardLoss: tensorFunction(losses.jaccardLoss, {
    ...classTable,
    call: (z) => losses.jaccardLoss(z, [0, 2, 1]),
    bad: {
      ...badClassTable((z, y, options) => losses.jaccardLoss(z, y, options)),
      'range smooth': () => losses.jaccardLoss([[0.5, 1]], [1], { smooth: 0 }),
    },
  }),

  // robust weights
  klDroLoss: tensorFunction(losses.klDroLoss, {
    at: [[0.8, 0.3, 1.6, 0.2]],
    extremes: [[[1e4, -1e4, 0, 1e4]]],
    bad: {
      'range temperature': () => losses.klDroLoss([1], { temperature: 0 }),
      'shape mask': () => losses.klDroLoss([1], { mask: [1, 1] }),
    },
  }),
  klDroWeights: tensorFunction(losses.klDroWeights, {
    at: [[0.8, 0.3, 1.6, 0.2]],
    extremes: [[[1e4, -1e4, 0, 1e4]]],
    bad: {
      'range temperature': () => losses.klDroWeights([1], { temperature: NaN }),
      'shape weights': () => losses.klDroWeights([1], { weights: [1, 1] }),
    },
  }),
  lossBasedWeights: tensorFunction(losses.lossBasedWeights, {
    at: [[0.8, 0.3, 1.6, 0.2]],
    // The weights are constants.
    order: 0,
    extremes: [[[1e4, -1e4, 0, 1e4]]],
    bad: {
      'range temperature': () => losses.lossBasedWeights([1], { temperature: 0 }),
      'range strategy': () => losses.lossBasedWeights([1], { strategy: 'lower' as 'uniform' }),
    },
  }),
  dynamicallyWeightedLoss: tensorFunction(losses.dynamicallyWeightedLoss, {
    at: [[0.8, 0.3, 1.6, 0.2]],
    // The gradient leaves the weights aside on purpose; the oracle holds it.
    order: 0,
    extremes: [[[1e4, -1e4, 0, 1e4]]],
    bad: {
      'range temperature': () => losses.dynamicallyWeightedLoss([1], { temperature: 0 }),
      'range strategy': () => losses.dynamicallyWeightedLoss([1], { strategy: 'lower' as 'uniform' }),
    },
  }),
  ldrLoss: classLoss(losses.ldrLoss, {
    options: { normalize: 'none', lambda: 1 },
    numbers: ['lambda', 'margin'],
    bad: { 'range normalize': () => losses.ldrLoss([[0, 1]], [0], { normalize: 'max' as 'none' }) },
  }),
  aldrLoss: classLoss(losses.aldrLoss, {
    options: { normalize: 'none', lambda0: 2 },
    numbers: ['lambda0', 'alpha', 'margin', 'iterations'],
    not: { gradient: 'no gradient flows through lambda, so that differences see another function' },
  }),
  dcoLoss: about(
    losses.dcoLoss,
    batchLoss(({ logProbs }: { logProbs: TensorLike }, options?: losses.DcoOptions) => losses.dcoLoss(logProbs, options), {
      batch: { logProbs: [-0.4, -1.3, -3.1, -0.9] },
      options: { n: 4 },
      numbers: ['n'],
      extremes: [{ logProbs: [0, -1e4, -80, -1e-6] }],
    }),
  ),
  dcoFactor: tensorFunction(losses.dcoFactor, {
    at: [[-0.4, -1.3, -3.1, -0.9]],
    call: (lp) => losses.dcoFactor(lp, 4),
    extremes: [[[0, -1e4, -80, -1e-6]]],
    bad: { 'range n': () => losses.dcoFactor([-1], 0) },
  }),
  passAtN: elementwise(losses.passAtN, {
    domain: [0.05, 0.9],
    extremes: [0],
    call: (p) => losses.passAtN(p, 4),
    bad: { 'range n': () => losses.passAtN([0.5], 1.5) },
  }),
  passAtNUnbiased: utility(losses.passAtNUnbiased, {
    call: () => losses.passAtNUnbiased(5, 2, 2),
    bad: {
      'range n': () => losses.passAtNUnbiased(0, 0, 1),
      'range right': [() => losses.passAtNUnbiased(5, 6, 1), () => losses.passAtNUnbiased(5, NaN, 1)],
      'range k': [() => losses.passAtNUnbiased(5, 2, 6), () => losses.passAtNUnbiased(5, 2, 0)],
    },
  }),
  robustTemperatureLoss: about(
    losses.robustTemperatureLoss,
    classLoss<losses.RobustTemperatureOptions>((z, y, options) => losses.robustTemperatureLoss(z, y, 0.7, options), {
      options: { rho: 0.3 },
      numbers: ['rho'],
    }),
  ),
  optimalTemperature: tensorFunction(losses.optimalTemperature, {
    at: [
      [
        [0.4, -1.3, 1.1],
        [2.2, 0.3, -0.6],
      ],
    ],
    // A constant to gradients.
    order: 0,
    extremes: [[[[1e4, -1e4, 0]]], [[[0, 0, 0]]]],
    bad: {
      'shape logits': () => losses.optimalTemperature(1),
      'range rho': () => losses.optimalTemperature([1, 2], { rho: -1 }),
      'range min': () => losses.optimalTemperature([1, 2], { min: 0 }),
      'range max': () => losses.optimalTemperature([1, 2], { min: 2, max: 1 }),
      'range iterations': () => losses.optimalTemperature([1, 2], { iterations: 0 }),
    },
  }),

  // numbers as distributions
  hlGauss: utility(losses.hlGauss, {
    call: {
      centers: () => losses.hlGauss().centers(),
      probs: () => losses.hlGauss({ bins: 9 }).toProbs([0.3, -20]),
      scalar: () => losses.hlGauss({ bins: 2 }).toScalar([[0.3, 0.7]]),
      loss: () =>
        losses.hlGauss({ bins: 2 }).loss(
          [
            [0.3, 0.7],
            [1, NaN],
          ],
          [3, 4],
          { mask: [1, 0] },
        ),
    },
    bad: {
      'range max': () => losses.hlGauss({ min: 1, max: 1 }),
      'range bins': [() => losses.hlGauss({ bins: 1 }), () => losses.hlGauss({ bins: 4, padRange: true })],
      'range sigmaRatio': () => losses.hlGauss({ sigmaRatio: 0 }),
      'dtype padRange': () => losses.hlGauss({ padRange: 1 as never }),
      'shape logits': () => losses.hlGauss({ bins: 2 }).loss([[0.3, 0.7, 1]], [3]),
      'shape probs': () => losses.hlGauss({ bins: 2 }).toScalar([0.3, 0.7, 1]),
      'dtype values': () => losses.hlGauss({ bins: 2 }).toProbs('x' as never),
    },
  }),
  twoHot: utility(losses.twoHot, {
    call: { probs: () => losses.twoHot({ bins: 9 }).toProbs([0.3, -20]), loss: () => losses.twoHot({ bins: 2 }).loss([[0.3, 0.7]], [3]) },
    bad: {
      'range min': () => losses.twoHot({ min: NaN }),
      'range max': () => losses.twoHot({ min: 1, max: 0 }),
      'range bins': () => losses.twoHot({ bins: 1 }),
    },
  }),

  // ranking
  marginRankingLoss: regressionLoss(losses.marginRankingLoss, {
    names: ['preferred', 'other'],
    options: { margin: 0.4 },
    numbers: ['margin'],
  }),
  bprLoss: regressionLoss(losses.bprLoss, { names: ['preferred', 'other'] }),
  rankingSoftmaxLoss: listLoss(losses.rankingSoftmaxLoss),
  listNetLoss: listLoss(losses.listNetLoss),
  listMleLoss: listLoss(losses.listMleLoss),
  rankNetLoss: listLoss(losses.rankNetLoss),
  lambdaRankLoss: listLoss(losses.lambdaRankLoss, {
    ties: 'weights by rank are constants to gradients, so that ties of scores are no kinks but jumps',
  }),
  approxNdcgLoss: listLoss(losses.approxNdcgLoss, {}, ['temperature']),

  ...metricRows,
  ...centerRows,
  ...fewShotRows,
});
