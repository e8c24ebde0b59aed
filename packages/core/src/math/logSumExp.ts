/** @file The logarithm of a sum of exponentials, over any axes, with a mask. */
import { broadcastTo, cast, fill, notEqual, reshape, stack, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { axesOf, broadcastPair, keptShape } from './elementwise.js';
import { logSumExpOver } from './overAxes.js';
import type { ReduceOptions } from './reductions.js';
import { select } from './select.js';

/** Options of {@link logSumExp}. */
export interface LogSumExpOptions extends ReduceOptions {
  /** bool or 0/1, broadcast to `x`: what takes part. The rest may hold anything and has gradient 0. */
  mask?: TensorLike | undefined;
}

/**
 * The logarithm of the sum of exponentials, without overflow and differentiable to any order.
 *
 * $$ y = \log \sum_k e^{x_k} $$
 *
 * @param x float32 of any shape.
 * @returns float32 without the reduced axes (default: the last). A row of -Infinity, an empty one and one that is masked out as a whole give -Infinity with gradient 0.
 * @throws SurrogateError `dtype`, `disposed`, `range` for an axis that is not there, `shape` for a mask that does not broadcast.
 * @example
 * import { logSumExp } from '@surrogate/core';
 * await logSumExp([[1000, 1000], [-Infinity, -Infinity]]).data(); // [1000.693147, -Infinity]
 */
export function logSumExp(x: TensorLike, options: LogSumExpOptions = {}): Tensor {
  const fn = 'logSumExp';
  return tidy(() => {
    const given = asTensor(fn, 'x', x);
    const axes = axesOf(fn, options.axis ?? (given.rank === 0 ? [] : -1), given.rank);
    const shape = options.keepDims ? keptShape(given.shape, axes) : given.shape.filter((_, i) => !axes.includes(i));
    if (axes.some((i) => given.shape[i] === 0)) return fill(shape, -Infinity);
    const taken = options.mask === undefined ? given : masked(fn, given, asTensor(fn, 'mask', options.mask));
    return reshape(logSumExpOver(taken, axes), shape);
  });
}

function masked(fn: string, x: Tensor, mask: Tensor): Tensor {
  const offset = x.rank - mask.rank;
  if (offset < 0 || mask.shape.some((size, i) => size !== 1 && size !== x.shape[i + offset]))
    fail('shape', fn, 'mask', `must broadcast to shape [${x.shape.join(', ')}], got [${mask.shape.join(', ')}]`);
  const takes = cast(broadcastTo(notEqual(mask, 0), x.shape), 'bool');
  return select(takes, x, fill(x.shape, -Infinity));
}

/**
 * The logarithm of the sum of two exponentials, elementwise.
 *
 * $$ y = \log(e^a + e^b) $$
 *
 * @param a float32 of any shape.
 * @param b float32, broadcast with `a`.
 * @returns float32 of the common shape; -Infinity where both are, with gradient 0.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where the two do not broadcast.
 * @example
 * import { logAddExp } from '@surrogate/core';
 * await logAddExp([1000, -Infinity], [1000, 2]).data(); // [1000.693147, 2]
 */
export function logAddExp(a: TensorLike, b: TensorLike): Tensor {
  return tidy(() => {
    const [x, y] = broadcastPair('logAddExp', ['a', a], ['b', b]);
    return reshape(logSumExpOver(stack([x, y], -1), [x.rank]), x.shape);
  });
}
