/** @file Euclidean norms that neither overflow nor have a NaN for a gradient at 0. */
import {
  abs,
  add,
  cast,
  equal,
  div,
  max as tfMax,
  mul,
  notEqual,
  reshape,
  rsqrt,
  square,
  sum,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { detach } from '../gradients/tape.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { axesOf, axisOf, keptShape } from './elementwise.js';
import { safeSqrt } from './piecewise.js';
import type { ReduceOptions } from './reductions.js';

/** x by its largest magnitude, which is a constant to gradients: what is computed from the two does not depend on it. */
function unitScaled(x: Tensor, axes: number[]): { scaled: Tensor; scale: Tensor } {
  const largest = tfMax(abs(detach(x)), axes, true);
  const scale = add(largest, cast(equal(largest, 0), 'float32'));
  return { scaled: div(x, scale), scale };
}

/**
 * The Euclidean norm over one or more axes; its gradient at 0 is 0.
 *
 * $$ y = \sqrt{\textstyle\sum_k x_k^2} $$
 *
 * @param x float32 of any shape.
 * @returns float32 without the reduced axes (default: all).
 * @throws SurrogateError `dtype`, `disposed`, `range` for an axis that is not there.
 * @example
 * import { safeNorm } from '@surrogate/core';
 * await safeNorm([[3, 4], [0, 0]], { axis: -1 }).data(); // [5, 0]
 */
export function safeNorm(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return tidy(() => {
    const given = asTensor('safeNorm', 'x', x);
    const axes = axesOf('safeNorm', options.axis, given.rank);
    const kept = keptShape(given.shape, axes);
    const shape = options.keepDims ? kept : given.shape.filter((_, i) => !axes.includes(i));
    if (given.size === 0) return reshape(sum(given, axes, true), shape);
    const { scaled, scale } = unitScaled(given, axes);
    return reshape(mul(scale, safeSqrt(sum(square(scaled), axes, true))), shape);
  });
}

/** Options of {@link l2Normalize}. */
export interface NormalizeOptions {
  /** Along what the vectors lie. Default -1. */
  axis?: number | undefined;
}

/**
 * Vectors of length 1 in the same direction; a zero vector stays zero, with gradient 0.
 *
 * $$ y = \frac{x}{\lVert x \rVert_2} $$
 *
 * @param x float32 of rank 1 or more.
 * @returns float32 of the same shape.
 * @throws SurrogateError `dtype`, `disposed`, `range` for an axis that is not there.
 * @example
 * import { l2Normalize } from '@surrogate/core';
 * await l2Normalize([[3, 4], [0, 0]]).data(); // [0.6, 0.8, 0, 0]
 */
export function l2Normalize(x: TensorLike, { axis = -1 }: NormalizeOptions = {}): Tensor {
  return tidy(() => {
    const given = asTensor('l2Normalize', 'x', x);
    const axes = [axisOf('l2Normalize', axis, given.rank)];
    if (given.size === 0) return given.clone();
    const { scaled } = unitScaled(given, axes);
    const squared = sum(square(scaled), axes, true);
    const nothing = cast(equal(detach(squared), 0), 'float32');
    const something = cast(notEqual(detach(squared), 0), 'float32');
    return mul(mul(scaled, something), rsqrt(add(squared, nothing)));
  });
}
