/** @file What samples say of their densities by the distances to their nearest neighbours, with nothing to train: a divergence, an entropy, an information. */
import { abs, add, cast, div, less, mean, mul, slice, sub, sum, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { digamma as digammaOf, maximum, noGrad, topK, type TensorLike } from '@surrogate/core';
import { digamma, lgamma } from '@surrogate/core/host';
import { oneSample, pairedSamples, twoSamples } from '../kernel/samples.js';
import { checkNeighbors, logDistances, withoutSelf } from './nearest.js';

/** Options of {@link nearestNeighborKl}, {@link nearestNeighborEntropy} and {@link nearestNeighborInformation}. */
export interface NearestNeighborOptions {
  /** Which neighbour, 1 or more: more is less variance and more bias. Default 3. */
  k?: number | undefined;
}

/**
 * KL(P‖Q) from a sample of each, by how much nearer a point's k-th neighbour is in its own sample than in the other. Consistent for any k; it may be negative.
 *
 * $$ \frac{D}{N} \sum_i \log \frac{\nu_k(i)}{\rho_k(i)} + \log \frac{M}{N - 1} $$
 *
 * ν is the distance to the k-th nearest y, ρ to the k-th nearest other x. Points that coincide count as 1e-30 apart.
 *
 * @param x float32 `[N, D]`, samples of P, one a row.
 * @param y float32 `[M, D]`, samples of Q.
 * @returns a float32 scalar, in nats; its gradient takes each point's neighbours as given.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length, `range` for a k below 1 or above the number of neighbours, `dtype`, `disposed`.
 * @see Wang, Kulkarni, Verdú: Divergence Estimation for Multidimensional Densities Via k-Nearest-Neighbor Distances, 2009. doi:10.1109/TIT.2009.2016060
 * @example
 * import { nearestNeighborKl } from '@surrogate/divergences';
 * (await nearestNeighborKl([[0], [1], [3]], [[0.5], [2], [4]], { k: 1 }).data())[0]; // -0.287682
 */
export function nearestNeighborKl(x: TensorLike, y: TensorLike, { k = 3 }: NearestNeighborOptions = {}): Tensor {
  const fn = 'nearestNeighborKl';
  return tidy(() => {
    const [p, q] = twoSamples(fn, { x, y });
    const [n, m, d] = [p.shape[0], q.shape[0], p.shape[1]!];
    checkNeighbors(fn, k, Math.min(n - 1, m));
    return add(mul(d, mean(sub(logDistances(p, q, k), logDistances(p, undefined, k)))), Math.log(m / (n - 1)));
  });
}

/**
 * Differential entropy from a sample, after Kozachenko and Leonenko: where neighbours are far, the density is low.
 *
 * $$ \psi(N) - \psi(k) + \log V_D + \frac{D}{N} \sum_i \log \rho_k(i), \qquad V_D = \frac{\pi^{D/2}}{\Gamma(D/2 + 1)} $$
 *
 * Points that coincide count as 1e-30 apart.
 *
 * @param x float32 `[N, D]`, one sample a row.
 * @returns a float32 scalar, in nats; its gradient takes each point's neighbours as given.
 * @throws SurrogateError `shape` unless it is a matrix, `range` for a k below 1 or above the number of neighbours, `dtype`, `disposed`.
 * @see Kraskov, Stögbauer, Grassberger: Estimating Mutual Information, 2004. arXiv:cond-mat/0305641, equation 20
 * @example
 * import { nearestNeighborEntropy } from '@surrogate/divergences';
 * (await nearestNeighborEntropy([[0], [1]], { k: 1 }).data())[0]; // 1.693147
 */
export function nearestNeighborEntropy(x: TensorLike, { k = 3 }: NearestNeighborOptions = {}): Tensor {
  const fn = 'nearestNeighborEntropy';
  return tidy(() => {
    const points = oneSample(fn, 'x', x);
    const [n, d] = points.shape as [number, number];
    checkNeighbors(fn, k, n - 1);
    const ball = (d / 2) * Math.log(Math.PI) - lgamma(d / 2 + 1);
    return add(mul(d, mean(logDistances(points, undefined, k))), digamma(n) - digamma(k) + ball);
  });
}

/** The largest difference of any coordinate, for all pairs. */
function largestDifferences(x: Tensor): Tensor {
  const [n, d] = x.shape as [number, number];
  const columns = Array.from({ length: d }, (_, i) => slice(x, [0, i], [n, 1]));
  return columns.map((column) => abs(sub(column, transpose(column)))).reduce((a, b) => maximum(a, b));
}

/**
 * Mutual information from paired samples, after Kraskov, Stögbauer and Grassberger (their first estimate): how many points are as near in each of the two as the k-th neighbour is in both. It may be negative.
 *
 * $$ \psi(k) + \psi(N) - \frac1N \sum_i \left[ \psi(n_x(i) + 1) + \psi(n_y(i) + 1) \right] $$
 *
 * Distances are the largest difference of any coordinate, so that both should have one scale.
 *
 * @param x float32 `[N, D]`, one observation a row.
 * @param y float32 `[N, E]`, what was observed with it.
 * @returns a float32 scalar, in nats; a constant to gradients, since it counts.
 * @throws SurrogateError `shape` unless both are matrices with one number of rows, `range` for a k below 1 or above the number of neighbours, `dtype`, `disposed`.
 * @see Kraskov, Stögbauer, Grassberger: Estimating Mutual Information, 2004. arXiv:cond-mat/0305641
 * @example
 * import { nearestNeighborInformation } from '@surrogate/divergences';
 * const x = [[0], [1], [3], [7]];
 * (await nearestNeighborInformation(x, x, { k: 1 }).data())[0]; // 1.833333
 */
export function nearestNeighborInformation(x: TensorLike, y: TensorLike, { k = 3 }: NearestNeighborOptions = {}): Tensor {
  const fn = 'nearestNeighborInformation';
  return noGrad(() =>
    tidy(() => {
      const samples = pairedSamples(fn, { x, y });
      const n = samples[0]!.shape[0];
      checkNeighbors(fn, k, n - 1);
      const [a, b] = samples.map((sample) => withoutSelf(largestDifferences(sample))) as [Tensor, Tensor];
      const radius = slice(topK(maximum(a, b), k, { largest: false }).values, [0, k - 1], [n, 1]);
      const nearer = (distances: Tensor) => digammaOf(add(sum(cast(less(distances, radius), 'float32'), 1), 1));
      return sub(digamma(k) + digamma(n), div(sum(add(nearer(a), nearer(b))), n));
    }),
  );
}
