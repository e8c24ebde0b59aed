/** @file The minimum of a function of one number, by golden sections. */
import { checkAbove, checkFinite, fail } from '../../inputs/checks.js';

/** When {@link goldenSection} stops. */
export interface GoldenSectionOptions {
  /** The length of the interval that is left, relative to its ends. Default 1e-8, the square root of what a double can tell apart in f. */
  tolerance?: number | undefined;
}

const ratio = (Math.sqrt(5) - 1) / 2;

/**
 * The minimum of a function with one valley in an interval; with several valleys, the bottom of one of them.
 *
 * @param f a function of one number.
 * @param low the lower end.
 * @param high the upper end.
 * @returns where the least value was seen, and that value.
 * @throws SurrogateError `range` when low is not below high or f is NaN.
 * @see Kiefer: Sequential Minimax Search for a Maximum, 1953
 * @example
 * import { goldenSection } from '@surrogate/core/host';
 * goldenSection((x) => (x - 1) ** 2 + 3, 0, 5).value; // 3
 */
export function goldenSection(
  f: (x: number) => number,
  low: number,
  high: number,
  options: GoldenSectionOptions = {},
): { x: number; value: number } {
  const { tolerance = 1e-8 } = options;
  checkFinite('goldenSection', 'low', low);
  checkFinite('goldenSection', 'high', high);
  checkAbove('goldenSection', 'high', high, low);
  checkAbove('goldenSection', 'tolerance', tolerance, 0);
  const at = (x: number): { x: number; value: number } => {
    const value = f(x);
    if (Number.isNaN(value)) fail('range', 'goldenSection', 'f', `must not be NaN in [low, high], got it at ${x}`);
    return { x, value };
  };
  let [a, b] = [low, high];
  let left = at(b - ratio * (b - a));
  let right = at(a + ratio * (b - a));
  let best = [at(low), at(high), left, right].reduce((least, point) => (point.value < least.value ? point : least));
  while (b - a > tolerance * (Math.abs(a) + Math.abs(b)) + 1e-300 && left.x < right.x) {
    if (left.value < right.value) [b, right, left] = [right.x, left, at(right.x - ratio * (right.x - a))];
    else [a, left, right] = [left.x, right, at(left.x + ratio * (b - left.x))];
    for (const point of [left, right]) if (point.value < best.value) best = point;
  }
  return best;
}
