/** @file Squared near the target, linear far from it: Huber, smooth L1, pseudo-Huber, log-cosh. */
import { checkAbove, checkAtLeast, logCosh, lossScope, minimum, safeAbs, type LossOptions, type TensorLike } from '@surrogate/core';
import { add, div, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link huberLoss} and {@link pseudoHuberLoss}. */
export interface HuberOptions extends LossOptions {
  /** The error at which squares become lines, > 0. Default 1. */
  delta?: number | undefined;
}

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1Options extends LossOptions {
  /** The error at which squares become lines, >= 0; 0 is the absolute error. Default 1. */
  beta?: number | undefined;
}

/** Half the squared error up to delta, then a line of slope delta; the linear part is what the clipped part leaves, so that no gradient counts twice. */
function huber(error: Tensor, delta: number): Tensor {
  const size = safeAbs(error);
  const near = minimum(size, delta);
  return add(mul(0.5, square(near)), mul(delta, sub(size, near)));
}

/**
 * Huber loss: half the squared error where it is small, linear where it is large.
 *
 * $$ \ell(p, t) = \begin{cases} \tfrac12 e^2 & |e| \le \delta \\ \delta\,(|e| - \tfrac12 \delta) & \text{else} \end{cases}, \qquad e = p - t $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options δ, and what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when delta <= 0.
 * @see Huber: Robust Estimation of a Location Parameter, 1964
 * @example
 * import { huberLoss } from '@surrogate/losses';
 * await huberLoss([0.5, 3], [0, 0], { reduction: 'none' }).data(); // [0.125, 2.5]
 */
export function huberLoss(predictions: TensorLike, targets: TensorLike, options: HuberOptions = {}): Tensor {
  const { delta = 1 } = options;
  checkAbove('huberLoss', 'delta', delta, 0);
  return lossScope('huberLoss', { predictions, targets }, options, ({ predictions: p, targets: t }) => huber(sub(p, t), delta));
}

/**
 * Smooth L1: the Huber loss over its threshold, so that its slope far out is 1.
 *
 * $$ \ell(p, t) = \frac1\beta \operatorname{huber}_\beta(p - t), \qquad |p - t| \text{ for } \beta = 0 $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options β, and what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when beta < 0.
 * @see Girshick: Fast R-CNN, 2015. arXiv:1504.08083
 * @example
 * import { smoothL1Loss } from '@surrogate/losses';
 * await smoothL1Loss([0.5, 3], [0, 0], { beta: 2, reduction: 'none' }).data(); // [0.0625, 2]
 */
export function smoothL1Loss(predictions: TensorLike, targets: TensorLike, options: SmoothL1Options = {}): Tensor {
  const { beta = 1 } = options;
  checkAtLeast('smoothL1Loss', 'beta', beta, 0);
  return lossScope('smoothL1Loss', { predictions, targets }, options, ({ predictions: p, targets: t }) =>
    beta === 0 ? safeAbs(sub(p, t)) : div(huber(sub(p, t), beta), beta),
  );
}

/**
 * Pseudo-Huber loss: the Huber loss without its kink, also named after Charbonnier.
 *
 * $$ \ell(p, t) = \delta^2 \left( \sqrt{1 + (e / \delta)^2} - 1 \right), \qquad e = p - t $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options δ, and what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when delta <= 0.
 * @see Charbonnier, Blanc-Féraud, Aubert, Barlaud: Deterministic Edge-Preserving Regularization in Computed Imaging, 1997
 * @example
 * import { pseudoHuberLoss } from '@surrogate/losses';
 * (await pseudoHuberLoss([3], [0], { delta: 4 }).data())[0]; // 4
 */
export function pseudoHuberLoss(predictions: TensorLike, targets: TensorLike, options: HuberOptions = {}): Tensor {
  const { delta = 1 } = options;
  checkAbove('pseudoHuberLoss', 'delta', delta, 0);
  return lossScope('pseudoHuberLoss', { predictions, targets }, options, ({ predictions: p, targets: t }) => {
    const x = square(div(sub(p, t), delta));
    // sqrt(1 + x) - 1 without the difference, in which small errors would drown.
    return mul(delta * delta, div(x, add(sqrt(add(x, 1)), 1)));
  });
}

/**
 * Log-cosh loss: half the squared error near the target, |e| - log 2 far from it, smooth everywhere.
 *
 * $$ \ell(p, t) = \log \cosh(p - t) $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ.
 * @see Green: Bayesian Reconstructions from Emission Tomography Data Using a Modified EM Algorithm, 1990
 * @example
 * import { logCoshLoss } from '@surrogate/losses';
 * (await logCoshLoss([1], [0]).data())[0]; // 0.433781
 */
export function logCoshLoss(predictions: TensorLike, targets: TensorLike, options: LossOptions = {}): Tensor {
  return lossScope('logCoshLoss', { predictions, targets }, options, ({ predictions: p, targets: t }) => logCosh(sub(p, t)));
}
