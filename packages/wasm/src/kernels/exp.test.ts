import { describe, expect, it } from 'vitest';
import { bothBuilds } from '../testing/builds.js';

describe.each(bothBuilds())('the $name build', ({ memory, run: { expArray, logArray, powerArray } }) => {
  /** exp or log of float32 numbers, and the distance to the truth in units of the last place. */
  function errorIn(values: Float32Array, approximate = expArray, exact = Math.exp): number {
    const at = 65536;
    new Float32Array(memory.buffer, at, values.length).set(values);
    approximate(at, at + values.byteLength, values.length);
    const made = new Float32Array(memory.buffer, at + values.byteLength, values.length);
    let worst = 0;
    values.forEach((x, i) => {
      const truth = exact(x);
      const ulp = 2 ** Math.max(Math.floor(Math.log2(Math.abs(truth))) - 23, -149);
      worst = Math.max(worst, Math.abs(made[i]! - truth) / ulp);
    });
    return worst;
  }

  it('errs by less than one and a half units in the last place, for every exponent that has a normal result', () => {
    let worst = 0;
    for (let exponent = -126; exponent <= 6; exponent++) {
      for (const sign of [-1, 1]) {
        const values = Float32Array.from({ length: 5003 }, (_, i) => sign * 2 ** exponent * (1 + i / 5003)).filter(
          (x) => x >= -87.3 && x <= 88,
        );
        worst = Math.max(worst, errorIn(values));
      }
    }
    expect(worst).toBeLessThan(1.5);
  });

  it('is exact at 0, reaches into the subnormal numbers, and keeps NaN', () => {
    const view = new Float32Array(memory.buffer, 65536, 12);
    view.set([0, -0, -105, -1e30, -Infinity, NaN]);
    expArray(65536, 65536 + 24, 6);
    expect([...view.subarray(6)]).toEqual([1, 1, 0, 0, 0, NaN]);
  });

  it('takes powers of 2 below 1 to within one and a half units in the last place, and is exactly 0 at -127 and below', () => {
    let worst = 0;
    for (let exponent = -126; exponent <= 6; exponent++) {
      const values = Float32Array.from({ length: 5003 }, (_, i) => -(2 ** exponent) * (1 + i / 5003)).filter((y) => y >= -126);
      worst = Math.max(
        worst,
        errorIn(values, powerArray, (y) => 2 ** y),
      );
    }
    expect(worst).toBeLessThan(1.5);
    const view = new Float32Array(memory.buffer, 65536, 16);
    view.set([0, -0, -126, -127, -127.5, -1e30, -Infinity, NaN]);
    powerArray(65536, 65536 + 32, 8);
    expect([...view.subarray(8)]).toEqual([1, 1, 2 ** -126, 0, 0, 0, 0, NaN]);
    view.set(Float32Array.from({ length: 8 }, (_, i) => -126 - (i + 0.5) / 8));
    powerArray(65536, 65536 + 32, 8);
    for (const value of view.subarray(8)) expect(value >= 0 && value < 2 ** -126).toBe(true);
  });

  it('takes logarithms to within one and a half units in the last place, for every exponent of a normal number', () => {
    let worst = 0;
    for (let exponent = -126; exponent <= 127; exponent++)
    worst = Math.max(worst, errorIn(Float32Array.from({ length: 5003 }, (_, i) => 2 ** exponent * (1 + i / 5003)).filter((x) => x !== 1), logArray, Math.log)); // prettier-ignore
    expect(worst).toBeLessThan(1.5);
    const view = new Float32Array(memory.buffer, 65536, 6);
    view.set([0, 1, NaN]);
    logArray(65536, 65536 + 12, 3);
    expect([...view.subarray(3)]).toEqual([-Infinity, 0, NaN]);
  });
});
