/** @file The conformance rows of decorrelation. */
import { defineTransformation, rng } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, tensorFunction, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import { mul, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as losses from '../index.js';

const { learnDecorrelationWeights, randomFourier, stabilityClusters, weightedDecorrelation } = losses;

const z = [[0, 1, 0.3], [1, 0, -0.4], [1, 1, 0.2], [0.2, -0.3, 1]]; // prettier-ignore
const weights = [0.1, 0.2, 0.4, 0.3];
const mask = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]; // prettier-ignore
const features = { frequencies: [0.7, -1.1], phases: [0.3, 2], identity: true };
const descent = defineTransformation('descent', {
  init: () => ({}),
  update: (grads, state) => ({ updates: { v: mul(-1, grads.v!) }, state }),
});
const remembered = (keep: Keep, rows: unknown = z) => ({ z: keep(tensor(rows as number[])), logits: keep<Tensor>(tensor([1, 2, 0, 1])) });
const environments = [matrixFromRows([[0, 1], [1, 0], [2, 2]]), matrixFromRows([[0, 1], [1, 2], [2, 4]])]; // prettier-ignore

/** The rows by name. */
export const decorrelationRows: ConformanceTable = {
  randomFourier: hostFunction(randomFourier, {
    call: () => randomFourier(rng(1), { features: 3 }),
    bad: {
      'dtype rng': () => randomFourier(1 as never),
      'range features': [() => randomFourier(rng(0), { features: 0 }), () => randomFourier(rng(0), { features: -1, identity: true })],
      'dtype identity': () => randomFourier(rng(0), { identity: 1 as never }),
    },
  }),
  weightedDecorrelation: tensorFunction(weightedDecorrelation, {
    // WGSL promises cosines to 5e-4 only.
    rtol: 1e-2,
    atol: 1e-2,
    at: [z, weights],
    call: {
      normalized: (x, w) => weightedDecorrelation(x, w, { features, mask }),
      paper: (x, w) => weightedDecorrelation(x, w, { form: 'paper' }),
    },
    bad: {
      'range form': () => weightedDecorrelation(z, weights, { form: 'other' as 'paper' }),
      'shape z': [() => weightedDecorrelation([1], [1]), () => weightedDecorrelation([[1]], [1], { form: 'paper' })],
      'shape weights': () => weightedDecorrelation(z, [1]),
      'shape mask': () => weightedDecorrelation(z, weights, { mask: [[1]] }),
      'dtype features': () => weightedDecorrelation(z, weights, { features: 3 as never }),
      'shape features': () => weightedDecorrelation(z, weights, { features: { frequencies: [], phases: [], identity: false } }),
      'shape features.phases': () => weightedDecorrelation(z, weights, { features: { ...features, phases: [1] } }),
    },
  }),
  learnDecorrelationWeights: utility(learnDecorrelationWeights, {
    call: {
      first: () => learnDecorrelationWeights(z, descent, { features, steps: 2 }),
      'with a memory': (keep) => learnDecorrelationWeights(z, descent, { features, mask, steps: 1, memory: remembered(keep) }),
    },
    bad: {
      'dtype optimizer': () => learnDecorrelationWeights(z, 0.1 as never, { features }),
      'dtype features': () => learnDecorrelationWeights(z, descent, {} as never),
      'range steps': () => learnDecorrelationWeights(z, descent, { features, steps: 0 }),
      'range balance': () => learnDecorrelationWeights(z, descent, { features, balance: 0 }),
      'range rate': () => learnDecorrelationWeights(z, descent, { features, rate: 0 }),
      'shape z': () => learnDecorrelationWeights([1], descent, { features }),
      'shape mask': () => learnDecorrelationWeights(z, descent, { features, mask: [[1]] }),
      'shape memory.z': (keep) => learnDecorrelationWeights(z, descent, { features, memory: remembered(keep, [[1, 2, 3]]) }),
    },
  }),
  stabilityClusters: hostFunction(stabilityClusters, {
    call: () => stabilityClusters(environments, 1),
    bad: {
      'shape environments': () => stabilityClusters([environments[0]!], 1),
      'shape environments[0]': () => stabilityClusters([matrixFromRows([[1, 2]]), environments[0]!], 1),
      'shape environments[1]': () => stabilityClusters([environments[0]!, matrixFromRows([[1], [2]])], 1), // prettier-ignore
      'dtype environments[1]': () => stabilityClusters([environments[0]!, [[1]] as never], 1),
      'range k': [0, 3].map((k) => () => stabilityClusters(environments, k)),
    },
  }),
};
