/** @file Cumulative sums, with the same gradient on every backend. */
import { cumsum as tfCumsum, reverse as tfReverse, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import type { TensorLike } from '../inputs/tensors.js';
import { cumulative, type Cumulation, type CumulativeOptions } from './cumulative.js';

function cumulated(x: Tensor, how: Cumulation): Tensor {
  const { axis, exclusive, reverse } = how;
  return differentiable(
    { x },
    (inputs) =>
      // tfjs's own backward sum has the first length that it met baked into its webgpu shader.
      reverse ? tfReverse(tfCumsum(tfReverse(inputs.x, axis), axis, exclusive), axis) : tfCumsum(inputs.x, axis, exclusive),
    (_inputs, upstream) => ({ x: () => cumulated(upstream, { ...how, reverse: !reverse }) }),
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
export function cumsum(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  return cumulative('cumsum', x, options, cumulated);
}
