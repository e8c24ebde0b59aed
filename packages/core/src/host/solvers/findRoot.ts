/** @file Roots of a function of one number, by Brent's method. */
import { checkAtLeast, checkFinite, checkInteger, fail } from '../../inputs/checks.js';

/** When {@link findRoot} stops. */
export interface RootOptions {
  /** How close to the root x must be, beside four roundings of x itself. Default 1e-12. */
  tolerance?: number | undefined;
  /** How often f may be called. Default 200. */
  maxCalls?: number | undefined;
}

/**
 * The root of a continuous function between two points where it has different signs, by bisection, secants and inverse parabolas.
 *
 * @param f a function of one number.
 * @param low one end.
 * @param high the other end.
 * @returns x in [low, high] with f(x) = 0, or at a sign change that is so close.
 * @throws SurrogateError `range` when f has the same sign at both ends, or is NaN; `convergence` after `maxCalls` calls.
 * @see Brent: Algorithms for Minimization without Derivatives, 1973, chapter 4
 * @example
 * import { findRoot } from '@surrogate/core/host';
 * findRoot((x) => x * x - 2, 0, 2); // 1.4142136
 */
export function findRoot(f: (x: number) => number, low: number, high: number, options: RootOptions = {}): number {
  const { tolerance = 1e-12, maxCalls = 200 } = options;
  checkFinite('findRoot', 'low', low);
  checkFinite('findRoot', 'high', high);
  checkAtLeast('findRoot', 'tolerance', tolerance, 0);
  checkInteger('findRoot', 'maxCalls', maxCalls, 2);
  const at = (x: number): number => {
    const value = f(x);
    if (Number.isNaN(value)) fail('range', 'findRoot', 'f', `must not be NaN in [low, high], got it at ${x}`);
    return value;
  };
  let [a, fa] = [low, at(low)];
  let [b, fb] = [high, at(high)];
  if (fa !== 0 && fb !== 0 && fa < 0 === fb < 0)
    fail('range', 'findRoot', 'f', `must have different signs at low and high, got ${fa} at ${low} and ${fb} at ${high}`);
  // b is the best point, c the other end of the bracket, a the point before b.
  let [c, fc] = [a, fa];
  let step = b - a;
  let before = step;
  for (let calls = 2; ; calls++) {
    if (Math.abs(fc) < Math.abs(fb)) [a, b, c, fa, fb, fc] = [b, c, b, fb, fc, fb];
    const close = 2 * Number.EPSILON * Math.abs(b) + tolerance / 2;
    const half = (c - b) / 2;
    if (fb === 0 || Math.abs(half) <= close) return b;
    if (calls >= maxCalls)
      fail('convergence', 'findRoot', 'f', `must be settled in ${maxCalls} calls; the root is still between ${b} and ${c}`);
    const guess = Math.abs(before) >= close && Math.abs(fa) > Math.abs(fb) ? interpolated(a, b, c, fa, fb, fc) : NaN;
    const useful =
      Math.sign(guess) === Math.sign(half) && Math.abs(guess) < 1.5 * Math.abs(half) - close / 2 && Math.abs(guess) < Math.abs(before / 2);
    [before, step] = useful ? [step, guess] : [half, half];
    [a, fa] = [b, fb];
    b += Math.abs(step) > close ? step : Math.sign(half) * close;
    fb = at(b);
    if (fb < 0 === fc < 0) {
      [c, fc] = [a, fa];
      before = step = b - a;
    }
  }
}

/** How far from b the secant, or the parabola in f through three points, crosses 0. */
function interpolated(a: number, b: number, c: number, fa: number, fb: number, fc: number): number {
  const s = fb / fa;
  if (a === c) return ((c - b) * s) / (s - 1);
  const q = fa / fc;
  const r = fb / fc;
  return -(s * ((c - b) * q * (q - r) - (b - a) * (r - 1))) / ((q - 1) * (r - 1) * (s - 1));
}
