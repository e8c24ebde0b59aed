/** @file How cumulative sums and products are called. */
import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkBoolean, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { axisOf } from '../math/elementwise.js';

/** Options of `cumsum` and `cumprod`. */
export interface CumulativeOptions {
  /** Along which axis. Default -1. */
  axis?: number | undefined;
  /** Leave out each element itself, so that the first is what nothing gives: 0 of a sum, 1 of a product. Default false. */
  exclusive?: boolean | undefined;
  /** From the last to the first. Default false. */
  reverse?: boolean | undefined;
}

/** The options once they are known, with the axis counted from 0. */
export interface Cumulation {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** Checks the arguments and runs a body on what holds an element or more. */
export function cumulative(
  fn: string,
  x: TensorLike,
  { axis = -1, exclusive = false, reverse = false }: CumulativeOptions,
  body: (x: Tensor, how: Cumulation) => Tensor,
): Tensor {
  checkBoolean(fn, 'exclusive', exclusive);
  checkBoolean(fn, 'reverse', reverse);
  return tidy(() => {
    const given = asTensor(fn, 'x', x);
    if (given.rank === 0) fail('shape', fn, 'x', 'must have rank 1 or more, got a scalar');
    const along = axisOf(fn, axis, given.rank);
    return given.size === 0 ? given.clone() : body(given, { axis: along, exclusive, reverse });
  });
}
