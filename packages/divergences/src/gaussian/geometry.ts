/** @file Distances between Gaussians that are functions of another or of their scores: Hellinger, Fisher's divergence, Fisher-Rao. */
import { add, div, mul, square, sub, sum, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { expm1, fail, log1p, safeSqrt, spdSolve } from '@surrogate/core';
import { gaussianBhattacharyya } from './closedForms.js';
import { gaussianPair, type DiagonalGaussian, type Gaussian } from './gaussian.js';

/**
 * The squared Hellinger distance of Gaussians, the f-divergence that `squaredHellinger` is: twice what their Bhattacharyya coefficient lacks to 1.
 *
 * $$ \int \left(\sqrt p - \sqrt q\right)^2 = 2 \left(1 - \int \sqrt{p q}\right) $$
 *
 * @param p the first, or a batch.
 * @param q the second, of the same shape.
 * @returns float32 `[...]`, from 0 to 2; NaN where a covariance is not positive definite in float32.
 * @throws SurrogateError `shape` where shapes do not fit, `dtype`, `disposed`.
 * @see Pardo: Statistical Inference Based on Divergence Measures, 2006
 * @example
 * import { gaussianSquaredHellinger } from '@surrogate/divergences';
 * (await gaussianSquaredHellinger({ mean: [2], stddev: [1] }, { mean: [0], stddev: [1] }).data())[0]; // 0.786939
 */
export function gaussianSquaredHellinger(p: Gaussian, q: Gaussian): Tensor {
  return tidy(() => {
    gaussianPair('gaussianSquaredHellinger', p, q);
    return mul(-2, expm1(mul(-1, gaussianBhattacharyya(p, q))));
  });
}

const turned = (x: Tensor): Tensor => {
  const axes = [...x.shape.keys()];
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
};

/**
 * The Fisher divergence of Gaussians: how far apart their scores are, where the first has its mass. It is what score matching makes small.
 *
 * $$ \mathbb{E}_p \lVert \nabla \log p - \nabla \log q \rVert^2 = \operatorname{tr}\left((\Sigma_q^{-1} - \Sigma_p^{-1}) \Sigma_p (\Sigma_q^{-1} - \Sigma_p^{-1})\right) + \lVert \Sigma_q^{-1} (\mu_p - \mu_q) \rVert^2 $$
 *
 * @param p the first, or a batch.
 * @param q the second, of the same shape.
 * @returns float32 `[...]`; NaN where a covariance is not positive definite in float32.
 * @throws SurrogateError `shape` where shapes do not fit, `dtype`, `disposed`.
 * @see Hyvärinen: Estimation of Non-Normalized Statistical Models by Score Matching, 2005
 * @example
 * import { gaussianFisherDivergence } from '@surrogate/divergences';
 * (await gaussianFisherDivergence({ mean: [1], stddev: [2] }, { mean: [0], stddev: [1] }).data())[0]; // 3.25
 */
export function gaussianFisherDivergence(p: Gaussian, q: Gaussian): Tensor {
  return tidy(() => {
    const { kind, difference, p: a, q: b } = gaussianPair('gaussianFisherDivergence', p, q);
    if (kind === 'diagonal') {
      const variance = square(b);
      // Written with the difference of the spreads, so that what is nearly equal loses nothing.
      const spread = div(mul(sub(a, b), add(a, b)), mul(a, variance));
      return sum(add(square(spread), square(div(difference, variance))), -1);
    }
    // Gradients are those of symmetric matrices, in both triangles alike.
    const [first, second] = [a, b].map((x) => mul(0.5, add(x, turned(x)))) as [Tensor, Tensor];
    const off = spdSolve(second, sub(first, second));
    return add(sum(mul(off, spdSolve(first, turned(off))), [-2, -1]), sum(square(spdSolve(second, difference)), -1));
  });
}

/** arsinh of what is not negative. */
const arsinh = (x: Tensor): Tensor => log1p(add(x, div(square(x), add(1, safeSqrt(add(1, square(x)))))));

/**
 * The Fisher-Rao distance of Gaussians with independent coordinates: the length of the shortest way from one to the other among these, measured by Fisher information. Each coordinate is a hyperbolic half-plane.
 *
 * $$ \sqrt{\sum_d \ell_d^2}, \qquad \ell = \sqrt 2 \operatorname{arcosh}\left(1 + \frac{(\mu_p - \mu_q)^2 / 2 + (\sigma_p - \sigma_q)^2}{2 \sigma_p \sigma_q}\right) $$
 *
 * Gaussians with any covariance and different means have no closed form.
 *
 * @param p the first, or a batch, with standard deviations.
 * @param q the second, of the same shape.
 * @returns float32 `[...]`.
 * @throws SurrogateError `shape` where shapes do not fit, `range` for a covariance, `dtype`, `disposed`.
 * @see Costa, Santos, Strapasson: Fisher information distance: a geometrical reading, 2015. arXiv:1210.2354
 * @example
 * import { gaussianFisherRao } from '@surrogate/divergences';
 * (await gaussianFisherRao({ mean: [1], stddev: [2] }, { mean: [0], stddev: [1] }).data())[0]; // 1.189381
 */
export function gaussianFisherRao(p: DiagonalGaussian, q: DiagonalGaussian): Tensor {
  return tidy(() => {
    const { kind, difference, p: a, q: b } = gaussianPair('gaussianFisherRao', p, q);
    if (kind === 'full') fail('range', 'gaussianFisherRao', 'p', 'must have standard deviations, as must q, got a covariance');
    // arcosh(1 + 2t) = 2 arsinh √t.
    const t = div(add(mul(0.5, square(difference)), square(sub(a, b))), mul(4, mul(a, b)));
    return mul(Math.sqrt(8), safeSqrt(sum(square(arsinh(safeSqrt(t))), -1)));
  });
}
