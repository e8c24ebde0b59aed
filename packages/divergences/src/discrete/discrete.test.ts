import { logSoftmax } from '@surrogate/core';
import { eachBackend, expectClose, oracle, type OracleCase } from '@surrogate/testing';
import { square, sum, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import * as divergences from '../index.js';
import { bregmanDivergence, bregmanPotential, renyiDivergence, tsallisDivergence, type BregmanPotential } from '../index.js';

const none = { reduction: 'none' } as const;
const calls: Record<string, (c: OracleCase) => Tensor> = {
  renyi: ({ p, q, options }) =>
    renyiDivergence(logSoftmax(p as Tensor), logSoftmax(q as Tensor), {
      ...none,
      alpha: Number((options as { alpha: number | string }).alpha),
    }),
  tsallis: ({ p, q, options }) => tsallisDivergence(logSoftmax(p as Tensor), logSoftmax(q as Tensor), { ...none, ...(options as object) }),
  bregman: ({ x, y, potential }) =>
    bregmanDivergence(x as Tensor, y as Tensor, (divergences as unknown as Record<string, BregmanPotential>)[potential as string]!, none),
};
oracle('divergences/discrete', (c) => calls[c.call as string]!(c), { rtol: 1e-3, atol: 1e-5 });

const [p, q] = [[0.7, 0.2, 0.1].map(Math.log), [0.3, 0.4, 0.3].map(Math.log)] as [number[], number[]];
const value = async (made: Tensor) => (await made.data<'float32'>())[0]!;

eachBackend(() => {
  it('gives the numbers that were derived elsewhere', async () => {
    for (const [alpha, expected] of [
      [0.25, 0.0894854022],
      [0.5, 0.1791813369],
      [2, 0.5690945319],
      [5, 0.7582945513],
      [Infinity, 0.8472978604],
    ] as const)
      // prettier-ignore
      await expectClose(renyiDivergence(p, q, { alpha }), expected, { rtol: 1e-4 });
  });

  it('is exactly 0 where both are equal, and precise where they nearly are', async () => {
    const off = [0.7 + 1e-4, 0.2 - 1e-4, 0.1].map(Math.log);
    for (const alpha of [0.3, 2, 7]) {
      await expectClose(renyiDivergence(p, p, { alpha }), 0, { atol: 0 });
      const chi = (1e-8 / 0.7 + 1e-8 / 0.2) * (alpha / 2);
      expect((await value(renyiDivergence(off, p, { alpha }))) / chi).toBeCloseTo(1, 1);
    }
  });

  it('is infinite where it should be, and nowhere NaN', async () => {
    const [left, right, whole] = [[0, -Infinity, -Infinity], [-Infinity, 0, -Infinity], [Math.log(0.5), Math.log(0.5), -Infinity]]; // prettier-ignore
    for (const alpha of [0.5, 1, 2, Infinity]) {
      expect(await value(renyiDivergence(left, right, { alpha }))).toBe(Infinity);
      await expectClose(renyiDivergence(left, whole, { alpha }), Math.LN2, { rtol: 1e-5 });
      await expectClose(renyiDivergence(whole, whole, { alpha }), 0, { atol: 1e-6 });
    }
    expect(await value(renyiDivergence(whole, left, { alpha: 2 }))).toBe(Infinity);
    await expectClose(renyiDivergence(whole, left, { alpha: 0.5 }), Math.LN2, { rtol: 1e-5 });
    expect(await value(tsallisDivergence(whole, left, { order: 2 }))).toBe(Infinity);
    await expectClose(bregmanDivergence([0, 1], [0.5, 0.5], divergences.negativeEntropy), Math.LN2, { rtol: 1e-5 });
    await expectClose(bregmanDivergence([0, 1], [0.5, 0.5], divergences.coinEntropy), 2 * Math.LN2, { rtol: 1e-5 });
  });

  it('a potential by differentiation is the one that is written out', async () => {
    const own = bregmanPotential('own', (x) => sum(square(x), -1));
    await expectClose(
      bregmanDivergence([1, 2], [2, 4], own),
      2 * (await value(bregmanDivergence([1, 2], [2, 4], divergences.squaredNorm))),
    );
  });
});
