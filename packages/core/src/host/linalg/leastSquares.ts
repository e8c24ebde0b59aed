/** @file What is solved by singular values: least squares, the pseudo-inverse; and square systems. */
import { checkAtLeast, fail } from '../../inputs/checks.js';
import { svd, type SingularValues } from './decompositions.js';
import { addScaled, checkMatrix, checkSquare, checkVector, matMul, transpose, type Matrix } from './matrix.js';

/** Which singular values count. */
export interface RankOptions {
  /** Singular values of at most `rcond` times the largest count as 0. Default max(m, n) times 2.2e-16, as in NumPy. */
  rcond?: number | undefined;
}

/** V diag(1/σ) Uᵀ b over the singular values that count. */
function pseudoSolve({ u, values, v }: SingularValues, b: Matrix, rcond: number): { x: Matrix; rank: number } {
  const threshold = rcond * (values[0] ?? 0);
  const rank = values.filter((value) => value > threshold).length;
  const projected = matMul(transpose(u), b);
  for (let i = 0; i < values.length; i++)
    for (let j = i * b.cols; j < (i + 1) * b.cols; j++) projected.data[j] = i < rank ? projected.data[j]! / values[i]! : 0;
  return { x: matMul(v, projected), rank };
}

const defaultRcond = (a: Matrix) => Math.max(a.rows, a.cols) * Number.EPSILON;

/**
 * The x of smallest length among those that minimise |A x - b|.
 *
 * @param a m x n, of any rank.
 * @param b m x k, or a vector of length m.
 * @returns x, of the form of b, and the rank that was found.
 * @throws SurrogateError `shape` when the sizes do not fit, `range` when a number is not finite or rcond is negative.
 * @example
 * import { leastSquares, matrixFromRows } from '@surrogate/core/host';
 * const { x, rank } = leastSquares(matrixFromRows([[1, 1], [1, 1], [1, 1]]), new Float64Array([1, 2, 3]));
 * Array.from(x); // [1, 1]
 * rank; // 1
 */
export function leastSquares<B extends Matrix | Float64Array>(a: Matrix, b: B, options?: RankOptions): { x: B; rank: number };
export function leastSquares(a: Matrix, b: Matrix | Float64Array, options: RankOptions = {}): { x: Matrix | Float64Array; rank: number } {
  checkMatrix('leastSquares', 'a', a);
  const { rcond = defaultRcond(a) } = options;
  checkAtLeast('leastSquares', 'rcond', rcond, 0);
  if (b instanceof Float64Array) {
    checkVector('leastSquares', 'b', b, a.rows);
    const { x, rank } = pseudoSolve(svd(a), { rows: b.length, cols: 1, data: b }, rcond);
    return { x: x.data, rank };
  }
  checkMatrix('leastSquares', 'b', b);
  if (b.rows !== a.rows) fail('shape', 'leastSquares', 'b', `must have ${a.rows} rows, got ${b.rows}`);
  return pseudoSolve(svd(a), b, rcond);
}

/**
 * The Moore-Penrose pseudo-inverse.
 *
 * @param a m x n, of any rank.
 * @returns n x m.
 * @throws SurrogateError `range` when a number is not finite or rcond is negative.
 * @example
 * import { matrixFromRows, matrixToRows, pinv } from '@surrogate/core/host';
 * matrixToRows(pinv(matrixFromRows([[2, 0], [0, 0]]))); // [[0.5, 0], [0, 0]]
 */
export function pinv(a: Matrix, options: RankOptions = {}): Matrix {
  checkMatrix('pinv', 'a', a);
  const { rcond = defaultRcond(a) } = options;
  checkAtLeast('pinv', 'rcond', rcond, 0);
  const { u, values, v } = svd(a);
  const threshold = rcond * (values[0] ?? 0);
  const scaled = { ...v, data: v.data.map((entry, i) => (values[i % v.cols]! > threshold ? entry / values[i % v.cols]! : 0)) };
  return matMul(scaled, transpose(u));
}

/**
 * Solves a square system by elimination with row pivots.
 *
 * @param a n x n, not singular; for a positive definite one {@link choleskySolve} is twice as fast.
 * @param b n x k, or a vector of length n.
 * @returns x with A x = b, of the form of b.
 * @throws SurrogateError `range` when the matrix is singular to working precision or a number is not finite, `shape` when the sizes do not fit.
 * @see Golub, Van Loan: Matrix Computations, 3.4
 * @example
 * import { matrixFromRows, solveLinear } from '@surrogate/core/host';
 * Array.from(solveLinear(matrixFromRows([[0, 2], [4, 0]]), new Float64Array([2, 8]))); // [2, 1]
 */
export function solveLinear<B extends Matrix | Float64Array>(a: Matrix, b: B): B;
export function solveLinear(a: Matrix, b: Matrix | Float64Array): Matrix | Float64Array {
  checkSquare('solveLinear', 'a', a);
  if (b instanceof Float64Array) {
    checkVector('solveLinear', 'b', b, a.rows);
    return eliminate(a, { rows: b.length, cols: 1, data: b }).data;
  }
  checkMatrix('solveLinear', 'b', b);
  if (b.rows !== a.rows) fail('shape', 'solveLinear', 'b', `must have ${a.rows} rows, got ${b.rows}`);
  return eliminate(a, b);
}

function eliminate(a: Matrix, b: Matrix): Matrix {
  const n = a.rows;
  const lu = Array.from({ length: n }, (_, i) => a.data.slice(i * n, (i + 1) * n));
  const x = Array.from({ length: n }, (_, i) => b.data.slice(i * b.cols, (i + 1) * b.cols));
  const largest = lu.map((row) => row.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0));
  const threshold = n * Number.EPSILON * Math.max(0, ...largest);
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(lu[i]![k]!) > Math.abs(lu[best]![k]!)) best = i;
    [lu[k], lu[best], x[k], x[best]] = [lu[best]!, lu[k]!, x[best]!, x[k]!];
    const pivot = lu[k]![k]!;
    if (!(Math.abs(pivot) > threshold)) fail('range', 'solveLinear', 'a', `must not be singular, got pivot ${pivot} in column ${k}`);
    for (let i = k + 1; i < n; i++) {
      const factor = lu[i]![k]! / pivot;
      if (factor === 0) continue;
      addScaled(lu[i]!, k, lu[k]!, k, n - k, -factor);
      addScaled(x[i]!, 0, x[k]!, 0, b.cols, -factor);
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) addScaled(x[i]!, 0, x[k]!, 0, b.cols, -lu[i]![k]!);
    for (let j = 0; j < b.cols; j++) x[i]![j]! /= lu[i]![i]!;
  }
  const data = new Float64Array(n * b.cols);
  x.forEach((row, i) => data.set(row, i * b.cols));
  return { rows: n, cols: b.cols, data };
}
