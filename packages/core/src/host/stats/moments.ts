/** @file Means and variances of streams, which can be merged. */
import { checkAtLeast, fail } from '../../inputs/checks.js';

/** The count, the mean and the sum of squared deviations of numbers, a coordinate each: plain JSON but for the typed arrays. */
export interface Moments {
  /** How many numbers, or the sum of their weights. */
  readonly count: number;
  /** The mean of each coordinate. */
  readonly mean: Float64Array;
  /** Σ w (x - mean)². */
  readonly squares: Float64Array;
}

/**
 * The moments of nothing yet.
 *
 * @param size how many coordinates. Default 1.
 * @returns moments of count 0.
 * @example
 * import { noMoments } from '@surrogate/core/host';
 * noMoments(3).count; // 0
 */
export const noMoments = (size = 1): Moments => ({ count: 0, mean: new Float64Array(size), squares: new Float64Array(size) });

/**
 * Adds one observation.
 *
 * @param moments what was seen before; left as it is.
 * @param x a number a coordinate; a plain number for one coordinate.
 * @param weight how much it counts, at least 0. Default 1.
 * @returns the new moments.
 * @throws SurrogateError `shape` when the sizes differ, `range` when the weight is negative.
 * @see Welford: Note on a Method for Calculating Corrected Sums of Squares and Products, 1962
 * @example
 * import { addToMoments, noMoments, variance } from '@surrogate/core/host';
 * const seen = [1, 2, 3].reduce((moments, x) => addToMoments(moments, x), noMoments());
 * variance(seen)[0]; // 1
 */
export function addToMoments(moments: Moments, x: number | ArrayLike<number>, weight = 1): Moments {
  checkAtLeast('addToMoments', 'weight', weight, 0);
  const mean = typeof x === 'number' ? Float64Array.of(x) : Float64Array.from(x);
  if (mean.length !== moments.mean.length)
    fail('shape', 'addToMoments', 'x', `must have ${moments.mean.length} coordinates, got ${mean.length}`);
  return combined(moments, { count: weight, mean, squares: new Float64Array(mean.length) });
}

/**
 * The moments of two streams together.
 *
 * @param a moments of one stream.
 * @param b moments of another.
 * @returns what one stream of both would have, up to rounding; the order does not matter.
 * @throws SurrogateError `shape` when the sizes differ.
 * @see Chan, Golub, LeVeque: Updating Formulae and a Pairwise Algorithm for Computing Sample Variances, 1979
 * @example
 * import { addToMoments, mergeMoments, noMoments } from '@surrogate/core/host';
 * const [a, b] = [addToMoments(noMoments(), 1), addToMoments(noMoments(), 5)];
 * mergeMoments(a, b).mean[0]; // 3
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (b.mean.length !== a.mean.length)
    fail('shape', 'mergeMoments', 'b', `must have ${a.mean.length} coordinates, as a has, got ${b.mean.length}`);
  return combined(a, b);
}

function combined(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  if (count === 0) return a;
  const share = b.count / count;
  return {
    count,
    mean: a.mean.map((mean, i) => (share === 0 ? mean : mean + (b.mean[i]! - mean) * share)),
    squares: a.squares.map((sum, i) => (share === 0 ? sum : sum + b.squares[i]! + (b.mean[i]! - a.mean[i]!) ** 2 * a.count * share)),
  };
}

/**
 * The variance of each coordinate.
 *
 * @param moments of a stream.
 * @param ddof what is taken from the count in the denominator: 1 for the sample variance, 0 for that of the population. Default 1.
 * @returns a variance a coordinate; NaN when the count is not above ddof.
 * @throws SurrogateError `range` when ddof is negative.
 * @example
 * import { addToMoments, noMoments, variance } from '@surrogate/core/host';
 * const seen = [1, 3].reduce((moments, x) => addToMoments(moments, x), noMoments());
 * variance(seen, 0)[0]; // 1
 */
export function variance(moments: Moments, ddof = 1): Float64Array {
  checkAtLeast('variance', 'ddof', ddof, 0);
  return moments.squares.map((sum) => (moments.count > ddof ? sum / (moments.count - ddof) : NaN));
}
