import { rng, type Labels, type TensorLike } from '@surrogate/core';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { batchLoss, classLoss, conformance, regressionLoss, tensorFunction, utility, type Row } from '@surrogate/testing';
import * as losses from './index.js';

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

conformance(losses, {
  // classification
  crossEntropy: classLoss(losses.crossEntropy, { numbers: ['labelSmoothing', 'zLoss', 'temperature'] }),
  binaryCrossEntropy: regressionLoss(losses.binaryCrossEntropy, {
    ...decisions,
    numbers: ['labelSmoothing'],
    extremes: decisionEnds,
    bad: { 'shape posWeight': () => losses.binaryCrossEntropy([0, 1], [0, 1], { posWeight: [1, 2, 3] }) },
  }),
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
});
