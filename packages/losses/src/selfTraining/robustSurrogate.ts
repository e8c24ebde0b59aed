/** @file Losses at inputs that may move at a price: the Lagrangian of a Wasserstein ball, and what it makes of logistic regression. */
import {
  asTensor,
  checkAbove,
  checkInteger,
  checkRank,
  detach,
  fail,
  grad,
  lossScope,
  minimum,
  noGrad,
  sigmoid,
  softplus,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, div, mul, neg, reshape, square, sub, sum, tidy, Tensor, zerosLike } from '@tensorflow/tfjs-core';

/** Options of {@link robustSurrogateLoss}. */
export interface RobustSurrogateOptions extends LossOptions {
  /** γ, the price of moving an input by a squared distance of 1, > 0; Infinity lets nothing move. */
  gamma: number;
  /** How many steps uphill, >= 1. Default 5. */
  steps?: number | undefined;
  /** How far a step goes, > 0. Default 1 / (2γ), with which a step is x + ∇ℓ(z) / (2γ). */
  stepSize?: number | undefined;
}

/** @internal γ, which may be Infinity. */
export function checkGamma(fn: string, argument: string, gamma: number): void {
  if (gamma !== Infinity) checkAbove(fn, argument, gamma, 0);
}

function lossesOf(fn: string, lossAt: (z: Tensor) => Tensor, z: Tensor): Tensor {
  const losses = lossAt(z);
  if (!(losses instanceof Tensor) || losses.rank !== 1 || losses.shape[0] !== z.shape[0])
    fail('shape', fn, 'lossAt', `must return one loss an example, got ${losses instanceof Tensor ? `[${losses.shape}]` : typeof losses}`);
  return losses;
}

/** @internal One robust loss an example, with options that are checked. */
export function robustRows(
  fn: string,
  lossAt: (z: Tensor) => Tensor,
  x: Tensor,
  { gamma, steps = 5, stepSize = 1 / (2 * gamma) }: Pick<RobustSurrogateOptions, 'gamma' | 'steps' | 'stepSize'>,
): Tensor {
  if (gamma === Infinity) return lossesOf(fn, lossAt, x);
  const moved = noGrad(() =>
    tidy(() => {
      const slope = grad((at: { z: Tensor }) => sum(lossesOf(fn, lossAt, at.z)));
      let z = detach(x);
      for (let step = 0; step < steps; step++) z = add(z, mul(stepSize, sub(slope({ z }).z, mul(2 * gamma, sub(z, x)))));
      return z;
    }),
  );
  const price = sum(reshape(square(sub(moved, detach(x))), [x.shape[0], -1]), 1);
  return sub(lossesOf(fn, lossAt, moved), mul(gamma, price));
}

/**
 * The robust surrogate of a loss: at the worst input near each example, where moving costs γ a unit of squared distance.
 *
 * $$ \phi_\gamma(x) = \sup_z\ \ell(z) - \gamma \lVert z - x \rVert^2 $$
 *
 * z is found by steps uphill from x, and a constant to gradients (Danskin). With γ = Infinity it is the loss itself.
 *
 * @param lossAt float32 `[n]` losses of inputs of the shape of x, by tfjs ops that have a gradient; examples must not depend on each other.
 * @param x float32, examples along the first axis.
 * @param options γ, the search, and how examples are weighted and reduced.
 * @returns a scalar, or `[n]` with `reduction: 'none'`.
 * @throws SurrogateError `range` for options, `shape` where lossAt returns another number of losses, `dtype`, `disposed`.
 * @see Saberi, Najafi, Motahari, Khalaj: Out-Of-Domain Unlabeled Data Improves Generalization, 2024. arXiv:2310.00027
 * @see Sinha, Namkoong, Duchi: Certifying Some Distributional Robustness with Principled Adversarial Training, 2018. arXiv:1710.10571
 * @example
 * import { softplus } from '@surrogate/core';
 * import { robustSurrogateLoss } from '@surrogate/losses';
 * import { neg, reshape } from '@tensorflow/tfjs-core';
 * const lossAt = (z) => softplus(neg(reshape(z, [-1])));
 * (await robustSurrogateLoss(lossAt, [[1]], { gamma: 1 }).data())[0]; // 0.333365
 */
