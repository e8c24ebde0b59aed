/** @file The weighted sum over the last axis in which a weight of 0 outweighs an infinity. */
import { abs, equal, expandDims, logicalAnd, mul, sum, tidy, where, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import { fail } from '../inputs/checks.js';
import type { TensorLike } from '../inputs/tensors.js';
import { broadcastPair } from './elementwise.js';
import { select } from './select.js';

const dead = (weights: Tensor, values: Tensor) => logicalAnd(equal(weights, 0), equal(abs(values), Infinity));

/**
 * The sum of products over the last axis, where 0 · (±Infinity) is 0: an expectation of log-probabilities under probabilities.
 *
 * $$ y = \sum_k w_k v_k $$
 *
 * @param weights float32 `[..., K]`.
 * @param values float32 `[..., K]`, broadcast with `weights`.
 * @returns float32 `[...]`. Where a weight is 0 and its value infinite, both gradients are 0.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where the two do not broadcast or are scalars.
 * @example
 * import { dotLast } from '@surrogate/core';
 * (await dotLast([0, 1], [-Infinity, 3]).data())[0]; // 3
 */
export function dotLast(weights: TensorLike, values: TensorLike): Tensor {
  return tidy(() => {
    const [w, v] = broadcastPair('dotLast', ['weights', weights], ['values', values]);
    if (w.rank === 0) fail('shape', 'dotLast', 'weights', 'must have rank 1 or more, got a scalar');
    return differentiable(
      { w, v },
      (inputs) => sum(mul(inputs.w, where(dead(inputs.w, inputs.v), zerosLike(inputs.v), inputs.v)), -1),
      (inputs, upstream) => ({
        w: () => mul(expandDims(upstream, -1), select(dead(inputs.w, inputs.v), zerosLike(inputs.v), inputs.v)),
        v: () => mul(expandDims(upstream, -1), inputs.w),
      }),
    );
  });
}
