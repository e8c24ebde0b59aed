/** @file The conformance rows of optimal transport. */
import { rng } from '@surrogate/core';
import { divergence, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import { tensor } from '@tensorflow/tfjs-core';
import * as divergences from '../index.js';

const { maxSlicedWasserstein, sinkhorn, sinkhornDivergence, sinkhornUntil, slicedWasserstein, transportPlan, wasserstein1d } = divergences;

const x = [[0.4, -1.3], [2.2, 0.3], [0.9, 1.1]]; // prettier-ignore
const y = [[0.1, 0.8], [-1.2, 0.5], [0.6, -0.4]]; // prettier-ignore
const cost = [[0.2, 1.4, 0.7], [1.1, 0.3, 0.9]]; // prettier-ignore
const solver = (call: (options: object) => unknown) => ({
  'range epsilon': [0, -1, NaN].map((epsilon) => () => call({ epsilon })),
  'range marginalPenalty': () => call({ marginalPenalty: 0 }),
  'range annealing': [0, 1].map((annealing) => () => call({ annealing })),
  'shape a': () => call({ a: [1] }),
  'shape b': () => call({ b: [1] }),
});

/** The rows by name. */
export const transportRows: ConformanceTable = {
  wasserstein1d: divergence(wasserstein1d, {
    at: [[0.4, -1.3, 2.2], [1.7, 0.3, 4]], // prettier-ignore
    call: (a, b) => wasserstein1d(a, b, { p: 2 }),
    symmetric: true,
    bad: {
      'shape x': [() => wasserstein1d([[1]], [1]), () => wasserstein1d([], [1])],
      'shape y': () => wasserstein1d([1], 1),
      'shape xWeights': () => wasserstein1d([1, 2], [1], { xWeights: [1] }),
      'shape yWeights': () => wasserstein1d([1, 2], [1], { yWeights: [1, 2] }),
      'range p': () => wasserstein1d([1], [1], { p: 0.5 }),
    },
  }),
  slicedWasserstein: divergence(slicedWasserstein, {
    at: [x, y],
    call: (a, b) => slicedWasserstein(a, b, { rng: rng(4), projections: 8 }),
    symmetric: true,
    // A longer step changes the order of points in some direction.
    gradient: { eps: 0.01 },
    bad: {
      'shape x': () => slicedWasserstein([1], y, { rng: rng(0) }),
      'shape y': () => slicedWasserstein(x, [[1]], { rng: rng(0) }),
      'range p': () => slicedWasserstein(x, y, { rng: rng(0), p: 0 }),
      'range projections': () => slicedWasserstein(x, y, { rng: rng(0), projections: 0 }),
      'dtype rng': () => slicedWasserstein(x, y, { rng: 3 as never }),
    },
  }),
  maxSlicedWasserstein: divergence(maxSlicedWasserstein, {
    at: [x, y],
    call: (a, b) => maxSlicedWasserstein(a, b, { rng: rng(4), projections: 3 }),
    symmetric: true,
    gradient: { eps: 0.01 },
    bad: {
      'shape x': () => maxSlicedWasserstein([1], y, { rng: rng(0) }),
      'shape y': () => maxSlicedWasserstein(x, [[1]], { rng: rng(0) }),
      'range p': () => maxSlicedWasserstein(x, y, { rng: rng(0), p: 0 }),
      'range projections': () => maxSlicedWasserstein(x, y, { rng: rng(0), projections: 0 }),
      'dtype rng': () => maxSlicedWasserstein(x, y, { rng: 3 as never }),
    },
  }),
  sinkhorn: tensorFunction(sinkhorn, {
    at: [cost],
    call: {
      balanced: (c) => sinkhorn(c, { epsilon: 0.5, iterations: 30 }),
      free: (c) => sinkhorn(c, { epsilon: 0.5, iterations: 30, marginalPenalty: 2, a: [1, 2], annealing: 0.5 }),
    },
    // The potentials are constants to gradients, by the envelope theorem.
    order: 1,
    extremes: [[[[1e4, 0], [0, 1e4]]]], // prettier-ignore
    bad: {
      ...solver((options) => sinkhorn(cost, options)),
      'shape cost': [() => sinkhorn([1]), () => sinkhorn([[]])],
      'range iterations': () => sinkhorn(cost, { iterations: -1 }),
    },
  }),
  sinkhornUntil: utility(sinkhornUntil, {
    call: () => sinkhornUntil(cost, { epsilon: 0.5 }),
    // The last digits of an error decide when it is small enough.
    rtol: 1e-2,
    atol: 1e-4,
    bad: {
      ...solver((options) => sinkhornUntil(cost, options)),
      'shape cost': () => sinkhornUntil([1]),
      'range tolerance': () => sinkhornUntil(cost, { tolerance: 0 }),
      'range maxIterations': () => sinkhornUntil(cost, { maxIterations: 0 }),
    },
  }),
  transportPlan: tensorFunction(transportPlan, {
    at: [cost, [0.1, -0.2], [0.3, 0, 0.4]],
    call: (c, f, g) => transportPlan(c, { f: f as never, g: g as never }, { epsilon: 0.5 }),
    bad: {
      'shape potentials.f': (keep) => transportPlan(cost, { f: keep(tensor([1])), g: keep(tensor([1, 1, 1])) }),
      'dtype potentials': () => transportPlan(cost, null as never),
      'range epsilon': (keep) => transportPlan(cost, { f: keep(tensor([1, 1])), g: keep(tensor([1, 1, 1])) }, { epsilon: 0 }),
    },
  }),
  sinkhornDivergence: divergence(sinkhornDivergence, {
    at: [x, y],
    call: (a, b) => sinkhornDivergence(a, b, { epsilon: 0.5, iterations: 30 }),
    symmetric: true,
    order: 1,
    atol: 1e-4,
    bad: {
      ...solver((options) => sinkhornDivergence(x, y.slice(1), options)),
      'shape x': () => sinkhornDivergence([1], y),
      'shape y': () => sinkhornDivergence(x, [[1]]),
      'range iterations': () => sinkhornDivergence(x, y, { iterations: 1.5 }),
    },
  }),
};
