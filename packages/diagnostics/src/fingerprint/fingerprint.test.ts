import { matrixFromRows } from '@surrogate/core/host';
import { rng } from '@surrogate/core';
import { eachBackend } from '@surrogate/testing';
import { mul, square, sum, tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { forgetting, kernelFingerprint } from './fingerprint.js';
import { activationFingerprint, solutionFingerprint } from './solutionFingerprint.js';

it('counts directions by their share and by their strength', () => {
  const two = kernelFingerprint(matrixFromRows([[3, 0], [0, 1]])); // prettier-ignore
  expect(two.effectiveRank).toBeCloseTo(1.7547653506, 9);
  expect(two.stableRank).toBeCloseTo(10 / 9, 12);
  const one = kernelFingerprint(matrixFromRows([[1, 2, -1], [2, 4, -2]])); // prettier-ignore
  expect([one.effectiveRank, one.stableRank].map((rank) => Math.round(1e6 * rank) / 1e6)).toEqual([1, 1]);
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
  const turned = kernelFingerprint(matrixFromRows([[c, -s, 0], [s, c, 0], [0, 0, 1]])); // prettier-ignore
  expect(turned.effectiveRank).toBeCloseTo(3, 9);
  expect(turned.stableRank).toBeCloseTo(3, 9);
  expect(turned.sparsity).toBeCloseTo(4 / 9, 12);
});

it('says what was lost since it was learned', () => {
  expect(forgetting([[0.9], [0.5, 0.8]])).toBeCloseTo(0.4, 12);
  expect(forgetting([[1], [0.9, 1], [0.4, 0.8, 1]])).toBeCloseTo((0.6 + 0.2) / 2, 12);
});

it('counts the units that are never on', () => {
  const found = activationFingerprint(matrixFromRows([[3, 0, -1, 0], [0, 1, 0, 0]])); // prettier-ignore
  expect([found.deadUnits, found.active]).toEqual([0.5, 0.25]);
  expect(activationFingerprint(matrixFromRows([[3, 0, 0], [0, 1, 0]])).effectiveRank).toBeCloseTo(1.7547653506, 9); // prettier-ignore
});

eachBackend(() => {
  it('takes in kernels, their updates, units, and the sharpness', async () => {
    const params = { w: tensor([[4, 0], [0, 2]]), b: tensor([1, 2]), conv: tensor([[[[1, 2]], [[2, 4]]]]) }; // prettier-ignore
    const start = { w: tensor([[1, 0], [0, 1]]), b: tensor([0, 0]), conv: tensor([[[[1, 2]], [[2, 3]]]]) }; // prettier-ignore
    const found = await solutionFingerprint(params, {
      start,
      activations: { hidden: tensor([[1, 0], [2, 0]]) }, // prettier-ignore
      loss: ({ w }) => sum(mul(square(w), [[0.5, 3], [1, 0]])), // prettier-ignore
      rng: rng(0),
      iterations: 30,
    });
    expect(Object.keys(found.kernels)).toEqual(['conv', 'w']);
    expect(found.kernels['w']!.stableRank).toBeCloseTo(20 / 16, 5);
    expect(found.updates['w']!.effectiveRank).toBeCloseTo(1.7547653506, 5);
    expect(found.kernels['conv']!.effectiveRank).toBeCloseTo(1, 3);
    expect(found.updates['conv']!.sparsity).toBeCloseTo(0.75, 12);
    expect(found.activations['hidden']!.deadUnits).toBe(0.5);
    expect(found.sharpness).toBeCloseTo(6, 3);
  });
});
