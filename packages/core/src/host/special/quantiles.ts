/** @file Quantiles of the gamma and chi-square distributions and cdfs that reduce to the incomplete beta function, on numbers. */
import stdlibBetainc from '#stdlib/betainc';
import { logGammaP, logGammaQ } from './incompleteGamma.js';
import { lgamma } from './gamma.js';
import { normalQuantile } from './normal.js';

/**
 * The regularised incomplete beta function: the cdf of the beta distribution.
 *
 * $$ I_x(a, b) = \frac{\Gamma(a + b)}{\Gamma(a)\Gamma(b)} \int_0^x t^{a-1} (1-t)^{b-1} dt $$
 *
 * Largest relative error 2e-13 for a, b up to 3000.
 *
 * @param x a number in [0, 1].
 * @param a above 0.
 * @param b above 0.
 * @returns a number in [0, 1]; NaN outside the domain.
 * @see Boost's ibeta, as `@stdlib/math-base-special-betainc` has it.
 * @example
 * import { betaI } from '@surrogate/core/host';
 * betaI(0.5, 2, 3); // 0.6875
 */
export const betaI = (x: number, a: number, b: number): number => (x >= 0 && x <= 1 && a > 0 && b > 0 ? stdlibBetainc(x, a, b) : NaN);

/**
 * The probability that a number of Student's t distribution is below t.
 *
 * Largest relative error 1e-13 for df up to 1000.
 *
 * @param t any number.
 * @param df degrees of freedom, above 0.
 * @returns a number in [0, 1]; NaN outside the domain.
 * @example
 * import { studentTCdf } from '@surrogate/core/host';
 * studentTCdf(2, 5); // 0.94903026
 */
export function studentTCdf(t: number, df: number): number {
  if (!(df > 0) || Number.isNaN(t)) return NaN;
  const square = t * t;
  // The complement of a beta value near 1 must not be taken in the tail, nor 1 - t²/df be formed where t² is tiny.
  const tail =
    square < Math.min(1, df) ? 0.5 - 0.5 * betaI(square / (df + square), 0.5, df / 2) : 0.5 * betaI(1 / (1 + square / df), df / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/**
 * The quantile of the gamma distribution with scale 1.
 *
 * Largest relative error 1e-12.
 *
 * @param p a probability in [0, 1].
 * @param shape above 0.
 * @returns x with P(shape, x) = p; NaN outside the domain.
 * @example
 * import { gammaQuantile } from '@surrogate/core/host';
 * gammaQuantile(0.5, 2); // 1.678347
 */
export function gammaQuantile(p: number, shape: number): number {
  if (!(p >= 0 && p <= 1 && shape > 0 && shape < Infinity)) return NaN;
  if (p === 0 || p === 1) return p === 0 ? 0 : Infinity;
  const upper = p > 0.5;
  const target = upper ? Math.log1p(-p) : Math.log(p);
  let logX = start(p, shape);
  let [low, high] = [-Infinity, Infinity];
  for (let step = 0; step < 100; step++) {
    const x = Math.exp(logX);
    const log = upper ? logGammaQ(shape, x) : logGammaP(shape, x);
    const above = upper ? log < target : log > target;
    if (above) high = logX;
    else low = logX;
    const slope = Math.exp(shape * logX - x - lgamma(shape) - log);
    const newton = logX - ((log - target) / slope) * (upper ? -1 : 1);
    const next = newton > low && newton < high ? newton : bisect(low, high);
    if (Math.abs(next - logX) <= 1e-15 * Math.max(1, Math.abs(logX))) return Math.exp(next);
    logX = next;
  }
  return Math.exp(logX);
}

const bisect = (low: number, high: number) => (low === -Infinity ? high - 1 : high === Infinity ? low + 1 : (low + high) / 2);

/** log x by Wilson and Hilferty's cube root, or by the leading term of the series where that is negative or the shape small. */
function start(p: number, shape: number): number {
  const root = 1 - 1 / (9 * shape) + normalQuantile(p) / (3 * Math.sqrt(shape));
  const leading = (Math.log(p) + lgamma(shape + 1)) / shape;
  return shape > 0.5 && root > 0.2 ? Math.log(shape) + 3 * Math.log(root) : Math.min(leading, Math.log(shape + 10));
}

/**
 * The quantile of the chi-square distribution.
 *
 * Largest relative error 1e-12.
 *
 * @param p a probability in [0, 1].
 * @param df degrees of freedom, above 0.
 * @returns x with P(X <= x) = p; NaN outside the domain.
 * @example
 * import { chiSquareQuantile } from '@surrogate/core/host';
 * chiSquareQuantile(0.95, 3); // 7.8147279
 */
export const chiSquareQuantile = (p: number, df: number): number => 2 * gammaQuantile(p, df / 2);
