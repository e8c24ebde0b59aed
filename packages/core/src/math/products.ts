/** @file Powers and products with logarithms that stay right where a factor is 0. */
import {
  equal,
  greater,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  mul,
  onesLike,
  pow as tfPow,
  sub,
  tidy,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import type { TensorLike } from '../inputs/tensors.js';
import { broadcastPair } from './elementwise.js';
import { select } from './select.js';
import { log } from './stable.js';

/**
 * x log y, which is 0 where x is 0.
 *
 * $$ y = x \log y, \qquad 0 \log 0 = 0 $$
 *
 * @param x float32 of any shape.
 * @param y float32, broadcast with `x`, >= 0.
 * @returns float32 of the common shape. Where x is 0 and y is 0 or infinite, both gradients are 0.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where the two do not broadcast.
 * @example
 * import { xLogY } from '@surrogate/core';
 * await xLogY([0, 2], [0, Math.E]).data(); // [0, 2]
 */
export function xLogY(x: TensorLike, y: TensorLike): Tensor {
  return tidy(() => {
    const [a, b] = broadcastPair('xLogY', ['x', x], ['y', y]);
    const dead = logicalAnd(equal(a, 0), logicalOr(lessEqual(b, 0), equal(b, Infinity)));
    return mul(a, log(select(dead, onesLike(b), b)));
  });
}

/**
 * A power whose gradient is finite at base 0.
 *
 * $$ y = x^e, \qquad \frac{\partial y}{\partial x} = e\, x^{e - 1} \quad (0 \text{ at } x = 0 \text{ where } e < 1) $$
 *
 * @param base float32 of any shape; below 0 the exponent must be an integer, or the result is NaN.
 * @param exponent float32, broadcast with `base`. Its gradient y log x is taken as 0 where the base is 0 or less.
 * @returns float32 of the common shape; 1 where the exponent is 0.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where the two do not broadcast.
 * @example
 * import { pow } from '@surrogate/core';
 * await pow([0, 4], 0.5).data(); // [0, 2]
 */
export function pow(base: TensorLike, exponent: TensorLike): Tensor {
  return tidy(() => powOf(...broadcastPair('pow', ['base', base], ['exponent', exponent])));
}

function powOf(x: Tensor, e: Tensor): Tensor {
  return differentiable(
    { x, e },
    (inputs) => tfPow(inputs.x, inputs.e),
    (inputs, upstream) => ({
      x: () => {
        const steep = logicalAnd(equal(inputs.x, 0), less(inputs.e, 1));
        const slope = mul(inputs.e, powOf(select(steep, onesLike(inputs.x), inputs.x), sub(inputs.e, 1)));
        return mul(upstream, select(steep, zerosLike(slope), slope));
      },
      e: () => {
        const above = greater(inputs.x, 0);
        const logX = log(select(above, inputs.x, onesLike(inputs.x)));
        return mul(upstream, select(above, mul(powOf(inputs.x, inputs.e), logX), zerosLike(inputs.x)));
      },
    }),
  );
}
