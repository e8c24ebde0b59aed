import { logSoftmax } from '@surrogate/core';
import { eachBackend, expectClose, oracle, type OracleCase } from '@surrogate/testing';
import { square, sum, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import * as divergences from '../index.js';
import {
  bhattacharyyaCoefficient,
  bhattacharyyaDistance,
  bregmanDivergence,
  bregmanPotential,
  categoricalCauchySchwarz,
  fisherRaoDistance,
  renyiDivergence,
  tsallisDivergence,
  type BregmanPotential,
} from '../index.js';

const none = { reduction: 'none' } as const;
const calls: Record<string, (c: OracleCase) => Tensor> = {
  renyi: ({ p, q, options }) =>
    renyiDivergence(logSoftmax(p as Tensor), logSoftmax(q as Tensor), {
      ...none,
      alpha: Number((options as { alpha: number | string }).alpha),
    }),
  tsallis: ({ p, q, options }) => tsallisDivergence(logSoftmax(p as Tensor), logSoftmax(q as Tensor), { ...none, ...(options as object) }),
  bhattacharyya: ({ p, q }) => bhattacharyyaDistance(logSoftmax(p as Tensor), logSoftmax(q as Tensor), none),
  coefficient: ({ p, q }) => bhattacharyyaCoefficient(logSoftmax(p as Tensor), logSoftmax(q as Tensor), none),
  fisherRao: ({ p, q }) => fisherRaoDistance(logSoftmax(p as Tensor), logSoftmax(q as Tensor), none),
  cauchySchwarz: ({ p, q }) => categoricalCauchySchwarz(logSoftmax(p as Tensor), logSoftmax(q as Tensor), none),
  bregman: ({ x, y, potential }) =>
    bregmanDivergence(x as Tensor, y as Tensor, (divergences as unknown as Record<string, BregmanPotential>)[potential as string]!, none),
};
oracle('divergences/discrete', (c) => calls[c.call as string]!(c), { rtol: 1e-3, atol: 1e-5 });

const [p, q] = [[0.7, 0.2, 0.1].map(Math.log), [0.3, 0.4, 0.3].map(Math.log)] as [number[], number[]];
const value = async (made: Tensor) => (await made.data<'float32'>())[0]!;

eachBackend(() => {
  it('angles are right where they are small, and where nothing is shared', async () => {
    const off = [0.7 + 1e-4, 0.2 - 1e-4, 0.1];
    const logs = off.map(Math.log);
    const chi = 1e-8 / 0.7 + 1e-8 / 0.2;
    expect((await value(fisherRaoDistance(logs, p))) / Math.sqrt(chi)).toBeCloseTo(1, 2);
    expect((await value(bhattacharyyaDistance(logs, p))) / (chi / 8)).toBeCloseTo(1, 1);
    // The squared sine of the angle, by the cross product.
    const [u, v] = [off, [0.7, 0.2, 0.1]] as const;
    const cross = [[0, 1], [0, 2], [1, 2]].reduce((total, [i, j]) => total + (u[i!]! * v[j!]! - u[j!]! * v[i!]!) ** 2, 0); // prettier-ignore
    const square = (w: readonly number[]) => w.reduce((total, one) => total + one * one, 0);
    expect((await value(categoricalCauchySchwarz(logs, p))) / (cross / (square(u) * square(v)))).toBeCloseTo(1, 1);
    const [left, right] = [[0, -Infinity], [-Infinity, 0]]; // prettier-ignore
    await expectClose(fisherRaoDistance(left, right), Math.PI, { rtol: 1e-4 });
    await expectClose(bhattacharyyaCoefficient(left, right), 0, { atol: 0 });
    for (const distance of [bhattacharyyaDistance, categoricalCauchySchwarz]) expect(await value(distance(left, right))).toBe(Infinity);
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

// What is true of formulas is shown once; that the backends agree is for the oracle and the table of all exports.
eachBackend(
  () => {
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
      for (const [order, expected] of [
        [0.5, 0.1713892745],
        [2, 0.7666666667],
        [3, 1.4361111111],
      ] as const)
        // prettier-ignore
        await expectClose(tsallisDivergence(p, q, { order }), expected, { rtol: 1e-5 });
      await expectClose(bhattacharyyaDistance(p, q), 0.0895906684, { rtol: 1e-5 });
      await expectClose(fisherRaoDistance(p, q), 0.8340135707, { rtol: 1e-4 });
      await expectClose(categoricalCauchySchwarz(p, q), 0.5838727656, { rtol: 1e-5 });
      const { squaredNorm, negativeEntropy, burgEntropy, logPartition } = divergences;
      for (const [potential, expected] of [
        [squaredNorm, 1],
        [negativeEntropy, 0.4959226032],
        [burgEntropy, 0.2652789553],
      ] as const)
        // prettier-ignore
        await expectClose(bregmanDivergence([1, 2], [2, 3], potential), expected, { rtol: 1e-5 });
      await expectClose(bregmanDivergence([1, 0, -1], [0, 0.5, 0.2], logPartition), 0.3876534148, { rtol: 1e-5 });
    });

    it('of order 0 it is what Q has where P has anything', async () => {
      const some = [0.6, 0.4, 0].map(Math.log);
      await expectClose(renyiDivergence(some, q, { alpha: 0 }), -Math.log(0.7), { rtol: 1e-5 });
      await expectClose(renyiDivergence(p, q, { alpha: 0 }), 0, { atol: 0 });
      // Where less of Q is shared than not, and where little is not.
      await expectClose(renyiDivergence([0, -Infinity, -Infinity], q, { alpha: 0 }), -Math.log(0.3), { rtol: 1e-5 });
      await expectClose(renyiDivergence(some, [0.5, 0.4999, 1e-4].map(Math.log), { alpha: 0 }), 1e-4, { rtol: 1e-3 });
      // The limit from above.
      await expectClose(renyiDivergence(some, q, { alpha: 0.002 }), -Math.log(0.7), { rtol: 0.02 });
    });
  },
  { backends: ['cpu'] },
);
