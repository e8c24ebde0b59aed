/** @file The noncentral chi-square distribution in log space, on numbers. */
import { lgamma } from './gamma.js';
import { logGammaP, logGammaQ } from './incompleteGamma.js';

/**
 * log P(X <= x) of the noncentral chi-square distribution: a Poisson mixture of chi-square distributions, summed in log space from its largest term outwards.
 *
 * Largest relative error 1e-11.
 *
 * @param x at least 0.
 * @param df degrees of freedom, above 0; any real number.
 * @param noncentrality at least 0; 0 is the chi-square distribution.
 * @returns at most 0; NaN outside the domain.
 * @example
 * import { logNoncentralChiSquareCdf } from '@surrogate/core/host';
 * logNoncentralChiSquareCdf(1, 4, 100); // -47.293016
 */
export function logNoncentralChiSquareCdf(x: number, df: number, noncentrality: number): number {
  if (!(x >= 0 && df > 0 && noncentrality >= 0 && noncentrality < Infinity)) return NaN;
  if (noncentrality === 0) return logGammaP(df / 2, x / 2);
  if (x < df + noncentrality) return mixture((j) => logGammaP(df / 2 + j, x / 2), noncentrality / 2);
  return Math.log1p(-Math.exp(mixture((j) => logGammaQ(df / 2 + j, x / 2), noncentrality / 2)));
}

/** log Σⱼ Poisson(j; rate) exp(log(j)); both factors are log-concave in j, so there is one peak. */
function mixture(log: (j: number) => number, rate: number): number {
  const term = (j: number) => j * Math.log(rate) - rate - lgamma(j + 1) + log(j);
  const peak = peakOf(term, rate);
  const highest = term(peak);
  if (highest === -Infinity) return -Infinity;
  let sum = 0;
  for (let j = peak; ; j++) {
    const share = Math.exp(term(j) - highest);
    sum += share;
    if (share < 1e-18) break;
  }
  for (let j = peak - 1; j >= 0; j--) {
    const share = Math.exp(term(j) - highest);
    sum += share;
    if (share < 1e-18) break;
  }
  return highest + Math.log(sum);
}

function peakOf(term: (j: number) => number, rate: number): number {
  let low = 0;
  let high = Math.ceil(rate) + 1;
  while (term(high + 1) > term(high)) high *= 2;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (term(middle + 1) > term(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
