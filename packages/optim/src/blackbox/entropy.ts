/** @file Max-value entropy search as an acquisition: it looks where most is learnt of how great the greatest value is. */
import { checkInteger } from '@surrogate/core';
import { findRoot, logNormalCdf } from '@surrogate/core/host';
import { predictProcess, type GaussianProcess } from '@surrogate/kernel-methods';
import { maxValueEntropy } from './acquisitions.js';
import type { Acquisition } from './bayesian.js';

/** Evenly spaced quantiles of the greatest of independent normal values. */
function greatest(mean: Float64Array, deviation: Float64Array, count: number): Float64Array {
  const least = mean.reduce((most, mu, i) => Math.max(most, mu - 8 * deviation[i]!), -Infinity);
  const most = mean.reduce((top, mu, i) => Math.max(top, mu + 8 * deviation[i]!), -Infinity);
  const logBelow = (y: number): number => mean.reduce((sum, mu, i) => sum + logNormalCdf((y - mu) / deviation[i]!), 0);
  return Float64Array.from({ length: count }, (_, k) =>
    findRoot((y) => logBelow(y) - Math.log((k + 0.5) / count), least, most, { tolerance: 1e-9 }),
  );
}

/**
 * Max-value entropy search as an acquisition.
 *
 * $$ \frac1S \sum_s \frac{\gamma_s \varphi(\gamma_s)}{2 \Phi(\gamma_s)} - \log \Phi(\gamma_s), \qquad \gamma_s = \frac{y^\star_s - \mu(x)}{s(x)}, \qquad P(y^\star < y) = \prod_i \Phi\Big(\frac{y - \mu(x_i)}{s(x_i)}\Big) $$
 *
 * The greatest values y* are quantiles of what the process says of the points of the first call for it, taken as independent, and not below the best value so far: in a search those are its many random points. Nothing is drawn.
 *
 * @param count S, how many greatest values, >= 1. Default 10.
 * @returns the acquisition, never negative; it remembers the greatest values of a process.
 * @throws SurrogateError `range`.
 * @see Wang, Jegelka: Max-value Entropy Search for Efficient Bayesian Optimization, 2017. arXiv:1703.01968
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { gaussianProcess, rbfCovariance } from '@surrogate/kernel-methods';
 * import { entropyAcquisition } from '@surrogate/optim';
 * const process = gaussianProcess(matrixFromRows([[0]]), Float64Array.of(0), { covariance: rbfCovariance(), noise: 0.1 });
 * // What is known already has little to tell.
 * const [near, far] = entropyAcquisition()({ process, best: 0 }, matrixFromRows([[0], [5], [10], [15], [20]]));
 * near < 0.5 * far; // true
 */
export function entropyAcquisition(count = 10): Acquisition {
  checkInteger('entropyAcquisition', 'count', count, 1);
  const known = new WeakMap<GaussianProcess, Float64Array>();
  return ({ process, best }, points) => {
    const { mean, variance } = predictProcess(process, points);
    const deviation = variance.map((v) => Math.max(Math.sqrt(v), 1e-9));
    const maxima = known.get(process) ?? greatest(mean, deviation, count).map((y) => Math.max(y, best));
    known.set(process, maxima);
    return mean.map((mu, i) => maxValueEntropy(mu, deviation[i]!, maxima));
  };
}
