/** @file The rows of the probes. */
import { rng } from '@surrogate/core';
import { tensorFunction, utility, hostFunction, tensorOf, type Keep } from '@surrogate/testing';
import { zeros } from '@tensorflow/tfjs-core';
import { probeLogits, type LinearProbe } from './linearProbe.js';
import { classMoments, mergeClassMoments, naiveBayesProbe } from './naiveBayes.js';
import { fitLogisticProbe } from './logistic.js';
import { probeLearningCurve } from './learningCurve.js';
import { logisticExcessBound } from './bound.js';

const features = [
  [0, 0.5],
  [2, -0.3],
  [4, 4],
  [6, 8],
  [1, -7],
];
const labels = [0, 0, 1, 1, 2];

const probeOf = (keep: Keep): LinearProbe => ({
  weights: keep(
    tensorOf([
      [1, -1, 0.5],
      [0, 2, 0.3],
    ]),
  ),
  bias: keep(tensorOf([0.5, 0, -1])),
});

/** Moments that are kept. */
function momentsOf(keep: Keep, x = features, y = labels) {
  const moments = classMoments(x, y, 3);
  Object.values(moments).forEach((part) => keep(part as ReturnType<typeof tensorOf>));
  return moments;
}

const badFeatures = (call: (x: never, y: never, classes: number) => unknown) => ({
  'shape features': () => call([1, 2] as never, [0, 1] as never, 2),
  'shape labels': [
    () => call(features as never, [0, 1] as never, 3),
    () =>
      call(
        [[1], [2]] as never,
        [
          [1, 0],
          [0, 1],
        ] as never,
        2,
      ),
  ],
  'range labels': () => call(features as never, [0, 0, 1, 1, 3] as never, 3),
  'range classes': () => call(features as never, labels as never, 0),
  'dtype features': () => call(null as never, labels as never, 3),
});

export const probeRows = {
  probeLogits: tensorFunction(probeLogits, {
    at: [
      features,
      [
        [1, -1, 0.5],
        [0, 2, 0.3],
      ],
      [0.5, 0, -1],
    ],
    call: (x, weights, bias) => probeLogits(x, { weights: weights as never, bias: bias as never }),
    bad: {
      'shape features': (keep) => probeLogits([[1, 2, 3]], probeOf(keep)),
      'shape probe.bias': (keep) => probeLogits(features, { ...probeOf(keep), bias: keep(tensorOf([1])) }),
      'dtype probe': () => probeLogits(features, null as never),
    },
  }),
  classMoments: utility(classMoments, {
    call: {
      'of three classes': () => classMoments(features, labels, 3),
      'with a class that is absent': () => classMoments(features, labels, 5),
      'of no example': (keep) => classMoments(keep(zeros([0, 2])), [], 2),
    },
    bad: badFeatures(classMoments),
  }),
  mergeClassMoments: utility(mergeClassMoments, {
    call: (keep) => mergeClassMoments(momentsOf(keep), momentsOf(keep, features.slice(0, 3), [1, 1, 1])),
    bad: {
      'shape b.means': (keep) =>
        mergeClassMoments(momentsOf(keep), {
          ...momentsOf(keep),
          means: keep(tensorOf([[1], [2], [3]])),
          squares: keep(tensorOf([[1], [2], [3]])),
        }),
      'shape a.squares': (keep) => mergeClassMoments({ ...momentsOf(keep), squares: keep(tensorOf([[1], [2], [3]])) }, momentsOf(keep)),
      'dtype b': (keep) => mergeClassMoments(momentsOf(keep), null as never),
    },
  }),
  naiveBayesProbe: utility(naiveBayesProbe, {
    call: {
      'of all classes': (keep) => naiveBayesProbe(momentsOf(keep)),
      'of two': (keep) => naiveBayesProbe(momentsOf(keep, features.slice(0, 4), labels.slice(0, 4)), { varianceFloor: 0.1 }),
    },
    bad: {
      'range varianceFloor': [NaN, -1].map((varianceFloor) => (keep: Keep) => naiveBayesProbe(momentsOf(keep), { varianceFloor })),
      'shape moments.counts': (keep) => naiveBayesProbe({ ...momentsOf(keep), counts: keep(tensorOf(1)) }),
      'dtype moments': () => naiveBayesProbe(undefined as never),
    },
  }),
  fitLogisticProbe: utility(fitLogisticProbe, {
    call: () => fitLogisticProbe(features, labels, 3, { c: 2 }),
    bad: {
      ...badFeatures(fitLogisticProbe),
      'range features': () => fitLogisticProbe([[NaN]], [0], 1),
      'range c': [0, NaN].map((c) => () => fitLogisticProbe(features, labels, 3, { c })),
      'range maxSteps': () => fitLogisticProbe(features, labels, 3, { maxSteps: 0 }),
    },
  }),
  probeLearningCurve: utility(probeLearningCurve, {
    call: () => probeLearningCurve({ features, labels }, { features, labels }, { classes: 3, sizes: [2, 5], repeats: 2 }, rng(1)),
    bad: {
      'range sizes[1]': [0, 6].map(
        (size) => () => probeLearningCurve({ features, labels }, { features, labels }, { classes: 3, sizes: [1, size] }, rng(1)),
      ),
      'range repeats': () => probeLearningCurve({ features, labels }, { features, labels }, { classes: 3, sizes: [1], repeats: 0 }, rng(1)),
      'dtype rng': () => probeLearningCurve({ features, labels }, { features, labels }, { classes: 3, sizes: [1] }, 3 as never),
      'range labels': () => probeLearningCurve({ features, labels }, { features, labels }, { classes: 2, sizes: [1] }, rng(1)),
    },
  }),
  logisticExcessBound: hostFunction(logisticExcessBound, {
    call: () => logisticExcessBound(0.3),
    bad: { 'range excessLoss': [() => logisticExcessBound(-1), () => logisticExcessBound(NaN)] },
  }),
};
