/** @file e^x - 1 - x without cancellation: what is left of the exponential beyond its tangent. */
import { abs, add, less, mul, sub, where, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import type { TensorLike } from '../inputs/tensors.js';
import { elementwise } from './elementwise.js';
import { expm1 } from './stable.js';

/** Where the series takes over from the difference; both are right to float32 there. */
const near = 0.1;

const series = (x: Tensor): Tensor => {
  const inner = [1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2].reduce<Tensor>((sum, coefficient) => add(mul(sum, x), coefficient), zerosLike(x));
  return mul(mul(x, x), inner);
};

/**
 * The exponential less its tangent at 0, right also where |x| is tiny.
 *
 * $$ \varphi(x) = e^x - 1 - x \ge 0 $$
 *
 * With x = log(q/p) it is the term of the Kullback-Leibler divergence that float32 can sum: the naive p·log(p/q) has the wrong sign where p and q almost agree.
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, >= 0.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { expRemainder } from '@surrogate/core';
 * await expRemainder([0, 1]).data(); // [0, 0.718282]
 */
export function expRemainder(x: TensorLike): Tensor {
  return elementwise('expRemainder', x, (given) => where(less(abs(given), near), series(given), sub(expm1(given), given)), expm1);
}
