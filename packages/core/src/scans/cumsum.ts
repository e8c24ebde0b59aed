/** @file Cumulative sums, with the same gradient on every backend. */
import { cumsum as tfCumsum, reverse as tfReverse, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import { checkBoolean, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { axisOf } from '../math/elementwise.js';

/** Options of {@link cumsum}. */
export interface CumsumOptions {
  /** Along which axis. Default -1. */
  axis?: number | undefined;
  /** Leave out each element itself, so that the first is 0. Default false. */
  exclusive?: boolean | undefined;
  /** From the last to the first. Default false. */
  reverse?: boolean | undefined;
}

type Resolved = { readonly axis: number; readonly exclusive: boolean; readonly reverse: boolean };

function cumulated(x: Tensor, options: Resolved): Tensor {
  const { axis, exclusive, reverse } = options;
  return differentiable(
    { x },
    (inputs) =>
      // tfjs's own backward sum has the first length that it met baked into its webgpu shader.
      reverse ? tfReverse(tfCumsum(tfReverse(inputs.x, axis), axis, exclusive), axis) : tfCumsum(inputs.x, axis, exclusive),
    (_inputs, upstream) => ({ x: () => cumulated(upstream, { ...options, reverse: !reverse }) }),
  );
}

/**
 * The sums of all elements up to each one.
 *
 * $$ y_t = \sum_{s \le t} x_s \qquad \Big(\sum_{s < t} x_s \text{ if exclusive}\Big) $$
 *
 * @param x float32 of rank 1 or more.
 * @returns float32 of the same shape.
 * @throws SurrogateError `dtype`, `disposed`, `shape` for a scalar, `range` for an axis that is not there.
 * @example
 * import { cumsum } from '@surrogate/core';
 * await cumsum([2, 3, 4]).data(); // [2, 5, 9]
 */
export function cumsum(x: TensorLike, options: CumsumOptions = {}): Tensor {
  const fn = 'cumsum';
  const { axis = -1, exclusive = false, reverse = false } = options;
  checkBoolean(fn, 'exclusive', exclusive);
  checkBoolean(fn, 'reverse', reverse);
  return tidy(() => {
    const given = asTensor(fn, 'x', x);
    if (given.rank === 0) fail('shape', fn, 'x', 'must have rank 1 or more, got a scalar');
    const along = axisOf(fn, axis, given.rank);
    return given.size === 0 ? given.clone() : cumulated(given, { axis: along, exclusive, reverse });
  });
}
