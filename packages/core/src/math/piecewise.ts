/** @file Functions with a kink: each has a gradient there that is between the one-sided ones. */
import {
  abs,
  add,
  cast,
  clipByValue,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  maximum as tfMaximum,
  minimum as tfMinimum,
  mul,
  onesLike,
  relu as tfRelu,
  rsqrt,
  sqrt,
  sub,
  tidy,
  where,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import { fail } from '../inputs/checks.js';
import type { TensorLike } from '../inputs/tensors.js';
import { broadcastPair, elementwise } from './elementwise.js';
import { select } from './select.js';

const float = (x: Tensor) => cast(x, 'float32');

/** 1 where a > b, 1/2 where they tie, 0 below. */
const share = (a: Tensor, b: Tensor) => mul(add(float(greater(a, b)), float(greaterEqual(a, b))), 0.5);

const extremum = (fn: string, a: TensorLike, b: TensorLike, value: (a: Tensor, b: Tensor) => Tensor, larger: boolean): Tensor =>
  tidy(() => {
    const [x, y] = broadcastPair(fn, ['a', a], ['b', b]);
    return differentiable(
      { x, y },
      (inputs) => value(inputs.x, inputs.y),
      (inputs, upstream) => ({
        x: () => mul(upstream, larger ? share(inputs.x, inputs.y) : share(inputs.y, inputs.x)),
        y: () => mul(upstream, larger ? share(inputs.y, inputs.x) : share(inputs.x, inputs.y)),
      }),
    );
  });

/**
 * The larger of two, elementwise; a tie shares the gradient.
 *
 * $$ y = \max(a, b) $$
 *
 * @param a float32 of any shape.
 * @param b float32, broadcast with `a`.
 * @returns float32 of the common shape.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where the two do not broadcast.
 * @example
 * import { maximum } from '@surrogate/core';
 * await maximum([1, 5], 3).data(); // [3, 5]
 */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return extremum('maximum', a, b, tfMaximum, true);
}

/**
 * The smaller of two, elementwise; a tie shares the gradient.
 *
 * $$ y = \min(a, b) $$
 *
 * @param a float32 of any shape.
 * @param b float32, broadcast with `a`.
 * @returns float32 of the common shape.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where the two do not broadcast.
 * @example
 * import { minimum } from '@surrogate/core';
 * await minimum([1, 5], 3).data(); // [1, 3]
 */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return extremum('minimum', a, b, tfMinimum, false);
}

/**
 * Cuts values off at two bounds; the gradient is 1 between them, the bounds included, and 0 outside.
 *
 * $$ y = \min(\max(x, \text{low}), \text{high}) $$
 *
 * @param x float32 of any shape.
 * @param low the lower bound; -Infinity for none.
 * @param high the upper bound, >= low; Infinity for none.
 * @returns float32 of the same shape.
 * @throws SurrogateError `dtype`, `disposed`, `range` for bounds that are NaN or in the wrong order.
 * @example
 * import { clip } from '@surrogate/core';
 * await clip([-2, 0.5, 2], 0, 1).data(); // [0, 0.5, 1]
 */
export function clip(x: TensorLike, low: number, high: number): Tensor {
  if (typeof low !== 'number' || Number.isNaN(low)) fail('range', 'clip', 'low', `must be a number, got ${String(low)}`);
  if (typeof high !== 'number' || !(high >= low)) fail('range', 'clip', 'high', `must be at least low = ${low}, got ${String(high)}`);
  return elementwise(
    'clip',
    x,
    (given) => clipByValue(given, low, high),
    (given) => float(logicalAnd(greaterEqual(given, low), lessEqual(given, high))),
  );
}

/**
 * The ramp; its gradient at 0 is 0.
 *
 * $$ y = \max(x, 0) $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { relu } from '@surrogate/core';
 * await relu([-1, 2]).data(); // [0, 2]
 */
export function relu(x: TensorLike): Tensor {
  return elementwise('relu', x, tfRelu, (given) => float(greater(given, 0)));
}

/**
 * Which side of 0 a number is on; its gradient is 0. tfjs's own gives 0 on wasm for all that is smaller than 1e-7.
 *
 * $$ y = \operatorname{sign}(x) $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape: -1, 0 or 1; 0 for NaN.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { sign } from '@surrogate/core';
 * await sign([-1e-20, 0, 3]).data(); // [-1, 0, 1]
 */
export function sign(x: TensorLike): Tensor {
  return elementwise('sign', x, (given) => sub(float(greater(given, 0)), float(less(given, 0))), zerosLike);
}

/**
 * The absolute value; its gradient at 0 is 0.
 *
 * $$ y = |x| $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { safeAbs } from '@surrogate/core';
 * await safeAbs([-2, 0]).data(); // [2, 0]
 */
export function safeAbs(x: TensorLike): Tensor {
  return elementwise('safeAbs', x, abs, sign);
}

/**
 * The square root, 0 with gradient 0 for what is 0 or, by rounding, less.
 *
 * $$ y = \sqrt{\max(x, 0)}, \qquad y' = \frac{1}{2\sqrt{x}} \quad (0 \text{ at } x \le 0) $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, >= 0.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { safeSqrt } from '@surrogate/core';
 * await safeSqrt([0, 4, -1e-9]).data(); // [0, 2, 0]
 */
export function safeSqrt(x: TensorLike): Tensor {
  return elementwise(
    'safeSqrt',
    x,
    (given) => where(lessEqual(given, 0), zerosLike(given), sqrt(given)),
    (given) => {
      const flat = lessEqual(given, 0);
      return select(flat, zerosLike(given), mul(0.5, rsqrt(select(flat, onesLike(given), given))));
    },
  );
}
