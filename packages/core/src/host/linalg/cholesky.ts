/** @file Cholesky factors of positive definite matrices, and what is solved with them. */
import { checkAtLeast, fail } from '../../inputs/checks.js';
import { addScaled, checkMatrix, checkSquare, checkSymmetric, checkVector, dot, type Matrix } from './matrix.js';

/** How {@link cholesky} treats its matrix. */
export interface CholeskyOptions {
  /** Added to the diagonal, at least 0; what makes a singular kernel matrix definite. Default 0. */
  jitter?: number | undefined;
}

/**
 * The Cholesky factor of a symmetric positive definite matrix.
 *
 * $$ A + \text{jitter} \cdot I = L L^\top $$
 *
 * @param a n x n, symmetric.
 * @returns L, lower triangular with a positive diagonal.
 * @throws SurrogateError `range` when the matrix is not symmetric, holds what is not finite, or is not positive definite to working precision (the message names the pivot).
 * @see Golub, Van Loan: Matrix Computations, 4.2
 * @example
 * import { cholesky, matrixFromRows, matrixToRows } from '@surrogate/core/host';
 * matrixToRows(cholesky(matrixFromRows([[4, 2], [2, 5]]))); // [[2, 0], [1, 2]]
 */
export function cholesky(a: Matrix, options: CholeskyOptions = {}): Matrix {
  const { jitter = 0 } = options;
  checkSymmetric('cholesky', 'a', a);
  checkAtLeast('cholesky', 'jitter', jitter, 0);
  const n = a.rows;
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i += 2) {
    const last = Math.min(i + 1, n - 1);
    for (let j = 0; j + 1 < i; j += 2) fourEntries(l, a.data, n, i, last, j);
    for (let row = i; row <= last; row++) {
      if (row > i) l[row * n + i] = (a.data[row * n + i]! - dot(l, row * n, l, i * n, i)) / l[i * n + i]!;
      const diagonal = a.data[row * n + row]! + jitter;
      const pivot = diagonal - dot(l, row * n, l, row * n, row);
      if (!(pivot > 4 * Number.EPSILON * diagonal))
        fail(
          'range',
          'cholesky',
          'a',
          `must be positive definite, got pivot ${pivot} at row ${row} of diagonal ${diagonal}; a jitter may help`,
        );
      l[row * n + row] = Math.sqrt(pivot);
    }
  }
  return { rows: n, cols: n, data: l };
}

/** The factor's rows i and i + 1 (or i alone) at columns j and j + 1: four dot products that share their reads, which are what takes the time. */
function fourEntries(l: Float64Array, a: Float64Array, n: number, i: number, next: number, j: number): void {
  const row0 = i * n;
  const row1 = next * n;
  const col0 = j * n;
  const col1 = col0 + n;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  for (let k = 0; k < j; k++) {
    const x0 = l[row0 + k]!;
    const x1 = l[row1 + k]!;
    const y0 = l[col0 + k]!;
    const y1 = l[col1 + k]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s10 += x1 * y0;
    s11 += x1 * y1;
  }
  const [d0, below, d1] = [l[col0 + j]!, l[col1 + j]!, l[col1 + j + 1]!];
  const left0 = (a[row0 + j]! - s00) / d0;
  const left1 = (a[row1 + j]! - s10) / d0;
  l[row0 + j] = left0;
  l[row1 + j] = left1;
  l[row0 + j + 1] = (a[row0 + j + 1]! - s01 - left0 * below) / d1;
  l[row1 + j + 1] = (a[row1 + j + 1]! - s11 - left1 * below) / d1;
}

/** Which triangle {@link solveTriangular} reads, and how. */
export interface TriangularOptions {
  /** Read the upper triangle in place of the lower one. Default false. */
  upper?: boolean | undefined;
  /** Solve with the transposed matrix. Default false. */
  transposed?: boolean | undefined;
}

/**
 * Solves T x = b, or Tᵀ x = b, for triangular T.
 *
 * @param t n x n; the other triangle is not read.
 * @param b n x k, or a vector of length n.
 * @returns x, of the form of b.
 * @throws SurrogateError `range` when a diagonal entry is 0, `shape` when the sizes do not fit.
 * @example
 * import { matrixFromRows, solveTriangular } from '@surrogate/core/host';
 * Array.from(solveTriangular(matrixFromRows([[2, 0], [1, 4]]), new Float64Array([2, 9]))); // [1, 2]
 */
