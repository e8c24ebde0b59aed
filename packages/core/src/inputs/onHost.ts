/** @file Tensors as numbers of the host, read without blocking. */
import { clone, dispose, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Numbers with their shape. */
export interface HostArray {
  /** The sizes of its axes. */
  readonly shape: readonly number[];
  /** The numbers, row after row. */
  readonly data: Float32Array | Int32Array;
}

/**
 * Reads tensors, on every backend, for what is computed on the host.
 *
 * @param body makes the tensors, by name; it runs in a tidy, so that nothing it makes is left behind, and what was there before stays.
 * @returns shape and numbers of each: int32 as Int32Array, all else as Float32Array.
 * @throws SurrogateError whatever the body throws: it is the place to check arguments.
 * @example
 * import { asTensor, onHost } from '@surrogate/core';
 * import { square } from '@tensorflow/tfjs-core';
 * const { squares } = await onHost(() => ({ squares: square(asTensor('example', 'x', [[1, 2, 3]])) }));
 * Array.from(squares.data); // [1, 4, 9]
 * squares.shape; // [1, 3]
 */
export async function onHost<K extends string>(body: () => Readonly<Record<K, Tensor>>): Promise<Record<K, HostArray>> {
  const made = tidy(() => Object.entries<Tensor>(body()).map(([name, x]) => [name, clone(x)] as const));
  try {
    const read = made.map(async ([name, x]): Promise<[string, HostArray]> => [name, { shape: x.shape, data: await x.data<'float32'>() }]);
    return Object.fromEntries(await Promise.all(read)) as Record<K, HostArray>;
  } finally {
    dispose(made.map(([, x]) => x));
  }
}
