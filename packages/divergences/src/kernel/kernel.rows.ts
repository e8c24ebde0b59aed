/** @file The conformance rows of the divergences between samples. */
import { inverseMultiquadricKernel, laplacianKernel, linearKernel, rbfKernel, rng, type TensorLike } from '@surrogate/core';
import { divergence, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as divergences from '../index.js';

const { squaredMmd, energyDistance, hsic, cka, cauchySchwarzDivergence, conditionalCauchySchwarzDivergence } = divergences;
const { distanceCorrelation, kernelSteinDiscrepancy, mmdPermutationTest } = divergences;
const { cauchySchwarzInformation, cauchySchwarzBottleneckLoss } = divergences;

const x = [[0.4, -1.3], [2.2, 0.3], [0.9, 1.1], [-0.7, 0.2]]; // prettier-ignore
const y = [[0.1, 0.8], [-1.2, 0.5], [0.6, -0.4], [1.3, 1.9]]; // prettier-ignore
const z = [[0.3], [1.4], [0.8], [-0.9]]; // prettier-ignore
const far = [[1e4, 0], [0, -1e4], [0, 0], [0, 0]]; // prettier-ignore
const notPositive = [0, -1, NaN];

/** The rows by name. */
export const kernelRows: ConformanceTable = {
  squaredMmd: divergence(squaredMmd, {
    at: [x, y],
    call: (a, b) => squaredMmd(a, b, { kernel: rbfKernel() }),
    symmetric: true,
    extremes: [[far, y]],
    bad: {
      'shape x': () => squaredMmd([1, 2], y),
      'shape y': [
        () => squaredMmd(x, [[1, 2, 3]]),
        () => squaredMmd(x, y.slice(1), { estimator: 'linear' }),
        () => squaredMmd(x.slice(1), y.slice(1), { estimator: 'linear' }),
        () => squaredMmd(x, [[1, 2]], { estimator: 'unbiased' }),
        () => squaredMmd(x, y.slice(1), { estimator: 'block' }),
      ],
      'shape xWeights': () => squaredMmd(x, y, { kernel: rbfKernel(), xWeights: [1] }),
      'shape yWeights': () => squaredMmd(x, y, { kernel: rbfKernel(), yWeights: [1] }),
      'range kernel': () => squaredMmd(x, y, { xWeights: [1, 1, 1, 1] }),
      'range blockSize': [1, 2.5, 5].map((blockSize) => () => squaredMmd(x, y, { estimator: 'block', blockSize })),
      'range estimator': [
        () => squaredMmd(x, y, { estimator: 'cubic' as 'linear' }),
        () => squaredMmd(x, y, { estimator: 'block', kernel: rbfKernel(), xWeights: [1, 1, 1, 1] }),
      ],
    },
  }),
  energyDistance: divergence(energyDistance, {
    at: [x, y],
    symmetric: true,
    extremes: [[far, y]],
    bad: {
      'shape x': () => energyDistance([1, 2], y),
      'shape y': [() => energyDistance(x, [[1, 2, 3]]), () => energyDistance(x, [[1, 2]], { estimator: 'unbiased' })],
      'range estimator': () => energyDistance(x, y, { estimator: 'linear' as 'biased' }),
    },
  }),
  mmdPermutationTest: utility(mmdPermutationTest, {
    call: () => mmdPermutationTest(x, y, { rng: rng(3), permutations: 20 }),
    bad: {
      'shape x': () => mmdPermutationTest([1, 2], y, { rng: rng(0) }),
      'shape y': [
        () => mmdPermutationTest(x, [[1, 2, 3]], { rng: rng(0) }),
        () => mmdPermutationTest(x, [[1, 2]], { rng: rng(0), estimator: 'unbiased' }),
      ],
      'range estimator': () => mmdPermutationTest(x, y, { rng: rng(0), estimator: 'linear' as 'biased' }),
      'range permutations': () => mmdPermutationTest(x, y, { rng: rng(0), permutations: 0 }),
      'dtype rng': () => mmdPermutationTest(x, y, { rng: 3 as never }),
    },
  }),
  kernelSteinDiscrepancy: tensorFunction(kernelSteinDiscrepancy, {
    at: [x, y],
    call: (a, b) => kernelSteinDiscrepancy(a, b, { kernel: inverseMultiquadricKernel({ lengthScale: [1.3, 0.8] }), estimator: 'unbiased' }),
    extremes: [[far, y]],
    bad: {
      'shape x': [() => kernelSteinDiscrepancy([1, 2], y), () => kernelSteinDiscrepancy([[1]], [[1]])],
      'shape scores': [() => kernelSteinDiscrepancy(x, y.slice(1)), () => kernelSteinDiscrepancy(x, z)],
      'range kernel': () => kernelSteinDiscrepancy(x, y, { kernel: linearKernel() }),
      'range estimator': () => kernelSteinDiscrepancy(x, y, { estimator: 'linear' as 'biased' }),
    },
  }),
  distanceCorrelation: tensorFunction(distanceCorrelation, {
    at: [x, z],
    extremes: [[x.map(() => [1, 1]), z]],
    bad: {
      'shape x': [() => distanceCorrelation([1, 2], z), () => distanceCorrelation([[1]], [[1]])],
      'shape y': () => distanceCorrelation(x, z.slice(1)),
    },
  }),
  hsic: tensorFunction(hsic, {
    at: [x, z],
    call: {
      biased: (a, b) => hsic(a, b, { kernelX: rbfKernel(), kernelY: laplacianKernel() }),
      unbiased: (a, b) => hsic(a, b, { kernelX: rbfKernel(), kernelY: linearKernel(), estimator: 'unbiased' }),
    },
    extremes: [[far, z]],
    bad: {
      'shape x': [() => hsic([1, 2], z), () => hsic([[1, 2]], [[1]]), () => hsic(x.slice(1), z.slice(1), { estimator: 'unbiased' })],
      'shape y': () => hsic(x, z.slice(1)),
      'range estimator': () => hsic(x, z, { estimator: 'linear' as 'biased' }),
    },
  }),
  cka: tensorFunction(cka, {
    at: [x, z],
    call: { biased: (a, b) => cka(a, b), unbiased: (a, b) => cka(a, b, { kernelX: rbfKernel(), estimator: 'unbiased' }) },
    extremes: [[x.map(() => [1, 1]), z]],
    bad: {
      'shape x': [() => cka([1, 2], z), () => cka(x.slice(1), z.slice(1), { estimator: 'unbiased' })],
      'shape y': () => cka(x, z.slice(1)),
      'range estimator': () => cka(x, z, { estimator: 'linear' as 'biased' }),
    },
  }),
  cauchySchwarzDivergence: divergence(cauchySchwarzDivergence, {
    at: [x, y],
    symmetric: true,
    extremes: [[far, y]],
    bad: {
      'shape x': () => cauchySchwarzDivergence([1, 2], y),
      'shape y': () => cauchySchwarzDivergence(x, [[1]]),
      'range bandwidth': notPositive.map((bandwidth) => () => cauchySchwarzDivergence(x, y, { bandwidth })),
    },
  }),
  conditionalCauchySchwarzDivergence: tensorFunction(conditionalCauchySchwarzDivergence, {
    at: [x, z, z.map(([one]) => [0.7 * one! + 0.2])],
    call: {
      symmetric: (a, b, c) => conditionalCauchySchwarzDivergence(a, b, c, { bandwidthX: 0.8 }),
      paper: (a, b, c) => conditionalCauchySchwarzDivergence(a, b, c, { weighting: 'paper', bandwidthY: 2 }),
    },
    extremes: [[far, z, z]],
    bad: {
      'shape x': () => conditionalCauchySchwarzDivergence([1, 2], z, z),
      'shape y1': () => conditionalCauchySchwarzDivergence(x, z.slice(1), z),
      'shape y2': [() => conditionalCauchySchwarzDivergence(x, z, x), () => conditionalCauchySchwarzDivergence(x, z, z.slice(1))],
      'range bandwidthX': () => conditionalCauchySchwarzDivergence(x, z, z, { bandwidthX: 0 }),
      'range bandwidthY': () => conditionalCauchySchwarzDivergence(x, z, z, { bandwidthY: 0 }),
      'range weighting': () => conditionalCauchySchwarzDivergence(x, z, z, { weighting: 'none' as 'paper' }),
    },
  }),
  cauchySchwarzInformation: tensorFunction(cauchySchwarzInformation, {
    at: [x, z],
    call: {
      plain: (a, b) => cauchySchwarzInformation(a, b),
      normalized: (a, b) => cauchySchwarzInformation(a, b, { normalized: true, bandwidthT: 0.7 }),
    },
    extremes: [
      [far, z],
      [x, z.map(() => [1])],
    ],
    bad: {
      'shape x': () => cauchySchwarzInformation([1, 2], z),
      'shape t': () => cauchySchwarzInformation(x, z.slice(1)),
      'range bandwidthX': () => cauchySchwarzInformation(x, z, { bandwidthX: 0 }),
      'range bandwidthT': () => cauchySchwarzInformation(x, z, { bandwidthT: 0 }),
      'dtype normalized': () => cauchySchwarzInformation(x, z, { normalized: 1 as never }),
    },
  }),
  cauchySchwarzBottleneckLoss: tensorFunction(cauchySchwarzBottleneckLoss, {
    at: [x, y, z, z.map(([one]) => [0.7 * one! + 0.2])],
    call: (a, t, predictions, targets) => bottleneck(a, t, predictions, targets),
    bad: {
      'shape x': () => bottleneck([1], y, z, z),
      'shape t': () => bottleneck(x, y.slice(1), z, z),
      'shape targets': () => bottleneck(x, y, z, x),
      'range beta': () => bottleneck(x, y, z, z, { beta: -1 }),
      'range bandwidthX': () => bottleneck(x, y, z, z, { bandwidthX: 0 }),
      'range bandwidthT': () => bottleneck(x, y, z, z, { bandwidthT: 0 }),
      'range bandwidthY': () => bottleneck(x, y, z, z, { bandwidthY: 0 }),
    },
  }),
};

function bottleneck(a: TensorLike, t: TensorLike, predictions: TensorLike, targets: TensorLike, options = {}) {
  return cauchySchwarzBottleneckLoss({ x: a, t, predictions, targets }, { beta: 0.5, ...options });
}
