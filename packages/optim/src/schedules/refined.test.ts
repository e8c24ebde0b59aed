import { expectClose, startBackend } from '@surrogate/testing';
import { hostCases } from '@surrogate/testing/hostCases';
import { step } from '@surrogate/core';
import { tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { chain } from '../transforms/chain.js';
import { trackGradientNorm, type GradientNormState } from '../transforms/trackGradientNorm.js';
import { sgd } from '../optimizers/sgd.js';
import { lastIterateBound, medianFilter, refinedSchedule } from './refined.js';

const table = (norms: readonly number[], options = {}) => norms.map((_, t) => refinedSchedule(norms, options)(t));

describe('medianFilter', () => {
  it.each(hostCases<{ values: number[]; width: number }, number[]>('optim/median_filter'))('is what SciPy gives: $name', async (one) => {
    await expectClose(Array.from(medianFilter(one.inputs.values, one.inputs.width)), one.value);
  });
});

describe('refinedSchedule', () => {
  it('is linear decay where the gradients are of one size', async () => {
    await expectClose(table([1, 1, 1, 1, 1], { normalize: false }), [0.8, 0.6, 0.4, 0.2, 0]);
    await expectClose(table([7, 7, 7, 7, 7]), [1, 0.75, 0.5, 0.25, 0]);
  });

  it('weighs steps by the inverse square of the norms for SGD, by their inverse for Adam', async () => {
    const norms = [1, 2, 2, 1];
    await expectClose(table(norms, { normalize: false }), [0.6, 0.125, 0.1, 0]);
    await expectClose(table(norms, { normalize: false, power: 1 }), [2 / 3, 0.25, 1 / 6, 0]);
    await expectClose(table(norms), [1, 0.2083333, 0.1666667, 0]);
    await expectClose(table(norms, { power: 1, peak: 2 }), [2, 0.75, 0.5, 0]);
  });

  it('does not see a spike that is shorter than half the filter', async () => {
    const norms = Array.from({ length: 100 }, (_, t) => (t === 40 ? 50 : 1));
    await expectClose(table(norms), table(norms.map(() => 1)));
  });

  it('is 0 after the run, and for a run of one step', () => {
    expect(refinedSchedule([1, 2, 3])(1000)).toBe(0);
    expect(refinedSchedule([5])(0)).toBe(0);
  });
});

describe('lastIterateBound', () => {
  it('is the sum that the theorem names', async () => {
    await expectClose(lastIterateBound([0.1, 0.05, 0.02], [1, 2, 1], 1), 3.272605042, { rtol: 1e-9 });
    await expectClose(lastIterateBound([0.1, 0.05, 0.02, 0], [1, 2, 1, 9], 1), 3.272605042, { rtol: 1e-9 });
    // One step: D²/2η + ηG²/2.
    await expectClose(lastIterateBound([0.5], [2], 3), 9 + 1);
  });
});

describe('trackGradientNorm', () => {
  beforeAll(() => startBackend('cpu'));

  it('remembers the norm of each step, and changes none', async () => {
    const optimizer = chain(trackGradientNorm(2), sgd(1));
    let params = { w: tensor([0, 0]) };
    let state = optimizer.init(params);
    for (const g of [[3, 4], [6, -8], [1, 1]]) ({ params, state } = step(optimizer, params, { w: tensor(g) }, state)); // prettier-ignore
    await expectClose((state[0] as GradientNormState).norms, [5, 10]);
    await expectClose(params.w, [-10, 3]);
    const sums = trackGradientNorm(1, { order: 1 });
    await expectClose(sums.update({ w: tensor([3, -4]) }, sums.init(params), params).state.norms, [7]);
  });
});
