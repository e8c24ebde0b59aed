/** @file Losses in the form that tf.layers wants. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { fail } from '../inputs/checks.js';

/**
 * Makes of a loss of this library a loss for `model.compile`: tf.layers passes the targets first.
 *
 * tf.layers wants targets of the predictions' shape, so labels are one-hot or soft there, not class ids.
 *
 * @param loss a function of predictions and targets, which returns a scalar or one number a row.
 * @returns a function of targets and predictions.
 * @throws SurrogateError `dtype` where the loss is no function.
 * @example
 * import { toTfLoss } from '@surrogate/core';
 * import { mean, squaredDifference, tensor } from '@tensorflow/tfjs-core';
 * const loss = toTfLoss((predictions, targets) => mean(squaredDifference(predictions, targets)));
 * (await loss(tensor([1, 4]), tensor([1, 2])).data())[0]; // 2
 */
export function toTfLoss(loss: (predictions: Tensor, targets: Tensor) => Tensor): (targets: Tensor, predictions: Tensor) => Tensor {
  if (typeof loss !== 'function') fail('dtype', 'toTfLoss', 'loss', `must be a function, got ${typeof loss}`);
  return (targets, predictions) => loss(predictions, targets);
}
