/** @file Divergences between Gaussians in closed form. */
import {
  add,
  div,
  eye,
  fill,
  isNaN as tfIsNaN,
  lessEqual,
  log,
  mul,
  onesLike,
  square,
  sub,
  sum,
  tidy,
  transpose,
  expandDims,
  broadcastTo,
  matMul,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkAbove, cholesky, expRemainder, logDet, newtonSchulz, noGrad, relu, select, spdSolve } from '@surrogate/core';
import { gaussianPair, type Gaussian } from './gaussian.js';

/** Options of {@link gaussianRenyi}. */
export interface GaussianRenyiOptions {
  /** α > 0; 1 is KL(P‖Q). Default 0.5. */
  alpha?: number | undefined;
}

const trace = (x: Tensor): Tensor => sum(mul(x, eye(x.shape.at(-1)!)), [-2, -1]);
const form = (covariance: Tensor, difference: Tensor): Tensor => sum(mul(difference, spdSolve(covariance, difference)), -1);

/**
 * KL(P‖Q) of Gaussians.
 *
 * $$ \tfrac12 \left[ \operatorname{tr}(\Sigma_q^{-1} \Sigma_p) + \delta^\top \Sigma_q^{-1} \delta - D + \log \frac{|\Sigma_q|}{|\Sigma_p|} \right], \qquad \delta = \mu_p - \mu_q $$
 *
 * @param p the first, or a batch.
 * @param q the second, of the same shape.
 * @returns float32 `[...]`, in nats; NaN where a covariance is not positive definite in float32.
 * @throws SurrogateError `shape` where shapes do not fit, `dtype`, `disposed`.
 * @see Cover, Thomas: Elements of Information Theory, 2006
 * @example
 * import { gaussianKl } from '@surrogate/divergences';
 * (await gaussianKl({ mean: [1], stddev: [2] }, { mean: [0], stddev: [1] }).data())[0]; // 1.306853
 */
export function gaussianKl(p: Gaussian, q: Gaussian): Tensor {
  return tidy(() => {
    const pair = gaussianPair('gaussianKl', p, q);
    const { difference } = pair;
    if (pair.kind === 'diagonal') {
      const spread = expRemainder(mul(2, sub(log(pair.p), log(pair.q))));
      return mul(0.5, sum(add(spread, square(div(difference, pair.q))), -1));
    }
    const spread = sub(trace(spdSolve(pair.q, pair.p)), difference.shape.at(-1)!);
    return mul(0.5, add(add(spread, form(pair.q, difference)), sub(logDet(pair.q), logDet(pair.p))));
  });
}

/** The sum of singular values, as the product with the nearest orthogonal matrix. */
function nuclearNorm(x: Tensor): Tensor {
  const nearest = newtonSchulz(x, { steps: 30, coefficients: [1.875, -1.25, 0.375], eps: 1e-30 });
  return sum(mul(nearest, x), [-2, -1]);
}

/**
 * The squared 2-Wasserstein distance of Gaussians: of their means, and Bures's of their covariances.
 *
 * $$ \lVert \mu_p - \mu_q \rVert^2 + \operatorname{tr}\left(\Sigma_p + \Sigma_q - 2 (\Sigma_p^{1/2} \Sigma_q \Sigma_p^{1/2})^{1/2}\right) $$
 *
 * The root's trace is the sum of singular values of the product of Cholesky factors, by thirty Newton-Schulz steps: covariances of a condition beyond 1e6 are too much for it.
 *
 * @param p the first, or a batch.
 * @param q the second, of the same shape.
 * @returns float32 `[...]`; NaN where a covariance is not positive definite in float32.
 * @throws SurrogateError `shape` where shapes do not fit, `dtype`, `disposed`.
 * @see Olkin, Pukelsheim: The distance between two random vectors with given dispersion matrices, 1982
 * @example
 * import { gaussianSquaredWasserstein } from '@surrogate/divergences';
 * (await gaussianSquaredWasserstein({ mean: [1], stddev: [2] }, { mean: [0], stddev: [1] }).data())[0]; // 2
 */
export function gaussianSquaredWasserstein(p: Gaussian, q: Gaussian): Tensor {
  return tidy(() => {
    const pair = gaussianPair('gaussianSquaredWasserstein', p, q);
    const between = sum(square(pair.difference), -1);
    if (pair.kind === 'diagonal') return add(between, sum(square(sub(pair.p, pair.q)), -1));
    const [a, b] = [cholesky(pair.p), cholesky(pair.q)];
    const turned = transpose(
      b,
      [...b.shape.keys()].map((i, _, all) => (i < all.length - 2 ? i : 2 * all.length - 3 - i)),
    );
    const bures = sub(add(trace(pair.p), trace(pair.q)), mul(2, nuclearNorm(matMul(turned, a))));
    return add(between, relu(bures));
  });
}

