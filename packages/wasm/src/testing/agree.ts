/** @file The same computation on cpu and on wasm. */
import { ready } from '@surrogate/core';
import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

interface Computed {
  readonly shapes: number[][];
  readonly values: number[][];
}

async function compute(backend: 'cpu' | 'wasm', run: () => Tensor[]): Promise<Computed> {
  await ready(backend);
  const made = tidy(run);
  const values = await Promise.all(made.map(async (x) => [...(await x.data())]));
  made.forEach((x) => x.dispose());
  return { shapes: made.map(({ shape }) => shape), values };
}

/** Passes where the tensors that `run` makes from host numbers are the same on both backends. */
export async function agree(run: () => Tensor[], { rtol = 1e-5, atol = 1e-6 }: { rtol?: number; atol?: number } = {}): Promise<void> {
  const expected = await compute('cpu', run);
  const actual = await compute('wasm', run);
  expect(actual.shapes).toEqual(expected.shapes);
  const wrong = actual.values.flatMap((values, i) =>
    values.flatMap((value, j) => {
      const wanted = expected.values[i]![j]!;
      const near = Object.is(value, wanted) || value === wanted || Math.abs(value - wanted) <= atol + rtol * Math.abs(wanted);
      return near ? [] : [`result ${i} at ${j}: ${value} where ${wanted} was expected`];
    }),
  );
  expect(wrong.slice(0, 5)).toEqual([]);
}
