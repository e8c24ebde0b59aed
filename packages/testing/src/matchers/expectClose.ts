/** @file The tolerance matcher. */
import { Tensor } from '@tensorflow/tfjs-core';
import { assert } from 'vitest';
import { read, type Numbers } from '../values.js';

/** How close is close: |actual - expected| <= atol + rtol · |expected|. */
export interface Tolerance {
  /** Default 1e-5. */
  rtol?: number | undefined;
  /** Default 1e-6. */
  atol?: number | undefined;
}

/** Whether two numbers agree; NaN agrees with NaN, an infinity with itself. */
export function isClose(actual: number, expected: number, { rtol = 1e-5, atol = 1e-6 }: Tolerance = {}): boolean {
  if (Object.is(actual, expected) || actual === expected) return true;
  return Number.isFinite(expected) && Math.abs(actual - expected) <= atol + rtol * Math.abs(expected);
}

const show = (value: number) => String(Math.fround(value) === value ? Number(value.toPrecision(9)) : value);

/** @internal What differs, in words; undefined where all agree. */
export function difference(actual: readonly number[], expected: readonly number[], tolerance: Tolerance = {}): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} numbers where ${expected.length} were expected`;
  const wrong = actual.flatMap((value, i) => (isClose(value, expected[i]!, tolerance) ? [] : [i]));
  if (wrong.length === 0) return undefined;
  const shown = wrong.slice(0, 5).map((i) => `  at ${i}: ${show(actual[i]!)} where ${show(expected[i]!)} was expected`);
  return [
    `${wrong.length} of ${actual.length} numbers differ`,
    ...shown,
    ...(wrong.length > shown.length ? [`  and ${wrong.length - shown.length} more`] : []),
  ].join('\n');
}

/**
 * Passes where all numbers agree within the tolerance, and the shapes agree; a flat expectation serves for any shape of that size.
 *
 * @param actual a tensor, a number, or an array; a tensor is left alive.
 * @param expected the same.
 * @param tolerance rtol 1e-5 and atol 1e-6 by default, what float32 sums of a few terms give.
 */
export async function expectClose(actual: Numbers, expected: Numbers, tolerance: Tolerance = {}): Promise<void> {
  const [got, wanted] = await Promise.all([read(actual), read(expected)]);
  const flat = wanted.shape.length <= 1 && !(expected instanceof Tensor) && typeof expected !== 'number';
  const sameShape = got.shape.join() === wanted.shape.join();
  assert(sameShape || flat || got.data.length === 1, `shape [${got.shape.join(', ')}] where [${wanted.shape.join(', ')}] was expected`);
  const wrong = difference(got.data, wanted.data, tolerance);
  assert(wrong === undefined, wrong ?? '');
}
