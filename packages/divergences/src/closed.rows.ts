/** @file The conformance rows of closed forms: between Gaussians, and of the other families of discrete divergences. */
import type { TensorLike } from '@surrogate/core';
import { divergence, tensorFunction, utility, type BadCalls, type ConformanceTable } from '@surrogate/testing';
import { square, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import * as divergences from './index.js';
import type { BregmanPotential, Gaussian } from './index.js';

const { gaussianKl, gaussianSquaredWasserstein, gaussianRenyi, gaussianBhattacharyya } = divergences;
const { gaussianSquaredHellinger, gaussianFisherDivergence, gaussianCauchySchwarz, gaussianFisherRao, mixtureCauchySchwarz } = divergences;
const { bhattacharyyaCoefficient, bhattacharyyaDistance, categoricalCauchySchwarz, fisherRaoDistance } = divergences;
const { renyiDivergence, tsallisDivergence, bregmanDivergence, bregmanPotential } = divergences;

const twoShapes = [[0.5, 0.5].map(Math.log), [0.2, 0.3, 0.5].map(Math.log)] as const;
const means = [[0.4, -1.3], [2.2, 0.3]]; // prettier-ignore
const others = [[0.1, 0.8], [-1.2, 0.5]]; // prettier-ignore
const spreads = [[1.2, 0.7], [0.9, 1.6]]; // prettier-ignore
const [p, q] = [
  { mean: [0, 1], stddev: [1, 2] },
  { mean: [1, 1], stddev: [0.5, 1.5] },
] as const;

/** A function of two Gaussians, called with standard deviations. */
const gaussian = (f: (a: Gaussian, b: Gaussian) => Tensor) =>
  tensorFunction(f, {
    at: [means, spreads, others, spreads.map(([a, b]) => [b!, a! + 0.4])],
    call: (m1, s1, m2, s2) => f({ mean: m1, stddev: s1 }, { mean: m2, stddev: s2 }),
    bad: {
      'shape p.mean': () => f({ mean: 1, stddev: 1 }, q),
      'shape p.stddev': () => f({ mean: [1, 2], stddev: [1] }, q),
      'shape q.mean': () => f(p, { mean: [1], stddev: [1] }),
      'shape q.covariance': () => f(p, { mean: [1, 2], covariance: [1, 2] }),
      'dtype q': [() => f(p, null as never), () => f(p, 3 as never)],
      'dtype p.mean': () => f({ mean: 'three' as never, stddev: [1] }, q),
    },
  });

const categorical = (f: (logP: TensorLike, logQ: TensorLike, options?: { axis?: number }) => Tensor): BadCalls => ({
  'shape logQ': () => f(...twoShapes),
  'range axis': () => f([0], [0], { axis: 1 }),
});

const potential = (record: BregmanPotential) =>
  utility(record, { call: () => tidy(() => record.between(tensor([[0.2, 0.5, 0.8]]), tensor([[0.3, 0.4, 0.6]]))) });

/** The rows by name. */
export const closedRows: ConformanceTable = {
  gaussianKl: gaussian(gaussianKl),
  gaussianSquaredWasserstein: gaussian(gaussianSquaredWasserstein),
  gaussianRenyi: { ...gaussian((a, b) => gaussianRenyi(a, b, { alpha: 0.7 })), subject: gaussianRenyi },
  gaussianBhattacharyya: gaussian(gaussianBhattacharyya),
  gaussianSquaredHellinger: gaussian(gaussianSquaredHellinger),
  gaussianFisherDivergence: gaussian(gaussianFisherDivergence),
  gaussianCauchySchwarz: gaussian(gaussianCauchySchwarz),
  gaussianFisherRao: tensorFunction(gaussianFisherRao, {
    at: [means, spreads, others, spreads.map(([a, b]) => [b!, a! + 0.4])],
    call: (m1, s1, m2, s2) => gaussianFisherRao({ mean: m1, stddev: s1 }, { mean: m2, stddev: s2 }),
    extremes: [[means, spreads, means, spreads]],
    bad: {
      'shape p.mean': () => gaussianFisherRao({ mean: 1, stddev: 1 }, q),
      'shape q.mean': () => gaussianFisherRao(p, { mean: [1], stddev: [1] }),
      'range p': () => gaussianFisherRao(p, { mean: [1, 2], covariance: [[1, 0], [0, 1]] } as never), // prettier-ignore
      'dtype q': () => gaussianFisherRao(p, null as never),
    },
  }),
  mixtureCauchySchwarz: tensorFunction(mixtureCauchySchwarz, {
    at: [means, spreads, [0.3, 0.7], others],
    call: (m1, s1, w1, m2) => mixtureCauchySchwarz({ mean: m1, stddev: s1, weights: w1 }, { mean: m2, stddev: spreads }),
    extremes: [[means, spreads, [0, 1], means.map((row) => row.map((one) => 1e3 * one))]],
    bad: {
      'shape p.mean': () => mixtureCauchySchwarz(p, q),
      'shape q.mean': () => mixtureCauchySchwarz({ mean: means, stddev: spreads }, { mean: [[1]], stddev: [[1]] }),
      'shape q.stddev': () => mixtureCauchySchwarz({ mean: means, stddev: spreads }, { mean: others, stddev: [1] }),
      'shape p.weights': () => mixtureCauchySchwarz({ mean: means, stddev: spreads, weights: [1] }, { mean: others, stddev: spreads }),
      'dtype p': () => mixtureCauchySchwarz(null as never, q),
    },
  }),
  bhattacharyyaDistance: divergence(bhattacharyyaDistance, { symmetric: true, bad: categorical(bhattacharyyaDistance) }),
  fisherRaoDistance: divergence(fisherRaoDistance, { symmetric: true, atMost: Math.PI, bad: categorical(fisherRaoDistance) }),
  categoricalCauchySchwarz: divergence(categoricalCauchySchwarz, { symmetric: true, bad: categorical(categoricalCauchySchwarz) }),
  bhattacharyyaCoefficient: tensorFunction(bhattacharyyaCoefficient, {
    at: [[[0.2, 0.5, 0.3].map(Math.log)], [[0.4, 0.25, 0.35].map(Math.log)]],
    extremes: [[[[0, -Infinity, -Infinity]], [[-Infinity, 0, -Infinity]]]], // prettier-ignore
    bad: categorical(bhattacharyyaCoefficient),
  }),
  renyiDivergence: divergence(renyiDivergence, {
    call: (a, b) => renyiDivergence(a, b, { alpha: 1.7 }),
    bad: {
      'shape logQ': () => renyiDivergence(...twoShapes),
      'range alpha': [-1, NaN].map((alpha) => () => renyiDivergence([0], [0], { alpha })),
      'range axis': () => renyiDivergence([0], [0], { axis: 1 }),
      'range reduction': () => renyiDivergence([0], [0], { reduction: 'average' as 'mean' }),
    },
  }),
  tsallisDivergence: divergence(tsallisDivergence, {
    call: (a, b) => tsallisDivergence(a, b, { order: 3 }),
    bad: {
      'shape logQ': () => tsallisDivergence(...twoShapes),
      'range order': [0, -1, NaN].map((order) => () => tsallisDivergence([0], [0], { order })),
      'range axis': () => tsallisDivergence([0], [0], { axis: 1 }),
    },
  }),
  bregmanDivergence: divergence(bregmanDivergence, {
    at: [[[0.2, 0.5, 0.8]], [[0.3, 0.4, 0.6]]],
    call: (a: TensorLike, b: TensorLike) => bregmanDivergence(a, b, divergences.coinEntropy),
    bad: {
      'shape y': () => bregmanDivergence([1], [1, 2], divergences.squaredNorm),
      'range axis': () => bregmanDivergence([0], [0], divergences.squaredNorm, { axis: 1 }),
    },
  }),
  bregmanPotential: utility(bregmanPotential, { call: () => bregmanPotential('own', (x) => sum(square(x), -1)) }),
  squaredNorm: potential(divergences.squaredNorm),
  negativeEntropy: potential(divergences.negativeEntropy),
  burgEntropy: potential(divergences.burgEntropy),
  coinEntropy: potential(divergences.coinEntropy),
  logPartition: potential(divergences.logPartition),
};
