/** @file Least squares without negative coefficients. */
import { checkInteger, fail } from '@surrogate/core';
import { checkMatrix, leastSquares, matMul, transpose, type Matrix } from '@surrogate/core/host';
import { norm, plus, vectorOf } from '../host/vectors.js';

/** What {@link nnls} found. */
export interface NonNegativeSolution {
  /** x, n numbers, none negative. */
  readonly x: Float64Array;
  /** The length of A x - b. */
  readonly residualNorm: number;
}

/** Options of {@link nnls}. */
export interface NonNegativeOptions {
  /** How many systems are solved at most, >= 1. Default 3 n. */
  maxSteps?: number | undefined;
}

/** The least-squares solution that uses some columns alone; 0 elsewhere. */
function restricted(a: Matrix, b: Float64Array, used: readonly boolean[]): Float64Array {
  const columns = used.flatMap((is, j) => (is ? [j] : []));
  const part = new Float64Array(a.rows * columns.length);
  for (let i = 0; i < a.rows; i++) columns.forEach((j, k) => (part[i * columns.length + k] = a.data[i * a.cols + j]!));
  const { x } = leastSquares({ rows: a.rows, cols: columns.length, data: part }, b);
  const full = new Float64Array(a.cols);
  columns.forEach((j, k) => (full[j] = x[k]!));
  return full;
}

/**
 * Least squares with coefficients that are at least 0, exactly: by the active set of Lawson and Hanson. It runs on the host, in doubles, for some hundred columns.
 *
 * $$ \min_{x \ge 0} \lVert A x - b \rVert $$
 *
 * @param a A, m x n.
 * @param b m numbers.
 * @param options how long it may take.
 * @returns x, and the length of the residual.
 * @throws SurrogateError `shape`, `range`, `dtype`, `convergence` where the steps do not suffice.
 * @see Lawson, Hanson: Solving Least Squares Problems, 1974, chapter 23
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { nnls } from '@surrogate/optim';
 * Array.from(nnls(matrixFromRows([[1, 0], [1, 0], [0, 1]]), [2, 1, -1]).x); // [1.5, 0]
 */
export function nnls(a: Matrix, b: ArrayLike<number>, { maxSteps }: NonNegativeOptions = {}): NonNegativeSolution {
  const fn = 'nnls';
  checkMatrix(fn, 'a', a);
  const target = vectorOf(fn, 'b', b, a.rows);
  const most = maxSteps ?? Math.max(1, 3 * a.cols);
  checkInteger(fn, 'maxSteps', most, 1);
  const across = transpose(a);
  const used = new Array<boolean>(a.cols).fill(false);
  let x: Float64Array = new Float64Array(a.cols);
  const residual = () => plus(target, matMul(a, x), -1);
  const scale = matMul(across, target).reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  for (let solves = 0; ;) {
    const pull = matMul(across, residual());
    const enters = pull.reduce((best, value, j) => (!used[j] && value > (best < 0 ? 1e-12 * scale : pull[best]!) ? j : best), -1);
    if (enters < 0) return { x, residualNorm: norm(residual()) };
    used[enters] = true;
    for (;;) {
      if (++solves > most) fail('convergence', fn, 'maxSteps', `is not enough: ${most} systems were solved`);
      const full = restricted(a, target, used);
      const falls = used.flatMap((is, j) => (is && full[j]! <= 0 ? [j] : []));
      if (falls.length === 0) {
        x = full;
        break;
      }
      // As far as all stay non-negative; what arrives at 0 leaves.
      const part = falls.reduce((least, j) => Math.min(least, x[j]! / (x[j]! - full[j]!)), 1);
      x = x.map((value, j) => (used[j] ? value + part * (full[j]! - value) : 0));
      for (const j of falls) if (x[j]! <= 1e-14 * Math.max(1, Math.abs(full[j]!))) [used[j], x[j]] = [false, 0];
    }
  }
}
