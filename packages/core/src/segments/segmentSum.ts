/** @file Sums and means of rows by group. */
import {
  broadcastTo,
  cast,
  div,
  expandDims,
  fill,
  greaterEqual,
  less,
  logicalAnd,
  maximum,
  mul,
  reshape,
  tidy,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkInteger, checkShape, fail } from '../inputs/checks.js';
import { checkIndices } from '../inputs/labels.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { select } from '../math/select.js';
import { addRows } from './rows.js';

interface Groups {
  readonly x: Tensor;
  /** Which rows are in a group at all, `[N]`. */
  readonly valid: Tensor;
  readonly at: Tensor;
}

function groupsOf(fn: string, x: TensorLike, ids: TensorLike, count: number): Groups {
  checkInteger(fn, 'count', count);
  const given = asTensor(fn, 'x', x);
  if (given.rank === 0) fail('shape', fn, 'x', 'must have rank 1 or more, got a scalar');
  const groups = asTensor(fn, 'ids', ids, 'int32');
  checkShape(fn, 'ids', groups.shape, [given.shape[0]]);
  checkIndices(fn, 'ids', ids, groups, count);
  const valid = logicalAnd(greaterEqual(groups, 0), less(groups, count));
  return { x: given, valid, at: mul(groups, cast(valid, 'int32')) };
}

function sums({ x, valid, at }: Groups, count: number): Tensor {
  const shape = [count, ...x.shape.slice(1)];
  if (x.size === 0) return fill(shape, 0);
  const rows = reshape(x, [x.shape[0], -1]);
  const alive: Tensor = broadcastTo(expandDims(valid, -1), rows.shape);
  const kept = select(alive, rows, zerosLike(rows));
  return reshape(addRows(kept, at, count), shape);
}

/**
 * The sums of rows by group.
 *
 * $$ y_g = \sum_{i : \text{ids}_i = g} x_i $$
 *
 * @param x float32 `[N, ...]`.
 * @param ids int32 `[N]`: the group of each row, in any order. A row whose group is out of range, and could not be checked, adds to nothing.
 * @param count the number of groups G.
 * @returns float32 `[G, ...]`; 0 for a group without rows.
 * @throws SurrogateError `shape` unless there is one id a row, `dtype`, `disposed`, `range` for an id on the host outside [0, G).
 * @example
 * import { segmentSum } from '@surrogate/core';
 * await segmentSum([1, 2, 3], [1, 0, 1], 2).data(); // [2, 4]
 */
export function segmentSum(x: TensorLike, ids: TensorLike, count: number): Tensor {
  return tidy(() => sums(groupsOf('segmentSum', x, ids, count), count));
}

/**
 * The means of rows by group.
 *
 * $$ y_g = \frac{\sum_{i : \text{ids}_i = g} x_i}{\#\lbrace i : \text{ids}_i = g \rbrace} $$
 *
 * @param x float32 `[N, ...]`.
 * @param ids int32 `[N]`: the group of each row, in any order. A row whose group is out of range, and could not be checked, is left out.
 * @param count the number of groups G.
 * @returns float32 `[G, ...]`; 0 for a group without rows.
 * @throws SurrogateError `shape` unless there is one id a row, `dtype`, `disposed`, `range` for an id on the host outside [0, G).
 * @example
 * import { segmentMean } from '@surrogate/core';
 * await segmentMean([1, 2, 3], [1, 0, 1], 2).data(); // [2, 2]
 */
export function segmentMean(x: TensorLike, ids: TensorLike, count: number): Tensor {
  return tidy(() => {
    const groups = groupsOf('segmentMean', x, ids, count);
    const total = sums(groups, count);
    const sizes = addRows(expandDims(cast(groups.valid, 'float32'), -1), groups.at, count);
    return div(total, reshape(maximum(sizes, 1), [count, ...Array<number>(total.rank - 1).fill(1)]));
  });
}
