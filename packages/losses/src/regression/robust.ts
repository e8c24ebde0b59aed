/** @file Losses that outliers cannot dominate: Barron's general one with its named members, and Tukey's biweight. */
import { checkAbove, fail, log1p, lossScope, maximum, oneMinusExp, type LossOptions, type TensorLike } from '@surrogate/core';
import { div, mul, neg, square, sub, type Tensor } from '@tensorflow/tfjs-core';

/** What the robust losses take. */
export interface RobustScaleOptions extends LossOptions {
  /** The error at which the loss begins to bend, > 0. Default 1. */
  scale?: number | undefined;
}

/** Options of {@link generalRobustLoss}. */
export interface GeneralRobustOptions extends RobustScaleOptions {
  /** How far outliers count: 2 all the way (squared), 1 pseudo-Huber, 0 Cauchy, -2 Geman-McClure, -Infinity Welsch. Default 1. */
  alpha?: number | undefined;
}

/** Options of {@link tukeyLoss}. */
export interface TukeyOptions extends LossOptions {
  /** The error beyond which all count alike, > 0. Default 4.685, 95 % efficient for errors of variance 1. */
  cutoff?: number | undefined;
}

/** Barron's ρ of half a squared, scaled error. */
function robust(half: Tensor, alpha: number): Tensor {
  if (alpha === 2) return half;
  if (alpha === 0) return log1p(half);
  if (alpha === -Infinity) return oneMinusExp(neg(half));
  const b = Math.abs(alpha - 2);
  return mul(-b / alpha, oneMinusExp(mul(alpha / 2, log1p(mul(2 / b, half)))));
}

const scaled = (fn: string, predictions: TensorLike, targets: TensorLike, options: RobustScaleOptions, alpha: number): Tensor => {
  const { scale = 1 } = options;
  checkAbove(fn, 'scale', scale, 0);
  return lossScope(fn, { predictions, targets }, options, ({ predictions: p, targets: t }) =>
    robust(mul(0.5, square(div(sub(p, t), scale))), alpha),
  );
};

/**
 * The general robust loss: one parameter leads from the squared error to losses that saturate.
 *
 * $$ \ell(p, t) = \frac{|\alpha - 2|}{\alpha} \left( \left( \frac{(e / c)^2}{|\alpha - 2|} + 1 \right)^{\alpha / 2} - 1 \right), \qquad e = p - t $$
 *
 * with its limits at α = 2, 0 and -∞.
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options α, the scale c, and what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when scale <= 0 or alpha is NaN or Infinity.
 * @see Barron: A General and Adaptive Robust Loss Function, 2019. arXiv:1701.03077
 * @example
 * import { generalRobustLoss } from '@surrogate/losses';
 * (await generalRobustLoss([3], [0], { alpha: -2 }).data())[0]; // 1.384615
 */
export function generalRobustLoss(predictions: TensorLike, targets: TensorLike, options: GeneralRobustOptions = {}): Tensor {
  const { alpha = 1 } = options;
  if (typeof alpha !== 'number' || !(alpha < Infinity))
    fail('range', 'generalRobustLoss', 'alpha', `must be a number below Infinity, got ${String(alpha)}`);
  return scaled('generalRobustLoss', predictions, targets, options, alpha);
}

/**
 * Cauchy (Lorentzian) loss: the negative log-likelihood of heavy-tailed errors; outliers count logarithmically.
 *
 * $$ \ell(p, t) = \log\left(1 + \tfrac12 (e / c)^2\right), \qquad e = p - t $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options the scale c, and what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when scale <= 0.
 * @see Black, Anandan: The Robust Estimation of Multiple Motions, 1996
 * @example
 * import { cauchyLoss } from '@surrogate/losses';
 * (await cauchyLoss([2], [0]).data())[0]; // 1.098612
 */
export function cauchyLoss(predictions: TensorLike, targets: TensorLike, options: RobustScaleOptions = {}): Tensor {
  return scaled('cauchyLoss', predictions, targets, options, 0);
}

/**
 * Geman-McClure loss: saturates at 2.
 *
 * $$ \ell(p, t) = \frac{2 (e / c)^2}{(e / c)^2 + 4}, \qquad e = p - t $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options the scale c, and what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when scale <= 0.
 * @see Geman, McClure: Bayesian Image Analysis: An Application to Single Photon Emission Tomography, 1985
 * @example
 * import { gemanMcClureLoss } from '@surrogate/losses';
 * (await gemanMcClureLoss([2], [0]).data())[0]; // 1
 */
export function gemanMcClureLoss(predictions: TensorLike, targets: TensorLike, options: RobustScaleOptions = {}): Tensor {
  return scaled('gemanMcClureLoss', predictions, targets, options, -2);
}

/**
 * Welsch (Leclerc) loss: saturates at 1, and forgets outliers exponentially fast.
 *
 * $$ \ell(p, t) = 1 - e^{-\frac12 ((p - t) / c)^2} $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options the scale c, and what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when scale <= 0.
 * @see Dennis, Welsch: Techniques for Nonlinear Least Squares and Robust Regression, 1978
 * @example
 * import { welschLoss } from '@surrogate/losses';
 * (await welschLoss([1], [0]).data())[0]; // 0.393469
 */
export function welschLoss(predictions: TensorLike, targets: TensorLike, options: RobustScaleOptions = {}): Tensor {
  return scaled('welschLoss', predictions, targets, options, -Infinity);
}

/**
 * Tukey's biweight loss: beyond the cutoff an error counts as much as any other, and pulls no more.
 *
 * $$ \ell(p, t) = \frac{c^2}{6} \left( 1 - \left( 1 - (e / c)^2 \right)_+^3 \right), \qquad e = p - t $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options the cutoff c, and what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when cutoff <= 0.
 * @see Beaton, Tukey: The Fitting of Power Series, Meaning Polynomials, Illustrated on Band-Spectroscopic Data, 1974
 * @example
 * import { tukeyLoss } from '@surrogate/losses';
 * await tukeyLoss([3, 9], [0, 0], { cutoff: 6, reduction: 'none' }).data(); // [3.46875, 6]
 */
export function tukeyLoss(predictions: TensorLike, targets: TensorLike, options: TukeyOptions = {}): Tensor {
  const { cutoff = 4.685 } = options;
  checkAbove('tukeyLoss', 'cutoff', cutoff, 0);
  return lossScope('tukeyLoss', { predictions, targets }, options, ({ predictions: p, targets: t }) => {
    const u = square(div(sub(p, t), cutoff));
    const inside = maximum(sub(1, u), 0);
    return mul((cutoff * cutoff) / 6, sub(1, mul(inside, square(inside))));
  });
}
