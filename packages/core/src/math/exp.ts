/** @file The exponential and what is left of 1 beside it. */
import { exp as tfExp, neg, type Tensor } from '@tensorflow/tfjs-core';
import type { TensorLike } from '../inputs/tensors.js';
import { elementwise } from './elementwise.js';
import { expm1 } from './stable.js';

/**
 * The exponential, differentiable to any order.
 *
 * $$ y = e^x $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape; 0 at -Infinity, with gradient 0.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { exp } from '@surrogate/core';
 * await exp([0, 1]).data(); // [1, 2.718282]
 */
export function exp(x: TensorLike): Tensor {
  return elementwise('exp', x, tfExp, exp);
}

/**
 * One minus the exponential, right also where x is tiny: with x = log p it is 1 - p.
 *
 * $$ y = 1 - e^x $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape; 1 at -Infinity, with gradient 0.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { oneMinusExp } from '@surrogate/core';
 * await oneMinusExp([Math.log(0.25)]).data(); // [0.75]
 */
export function oneMinusExp(x: TensorLike): Tensor {
  return elementwise(
    'oneMinusExp',
    x,
    (given) => neg(expm1(given)),
    (given) => neg(exp(given)),
  );
}
