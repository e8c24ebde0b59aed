import { matrixFromRows } from '@surrogate/core/host';
import { expect, it } from 'vitest';
import { forgetting, kernelFingerprint } from './fingerprint.js';

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
