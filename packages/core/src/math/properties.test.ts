import { dotLast, logSoftmax, logSumExp, max, min, softmax, tokenEntropy, tokenLogProbs } from '@surrogate/core';
import { expectClose, logitsAndLabels, property, rowsOfNumbers } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';

const tolerance = { rtol: 1e-5, atol: 1e-5 };
const shifted = (rows: readonly number[][], by: number) => rows.map((row) => row.map((x) => x + by));

describe('whatever the logits', () => {
  it('softmax sums to 1 and does not see a shift', () =>
    property(rowsOfNumbers(), async (z) => {
      const p = softmax(z);
      await expectClose(
        dotLast(
          p,
          z.map((row) => row.map(() => 1)),
        ),
        z.map(() => 1),
        tolerance,
      );
      await expectClose(softmax(shifted(z, 7)), p, tolerance);
    }));

  it('logSumExp lies between the maximum and the maximum plus log K', () =>
    property(rowsOfNumbers(-100, 100), async (z) => {
      const [lse, top] = [await logSumExp(z).data(), await max(z, { axis: -1 }).data()];
      lse.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(top[i]! - 1e-4);
        expect(value).toBeLessThanOrEqual(top[i]! + Math.log(z[0]!.length) + 1e-4);
      });
    }));

  it('the minimum is minus the maximum of what is negated', () =>
    property(rowsOfNumbers(), async (z) => {
      const negated = z.map((row) => row.map((x) => -x));
      await expectClose(
        min(z, { axis: 0 }),
        (await max(negated, { axis: 0 }).data()).map((x) => -x),
      );
    }));

  it('a token is as likely as the log-softmax says', () =>
    property(logitsAndLabels(), async ({ logits, labels }) => {
      const all = await logSoftmax(logits).data();
      const classes = logits[0]!.length;
      await expectClose(
        tokenLogProbs(logits, labels),
        labels.map((label, row) => all[row * classes + label]!),
        tolerance,
      );
    }));

  it('an entropy is between 0 and log V', () =>
    property(rowsOfNumbers(-50, 50), async (z) => {
      for (const entropy of await tokenEntropy(z).data()) {
        expect(entropy).toBeGreaterThanOrEqual(-1e-5);
        expect(entropy).toBeLessThanOrEqual(Math.log(z[0]!.length) + 1e-5);
      }
    }));
});
