/** @file From the signed distance of a surface to the density that a ray meets. */
import { asTensor, checkAtLeast, checkShape, exp, expm1, maximum, safeAbs, type TensorLike } from '@surrogate/core';
import { add, div, mul, neg, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link laplaceDensity}. */
export interface LaplaceDensityOptions {
  /** What is added to |β|, so that a β that is trained never reaches 0; >= 0. Default 1e-4. */
  betaFloor?: number | undefined;
}

/**
 * The density of a solid whose surface is known by its signed distance: 1 / b deep inside, half of that on the surface, and nothing far outside.
 *
 * $$ \rho(s) = \frac1b \begin{cases} 1 - \tfrac12 e^{s / b} & s \le 0 \\ \tfrac12 e^{-s / b} & s > 0 \end{cases}, \qquad b = \lvert\beta\rvert + \epsilon $$
 *
 * @param sdf float32 of any shape: the signed distance, negative inside, in the units of the scene.
 * @param beta float32 scalar: how blurred the surface is, in the same units; it has a gradient.
 * @param options the floor ε.
 * @returns float32 of the shape of the distances, in one over their units.
 * @throws SurrogateError `shape` where β is no scalar, `range` for a negative floor, `dtype`, `disposed`.
 * @see Yariv, Gu, Kasten, Lipman: Volume Rendering of Neural Implicit Surfaces, 2021. arXiv:2106.12052
 * @see Lyu, Dai, Li, Yan, Lin, Peng, Qi: Learning a Room with the Occ-SDF Hybrid, 2023. arXiv:2303.09152
 * @example
 * import { laplaceDensity } from '@surrogate/losses';
 * await laplaceDensity([-0.1, 0, 0.2], 0.1, { betaFloor: 0 }).data(); // [8.1606028, 5, 0.6766764]
 */
export function laplaceDensity(sdf: TensorLike, beta: TensorLike, { betaFloor = 1e-4 }: LaplaceDensityOptions = {}): Tensor {
  const fn = 'laplaceDensity';
  checkAtLeast(fn, 'betaFloor', betaFloor, 0);
  return tidy(() => {
    const s = asTensor(fn, 'sdf', sdf);
    const given = asTensor(fn, 'beta', beta);
    checkShape(fn, 'beta', given.shape, []);
    const b = add(safeAbs(given), betaFloor);
    // One of the two exponents is 0, and on the surface each has half of the slope: so it is right there too.
    const outside = exp(neg(div(maximum(s, 0), b)));
    const inside = neg(expm1(neg(div(maximum(neg(s), 0), b))));
    return div(mul(0.5, add(outside, inside)), b);
  });
}
