import { logSoftmax, rng } from '@surrogate/core';
import { eachBackend, expectClose, keeping, oracle } from '@surrogate/testing';
import { tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  classMoments,
  fitLogisticProbe,
  logisticExcessBound,
  mergeClassMoments,
  naiveBayesProbe,
  probeLearningCurve,
  probeLogits,
} from '../index.js';

const x = [
  [0, 0],
  [2, 0],
  [4, 4],
  [6, 8],
];
const y = [0, 0, 1, 1];

describe('the naive Bayes probe', () => {
  oracle('diagnostics/naive_bayes', (c) =>
    tidy(() => logSoftmax(probeLogits(c.unseen, naiveBayesProbe(classMoments(c.features, c.labels, c.classes))))),
  );

  eachBackend(() => {
    it('has the joint log-likelihood of the worked example, up to the term that classes share', () =>
      keeping(async (keep) => {
        const z = keep(tidy(() => probeLogits([[3, 1.5]], naiveBayesProbe(classMoments(x, y, 2)))));
        const shared = (3 ** 2 / 1 + 1.5 ** 2 / 2) / 2;
        await expectClose(z, [[-3.2556472 + shared, -7.7556472 + shared]], { atol: 2e-6 });
      }));

    it('sees a stream as it sees the whole, though a chunk lacks a class', () =>
      keeping(async (keep) => {
        const whole = classMoments(x, y, 2);
        const merged = tidy(() => ({ ...mergeClassMoments(classMoments(x.slice(0, 1), [0], 2), classMoments(x.slice(1), [0, 1, 1], 2)) }));
        for (const part of ['counts', 'means', 'squares'] as const) await expectClose(keep(merged[part]), keep(whole[part]));
      }));

    it('never decides for a class that it has not seen', () =>
      keeping(async (keep) => {
        const z = keep(tidy(() => probeLogits(x, naiveBayesProbe(classMoments(x, [0, 0, 2, 2], 3)))));
        const unseen = (await z.data()).filter((_, i) => i % 3 === 1);
        expect([...unseen]).toEqual([-Infinity, -Infinity, -Infinity, -Infinity]);
      }));
  });
});

describe('the logistic probe', () => {
  oracle('diagnostics/logistic', (c) => fitLogisticProbe(c.features, c.labels, c.classes, c.options), { rtol: 1e-4, atol: 1e-5 });
});

describe('the learning curve', () => {
  it('gives each probe the same draws', async () => {
    const seen: number[][] = [];
    const spy = async (features: Parameters<typeof classMoments>[0], labels: Parameters<typeof classMoments>[1]) => {
      const probe = naiveBayesProbe(classMoments(features, labels, 2));
      seen.push([...(await (features as { data(): Promise<Float32Array> }).data())]);
      return probe;
    };
    const examples = { features: x, labels: y };
    const curve = await probeLearningCurve(
      examples,
      examples,
      { classes: 2, sizes: [2, 3], repeats: 2, probes: { a: spy, b: spy } },
      rng(3),
    );
    expect(seen).toHaveLength(8);
    for (let i = 0; i < 8; i += 2) expect(seen[i]).toEqual(seen[i + 1]);
    expect(seen[2]!.slice(0, 4)).toEqual(seen[0]);
    expect(curve.map(({ examples: size }) => size)).toEqual([2, 3]);
    for (const { accuracy } of curve) expect(accuracy['a']).toBe(accuracy['b']);
  });
});

describe('the bound on excess errors', () => {
  /** What an excess error of b costs in logistic loss at least. */
  const transform = (b: number) => ((1 + b) * Math.log1p(b) + (b === 1 ? 0 : (1 - b) * Math.log1p(-b))) / 2;

  it('is above the sharp one, and touches it where both are small', () => {
    for (let b = 0.01; b <= 1; b += 0.01) expect(logisticExcessBound(transform(b))).toBeGreaterThanOrEqual(b);
    expect(logisticExcessBound(transform(1e-3)) / 1e-3).toBeCloseTo(1, 5);
    expect(logisticExcessBound(0.02)).toBeCloseTo(0.2, 12);
    // Γ(0.02) = 0.1993304 is the sharp bound.
    expect(transform(0.1993304)).toBeCloseTo(0.02, 8);
  });
});
