/** @file Cumulative products, with gradients that are exact where factors are 0. */
import { mul, onesLike, pad, reshape, slice, transpose, type Tensor } from '@tensorflow/tfjs-core';
import type { TensorLike } from '../inputs/tensors.js';
import { cumulative, type CumulativeOptions } from './cumulative.js';

/** x moved by some steps along the last of two axes; ones move in. */
function moved(x: Tensor, by: number, reverse: boolean): Tensor {
  const [rows, steps] = x.shape as [number, number];
  if (by >= steps) return onesLike(x);
  const kept = slice(x, [0, reverse ? by : 0], [rows, steps - by]);
  return pad(kept, [[0, 0], reverse ? [0, by] : [by, 0]], 1); // prettier-ignore
}

/**
 * The products of all elements up to each one.
 *
 * $$ y_t = \prod_{s \le t} x_s \qquad \Big(\prod_{s < t} x_s \text{ if exclusive}\Big) $$
 *
 * @param x float32 of rank 1 or more.
 * @returns float32 of the same shape; its gradients, unlike those of exp(cumsum(log x)), hold for zeros and negative factors.
 * @throws SurrogateError `dtype`, `disposed`, `shape` for a scalar, `range` for an axis that is not there.
 * @example
 * import { cumprod } from '@surrogate/core';
 * await cumprod([2, 3, 4]).data(); // [2, 6, 24]
 */
export function cumprod(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  return cumulative('cumprod', x, options, (given, { axis, exclusive, reverse }) => {
    const swap = given.shape.map((_, i) => (i === axis ? given.rank - 1 : i === given.rank - 1 ? axis : i));
    const last = axis === given.rank - 1;
    const turned = last ? given : transpose(given, swap);
    const steps = given.shape[axis]!;
    let product = reshape(turned, [-1, steps]);
    if (exclusive) product = moved(product, 1, reverse);
    for (let apart = 1; apart < steps; apart *= 2) product = mul(product, moved(product, apart, reverse));
    const shaped = reshape(product, turned.shape);
    return last ? shaped : transpose(shaped, swap);
  });
}
