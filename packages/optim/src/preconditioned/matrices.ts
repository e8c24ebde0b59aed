/** @file Parameters seen as matrices, and their factors between host and backend. */
import { matMul, reshape, tensor2d, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Matrix } from '@surrogate/core/host';

/** A tensor of rank 2 or more as `[inputs, outputs]`: all axes but the last are inputs. */
export const asMatrix = (x: Tensor): Tensor2D => reshape(x, [-1, x.shape.at(-1)!]);

/** Rows and columns of a tensor as a matrix; undefined for vectors, scalars and what is empty. */
export function matrixShape({ shape, rank, size }: Tensor): readonly [number, number] | undefined {
  return rank < 2 || size === 0 ? undefined : [size / shape.at(-1)!, shape.at(-1)!];
}

/** A host matrix on the backend. */
export const toTensor = ({ data, rows, cols }: Matrix): Tensor2D => tensor2d(Float32Array.from(data), [rows, cols]);

/** G Gᵀ, or Gᵀ G. */
export const gram = (g: Tensor, side: 'rows' | 'columns'): Tensor =>
  side === 'rows' ? matMul(g as Tensor2D, g as Tensor2D, false, true) : matMul(g as Tensor2D, g as Tensor2D, true, false);

/** A x, B, or A x B, where a factor may be missing. */
export function between(left: Tensor | undefined, x: Tensor, right: Tensor | undefined, transposed = false): Tensor {
  const y = left === undefined ? x : matMul(left as Tensor2D, x as Tensor2D, transposed, false);
  return right === undefined ? y : matMul(y as Tensor2D, right as Tensor2D, false, !transposed);
}
