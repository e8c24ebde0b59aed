/** @file Elements at given indices along an axis, with a gradient to any order on every backend. */
import {
  add,
  cast,
  expandDims,
  fill,
  gather,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  range,
  reshape,
  scatterND,
  tidy,
  transpose,
  zeros,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import { fail } from '../inputs/checks.js';
import { checkIndices } from '../inputs/labels.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { axisOf } from '../math/elementwise.js';
import { select } from '../math/select.js';

/** x[i] of a flat x; scattering is its transpose, so each is the other's gradient. */
function gatherFlat(x: Tensor, at: Tensor): Tensor {
  return differentiable(
    { x, at },
    (inputs) => gather(inputs.x, inputs.at as Tensor1D),
    (inputs, upstream) => ({ x: () => scatterFlat(upstream, inputs.at, inputs.x.size) }),
  );
}

function scatterFlat(values: Tensor, at: Tensor, size: number): Tensor {
  return differentiable(
    { values, at },
    (inputs) => (inputs.values.size === 0 ? zeros([size]) : scatterND(expandDims(inputs.at, -1), inputs.values, [size])),
    (inputs, upstream) => ({ values: () => gatherFlat(upstream, inputs.at) }),
  );
}

/**
 * Takes elements along an axis, as NumPy's take_along_axis.
 *
 * $$ y_{i j} = x_{i, \text{indices}_{i j}} $$
 *
 * @param x float32 `[..., K]` (K on `axis`).
 * @param indices int32 of x's rank, with x's sizes except on `axis`.
 * @param axis where to take from. Default -1.
 * @returns float32 of the shape of `indices`; NaN where an index that could not be checked is out of range.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` for an axis that is not there or an index on the host outside [0, K).
 * @example
 * import { takeAlongAxis } from '@surrogate/core';
 * await takeAlongAxis([[1, 2, 3], [4, 5, 6]], [[2], [0]]).data(); // [3, 4]
 */
export function takeAlongAxis(x: TensorLike, indices: TensorLike, axis = -1): Tensor {
  const fn = 'takeAlongAxis';
  return tidy(() => {
    const given = asTensor(fn, 'x', x);
    const at = asTensor(fn, 'indices', indices, 'int32');
    const k = axisOf(fn, axis, given.rank);
    if (at.rank !== given.rank || at.shape.some((size, i) => i !== k && size !== given.shape[i])) {
      const wanted = given.shape.map((size, i) => (i === k ? '?' : size));
      fail('shape', fn, 'indices', `must have shape [${wanted.join(', ')}], got [${at.shape.join(', ')}]`);
    }
    checkIndices(fn, 'indices', indices, at, given.shape[k]!);
    if (k === given.rank - 1) return takeLast(given, at);
    const swap = given.shape.map((_, i) => (i === k ? given.rank - 1 : i === given.rank - 1 ? k : i));
    // Stock webgpu has no transpose of integers, and a cast of them to float32 only renames them there: the product makes them real floats.
    const turned = cast(transpose(mul(cast(at, 'float32'), 1), swap), 'int32');
    return transpose(takeLast(transpose(given, swap), turned), swap);
  });
}

/** @internal Without any check: NaN where an index is out of range. */
export function takeLast(x: Tensor, at: Tensor): Tensor {
  const classes = x.shape.at(-1)!;
  const columns = at.shape.at(-1)!;
  const rows = at.size / Math.max(columns, 1);
  if (at.size === 0) return zeros(at.shape);
  if (classes === 0) return fill(at.shape, NaN);
  const table = reshape(at, [rows, columns]);
  const valid = logicalAnd(greaterEqual(table, 0), less(table, classes));
  const starts = expandDims(range(0, rows * classes, classes, 'int32'), -1);
  const places = add(mul(table, cast(valid, 'int32')), starts);
  const taken = reshape(gatherFlat(reshape(x, [x.size]), reshape(places, [at.size])), [rows, columns]);
  const missing = select(valid, zeros(valid.shape), fill(valid.shape, NaN));
  return reshape(add(taken, missing), at.shape);
}
