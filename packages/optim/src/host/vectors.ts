/** @file Vectors of doubles, and what is asked of the numbers that come in. */
import { fail } from '@surrogate/core';

/** The inner product of two vectors of one length. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The Euclidean length. */
export const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));

/** a + scale · b, as a new vector. */
export const plus = (a: Float64Array, b: Float64Array, scale = 1): Float64Array => a.map((x, i) => x + scale * b[i]!);

/** A copy of numbers as doubles; each finite, `length` of them where that is said. */
export function vectorOf(fn: string, argument: string, values: ArrayLike<number>, length?: number): Float64Array {
  if (typeof values !== 'object' || values === null || typeof values.length !== 'number')
    fail('dtype', fn, argument, `must be an array of numbers, got ${values === null ? 'null' : typeof values}`);
  const copy = Float64Array.from(values);
  if (length !== undefined && copy.length !== length) fail('shape', fn, argument, `must have length ${length}, got ${copy.length}`);
  const at = copy.findIndex((x) => !Number.isFinite(x));
  if (at >= 0) fail('range', fn, argument, `must hold finite numbers, got ${copy[at]} at [${at}]`);
  return copy;
}

/** Throws where something else than a function came. */
export function checkFunction(fn: string, argument: string, f: unknown): void {
  if (typeof f !== 'function') fail('dtype', fn, argument, `must be a function, got ${f === null ? 'null' : typeof f}`);
}
