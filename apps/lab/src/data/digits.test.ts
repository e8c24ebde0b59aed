import { rng } from '@surrogate/core/host';
import { expect, it } from 'vitest';
import { digitSize, splitDigits } from './digits.js';

it('divides all digits of two classes, in grey', async () => {
  const { train, heldOut } = await splitDigits(rng(0), { heldOut: 100, classes: 2 });
  expect(heldOut.labels.length).toBe(100);
  expect(train.pixels.length).toBe(train.labels.length * digitSize);
  // As many as the package has of 0 and 1.
  expect(train.labels.length + heldOut.labels.length).toBe(1001 + 1127);
  expect(new Set(train.labels)).toEqual(new Set([0, 1]));
  expect(train.pixels.every((x) => x >= 0 && x <= 1)).toBe(true);
  // A one is a stroke: it has less ink than a zero, which is a ring.
  const ink = (digit: number) => {
    const rows = [...train.labels.keys()].filter((i) => train.labels[i] === digit);
    return (
      rows.reduce((sum, i) => sum + train.pixels.subarray(i * digitSize, (i + 1) * digitSize).reduce((a, b) => a + b, 0), 0) / rows.length
    );
  };
  expect(ink(1)).toBeLessThan(0.6 * ink(0));
});
