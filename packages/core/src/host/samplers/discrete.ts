/** @file Draws of the Poisson, geometric and Rademacher distributions. */
import { checkAtLeast, checkBetween, fail } from '../../inputs/checks.js';
import { checkRng, type Rng } from '../random/rng.js';
import { lgamma } from '../special/gamma.js';

/**
 * A number of the Poisson distribution.
 *
 * @param rng the generator; it moves on.
 * @param mean at least 0 and at most 1e15.
 * @returns an integer of at least 0.
 * @throws SurrogateError `range` when mean is outside, `dtype` for what is no generator.
 * @see Hörmann: The Transformed Rejection Method for Generating Poisson Random Variables, 1993, for means of at least 10
 * @example
 * import { rng, samplePoisson } from '@surrogate/core/host';
 * Number.isInteger(samplePoisson(rng(0), 4.5)); // true
 */
export function samplePoisson(rng: Rng, mean: number): number {
  checkRng('samplePoisson', 'rng', rng);
  checkBetween('samplePoisson', 'mean', mean, 0, 1e15, true);
  return mean < 10 ? countArrivals(rng, mean) : transformedRejection(rng, mean);
}

/** How many exponential gaps fit into the mean. */
function countArrivals(rng: Rng, mean: number): number {
  let count = 0;
  for (let time = rng.exponential(); time < mean; time += rng.exponential()) count++;
  return count;
}

function transformedRejection(rng: Rng, mean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = rng.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= k * Math.log(mean) - mean - lgamma(k + 1)) return k;
  }
}

/**
 * How many trials it takes to the first success.
 *
 * @param rng the generator; it moves on.
 * @param prob the probability of a success, in (0, 1]; the mean is 1 / prob.
 * @returns an integer of at least 1.
 * @throws SurrogateError `range` when prob is outside, `dtype` for what is no generator.
 * @example
 * import { rng, sampleGeometric } from '@surrogate/core/host';
 * sampleGeometric(rng(0), 1); // 1
 */
export function sampleGeometric(rng: Rng, prob: number): number {
  checkRng('sampleGeometric', 'rng', rng);
  checkAtLeast('sampleGeometric', 'prob', prob, Number.MIN_VALUE);
  if (prob > 1) fail('range', 'sampleGeometric', 'prob', `must be at most 1, got ${prob}`);
  return Math.max(1, Math.ceil(-rng.exponential() / Math.log1p(-prob)));
}

/**
 * A sign.
 *
 * @param rng the generator; it moves on.
 * @returns -1 or 1 with equal probability.
 * @throws SurrogateError `dtype` for what is no generator.
 * @example
 * import { rng, sampleRademacher } from '@surrogate/core/host';
 * Math.abs(sampleRademacher(rng(0))); // 1
 */
export function sampleRademacher(rng: Rng): -1 | 1 {
  checkRng('sampleRademacher', 'rng', rng);
  return rng.bernoulli(0.5) ? 1 : -1;
}
