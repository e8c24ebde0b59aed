/** @file Reads what tests compare: tensors, numbers, typed and nested arrays, as one flat list with a shape. */
import { Tensor } from '@tensorflow/tfjs-core';

/** Anything that holds numbers. */
export type Numbers = Tensor | number | boolean | ArrayLike<number | boolean> | readonly Numbers[];

/** Numbers with their shape. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: number[];
}

/** Reads numbers; a tensor is downloaded. */
export async function read(value: Numbers): Promise<Values> {
  if (value instanceof Tensor) return { shape: value.shape, data: Array.from(await value.data<'float32'>(), Number) };
  if (typeof value === 'number' || typeof value === 'boolean') return { shape: [], data: [Number(value)] };
  const parts = await Promise.all(Array.from(value as ArrayLike<Numbers>, read));
  return { shape: [parts.length, ...(parts[0]?.shape ?? [])], data: parts.flatMap((part) => part.data) };
}
