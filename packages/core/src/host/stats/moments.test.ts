import { describe, expect, it } from 'vitest';
import { isSurrogateError } from '../errors.js';
import { rng } from '../random/rng.js';
import { addToMoments, mergeMoments, noMoments, variance, type Moments } from './moments.js';

const stream = (values: ArrayLike<number>): Moments => Array.from(values).reduce((seen, x) => addToMoments(seen, x), noMoments());

describe('moments', () => {
  it('are those of the two-pass formulas, also far from 0', () => {
    const values = rng(1).fillNormal(new Float64Array(1000), 1e9, 1);
    const centre = values.reduce((sum, x) => sum + (x - 1e9), 0) / 1000;
    const spread = values.reduce((sum, x) => sum + (x - 1e9 - centre) ** 2, 0) / 999;
    const seen = stream(values);
    expect(seen.mean[0]! - 1e9).toBeCloseTo(centre, 5);
    expect(variance(seen)[0]! / spread).toBeCloseTo(1, 6);
  });

  it('merge in any order to those of one stream', () => {
    const values = rng(2).fillNormal(new Float64Array(90), 5, 2);
    const [a, b, c] = [stream(values.subarray(0, 10)), stream(values.subarray(10, 11)), stream(values.subarray(11))];
    const whole = stream(values);
    for (const merged of [mergeMoments(a, mergeMoments(b, c)), mergeMoments(mergeMoments(c, a), b)]) {
      expect(merged.count).toBe(90);
      expect(merged.mean[0]).toBeCloseTo(whole.mean[0]!, 13);
      expect(variance(merged)[0]).toBeCloseTo(variance(whole)[0]!, 12);
    }
    expect(mergeMoments(noMoments(), whole)).toEqual(whole);
    expect(mergeMoments(noMoments(), noMoments())).toEqual(noMoments());
  });

  it('weigh an observation as often as its weight says', () => {
    const weighted = addToMoments(addToMoments(noMoments(2), [1, 10], 3), [5, 20]);
    const repeated = [[1, 10], [1, 10], [1, 10], [5, 20]].reduce((seen, x) => addToMoments(seen, x), noMoments(2)); // prettier-ignore
    expect(weighted.count).toBe(4);
    [0, 1].forEach((i) => expect(variance(weighted, 0)[i]).toBeCloseTo(variance(repeated, 0)[i]!, 13));
    expect(addToMoments(weighted, [99, 99], 0)).toEqual(weighted);
  });

  it('leave what they are made of alone, have no variance of one number, and refuse other sizes', () => {
    const before = stream([1, 2]);
    addToMoments(before, 7);
    expect(before).toEqual(stream([1, 2]));
    expect(variance(stream([3]))[0]).toBeNaN();
    expect(variance(stream([3]), 0)[0]).toBe(0);
    for (const body of [
      () => addToMoments(noMoments(2), 1),
      () => mergeMoments(noMoments(2), noMoments()),
      () => addToMoments(noMoments(), 1, -1),
      () => variance(noMoments(), NaN),
    ])
      expect(body).toThrow(expect.toSatisfy(isSurrogateError));
  });
});
