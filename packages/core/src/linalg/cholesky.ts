/** @file Symmetric positive definite matrices in small batches: the factor, systems and the log-determinant, differentiable to any order. */
import { add, concat, div, eye, log, mul, reshape, slice, sqrt, sub, sum, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import { checkAtLeast } from '../inputs/checks.js';
import type { TensorLike } from '../inputs/tensors.js';
import { flip, rightSides, squareBatch, times, triangle, type Batch } from './batched.js';
import { solveTriangle } from './triangularSolve.js';

/** Options of {@link cholesky}, {@link spdSolve} and {@link logDet}. */
export interface SpdOptions {
  /** Added to the diagonal, so that rounding does not make the matrix indefinite; >= 0. Default 0. */
  jitter?: number | undefined;
}

/** Column after column. A pivot that is not positive makes NaN of its own column and of what follows. */
function factored(a: Tensor): Tensor {
  const [batch, n] = a.shape as [number, number, number];
  let columns: Tensor | undefined;
  for (let j = 0; j < n; j++) {
    let rest: Tensor = slice(a, [0, j, j], [batch, n - j, 1]);
    if (columns !== undefined)
      rest = sub(rest, times(slice(columns, [0, j, 0], [batch, n - j, j]), slice(columns, [0, j, 0], [batch, 1, j]), false, true));
    const scaled = div(rest, sqrt(slice(rest, [0, 0, 0], [batch, 1, 1])));
    const column = j === 0 ? scaled : concat([zeros([batch, j, 1]), scaled], 1);
    columns = columns === undefined ? column : concat([columns, column], 2);
  }
  return columns!;
}

/** The factor of `[B, N, N]`; its gradient is symmetric, as if both triangles were read. */
function factor(a: Tensor): Tensor {
  if (a.size === 0) return zeros(a.shape);
  return differentiable(
    { a },
    (inputs) => factored(inputs.a),
    (inputs, upstream) => ({
      a: () => {
        const l = factor(inputs.a);
        const inner = triangle(times(l, triangle(upstream), true), true, 0.5);
        const left = solveTriangle(flip(l), inner, false);
        const whole = solveTriangle(flip(l), flip(left), false);
        return mul(add(whole, flip(whole)), 0.5);
      },
    }),
  );
}

function spd(fn: string, value: TensorLike, { jitter = 0 }: SpdOptions): Batch & { l: Tensor } {
  const batch = squareBatch(fn, 'a', value);
  const shifted = jitter === 0 || batch.x.size === 0 ? batch.x : add(batch.x, mul(eye(batch.n), jitter));
  return { ...batch, l: factor(shifted) };
}

/**
 * The Cholesky factors of symmetric positive definite matrices.
 *
 * $$ A = L L^\top $$
 *
 * The time grows with N calls of each backend: for matrices of up to a hundred rows or so; larger ones are for `@surrogate/core/host`.
 *
 * @param a float32 `[..., N, N]`; the lower triangle is read.
 * @returns float32 `[..., N, N]`, lower triangular. A matrix that is not positive definite in float32 gives NaN from the column on where that shows; the others of the batch are right.
 * @throws SurrogateError `shape` unless the matrices are square, `dtype`, `disposed`, `range` for a negative jitter.
 * @see Murray: Differentiation of the Cholesky decomposition, 2016. arXiv:1602.07527
 * @example
 * import { cholesky } from '@surrogate/core';
 * await cholesky([[4, 2], [2, 5]]).data(); // [2, 0, 1, 2]
 */
export function cholesky(a: TensorLike, options: SpdOptions = {}): Tensor {
  checkAtLeast('cholesky', 'jitter', options.jitter ?? 0, 0);
  return tidy(() => {
    const { l, outer, n } = spd('cholesky', a, options);
    return reshape(l, [...outer, n, n]);
  });
}

/**
 * Solves systems with symmetric positive definite matrices.
 *
 * $$ X = A^{-1} B $$
 *
 * @param a float32 `[..., N, N]`; the lower triangle is read.
 * @param b float32 `[..., N, M]`, or `[..., N]` for one right-hand side.
 * @returns float32 of the shape of b; NaN where the matrix is not positive definite in float32.
 * @throws SurrogateError `shape` unless the matrices are square and the right-hand sides fit, `dtype`, `disposed`, `range` for a negative jitter.
 * @example
 * import { spdSolve } from '@surrogate/core';
 * await spdSolve([[4, 2], [2, 5]], [8, 12]).data(); // [1, 2]
 */
export function spdSolve(a: TensorLike, b: TensorLike, options: SpdOptions = {}): Tensor {
  checkAtLeast('spdSolve', 'jitter', options.jitter ?? 0, 0);
  return tidy(() => {
    const { l, ...batch } = spd('spdSolve', a, options);
    const sides = rightSides('spdSolve', 'b', b, batch);
    return sides.back(solveTriangle(flip(l), solveTriangle(l, sides.b, true), false));
  });
}

/**
 * The log-determinants of symmetric positive definite matrices.
 *
 * $$ \log\det A = 2 \sum_i \log L_{ii}, \qquad \frac{\partial \log\det A}{\partial A} = A^{-1} $$
 *
 * @param a float32 `[..., N, N]`; the lower triangle is read.
 * @returns float32 `[...]`; NaN where the matrix is not positive definite in float32.
 * @throws SurrogateError `shape` unless the matrices are square, `dtype`, `disposed`, `range` for a negative jitter.
 * @example
 * import { logDet } from '@surrogate/core';
 * (await logDet([[4, 2], [2, 5]]).data())[0]; // 2.772589
 */
export function logDet(a: TensorLike, options: SpdOptions = {}): Tensor {
  checkAtLeast('logDet', 'jitter', options.jitter ?? 0, 0);
  return tidy(() => {
    const { l, outer, n } = spd('logDet', a, options);
    if (l.size === 0) return zeros([...outer]);
    const diagonal = sum(mul(l, eye(n)), -1);
    // WGSL's logarithm of NaN is a number: the product keeps it NaN.
    return reshape(mul(2, sum(add(log(diagonal), mul(diagonal, 0)), -1)), [...outer]);
  });
}
