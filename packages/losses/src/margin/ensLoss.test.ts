import { rng } from '@surrogate/core';
import { grad, mul, sum, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose } from '@surrogate/testing';
import { expect, it } from 'vitest';
import { calibratedDerivatives, derivativesOf, ensLoss, inverseBoxCox } from './ensLoss.js';

it('inverts Box-Cox as published', () => {
  expect(inverseBoxCox(0.5, 0)).toBeCloseTo(1.6487213, 6);
  expect(inverseBoxCox(0.5, 0.5)).toBeCloseTo(1.5625, 6);
  expect(inverseBoxCox(0.5, -0.5)).toBeCloseTo(1.7777778, 6);
  expect(inverseBoxCox(-3, 0.5)).toBe(0);
  expect(inverseBoxCox(3, -0.5)).toBe(Infinity);
});

eachBackend(() => {
  it('gives the published derivatives for the published draws', async () => {
    const margins = tensor1d([0.2, -1, 2]);
    const slopes = derivativesOf([0.3, -0.5, 1], margins, 0);
    await expectClose(slopes, [-1.000001, -1.000001, -0.3032663]);
    await expectClose(mul(sum(mul(slopes, margins)), 1 / 3), 0.0644894);
  });

  it('draws negative derivatives that rise with the margin', async () => {
    const margins = [0.9, -2, 0.1, -0.4, 0.5];
    for (const lambda of [-0.7, 0, 0.7]) {
      const slopes = await calibratedDerivatives(margins, rng(3), { lambda }).data();
      const sorted = margins.map((m, i) => [m, slopes[i]!] as const).sort(([a], [b]) => a - b);
      sorted.forEach(([, slope], i) => expect(slope < 0 && (i === 0 || slope >= sorted[i - 1]![1])).toBe(true));
    }
  });

  it('has the drawn derivatives as its gradient', async () => {
    const slope = grad((s: Tensor) => ensLoss(s, [1, 0, 1], rng(5)))(tensor1d([0.3, 0.8, -2]));
    const drawn = calibratedDerivatives([0.3, -0.8, -2], rng(5));
    await expectClose(slope, mul(drawn, [1 / 3, -1 / 3, 1 / 3]));
  });
});
