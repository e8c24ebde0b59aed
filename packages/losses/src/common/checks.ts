/** @file Checks that several losses share. */
import { fail } from '@surrogate/core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** An option that broadcasts to a given shape. */
export function checkBroadcast(fn: string, argument: string, x: Tensor, shape: readonly number[]): void {
  const offset = shape.length - x.rank;
  if (offset < 0 || x.shape.some((size, i) => size !== 1 && size !== shape[i + offset]))
    fail('shape', fn, argument, `must broadcast to [${shape.join(', ')}], got [${x.shape.join(', ')}]`);
}

/** A record of a family: an object with the functions that its members have. */
export function checkRecord<T extends object>(fn: string, argument: string, value: T, members: readonly (keyof T & string)[]): void {
  const lacking = members.find((member) => typeof (value as T | null | undefined)?.[member] !== 'function');
  if (lacking !== undefined) fail('dtype', fn, argument, `must be a record with the function ${lacking}, got ${typeof value}`);
}

/** A function. */
export function checkFunction(fn: string, argument: string, value: (...args: never[]) => unknown): void {
  if (typeof value !== 'function') fail('dtype', fn, argument, `must be a function, got ${typeof value}`);
}
