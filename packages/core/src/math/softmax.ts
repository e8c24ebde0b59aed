/** @file Softmax and its logarithm over any axis, with a temperature. */
import { div, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { axisOf } from './elementwise.js';
import { logWeightsOver, weightsOver } from './overAxes.js';

/** Options of {@link softmax} and {@link logSoftmax}. */
export interface SoftmaxOptions {
  /** Where the classes are. Default -1. */
  axis?: number | undefined;
  /** What the logits are divided by, > 0. Default 1. */
  temperature?: number | undefined;
}

function scaled(fn: string, logits: TensorLike, { axis = -1, temperature = 1 }: SoftmaxOptions): [z: Tensor, axes: number[]] {
  checkAbove(fn, 'temperature', temperature, 0);
  const given = asTensor(fn, 'logits', logits);
  if (given.rank === 0) fail('shape', fn, 'logits', 'must have rank 1 or more, got a scalar');
  return [temperature === 1 ? given : div(given, temperature), [axisOf(fn, axis, given.rank)]];
}

/**
 * Probabilities from logits, differentiable to any order.
 *
 * $$ p_k = \frac{e^{z_k / T}}{\sum_j e^{z_j / T}} $$
 *
 * @param logits float32 of rank 1 or more, unnormalised.
 * @returns float32 of the same shape, which sums to 1 over the axis; zeros where all logits are -Infinity.
 * @throws SurrogateError `dtype`, `disposed`, `shape` for a scalar, `range` for an axis that is not there and a temperature of 0 or less.
 * @example
 * import { softmax } from '@surrogate/core';
 * await softmax([0, Math.log(3)]).data(); // [0.25, 0.75]
 */
export function softmax(logits: TensorLike, options: SoftmaxOptions = {}): Tensor {
  return tidy(() => weightsOver(...scaled('softmax', logits, options)));
}

/**
 * Log-probabilities from logits, differentiable to any order.
 *
 * $$ \log p_k = \frac{z_k}{T} - \log \sum_j e^{z_j / T} $$
 *
 * @param logits float32 of rank 1 or more, unnormalised.
 * @returns float32 of the same shape, <= 0; -Infinity where the logit is.
 * @throws SurrogateError `dtype`, `disposed`, `shape` for a scalar, `range` for an axis that is not there and a temperature of 0 or less.
 * @example
 * import { logSoftmax } from '@surrogate/core';
 * await logSoftmax([0, Math.log(3)]).data(); // [-1.386294, -0.287682]
 */
export function logSoftmax(logits: TensorLike, options: SoftmaxOptions = {}): Tensor {
  return tidy(() => {
    const [z, axes] = scaled('logSoftmax', logits, options);
    return z.size === 0 ? z.clone() : logWeightsOver(z, axes);
  });
}
