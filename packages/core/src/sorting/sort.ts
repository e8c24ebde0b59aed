/** @file Sorting along an axis, with gradients: the order is a constant, the values are not. */
import {
  cast,
  fill,
  isNaN as tfIsNaN,
  maximum,
  minimum,
  neg,
  slice,
  tidy,
  topk,
  transpose,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { noGrad } from '../gradients/tape.js';
import { checkBoolean, checkInteger, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { takeLast } from '../indexing/takeAlongAxis.js';
import { axisOf } from '../math/elementwise.js';
import { select } from '../math/select.js';

/** Options of {@link sort} and {@link argsort}. */
export interface SortOptions {
  /** Along which axis. Default -1. */
  axis?: number | undefined;
  /** Largest first. Default false. */
  descending?: boolean | undefined;
}

/** Options of {@link topK}. */
export interface TopKOptions {
  /** Along which axis. Default -1. */
  axis?: number | undefined;
  /** The largest, or else the smallest. Default true. */
  largest?: boolean | undefined;
}

/** What {@link topK} finds; k in place of the axis. */
export interface TopK {
  /** float32, best first. */
  readonly values: Tensor;
  /** int32. */
  readonly indices: Tensor;
}

const largestFloat = 3.4028234663852886e38;
/** The float32 before the largest: infinities take its place in the order, so that only NaN stands above. */
const nextToLargest = 3.4028232635611926e38;

/** Where the first k of the order are, along the last axis. The backends' kernel keeps the order of equals, but is lost when it meets NaN or -Infinity. */
function firstOf(x: Tensor, k: number, descending: boolean): Tensor {
  if (k === 0 || x.size === 0) return cast(zeros([...x.shape.slice(0, -1), k]), 'int32');
  return noGrad(() =>
    tidy(() => {
      const key = select(tfIsNaN(x), fill(x.shape, largestFloat), maximum(minimum(x, nextToLargest), -nextToLargest));
      return topk(descending ? key : neg(key), k).indices;
    }),
  );
}

/** Runs a body on the axis as the last one, and turns back what it returns. */
function onAxis<T extends Tensor | readonly Tensor[]>(fn: string, x: TensorLike, axis: number, body: (x: Tensor) => T): T {
  const given = asTensor(fn, 'x', x);
  if (given.rank === 0) fail('shape', fn, 'x', 'must have rank 1 or more, got a scalar');
  const k = axisOf(fn, axis, given.rank);
  if (k === given.rank - 1) return body(given);
  const swap = given.shape.map((_, i) => (i === k ? given.rank - 1 : i === given.rank - 1 ? k : i));
  const made = body(transpose(given, swap));
  return (Array.isArray(made) ? made.map((part: Tensor) => transpose(part, swap)) : transpose(made as Tensor, swap)) as T;
}

/**
 * Sorts along an axis. Equal elements keep their order; NaN counts as the largest.
 *
 * @param x float32 of rank 1 or more.
 * @returns float32 of the same shape; its gradient goes back to where each value came from.
 * @throws SurrogateError `dtype`, `disposed`, `shape` for a scalar, `range` for an axis that is not there.
 * @example
 * import { sort } from '@surrogate/core';
 * await sort([3, 1, 2]).data(); // [1, 2, 3]
 */
export function sort(x: TensorLike, options: SortOptions = {}): Tensor {
  const { axis = -1, descending = false } = options;
  checkBoolean('sort', 'descending', descending);
  return tidy(() => onAxis('sort', x, axis, (given) => takeLast(given, firstOf(given, given.shape.at(-1)!, descending))));
}

/**
 * The order in which elements would be sorted. Equal elements keep their order; NaN counts as the largest.
 *
 * @param x float32 of rank 1 or more.
 * @returns int32 of the same shape, a constant to gradients.
 * @throws SurrogateError `dtype`, `disposed`, `shape` for a scalar, `range` for an axis that is not there.
 * @example
 * import { argsort } from '@surrogate/core';
 * await argsort([3, 1, 2]).data(); // [1, 2, 0]
 */
export function argsort(x: TensorLike, options: SortOptions = {}): Tensor {
  const { axis = -1, descending = false } = options;
  checkBoolean('argsort', 'descending', descending);
  return tidy(() => onAxis('argsort', x, axis, (given) => firstOf(given, given.shape.at(-1)!, descending)));
}

/**
 * The k largest elements along an axis, or the smallest, with their places. Of equal elements the first is taken first; NaN counts as the largest.
 *
 * @param x float32 of rank 1 or more.
 * @param k how many, 0 to the size of the axis.
 * @returns `values`, whose gradient goes back to where each came from, and `indices`.
 * @throws SurrogateError `dtype`, `disposed`, `shape` for a scalar, `range` for an axis that is not there or a k that is too large.
 * @example
 * import { topK } from '@surrogate/core';
 * const { values, indices } = topK([3, 1, 4, 1, 5], 2);
 * await values.data(); // [5, 4]
 * await indices.data(); // [4, 2]
 */
export function topK(x: TensorLike, k: number, options: TopKOptions = {}): TopK {
  const { axis = -1, largest = true } = options;
  checkBoolean('topK', 'largest', largest);
  checkInteger('topK', 'k', k);
  return tidy(() => {
    const [values, indices] = onAxis('topK', x, axis, (given): [Tensor, Tensor] => {
      const size = given.shape.at(-1)!;
      if (k > size) fail('range', 'topK', 'k', `must be at most the ${size} elements of the axis, got ${k}`);
      const at = firstOf(given, k, largest);
      return [k === 0 ? slice(given, zerosOf(given), [...given.shape.slice(0, -1), 0]) : takeLast(given, at), at];
    });
    return { values, indices };
  });
}

const zerosOf = (x: Tensor) => Array<number>(x.rank).fill(0);
