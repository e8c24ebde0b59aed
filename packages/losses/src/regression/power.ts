/** @file Squared and absolute errors. */
import { log1p, lossScope, safeAbs, type LossOptions, type TensorLike } from '@surrogate/core';
import { square, squaredDifference, sub, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Squared error: its best constant is the mean.
 *
 * $$ \ell(p, t) = (p - t)^2 $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ.
 * @see Gauss: Theoria motus corporum coelestium, 1809
 * @example
 * import { squaredError } from '@surrogate/losses';
 * (await squaredError([1, 4], [1, 2]).data())[0]; // 2
 */
export function squaredError(predictions: TensorLike, targets: TensorLike, options: LossOptions = {}): Tensor {
  return lossScope('squaredError', { predictions, targets }, options, ({ predictions: p, targets: t }) => squaredDifference(p, t));
}

/**
 * Absolute error: its best constant is the median; its gradient at a hit is 0.
 *
 * $$ \ell(p, t) = |p - t| $$
 *
 * @param predictions float32 of any shape.
 * @param targets float32 of the same shape.
 * @param options what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ.
 * @see Laplace: Mémoire sur la probabilité des causes par les événements, 1774
 * @example
 * import { absoluteError } from '@surrogate/losses';
 * (await absoluteError([1, 4], [1, 2]).data())[0]; // 1
 */
export function absoluteError(predictions: TensorLike, targets: TensorLike, options: LossOptions = {}): Tensor {
  return lossScope('absoluteError', { predictions, targets }, options, ({ predictions: p, targets: t }) => safeAbs(sub(p, t)));
}

/**
 * Squared error of logarithms, for positive quantities whose ratio matters.
 *
 * $$ \ell(p, t) = (\log(1 + p) - \log(1 + t))^2 $$
 *
 * @param predictions float32 of any shape, > -1.
 * @param targets float32 of the same shape, > -1.
 * @param options what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ.
 * @see Tofallis: A Better Measure of Relative Prediction Accuracy for Model Selection and Model Estimation, 2015
 * @example
 * import { squaredLogError } from '@surrogate/losses';
 * (await squaredLogError([3], [0]).data())[0]; // 1.921812
 */
export function squaredLogError(predictions: TensorLike, targets: TensorLike, options: LossOptions = {}): Tensor {
  return lossScope('squaredLogError', { predictions, targets }, options, ({ predictions: p, targets: t }) =>
    square(sub(log1p(p), log1p(t))),
  );
}
