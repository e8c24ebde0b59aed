/** @file Cumulative products, with gradients that are exact where factors are 0. */
import { mul, onesLike, pad, reshape, slice, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { checkBoolean, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { axisOf } from '../math/elementwise.js';

/** Options of {@link cumprod}. */
export interface CumprodOptions {
  /** Along which axis. Default -1. */
  axis?: number | undefined;
  /** Leave out each element's own factor, so that the first is 1. Default false. */
  exclusive?: boolean | undefined;
  /** From the last to the first. Default false. */
  reverse?: boolean | undefined;
}

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
export function cumprod(x: TensorLike, options: CumprodOptions = {}): Tensor {
  const fn = 'cumprod';
  const { axis = -1, exclusive = false, reverse = false } = options;
  checkBoolean(fn, 'exclusive', exclusive);
  checkBoolean(fn, 'reverse', reverse);
  return tidy(() => {
    const given = asTensor(fn, 'x', x);
    if (given.rank === 0) fail('shape', fn, 'x', 'must have rank 1 or more, got a scalar');
    const k = axisOf(fn, axis, given.rank);
    if (given.size === 0) return given.clone();
    const swap = given.shape.map((_, i) => (i === k ? given.rank - 1 : i === given.rank - 1 ? k : i));
    const last = k === given.rank - 1;
    const turned = last ? given : transpose(given, swap);
    const steps = given.shape[k]!;
    let product = reshape(turned, [-1, steps]);
    if (exclusive) product = moved(product, 1, reverse);
    for (let apart = 1; apart < steps; apart *= 2) product = mul(product, moved(product, apart, reverse));
    const shaped = reshape(product, turned.shape);
    return last ? shaped : transpose(shaped, swap);
  });
}
