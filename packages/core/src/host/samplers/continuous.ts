/** @file Draws of the exponential, Laplace and Student-t distributions. */
import { checkAbove, checkFinite } from '../../inputs/checks.js';
import { checkRng, type Rng } from '../random/rng.js';
import { sampleChiSquare } from './gamma.js';

/**
 * A number of the exponential distribution.
 *
 * @param rng the generator; it moves on.
 * @param rate above 0; the mean is 1 / rate. Default 1.
 * @returns above 0.
 * @throws SurrogateError `range` when rate is not above 0, `dtype` for what is no generator.
 * @example
 * import { rng, sampleExponential } from '@surrogate/core/host';
 * sampleExponential(rng(0), 10) > 0; // true
 */
export function sampleExponential(rng: Rng, rate = 1): number {
  checkRng('sampleExponential', 'rng', rng);
  checkAbove('sampleExponential', 'rate', rate, 0);
  return rng.exponential() / rate;
}

/**
 * A number of the Laplace distribution, the noise of differential privacy.
 *
 * @param rng the generator; it moves on.
 * @param mean any finite number. Default 0.
 * @param scale above 0; the standard deviation is √2 times as large. Default 1.
 * @returns any number.
 * @throws SurrogateError `range` when scale is not above 0 or mean not finite, `dtype` for what is no generator.
 * @example
 * import { rng, sampleLaplace } from '@surrogate/core/host';
 * Number.isFinite(sampleLaplace(rng(0))); // true
 */
export function sampleLaplace(rng: Rng, mean = 0, scale = 1): number {
  checkRng('sampleLaplace', 'rng', rng);
  checkFinite('sampleLaplace', 'mean', mean);
  checkAbove('sampleLaplace', 'scale', scale, 0);
  const distance = scale * rng.exponential();
  return rng.bernoulli(0.5) ? mean + distance : mean - distance;
}

/**
 * A number of Student's t distribution.
 *
 * @param rng the generator; it moves on.
 * @param df degrees of freedom, above 0; 1 is the Cauchy distribution.
 * @returns any number.
 * @throws SurrogateError `range` when df is not above 0, `dtype` for what is no generator.
 * @example
 * import { rng, sampleStudentT } from '@surrogate/core/host';
 * Number.isFinite(sampleStudentT(rng(0), 3)); // true
 */
export function sampleStudentT(rng: Rng, df: number): number {
  checkRng('sampleStudentT', 'rng', rng);
  checkAbove('sampleStudentT', 'df', df, 0);
  return rng.normal() / Math.sqrt(sampleChiSquare(rng, df) / df);
}
