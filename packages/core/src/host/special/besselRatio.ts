/** @file The ratio of neighbouring modified Bessel functions, on numbers. */

/**
 * I_ν(x) / I_ν₋₁(x): the mean resultant length of a von Mises-Fisher distribution with ν half its dimension.
 *
 * Largest relative error 1e-14.
 *
 * @param order ν, at least 0.5.
 * @param x the concentration, at least 0.
 * @returns a number in [0, 1); NaN outside the domain.
 * @see Banerjee, Dhillon, Ghosh, Sra: Clustering on the Unit Hypersphere using von Mises-Fisher Distributions, 2005
 * @example
 * import { besselRatio } from '@surrogate/core/host';
 * besselRatio(1, 2); // 0.69777466
 */
export function besselRatio(order: number, x: number): number {
  if (!(order >= 0.5 && x >= 0)) return NaN;
  if (x === 0) return 0;
  if (x > 1e5 * Math.max(1, order * order)) return largeArgument(order, x);
  // Gauss's continued fraction, evaluated backwards from where its tail no longer matters.
  let ratio = 0;
  for (let k = Math.ceil(40 + 2 * x); k >= 0; k--) ratio = 1 / ((2 * (order + k)) / x + ratio);
  return ratio;
}

/** Hankel's expansion of both Bessel functions, divided term by term. */
function largeArgument(order: number, x: number): number {
  const series = (nu: number) => {
    const mu = 4 * nu * nu;
    return 1 - ((mu - 1) / (8 * x)) * (1 - ((mu - 9) / (16 * x)) * (1 - ((mu - 25) / (24 * x)) * (1 - (mu - 49) / (32 * x))));
  };
  return series(order) / series(order - 1);
}
