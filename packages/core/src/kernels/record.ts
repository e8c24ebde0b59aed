/** @file What a kernel function is, and how its parameters are taken. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkAtLeast, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';

/** A kernel as a function of the squared distance s, in units of its length scale, with its derivatives by s. */
export interface RadialProfile {
  /** The length scale: a scalar, or `[D]` for rows of D numbers. Call it inside a tidy. */
  scale(x: Tensor): Tensor;
  /** Of s float32 of any shape, all of that shape: the kernel, its slope and its second derivative. Call it inside a tidy. */
  at(s: Tensor): { readonly value: Tensor; readonly slope: Tensor; readonly bend: Tensor };
}

/** A kernel function k(x, y), symmetric and positive definite, as functions of rows. Tensors that were given as its parameters are used, and differentiated, at each call; they stay the caller's. */
export interface Kernel {
  /** What it is called in reports and messages. */
  readonly name: string;
  /** k(x_i, y_j): float32 `[N, D]` and `[M, D]` (default x) to `[N, M]`. Call it inside a tidy. */
  between(x: Tensor, y?: Tensor): Tensor;
  /** k(x_i, y_i): float32 `[N, D]` and `[N, D]` (default x) to `[N]`. Call it inside a tidy. */
  paired(x: Tensor, y?: Tensor): Tensor;
  /** Where the kernel depends on the distance alone and is smooth enough to be differentiated in both arguments, as Stein's discrepancy does. */
  readonly radial?: RadialProfile | undefined;
}

/** @internal A positive parameter of a kernel: numbers are checked now, tensors are read when the kernel is called. */
export function positive(fn: string, argument: string, value: TensorLike): () => Tensor {
  if (typeof value === 'number') checkAbove(fn, argument, value, 0);
  else if (Array.isArray(value)) value.forEach((one, i) => checkAbove(fn, `${argument}[${i}]`, one as number, 0));
  return () => asTensor(fn, argument, value);
}

/** @internal A parameter of a kernel that may be 0. */
export function nonNegative(fn: string, argument: string, value: TensorLike): () => Tensor {
  if (typeof value === 'number') checkAtLeast(fn, argument, value, 0);
  return () => asTensor(fn, argument, value);
}

/** @internal A scale that fits rows of x: one for all dimensions, or one for each. */
export function fitted(fn: string, argument: string, scale: Tensor, x: Tensor): Tensor {
  if (scale.rank > 1 || (scale.rank === 1 && scale.size !== 1 && scale.size !== x.shape[1]))
    fail(
      'shape',
      fn,
      argument,
      `must be one number or one for each of the ${x.shape[1]} dimensions, got shape [${scale.shape.join(', ')}]`,
    );
  return scale;
}
