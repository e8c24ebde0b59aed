/** @file Choosing elementwise between two tensors, differentiable to any order. */
import { tidy, where, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import { checkShape } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';

/**
 * Takes `a` where the condition holds, else `b`; the gradient of what was not taken is 0.
 *
 * $$ y_i = a_i \text{ where } c_i, \text{ else } b_i $$
 *
 * A singular expression in the branch that is not taken still spoils the gradient there (0 · Infinity): make its input harmless first.
 *
 * @param condition bool, of any shape.
 * @param a float32 of the same shape.
 * @param b float32 of the same shape.
 * @returns float32 of the same shape.
 * @throws SurrogateError `shape` where the three differ, `dtype`, `disposed`.
 * @example
 * import { select } from '@surrogate/core';
 * await select([true, false], [1, 2], [3, 4]).data(); // [1, 4]
 */
export function select(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  return tidy(() => {
    const c = asTensor('select', 'condition', condition, 'bool');
    const [x, y] = [asTensor('select', 'a', a), asTensor('select', 'b', b)];
    checkShape('select', 'a', x.shape, c.shape);
    checkShape('select', 'b', y.shape, c.shape);
    return choose(c, x, y);
  });
}

function choose(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  return differentiable(
    { condition, a, b },
    (inputs) => where(inputs.condition, inputs.a, inputs.b),
    (inputs, upstream) => ({
      a: () => choose(inputs.condition, upstream, zerosLike(upstream)),
      b: () => choose(inputs.condition, zerosLike(upstream), upstream),
    }),
  );
}
