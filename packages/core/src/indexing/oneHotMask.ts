/** @file Class ids as rows of 0 and 1. */
import { add, cast, expandDims, fill, greaterEqual, less, logicalAnd, oneHot, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { checkInteger } from '../inputs/checks.js';
import { checkIndices } from '../inputs/labels.js';
import { select } from '../math/select.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';

/**
 * One-hot rows for class ids.
 *
 * $$ y_{i k} = [\text{ids}_i = k] $$
 *
 * @param ids int32 `[...]`.
 * @param depth the number of classes K, >= 1.
 * @returns float32 `[..., K]`; a row of NaN where an id that could not be checked is outside [0, K): tfjs would give a silent row of zeros.
 * @throws SurrogateError `dtype`, `disposed`, `range` for an id on the host outside [0, K) or a depth below 1.
 * @example
 * import { oneHotMask } from '@surrogate/core';
 * await oneHotMask([1, 0], 2).data(); // [0, 1, 1, 0]
 */
export function oneHotMask(ids: TensorLike, depth: number): Tensor {
  const fn = 'oneHotMask';
  checkInteger(fn, 'depth', depth, 1);
  return tidy(() => {
    const at = asTensor(fn, 'ids', ids, 'int32');
    checkIndices(fn, 'ids', ids, at, depth);
    return oneHotRows(at, depth);
  });
}

/** @internal Without any check: a row of NaN where an id is out of range. */
export function oneHotRows(at: Tensor, depth: number): Tensor {
  if (at.size === 0) return zeros([...at.shape, depth]);
  const valid = logicalAnd(greaterEqual(at, 0), less(at, depth));
  const trouble = select(valid, zeros(at.shape), fill(at.shape, NaN));
  // tfjs's oneHot wants two classes or more, and its wasm kernel writes integers whatever the dtype asked for.
  const rows = depth === 1 ? fill([...at.shape, 1], 1) : cast(oneHot(at, depth), 'float32');
  return add(rows, expandDims(trouble, -1));
}
