import { rng } from '@surrogate/core';
import { eachBackend, expectClose, keeping } from '@surrogate/testing';
import { matMul, mul, tensor, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cosineLogits, crossEntropy, logitFactors, reservoir, reservoirAdd, reservoirSample, uerLoss } from '../index.js';

const h = [[3, 4]];
const w = [
  [1, 0, -1],
  [0, 2, 1],
];

describe('angles and norms', () => {
  eachBackend(() => {
    it('agree with the worked example', () =>
      keeping(async (keep) => {
        await expectClose(keep(cosineLogits(h, w, { temperature: 1 })), [[0.6, 0.8, 0.1414214]]);
        await expectClose(keep(cosineLogits(h, w)), [[6.6666667, 8.8888889, 1.5713484]]);
        await expectClose(keep(uerLoss({ features: h, labels: [0] }, undefined, w)), 2.3257096);
        const replayed = uerLoss({ features: h, labels: [0] }, { features: h, labels: [1] }, w);
        await expectClose(keep(replayed), 2.3257096 + 0.0076207, { rtol: 1e-6 });
      }));

    it('multiply to the dot product, and no length moves the angle', () =>
      keeping(async (keep) => {
        const { angle, norm } = logitFactors(h, w);
        const [a, n] = [keep(angle), keep(norm)];
        await expectClose(keep(mul(a, n)), keep(tidy(() => matMul(tensor(h), tensor(w)))));
        const long = w.map((row) => row.map((x, k) => x * (k === 1 ? 5 : 1)));
        await expectClose(keep(cosineLogits([[15, 20]], long)), keep(cosineLogits(h, w)));
      }));

    it('leave plain replay where the stream is weightless in its own term', () =>
      keeping(async (keep) => {
        const both = keep(uerLoss({ features: h, labels: [0] }, { features: h, labels: [2] }, w, { replayWeight: 3 }));
        const [now, before] = [
          crossEntropy(keep(cosineLogits(h, w)), [0]),
          crossEntropy(keep(tidy(() => matMul(tensor(h), tensor(w)))), [2]),
        ];
        const [x, y] = [(await keep(now).data())[0]!, (await keep(before).data())[0]!];
        await expectClose(both, x + 3 * y);
      }));
  });
});

describe('the reservoir', () => {
  it('keeps every item of the stream with the same chance', () => {
    const counts = new Array<number>(20).fill(0);
    const source = rng(5);
    for (let run = 0; run < 2000; run++)
      for (const item of reservoirAdd(reservoir<number>(5), [...counts.keys()], source).items) counts[item]!++;
    // A quarter of 2000, with a standard deviation of 19.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(80);
  });

  it('keeps its size, and what it was stays', () => {
    const before = reservoirAdd(reservoir<string>(2), ['a', 'b'], rng(0));
    const after = reservoirAdd(before, [...'cdefghij'], rng(1));
    expect(before.items).toEqual(['a', 'b']);
    expect([after.items.length, after.seen]).toEqual([2, 10]);
    expect(reservoirSample(after, 5, rng(2)).sort()).toEqual([...after.items].sort());
  });
});
