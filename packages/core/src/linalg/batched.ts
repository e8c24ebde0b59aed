/** @file What the functions of small matrices share: any number of matrices as one batch, and masks. */
import { matMul, mul, reshape, tensor, transpose, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { checkShape, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';

/** @internal Square matrices: `[..., N, N]` as `[B, N, N]`. */
export interface Batch {
  readonly x: Tensor;
  /** What stands before the last two axes. */
  readonly outer: readonly number[];
  readonly n: number;
}

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

/** @internal Square matrices, or an error. */
export function squareBatch(fn: string, argument: string, value: TensorLike): Batch {
  const given = asTensor(fn, argument, value);
  const [rows, n] = given.shape.slice(-2) as [number, number];
  if (given.rank < 2 || rows !== n) fail('shape', fn, argument, `must have shape [..., N, N], got [${given.shape.join(', ')}]`);
  const outer = given.shape.slice(0, -2);
  return { x: reshape(given, [product(outer), n, n]), outer, n };
}

/** @internal Right-hand sides `[..., N, M]` or `[..., N]` for a batch of matrices, as `[B, N, M]`; and the way back. */
export function rightSides(fn: string, argument: string, value: TensorLike, { outer, n }: Batch) {
  const given = asTensor(fn, argument, value);
  const vector = given.rank === outer.length + 1;
  if (!vector && given.rank !== outer.length + 2)
    fail('shape', fn, argument, `must have shape [${[...outer, n].join(', ')}] or with one more axis, got [${given.shape.join(', ')}]`);
  checkShape(fn, argument, given.shape, vector ? [...outer, n] : [...outer, n, null]);
  const columns = vector ? 1 : given.shape.at(-1)!;
  return { b: reshape(given, [product(outer), n, columns]), back: (x: Tensor): Tensor => reshape(x, given.shape) };
}

/** @internal a · b for batches. */
export const times = (a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor =>
  matMul(a as Tensor3D, b as Tensor3D, transposeA, transposeB);

/** @internal The transposes of a batch. */
export const flip = (x: Tensor): Tensor => transpose(x, [0, 2, 1]);

/** @internal x where row >= column (or row <= column), with a factor on the diagonal, and 0 elsewhere. */
export function triangle(x: Tensor, lower = true, diagonal = 1): Tensor {
  const n = x.shape.at(-1)!;
  const mask = new Float32Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) mask[i * n + j] = i === j ? diagonal : i > j === lower ? 1 : 0;
  return mul(x, tensor(mask, [1, n, n]));
}
