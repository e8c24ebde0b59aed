/** @file Systems with a triangular matrix, for batches of small matrices, differentiable to any order. */
import { concat, div, neg, slice, sub, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import { checkBoolean } from '../inputs/checks.js';
import type { TensorLike } from '../inputs/tensors.js';
import { flip, rightSides, squareBatch, times, triangle } from './batched.js';

/** Which system {@link triangularSolve} solves. */
export interface TriangularSolveOptions {
  /** The triangle of l that is used; the other is never looked at. Default true. */
  lower?: boolean | undefined;
  /** Solves with the transpose of l. Default false. */
  transposed?: boolean | undefined;
}

/** Row after row, each from those before it. */
function substituted(t: Tensor, b: Tensor, lower: boolean): Tensor {
  const [batch, n, columns] = b.shape as [number, number, number];
  const order = Array.from({ length: n }, (_, i) => (lower ? i : n - 1 - i));
  let known: Tensor | undefined;
  for (const i of order) {
    let row: Tensor = slice(b, [0, i, 0], [batch, 1, columns]);
    if (known !== undefined) row = sub(row, times(slice(t, [0, i, lower ? 0 : i + 1], [batch, 1, lower ? i : n - 1 - i]), known));
    const next = div(row, slice(t, [0, i, i], [batch, 1, 1]));
    known = known === undefined ? next : concat(lower ? [known, next] : [next, known], 1);
  }
  return known!;
}

/** @internal T⁻¹ B for `[B, N, N]` and `[B, N, M]`; only the triangle is looked at. */
export function solveTriangle(t: Tensor, b: Tensor, lower: boolean): Tensor {
  if (b.size === 0) return zeros(b.shape);
  return differentiable(
    { t, b },
    (inputs) => substituted(inputs.t, inputs.b, lower),
    (inputs, upstream) => {
      const adjoint = solveTriangle(flip(inputs.t), upstream, !lower);
      return {
        b: adjoint,
        t: () => triangle(neg(times(adjoint, solveTriangle(inputs.t, inputs.b, lower), false, true)), lower),
      };
    },
  );
}

/**
 * Solves systems with a triangular matrix, by substitution.
 *
 * $$ X = L^{-1} B \qquad (L^{-\top} B \text{ if transposed}) $$
 *
 * The time grows with N calls of each backend: for matrices of up to a hundred rows or so; larger ones are for `@surrogate/core/host`.
 *
 * @param l float32 `[..., N, N]`.
 * @param b float32 `[..., N, M]`, or `[..., N]` for one right-hand side.
 * @returns float32 of the shape of b; what is not finite where a diagonal element is 0.
 * @throws SurrogateError `shape` unless the matrices are square and the right-hand sides fit, `dtype`, `disposed`.
 * @example
 * import { triangularSolve } from '@surrogate/core';
 * await triangularSolve([[2, 0], [1, 4]], [2, 9]).data(); // [1, 2]
 */
export function triangularSolve(l: TensorLike, b: TensorLike, options: TriangularSolveOptions = {}): Tensor {
  const fn = 'triangularSolve';
  const { lower = true, transposed = false } = options;
  checkBoolean(fn, 'lower', lower);
  checkBoolean(fn, 'transposed', transposed);
  return tidy(() => {
    const batch = squareBatch(fn, 'l', l);
    const sides = rightSides(fn, 'b', b, batch);
    return sides.back(transposed ? solveTriangle(flip(batch.x), sides.b, !lower) : solveTriangle(batch.x, sides.b, lower));
  });
}
