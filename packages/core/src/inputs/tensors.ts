/** @file Makes tensors of what users pass in, and says plainly when that cannot be done. */
import { cast, Tensor, tensor, type DataType } from '@tensorflow/tfjs-core';
import { fail } from './checks.js';

/** Numbers as plain JavaScript has them: a number, a boolean, a typed array, or nested arrays of these. */
export type HostNumbers = number | boolean | Float32Array | Float64Array | Int32Array | Uint8Array | readonly HostNumbers[];

/** A tensor, or numbers from the host. */
export type TensorLike = Tensor | HostNumbers;

/** The dtypes that the library computes with. */
export type NumericDType = 'float32' | 'int32' | 'bool';

/**
 * Makes a tensor of a function's argument, or throws in that function's name.
 *
 * Integers and booleans become float32 when that is wanted; float32 never becomes int32 silently, unless it comes as a plain array of integers.
 *
 * @param fn the public function, for the message.
 * @param argument the argument, for the message.
 * @param value what the user passed.
 * @param dtype what is wanted. Default float32.
 * @returns the tensor itself where it already fits, else a new one; call it inside a tidy.
 * @throws SurrogateError `disposed`, `dtype`, or `shape` for ragged arrays.
 * @example
 * import { asTensor } from '@surrogate/core';
 * asTensor('myLoss', 'labels', [0, 2], 'int32').dtype; // 'int32'
 */
export function asTensor(fn: string, argument: string, value: TensorLike, dtype: NumericDType = 'float32'): Tensor {
  const given = value instanceof Tensor ? checkAlive(fn, argument, value) : fromHost(fn, argument, value, dtype);
  if (given.dtype === dtype) return given;
  if (given.dtype === 'string' || given.dtype === 'complex64' || (dtype !== 'float32' && given.dtype === 'float32'))
    fail('dtype', fn, argument, `must be ${dtype}, got ${given.dtype}`);
  return cast(given, dtype as DataType);
}

function checkAlive(fn: string, argument: string, value: Tensor): Tensor {
  if (value.isDisposed) fail('disposed', fn, argument, `must be a live tensor, got a disposed one of shape [${value.shape.join(', ')}]`);
  return value;
}

function fromHost(fn: string, argument: string, value: Exclude<TensorLike, Tensor>, dtype: NumericDType): Tensor {
  if (typeof value !== 'number' && typeof value !== 'boolean' && !Array.isArray(value) && !ArrayBuffer.isView(value))
    fail('dtype', fn, argument, `must be a tensor, a number or an array of numbers, got ${value === null ? 'null' : typeof value}`);
  const shape = shapeOf(fn, argument, value);
  const flat = flatten(value);
  const at =
    dtype === 'int32'
      ? flat.findIndex((v) => !Number.isInteger(Number(v)))
      : flat.findIndex((v) => typeof v !== 'number' && typeof v !== 'boolean');
  if (at >= 0) fail('dtype', fn, argument, `must hold ${dtype === 'int32' ? 'integers' : 'numbers'}, got ${String(flat[at])} at [${at}]`);
  return tensor(flat as number[], shape, dtype as DataType);
}

function shapeOf(fn: string, argument: string, value: unknown): number[] {
  if (ArrayBuffer.isView(value)) return [(value as Float32Array).length];
  if (!Array.isArray(value)) return [];
  const [first, ...rest] = value.map((part) => shapeOf(fn, argument, part));
  if (first === undefined) return [0];
  const odd = rest.findIndex((shape) => shape.join() !== first.join());
  if (odd >= 0)
    fail(
      'shape',
      fn,
      argument,
      `must not be ragged, got a part of shape [${rest[odd]!.join(', ')}] at [${odd + 1}] after [${first.join(', ')}]`,
    );
  return [value.length, ...first];
}

/** The numbers of nested arrays in one flat array; a typed array is returned as it is. */
export function flatten(value: unknown): ArrayLike<unknown> & { findIndex(test: (value: unknown) => boolean): number } {
  if (ArrayBuffer.isView(value)) return value as Float32Array;
  return Array.isArray(value)
    ? value.flat(Infinity).flatMap((part: unknown) => (ArrayBuffer.isView(part) ? [...(part as Float32Array)] : part))
    : [value];
}
