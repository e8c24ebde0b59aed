/** @file The conformance rows of outliers, clusters, and blocks that learn alone. */
import { rng } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { batchLoss, hostFunction, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import { mul, tensor } from '@tensorflow/tfjs-core';
import * as losses from '../index.js';

const { clusterTargets, depictLoss, meanShift, meanShiftQueries, noPropBlockLoss, noPropInfer, noPropSchedule } = losses;
const { probabilisticReconstructionError } = losses;

const points = matrixFromRows([[0, 1], [1, 0], [4, 4], [5, 3]]); // prettier-ignore
const probs = [[0.7, 0.2, 0.1], [0.4, 0.5, 0.1]]; // prettier-ignore
const layer = { output: [0.3, -0.4], target: [0.5, 0.1] };
const two = noPropSchedule({ steps: 2 });
const batch = { means: [0.3, -1.2, 2.1, 0.7], rawVariances: [0.5, -1.2, 2, 0.8], targets: [1.1, -0.4, -0.5, 0.2] };
const half = (z: Parameters<typeof mul>[0]) => mul(z, 0.5);

/** The rows by name. */
export const unsupervisedRows: ConformanceTable = {
  probabilisticReconstructionError: {
    ...batchLoss<typeof batch, losses.ProbabilisticReconstructionOptions>(
      ({ means, rawVariances, targets }, options) => probabilisticReconstructionError(means, rawVariances, targets, options),
      {
        batch: { means: batch.means, rawVariances: batch.rawVariances, targets: { rows: batch.targets, kind: 'number' } },
        numbers: ['alpha', 'beta', 'eps'],
        extremes: [{ means: [1e4, -1e4, 0, 0] }, { rawVariances: [1e4, -1e4, 0, 0] }],
        bad: { 'shape means': () => probabilisticReconstructionError(1, 1, 1) },
      },
    ),
    subject: probabilisticReconstructionError,
  },
  meanShift: hostFunction(meanShift, {
    call: () => meanShift(points, { k: 2, iterations: 2 }),
    bad: {
      'dtype points': () => meanShift([[1]] as never, { k: 1 }),
      'range k': [0, 5, NaN].map((k) => () => meanShift(points, { k })),
      'range iterations': () => meanShift(points, { k: 1, iterations: 0 }),
    },
  }),
  meanShiftQueries: hostFunction(meanShiftQueries, {
    call: () => meanShiftQueries(points, meanShift(points, { k: 2 }), { k: 3 }),
    bad: {
      'dtype queries': () => meanShiftQueries([[1]] as never, [points, points], { k: 1 }),
      'shape stages': () => meanShiftQueries(points, [points], { k: 1 }),
      'shape queries': () => meanShiftQueries(matrixFromRows([[1]]), [points, points], { k: 1 }),
      'range k': [0, 6].map((k) => () => meanShiftQueries(points, [points, points], { k })),
    },
  }),
  clusterTargets: tensorFunction(clusterTargets, {
    at: [probs],
    // Targets are constants.
    order: 0,
    call: { depict: (p) => clusterTargets(p), dec: (p) => clusterTargets(p, { form: 'dec' }) },
    bad: {
      'shape probs': () => clusterTargets([1, 2]),
      'range form': () => clusterTargets(probs, { form: 'kl' as 'dec' }),
    },
  }),
  mutualInformationLoss: tensorFunction(losses.mutualInformationLoss, {
    at: [[[0.4, -1.3, 1.1], [2.2, 0.3, -0.6]]], // prettier-ignore
    call: (z) => losses.mutualInformationLoss(z),
    extremes: [[[[1e4, -1e4, 0], [0, 0, 0]]], [[[1, -Infinity, 0], [0, 0, 0]]]], // prettier-ignore
    bad: { 'shape logits': [() => losses.mutualInformationLoss([1]), () => losses.mutualInformationLoss([[], []])] },
  }),
  depictLoss: tensorFunction(depictLoss, {
    at: [[[0.4, -1.3, 1.1], [2.2, 0.3, -0.6]], layer.output], // prettier-ignore
    call: (z, output) => depictLoss(z, probs, { reconstructions: [{ ...layer, output, weight: 0.5 }], clusterWeight: 2 }),
    extremes: [[[[1e4, -1e4, 0], [0, 0, 0]], layer.output]], // prettier-ignore
    bad: {
      'shape noisyLogits': () => depictLoss([1], [1]),
      'shape targets': () => depictLoss(probs, [[1]]),
      'range clusterWeight': () => depictLoss(probs, probs, { clusterWeight: -1 }),
      'range reconstructionWeight': () => depictLoss(probs, probs, { reconstructionWeight: NaN }),
      'range reconstructions[0].weight': () => depictLoss(probs, probs, { reconstructions: [{ ...layer, weight: -1 }] }),
      'shape reconstructions[0].target': () => depictLoss(probs, probs, { reconstructions: [{ output: [1], target: [1, 2] }] }),
    },
  }),
  noPropSchedule: hostFunction(noPropSchedule, {
    call: () => noPropSchedule({ steps: 4 }),
    bad: {
      'range steps': () => noPropSchedule({ steps: 0 }),
      'range offset': () => noPropSchedule({ offset: -1 }),
      'range min': () => noPropSchedule({ min: 0 }),
      'range max': () => noPropSchedule({ max: 1 }),
      'range t': () => noPropSchedule().noise(11),
    },
  }),
  noPropBlockLoss: tensorFunction(noPropBlockLoss, {
    at: [probs],
    call: (p) => noPropBlockLoss(p, [[1, 0, 0], [0, 1, 0]], 2, two, { weights: [1, 2] }), // prettier-ignore
    extremes: [[[[1e4, -1e4, 0], [0, 0, 0]]]], // prettier-ignore
    bad: {
      'range t': [0, 3].map((t) => () => noPropBlockLoss(probs, probs, t, two)),
      'dtype schedule': () => noPropBlockLoss(probs, probs, 1, {} as never),
      'range eta': () => noPropBlockLoss(probs, probs, 1, two, { eta: 0 }),
      'shape embeddings': () => noPropBlockLoss(probs, [1], 1, two),
    },
  }),
  noPropInfer: utility(noPropInfer, {
    call: {
      stochastic: () => noPropInfer([half, half], [2, 3], two, rng(1)),
      deterministic: () => noPropInfer([half, half], [2, 3], two, rng(1), { deterministic: true }),
    },
    bad: {
      'shape blocks': () => noPropInfer([half], [2, 3], two, rng(0)),
      'shape score': () => noPropInfer([half, () => tensor([1])], [2, 3], two, rng(0)),
      'dtype rng': () => noPropInfer([half, half], [2, 3], two, 3 as never),
      'dtype schedule': () => noPropInfer([half], [2, 3], null as never, rng(0)),
    },
  }),
};
