/** @file Asymmetric errors: quantiles (pinball) and expectiles. */
import { checkBetween, lossScope, relu, type LossOptions, type TensorLike } from '@surrogate/core';
import { add, mul, square, sub, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link quantileLoss}. */
export interface QuantileOptions extends LossOptions {
  /** Which quantile is predicted, in [0, 1]. Default 0.5, the median. */
  quantile?: number | undefined;
}

/** Options of {@link expectileLoss}. */
export interface ExpectileOptions extends LossOptions {
  /** Which expectile is predicted, in [0, 1]. Default 0.5, the mean. */
  expectile?: number | undefined;
}

/** q above the prediction, 1 - q below it. */
const tilted = (q: number, above: Tensor, below: Tensor) => add(mul(q, above), mul(1 - q, below));

/**
 * Quantile (pinball) loss: its best constant is the q-quantile of the targets.
 *
 * $$ \ell(p, t) = q\, (t - p)_+ + (1 - q)\, (p - t)_+ $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options the quantile, and what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when the quantile is outside [0, 1].
 * @see Koenker, Bassett: Regression Quantiles, 1978
 * @example
 * import { quantileLoss } from '@surrogate/losses';
 * await quantileLoss([0, 2], [1, 1], { quantile: 0.9, reduction: 'none' }).data(); // [0.9, 0.1]
 */
export function quantileLoss(predictions: TensorLike, targets: TensorLike, options: QuantileOptions = {}): Tensor {
  const { quantile = 0.5 } = options;
  checkBetween('quantileLoss', 'quantile', quantile, 0, 1, true);
  return lossScope('quantileLoss', { predictions, targets }, options, ({ predictions: p, targets: t }) =>
    tilted(quantile, relu(sub(t, p)), relu(sub(p, t))),
  );
}

/**
 * Expectile loss: the squared error that weighs the two sides differently; its best constant is the expectile of the targets.
 *
 * $$ \ell(p, t) = q\, (t - p)_+^2 + (1 - q)\, (p - t)_+^2 $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options the expectile q, and what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when the expectile is outside [0, 1].
 * @see Newey, Powell: Asymmetric Least Squares Estimation and Testing, 1987
 * @example
 * import { expectileLoss } from '@surrogate/losses';
 * await expectileLoss([0, 2], [3, 1], { expectile: 0.9, reduction: 'none' }).data(); // [8.1, 0.1]
 */
export function expectileLoss(predictions: TensorLike, targets: TensorLike, options: ExpectileOptions = {}): Tensor {
  const { expectile = 0.5 } = options;
  checkBetween('expectileLoss', 'expectile', expectile, 0, 1, true);
  return lossScope('expectileLoss', { predictions, targets }, options, ({ predictions: p, targets: t }) =>
    tilted(expectile, square(relu(sub(t, p))), square(relu(sub(p, t)))),
  );
}
