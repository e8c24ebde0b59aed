/** @file Checks that several losses share. */
import { fail } from '@surrogate/core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** An option that broadcasts to a given shape. */
export function checkBroadcast(fn: string, argument: string, x: Tensor, shape: readonly number[]): void {
  const offset = shape.length - x.rank;
  if (offset < 0 || x.shape.some((size, i) => size !== 1 && size !== shape[i + offset]))
    fail('shape', fn, argument, `must broadcast to [${shape.join(', ')}], got [${x.shape.join(', ')}]`);
}
