/** @file Choosing elementwise between two tensors, differentiable to any order. */
import { where, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';

/**
 * Takes `a` where the condition holds, else `b`; the gradient of what was not taken is 0.
 *
 * A singular expression in the branch that is not taken still spoils the gradient there (0 · Infinity): make its input harmless first.
 *
 * @param condition bool; same shape as `a` and `b`.
 * @param a float32.
 * @param b float32.
 * @returns float32 of the same shape.
 * @example
 * import { select } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await select(tensor([1, 0], [2], 'bool'), tensor([1, 2]), tensor([3, 4])).data(); // [1, 4]
 */
export function select(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  return differentiable(
    { condition, a, b },
    (inputs) => where(inputs.condition, inputs.a, inputs.b),
    (inputs, upstream) => ({
      a: () => select(inputs.condition, upstream, zerosLike(upstream)),
      b: () => select(inputs.condition, zerosLike(upstream), upstream),
    }),
  );
}