export function robustSurrogateLoss(lossAt: (z: Tensor) => Tensor, x: TensorLike, options: RobustSurrogateOptions): Tensor {
  const fn = 'robustSurrogateLoss';
  const { gamma, steps = 5, stepSize = 1, reduction, weights, mask } = options;
  if (typeof lossAt !== 'function') fail('dtype', fn, 'lossAt', `must be a function, got ${lossAt === null ? 'null' : typeof lossAt}`);
  checkGamma(fn, 'gamma', gamma);
  checkInteger(fn, 'steps', steps, 1);
  checkAbove(fn, 'stepSize', stepSize, 0);
  return tidy(() => {
    const inputs = asTensor(fn, 'x', x);
    if (inputs.rank === 0) fail('shape', fn, 'x', 'must have the examples on its first axis, got a scalar');
    const losses = robustRows(fn, lossAt, inputs, options);
    return lossScope(fn, { losses }, { reduction, weights, mask }, (rows) => rows.losses);
  });
}

/** Options of {@link robustLogisticLoss}. */
export interface RobustLogisticOptions extends LossOptions {
  /** γ, the price of moving an input by a squared distance of 1, > 0; Infinity lets nothing move. Default 1. */
  gamma?: number | undefined;
  /** How many rounds the fixed point is given, >= 1. Default 5. */
  iterations?: number | undefined;
}

/**
 * The robust surrogate of logistic regression, whose worst inputs lie along the weights, so that a number an example finds them.
 *
 * $$ \phi_\gamma = \log\left( 1 + e^{-(m - t \lVert w \rVert^2)} \right) - \gamma t^2 \lVert w \rVert^2, \qquad t = \frac{\sigma(-(m - t \lVert w \rVert^2))}{2 \gamma} $$
 *
 * with the margin m = y w·x. The fixed point is unique where ‖w‖² < 8γ.
 *
 * @param margins float32 `[n]`: y w·x with y = ±1.
 * @param squaredNorm float32 scalar: ‖w‖².
 * @param options γ, and how examples are weighted and reduced.
 * @returns a scalar, or `[n]` with `reduction: 'none'`.
 * @throws SurrogateError `range`, `shape` where squaredNorm is no scalar, `dtype`, `disposed`.
 * @see Saberi, Najafi, Motahari, Khalaj: Out-Of-Domain Unlabeled Data Improves Generalization, 2024. arXiv:2310.00027
 * @example
 * import { robustLogisticLoss } from '@surrogate/losses';
 * (await robustLogisticLoss([1], 1, { gamma: 1 }).data())[0]; // 0.333365
 */
export function robustLogisticLoss(margins: TensorLike, squaredNorm: TensorLike, options: RobustLogisticOptions = {}): Tensor {
  const fn = 'robustLogisticLoss';
  const { gamma = 1, iterations = 5 } = options;
  checkGamma(fn, 'gamma', gamma);
  checkInteger(fn, 'iterations', iterations, 1);
  return tidy(() => {
    const length = asTensor(fn, 'squaredNorm', squaredNorm);
    checkRank(fn, 'squaredNorm', length.shape, 0);
    return lossScope(fn, { margins }, options, (rows) => {
      const m = rows.margins;
      if (gamma === Infinity) return softplus(neg(m));
      // Far from uniqueness a step could run away.
      const longest = 10;
      const t = noGrad(() => {
        let now = zerosLike(m);
        for (let i = 0; i < iterations; i++) now = minimum(div(sigmoid(sub(mul(now, length), m)), 2 * gamma), longest);
        return detach(now);
      });
      return sub(softplus(sub(mul(t, length), m)), mul(mul(gamma, square(t)), length));
    });
  });
}
