/** @file The same inputs for everyone. */
import { tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Numbers of about unit variance, the same in each run. */
export function normals(shape: number[], seed: number, scale = 1): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  let state = (Math.imul(seed, 0x9e3779b1) + 1) >>> 0;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
  return tensor(
    Float32Array.from({ length: size }, () => scale * (uniform() + uniform() + uniform())),
    shape,
  );
}

/** Class ids. */
export const classIds = (rows: number, classes: number): Tensor =>
  tensor(
    Int32Array.from({ length: rows }, (_, i) => (i * 7919) % classes),
    [rows],
    'int32',
  );

/** Runs in a tidy and lets go of the result. */
export const discard = (work: () => unknown) => () => {
  tidy(() => {
    work();
  });
};