export function solveTriangular<B extends Matrix | Float64Array>(t: Matrix, b: B, options?: TriangularOptions): B;
export function solveTriangular(t: Matrix, b: Matrix | Float64Array, options: TriangularOptions = {}): Matrix | Float64Array {
  const { upper = false, transposed = false } = options;
  checkTriangle('solveTriangular', 't', t);
  return solved('solveTriangular', t, b, (x) => substitute(t, x, upper, transposed));
}

function checkTriangle(fn: string, argument: string, t: Matrix): void {
  checkSquare(fn, argument, t);
  for (let i = 0; i < t.rows; i++)
    if (t.data[i * t.cols + i] === 0) fail('range', fn, argument, `must have no 0 on its diagonal, got one at row ${i}`);
}

/** Copies b to a matrix of right hand sides, solves in place, gives back the form of b. */
function solved(fn: string, t: Matrix, b: Matrix | Float64Array, solve: (x: Matrix) => void): Matrix | Float64Array {
  if (b instanceof Float64Array) {
    checkVector(fn, 'b', b, t.rows);
    const x = { rows: b.length, cols: 1, data: b.slice() };
    solve(x);
    return x.data;
  }
  checkMatrix(fn, 'b', b);
  if (b.rows !== t.rows) fail('shape', fn, 'b', `must have ${t.rows} rows, got ${b.rows}`);
  const x = { ...b, data: b.data.slice() };
  solve(x);
  return x;
}

function substitute(t: Matrix, x: Matrix, upper: boolean, transposed: boolean): void {
  const n = t.rows;
  const downwards = upper === transposed;
  for (let step = 0; step < n; step++) {
    const i = downwards ? step : n - 1 - step;
    const pivot = t.data[i * n + i]!;
    // Row by row where the triangle's rows are read in order; else what is known is subtracted from all that follows.
    if (!transposed) subtractKnown(t, x, i, downwards);
    for (let j = i * x.cols; j < (i + 1) * x.cols; j++) x.data[j]! /= pivot;
    if (transposed) spreadKnown(t, x, i, upper);
  }
}

function subtractKnown(t: Matrix, x: Matrix, i: number, downwards: boolean): void {
  const n = t.rows;
  const [from, to] = downwards ? [0, i] : [i + 1, n];
  if (x.cols === 1) x.data[i]! -= dot(t.data, i * n + from, x.data, from, to - from);
  else for (let k = from; k < to; k++) addScaled(x.data, i * x.cols, x.data, k * x.cols, x.cols, -t.data[i * n + k]!);
}

function spreadKnown(t: Matrix, x: Matrix, i: number, upper: boolean): void {
  const n = t.rows;
  const [from, to] = upper ? [i + 1, n] : [0, i];
  if (x.cols === 1) addScaled(x.data, from, t.data, i * n + from, to - from, -x.data[i]!);
  else for (let k = from; k < to; k++) addScaled(x.data, k * x.cols, x.data, i * x.cols, x.cols, -t.data[i * n + k]!);
}

/**
 * Solves A x = b by A's Cholesky factor.
 *
 * @param l the factor, of {@link cholesky}.
 * @param b n x k, or a vector of length n.
 * @returns x, of the form of b.
 * @throws SurrogateError `shape` when the sizes do not fit, `range` when a number is not finite or a diagonal entry is 0.
 * @example
 * import { cholesky, choleskySolve, matrixFromRows } from '@surrogate/core/host';
 * const l = cholesky(matrixFromRows([[4, 2], [2, 5]]));
 * Array.from(choleskySolve(l, new Float64Array([8, 12]))); // [1, 2]
 */
export function choleskySolve<B extends Matrix | Float64Array>(l: Matrix, b: B): B;
export function choleskySolve(l: Matrix, b: Matrix | Float64Array): Matrix | Float64Array {
  checkTriangle('choleskySolve', 'l', l);
  return solved('choleskySolve', l, b, (x) => {
    substitute(l, x, false, false);
    substitute(l, x, false, true);
  });
}

/**
 * log det A by A's Cholesky factor.
 *
 * @param l the factor, of {@link cholesky}.
 * @returns twice the sum of the logarithms of its diagonal.
 * @throws SurrogateError `shape` when it is not square.
 * @example
 * import { cholesky, choleskyLogDet, matrixFromRows } from '@surrogate/core/host';
 * choleskyLogDet(cholesky(matrixFromRows([[4, 2], [2, 5]]))); // 2.7725887
 */
export function choleskyLogDet(l: Matrix): number {
  checkSquare('choleskyLogDet', 'l', l);
  let sum = 0;
  for (let i = 0; i < l.rows; i++) sum += Math.log(l.data[i * l.cols + i]!);
  return 2 * sum;
}
