/** @file Tensors as numbers of the host. */
import { clone, dispose, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Numbers with their shape. */
export interface HostArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Reads what a body makes; nothing that it makes is left behind. */
export async function onHost<K extends string>(body: () => Readonly<Record<K, Tensor>>): Promise<Record<K, HostArray>> {
  const made = tidy(() => Object.entries<Tensor>(body()).map(([name, x]) => [name, clone(x)] as const));
  try {
    const read = made.map(async ([name, x]): Promise<[string, HostArray]> => [name, { shape: x.shape, data: await x.data<'float32'>() }]);
    return Object.fromEntries(await Promise.all(read)) as Record<K, HostArray>;
  } finally {
    dispose(made.map(([, x]) => x));
  }
}
