import { eachBackend, expectClose, keeping, property, rowsOfNumbers } from '@surrogate/testing';
import { argMax, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fitTemperature, smoothingInverse, temperatureScaling, utilityProbs } from '../index.js';

describe('utilities as probabilities', () => {
  eachBackend(() => {
    it('undo label smoothing, and a row that is clipped away is certain of its first choice', () =>
      keeping(async (keep) => {
        const smoothed = [0.655, 0.205, 0.07, 0.07].map(Math.log);
        await expectClose(keep(utilityProbs(smoothed, smoothingInverse(0.1))), [0.7, 0.2, 0.05, 0.05], { atol: 1e-6 });
        // So much smoothing leaves nothing but rounding.
        await expectClose(keep(utilityProbs([0, 0], smoothingInverse(1 - 1e-12))), [1, 0]);
      }));

    it('are softmax without smoothing, and at temperature 1', () =>
      keeping(async (keep) => {
        const logits = [0, Math.log(3)];
        for (const transform of [smoothingInverse(0), temperatureScaling(1)])
          await expectClose(keep(utilityProbs(logits, transform)), [0.25, 0.75]);
      }));
  });

  it('keep the first choice', () =>
    property(rowsOfNumbers(-4, 4), (rows) =>
      keeping(async (keep) => {
        const logits = keep(tensor2d(rows));
        for (const transform of [smoothingInverse(0.2), temperatureScaling(0.5), temperatureScaling(3)]) {
          const probs = keep(utilityProbs(logits, transform));
          const chosen = await keep(argMax(probs, 1)).data();
          const values = await probs.data();
          rows.forEach((row, i) => {
            const best = Math.max(...row);
            // Ties may fall either way.
            expect(row[chosen[i]!]!).toBeGreaterThan(best - 1e-5);
            expect([...values.slice(i * row.length, (i + 1) * row.length)].reduce((a, b) => a + b)).toBeCloseTo(1, 5);
          });
        }
      }),
    ));

  it('find the temperature that labels were drawn at', async () => {
    const z = 3 * Math.log(4);
    // Four in five are the first: the odds of 4 are those of z at T = 3.
    expect(await fitTemperature(Array.from({ length: 5 }, () => [z, 0]), [0, 0, 0, 0, 1])).toBeCloseTo(3, 5); // prettier-ignore
    expect(await fitTemperature([[1, 0]], [0])).toBeCloseTo(0.05, 6);
  });
});
