/** @file Draws of the gamma distribution and of those that are made of it. */
import { checkAbove, fail } from '../../inputs/checks.js';
import { checkRng, type Rng } from '../random/rng.js';

/** The logarithm of a draw: shapes near 0 give numbers that a double cannot hold. */
function logStandardGamma(rng: Rng, shape: number): number {
  if (shape < 1) return logStandardGamma(rng, shape + 1) - rng.exponential() / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = rng.uniform();
    if (u < 1 - 0.0331 * x ** 4 || Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) return Math.log(d * v);
  }
}

/**
 * A number of the gamma distribution.
 *
 * @param rng the generator; it moves on.
 * @param shape above 0; the mean is shape times scale.
 * @param scale above 0. Default 1.
 * @returns at least 0.
 * @throws SurrogateError `range` when a parameter is not above 0, `dtype` for what is no generator.
 * @see Marsaglia, Tsang: A Simple Method for Generating Gamma Variables, 2000
 * @example
 * import { rng, sampleGamma } from '@surrogate/core/host';
 * sampleGamma(rng(0), 2, 3) > 0; // true
 */
export function sampleGamma(rng: Rng, shape: number, scale = 1): number {
  checkRng('sampleGamma', 'rng', rng);
  checkAbove('sampleGamma', 'shape', shape, 0);
  checkAbove('sampleGamma', 'scale', scale, 0);
  return scale * Math.exp(logStandardGamma(rng, shape));
}

/**
 * A number whose inverse is gamma distributed: the conjugate prior of a variance.
 *
 * @param rng the generator; it moves on.
 * @param shape above 0; above 1 the mean is scale / (shape - 1).
 * @param scale above 0. Default 1.
 * @returns above 0.
 * @throws SurrogateError `range` when a parameter is not above 0, `dtype` for what is no generator.
 * @example
 * import { rng, sampleInverseGamma } from '@surrogate/core/host';
 * sampleInverseGamma(rng(0), 3) > 0; // true
 */
export function sampleInverseGamma(rng: Rng, shape: number, scale = 1): number {
  checkRng('sampleInverseGamma', 'rng', rng);
  checkAbove('sampleInverseGamma', 'shape', shape, 0);
  checkAbove('sampleInverseGamma', 'scale', scale, 0);
  return scale * Math.exp(-logStandardGamma(rng, shape));
}

/**
 * A number of the chi-square distribution.
 *
 * @param rng the generator; it moves on.
 * @param df degrees of freedom, above 0; the mean.
 * @returns at least 0.
 * @throws SurrogateError `range` when df is not above 0, `dtype` for what is no generator.
 * @example
 * import { rng, sampleChiSquare } from '@surrogate/core/host';
 * sampleChiSquare(rng(0), 3) > 0; // true
 */
export function sampleChiSquare(rng: Rng, df: number): number {
  checkRng('sampleChiSquare', 'rng', rng);
  checkAbove('sampleChiSquare', 'df', df, 0);
  return 2 * Math.exp(logStandardGamma(rng, df / 2));
}

/**
 * A number of the beta distribution.
 *
 * @param rng the generator; it moves on.
 * @param a above 0; the mean is a / (a + b).
 * @param b above 0.
 * @returns a number in [0, 1].
 * @throws SurrogateError `range` when a parameter is not above 0, `dtype` for what is no generator.
 * @example
 * import { rng, sampleBeta } from '@surrogate/core/host';
 * const share = sampleBeta(rng(0), 2, 5);
 * share > 0 && share < 1; // true
 */
export function sampleBeta(rng: Rng, a: number, b: number): number {
  checkRng('sampleBeta', 'rng', rng);
  checkAbove('sampleBeta', 'a', a, 0);
  checkAbove('sampleBeta', 'b', b, 0);
  return 1 / (1 + Math.exp(logStandardGamma(rng, b) - logStandardGamma(rng, a)));
}

/**
 * A probability vector of the Dirichlet distribution.
 *
 * @param rng the generator; it moves on.
 * @param concentration one number above 0 a class; their shares are the mean.
 * @returns as many numbers in [0, 1], which sum to 1.
 * @throws SurrogateError `range` when a concentration is not above 0, `shape` when there is none, `dtype` for what is no generator.
 * @example
 * import { rng, sampleDirichlet } from '@surrogate/core/host';
 * sampleDirichlet(rng(0), [1, 1, 1]).reduce((sum, p) => sum + p, 0); // 1
 */
export function sampleDirichlet(rng: Rng, concentration: ArrayLike<number>): Float64Array {
  checkRng('sampleDirichlet', 'rng', rng);
  if (!(concentration?.length > 0)) fail('shape', 'sampleDirichlet', 'concentration', 'must hold at least one number, got none');
  const logs = Float64Array.from(concentration, (value, i) => {
    checkAbove('sampleDirichlet', `concentration[${i}]`, value, 0);
    return logStandardGamma(rng, value);
  });
  const highest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
  const weights = logs.map((log) => Math.exp(log - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
