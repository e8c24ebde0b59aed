import { defineTransformation } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { dot, mul, sum, tensor, zeros } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { learnDecorrelationWeights, stabilityClusters, weightedDecorrelation } from '../index.js';
import { averageLinkage, variationOf } from './clusters.js';

oracle(
  'losses/decorrelation',
  (c) =>
    c.kind === 'clusters'
      ? stabilityClusters(c.environments.map(matrixFromRows), c.clusters).labels
      : weightedDecorrelation(c.z, c.weights, { ...c.options, features: c.features, mask: c.mask }),
  // WGSL promises cosines to 5e-4 only.
  { rtol: 1e-3, atol: 1e-2 },
);

const z = [[0, 1], [1, 0], [1, 1], [0, 0]]; // prettier-ignore
const plain = { frequencies: [], phases: [], identity: true };

eachBackend(() => {
  it('dependence under weights is the published one', async () => {
    await expectClose(weightedDecorrelation(z, [0.25, 0.25, 0.25, 0.25]), 0, { atol: 1e-7 });
    await expectClose(weightedDecorrelation(z, [0.1, 0.1, 0.4, 0.4]), 0.0225);
    await expectClose(weightedDecorrelation(z, [0.4, 0.4, 1.6, 1.6], { form: 'paper' }), 0.2704);
    await expectClose(weightedDecorrelation(z, [0.1, 0.1, 0.4, 0.4], { mask: zeros([2, 2]) }), 0);
  });
});

it('variables whose correlation is stable are of one cluster', () => {
  // The correlations of the pairs 01, 02 and 12 in two environments.
  const of = ([a, b, c]: readonly [number, number, number]) => [1, a, b, a, 1, c, b, c, 1];
  const variation = variationOf([of([0.8, 0.1, -0.6]), of([0.7, 0.5, 0.6])]);
  [0.05, 0.2, 0.6].forEach((wanted, i) => expect(variation[[1, 2, 5][i]!]).toBeCloseTo(wanted, 12));
  expect(averageLinkage(variation, 3, 2)).toEqual([0, 0, 1]);
  expect(averageLinkage(variation, 3, 3)).toEqual([0, 1, 2]);
});

it('learned weights undo a dependence, and a memory is of both batches', async () => {
  const descent = defineTransformation('descent', {
    init: () => ({}),
    update: (grads, state) => ({ updates: { v: mul(-4, grads.v!) }, state }),
  });
  const dependent = [[0, 1], [1, 0], [1, 1], [1, 1], [0, 0], [0, 0]]; // prettier-ignore
  const { weights, memory } = learnDecorrelationWeights(dependent, descent, { features: plain, balance: 0.01, steps: 60 });
  await expectClose(sum(weights), 1);
  await expectClose(weightedDecorrelation(dependent, weights), 0, { atol: 1e-3 });
  expect((await dot(weights, weights).data())[0]).toBeLessThan(0.5);
  const next = learnDecorrelationWeights(zeros([6, 2]), descent, { features: plain, steps: 1, memory, rate: 0.25 });
  await expectClose(next.memory.z, mul(0.75, tensor(dependent)));
});
