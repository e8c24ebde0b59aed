/** @file Bregman divergences: how far a convex function lies above its tangent. The potentials are records. */
import { add, equal, grad, log, mul, onesLike, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { expRemainder, logSoftmax, select, type TensorLike } from '@surrogate/core';
import { betweenRows, divergenceCells, type DiscreteDivergenceOptions } from '../f/discrete.js';
import { kl } from '../f/kl.js';

/** A convex function, by the divergence that it makes. */
export interface BregmanPotential {
  /** What it is called in reports and messages. */
  readonly name: string;
  /** F(x) - F(y) - ⟨∇F(y), x - y⟩ of rows: float32 `[..., K]` twice to `[...]`. Call it inside a tidy. */
  between(x: Tensor, y: Tensor): Tensor;
}

/** x log(x/y) - x + y, whose terms do not cancel where x and y nearly agree; y where x is 0. */
function relativeEntropy(x: Tensor, y: Tensor): Tensor {
  const none = equal(x, 0);
  const safe = select(none, onesLike(x), x);
  return select(none, y, mul(safe, expRemainder(sub(log(select(none, onesLike(y), y)), log(safe)))));
}

/**
 * Half the squared norm; its divergence is half the squared distance.
 *
 * $$ \tfrac12 \lVert x - y \rVert^2 $$
 */
export const squaredNorm: BregmanPotential = {
  name: 'squaredNorm',
  between: (x, y) => mul(0.5, sum(square(sub(x, y)), -1)),
};

/**
 * The negative entropy Σ x log x; its divergence is the generalised KL, for x >= 0 and y > 0.
 *
 * $$ \sum_k x_k \log \frac{x_k}{y_k} - x_k + y_k $$
 */
export const negativeEntropy: BregmanPotential = {
  name: 'negativeEntropy',
  between: (x, y) => sum(relativeEntropy(x, y), -1),
};

/**
 * Burg's entropy -Σ log x; its divergence is Itakura's and Saito's, for positive x and y.
 *
 * $$ \sum_k \frac{x_k}{y_k} - \log \frac{x_k}{y_k} - 1 $$
 */
export const burgEntropy: BregmanPotential = {
  name: 'burgEntropy',
  between: (x, y) => sum(expRemainder(sub(log(x), log(y))), -1),
};

/**
 * The negative entropy of independent coins; its divergence is the sum of their KLs, for x in [0, 1] and y in (0, 1).
 *
 * $$ \sum_k x_k \log \frac{x_k}{y_k} + (1 - x_k) \log \frac{1 - x_k}{1 - y_k} $$
 */
export const coinEntropy: BregmanPotential = {
  name: 'coinEntropy',
  between: (x, y) => sum(add(relativeEntropy(x, y), relativeEntropy(sub(1, x), sub(1, y))), -1),
};

/**
 * The logarithm of the sum of exponentials; its divergence between logits is a KL of their softmax distributions, in the other order.
 *
 * $$ \operatorname{KL}(\operatorname{softmax} y \Vert \operatorname{softmax} x) $$
 */
export const logPartition: BregmanPotential = {
  name: 'logPartition',
  between: (x, y) => sum(divergenceCells(logSoftmax(y), logSoftmax(x), kl), -1),
};

/**
 * The potential of any convex function, by automatic differentiation.
 *
 * @param name for people.
 * @param f float32 `[..., K]` to `[...]`, convex and differentiable twice.
 * @returns the record.
 * @example
 * import { bregmanDivergence, bregmanPotential } from '@surrogate/divergences';
 * import { square, sum } from '@tensorflow/tfjs-core';
 * const fourth = bregmanPotential('fourth power', (x) => sum(square(square(x)), -1));
 * (await bregmanDivergence([2], [1], fourth).data())[0]; // 11
 */
export function bregmanPotential(name: string, f: (x: Tensor) => Tensor): BregmanPotential {
  return {
    name,
    between: (x, y) => {
      const slope = grad((z: Tensor) => sum(f(z)))(y);
      return sub(sub(f(x), f(y)), sum(mul(slope, sub(x, y)), -1));
    },
  };
}

/**
 * The Bregman divergence between rows: how far a convex function lies at x above its tangent at y.
 *
 * $$ F(x) - F(y) - \langle \nabla F(y), x - y \rangle $$
 *
 * @param x float32 `[..., K]`, in the potential's domain.
 * @param y float32 `[..., K]`, inside the potential's domain.
 * @param potential which function, as a record.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the two differ in shape, `range` for an axis that is not there, `dtype`, `disposed`.
 * @see Banerjee, Merugu, Dhillon, Ghosh: Clustering with Bregman Divergences, 2005
 * @example
 * import { bregmanDivergence, negativeEntropy } from '@surrogate/divergences';
 * (await bregmanDivergence([1, 2], [2, 3], negativeEntropy).data())[0]; // 0.495923
 */
export function bregmanDivergence(
  x: TensorLike,
  y: TensorLike,
  potential: BregmanPotential,
  options: DiscreteDivergenceOptions = {},
): Tensor {
  return betweenRows('bregmanDivergence', { x, y }, options, (a, b) => potential.between(a, b));
}