function diagonalRenyi(difference: Tensor, p: Tensor, q: Tensor, alpha: number): Tensor {
  const mixed = add(mul(alpha, square(q)), mul(1 - alpha, square(p)));
  const none = lessEqual(mixed, 0);
  const safe = select(none, onesLike(mixed), mixed);
  const spread = sub(mul(0.5, log(safe)), add(mul(1 - alpha, log(p)), mul(alpha, log(q))));
  const cells = sub(mul(alpha / 2, div(square(difference), safe)), div(spread, alpha - 1));
  return sum(select(none, fill(cells.shape, Infinity), cells), -1);
}

function fullRenyi(difference: Tensor, p: Tensor, q: Tensor, alpha: number): Tensor {
  const mixed = add(mul(alpha, q), mul(1 - alpha, p));
  // Beyond some order the mixture is no covariance any more, and the integral infinite.
  const none = noGrad(() => tidy(() => tfIsNaN(sub(logDet(mixed), mul(0, add(logDet(p), logDet(q)))))));
  const fits = broadcastTo(expandDims(expandDims(none, -1), -1), mixed.shape);
  const safe = select(fits, p, mixed);
  const spread = sub(logDet(safe), add(mul(1 - alpha, logDet(p)), mul(alpha, logDet(q))));
  const value = sub(mul(alpha / 2, form(safe, difference)), div(spread, 2 * (alpha - 1)));
  return select(none, fill(value.shape, Infinity), value);
}

/**
 * The Rényi divergence of Gaussians.
 *
 * $$ \tfrac{\alpha}{2} \delta^\top \Sigma_\alpha^{-1} \delta - \frac{1}{2 (\alpha - 1)} \log \frac{|\Sigma_\alpha|}{|\Sigma_p|^{1 - \alpha} |\Sigma_q|^\alpha}, \qquad \Sigma_\alpha = \alpha \Sigma_q + (1 - \alpha) \Sigma_p $$
 *
 * @param p the first, or a batch.
 * @param q the second, of the same shape.
 * @returns float32 `[...]`, in nats; Infinity where the order is so large that the mixed covariance is not positive definite.
 * @throws SurrogateError `shape` where shapes do not fit, `range` for an alpha that is not positive, `dtype`, `disposed`.
 * @see Gil, Alajaji, Linder: Rényi divergence measures for commonly used univariate continuous distributions, 2013. doi:10.1016/j.ins.2013.06.018
 * @example
 * import { gaussianRenyi } from '@surrogate/divergences';
 * (await gaussianRenyi({ mean: [1], stddev: [1] }, { mean: [0], stddev: [1] }, { alpha: 2 }).data())[0]; // 1
 */
export function gaussianRenyi(p: Gaussian, q: Gaussian, { alpha = 0.5 }: GaussianRenyiOptions = {}): Tensor {
  checkAbove('gaussianRenyi', 'alpha', alpha, 0);
  return tidy(() => {
    const pair = gaussianPair('gaussianRenyi', p, q);
    if (Math.abs(alpha - 1) < 1e-3) return gaussianKl(p, q);
    return (pair.kind === 'diagonal' ? diagonalRenyi : fullRenyi)(pair.difference, pair.p, pair.q, alpha);
  });
}

/**
 * The Bhattacharyya distance of Gaussians, minus the logarithm of how much they overlap: half the Rényi divergence of order ½.
 *
 * $$ \tfrac18 \delta^\top \Sigma^{-1} \delta + \tfrac12 \log \frac{|\Sigma|}{\sqrt{|\Sigma_p| |\Sigma_q|}}, \qquad \Sigma = \tfrac12 (\Sigma_p + \Sigma_q) $$
 *
 * @param p the first, or a batch.
 * @param q the second, of the same shape.
 * @returns float32 `[...]`, in nats; NaN where a covariance is not positive definite in float32.
 * @throws SurrogateError `shape` where shapes do not fit, `dtype`, `disposed`.
 * @see Kailath: The Divergence and Bhattacharyya Distance Measures in Signal Selection, 1967
 * @example
 * import { gaussianBhattacharyya } from '@surrogate/divergences';
 * (await gaussianBhattacharyya({ mean: [2], stddev: [1] }, { mean: [0], stddev: [1] }).data())[0]; // 0.5
 */
export function gaussianBhattacharyya(p: Gaussian, q: Gaussian): Tensor {
  return tidy(() => {
    const { kind, difference, p: a, q: b } = gaussianPair('gaussianBhattacharyya', p, q);
    return mul(0.5, (kind === 'diagonal' ? diagonalRenyi : fullRenyi)(difference, a, b, 0.5));
  });
}
