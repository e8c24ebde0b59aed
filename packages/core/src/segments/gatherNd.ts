/** @file Parts of a tensor by coordinates. */
import {
  add,
  broadcastTo,
  cast,
  expandDims,
  fill,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  reshape,
  scalar,
  slice,
  squeeze,
  tidy,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { hostValues } from '../backends/hostValues.js';
import { fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { select } from '../math/select.js';
import { runtime } from '../runtime.js';
import { takeRows } from './rows.js';

/**
 * Takes parts of a tensor by the coordinates of its first axes.
 *
 * $$ y_i = x[\text{indices}_{i1}, \ldots, \text{indices}_{iK}] $$
 *
 * @param x float32 of rank K or more.
 * @param indices int32 `[..., K]`, K >= 1.
 * @returns float32: the shape of the indices without K, then what is left of x's; NaN where a coordinate that could not be checked is out of range.
 * @throws SurrogateError `shape` where K is 0 or larger than x's rank, `dtype`, `disposed`, `range` for a coordinate on the host that is out of range.
 * @example
 * import { gatherNd } from '@surrogate/core';
 * await gatherNd([[1, 2], [3, 4]], [[0, 1], [1, 0]]).data(); // [2, 3]
 */
export function gatherNd(x: TensorLike, indices: TensorLike): Tensor {
  const fn = 'gatherNd';
  return tidy(() => {
    const given = asTensor(fn, 'x', x);
    const at = asTensor(fn, 'indices', indices, 'int32');
    const depth = at.shape.at(-1) ?? 0;
    if (depth === 0 || depth > given.rank)
      fail('shape', fn, 'indices', `must have a last axis of 1 to ${given.rank} coordinates, got shape [${at.shape.join(', ')}]`);
    checkCoordinates(fn, at, given.shape);
    const shape = [...at.shape.slice(0, -1), ...given.shape.slice(depth)];
    const count = at.size / depth;
    const table = reshape(at, [count, depth]);
    const size = given.shape.slice(depth).reduce((a, b) => a * b, 1);
    if (count === 0 || size === 0) return zeros(shape);
    const columns = Array.from({ length: depth }, (_, k) => squeeze(slice(table, [0, k], [count, 1]), [1]));
    const valid = columns.map((column, k) => logicalAnd(greaterEqual(column, 0), less(column, given.shape[k]!)));
    if (given.size === 0) return fill(shape, NaN);
    const all = valid.reduce((a, b) => logicalAnd(a, b));
    const places = columns.reduce((place, column, k) => add(mul(place, scalar(given.shape[k]!, 'int32')), column));
    const taken = takeRows(reshape(given, [-1, size]), mul(places, cast(all, 'int32')));
    const known: Tensor = broadcastTo(expandDims(all, -1), taken.shape);
    return reshape(select(known, taken, fill(taken.shape, NaN)), shape);
  });
}

function checkCoordinates(fn: string, at: Tensor, shape: readonly number[]): void {
  const depth = at.shape.at(-1)!;
  const values = runtime().checks ? hostValues(at) : undefined;
  values?.forEach((value, i) => {
    const size = shape[i % depth]!;
    if (value < 0 || value >= size)
      fail('range', fn, 'indices', `must be in [0, ${size}) on axis ${i % depth}, got ${value} in coordinates ${Math.floor(i / depth)}`);
  });
}
