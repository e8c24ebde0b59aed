/** @file QR, symmetric eigendecomposition and singular values, by `ml-matrix`. */
import { EigenvalueDecomposition, Matrix as MlMatrix, SingularValueDecomposition, type AbstractMatrix } from 'ml-matrix';
import { fail } from '../../inputs/checks.js';
import { addScaled, checkMatrix, checkSymmetric, dot, type Matrix } from './matrix.js';

const toMl = ({ rows, cols, data }: Matrix): MlMatrix => {
  const out = new MlMatrix(rows, cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out.set(i, j, data[i * cols + j]!);
  return out;
};

/** The columns of a library matrix in a given order. */
function fromMl(a: AbstractMatrix, order: readonly number[]): Matrix {
  const data = new Float64Array(a.rows * order.length);
  for (let i = 0; i < a.rows; i++) order.forEach((column, j) => (data[i * order.length + j] = a.get(i, column)));
  return { rows: a.rows, cols: order.length, data };
}

/** What {@link eigh} finds. */
export interface SymmetricEigen {
  /** Ascending. */
  readonly values: Float64Array;
  /** n x n; column j belongs to `values[j]`; orthonormal. */
  readonly vectors: Matrix;
}

/**
 * The eigenvalues and eigenvectors of a symmetric matrix.
 *
 * $$ A = V \operatorname{diag}(\lambda) V^\top $$
 *
 * About 0.7 s for n = 500; the time grows with the cube of n.
 *
 * @param a n x n, symmetric.
 * @returns the values ascending, and the vectors as columns.
 * @throws SurrogateError `range` when the matrix is not symmetric or holds what is not finite, `shape` when it is not square.
 * @example
 * import { eigh, matrixFromRows } from '@surrogate/core/host';
 * Array.from(eigh(matrixFromRows([[2, 1], [1, 2]])).values); // [1, 3]
 */
export function eigh(a: Matrix): SymmetricEigen {
  checkSymmetric('eigh', 'a', a);
  if (a.rows === 0) return { values: new Float64Array(0), vectors: a };
  const { scaled, scale } = unitScale(a);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(toMl(scaled), { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((i, j) => realEigenvalues[i]! - realEigenvalues[j]!);
  return { values: Float64Array.from(order, (i) => scale * realEigenvalues[i]!), vectors: fromMl(eigenvectorMatrix, order) };
}

/** What {@link svd} finds; p = min(m, n). */
export interface SingularValues {
  /** m x p, orthonormal columns. */
  readonly u: Matrix;
  /** Descending, at least 0. */
  readonly values: Float64Array;
  /** n x p, orthonormal columns. */
  readonly v: Matrix;
}

/**
 * The thin singular value decomposition.
 *
 * $$ A = U \operatorname{diag}(\sigma) V^\top $$
 *
 * About 2 s for n = 500; the time grows with the cube of n.
 *
 * @param a m x n.
 * @returns the factors, values descending; of a matrix of rank r, values from r on are 0 up to rounding.
 * @throws SurrogateError `range` when a number is not finite.
 * @example
 * import { matrixFromRows, svd } from '@surrogate/core/host';
 * Array.from(svd(matrixFromRows([[3, 0], [0, 4]])).values); // [4, 3]
 */
export function svd(a: Matrix): SingularValues {
  checkMatrix('svd', 'a', a);
  const size = Math.min(a.rows, a.cols);
  if (size === 0)
    return {
      u: { rows: a.rows, cols: 0, data: new Float64Array(0) },
      values: new Float64Array(0),
      v: { rows: a.cols, cols: 0, data: new Float64Array(0) },
    };
  const { scaled, scale } = unitScale(a);
  const { leftSingularVectors, rightSingularVectors, diagonal } = new SingularValueDecomposition(toMl(scaled), { autoTranspose: true });
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => diagonal[j]! - diagonal[i]!);
  return {
    u: fromMl(leftSingularVectors, order),
    values: Float64Array.from(order, (i) => scale * diagonal[i]!),
    v: fromMl(rightSingularVectors, order),
  };
}

/** The library compares squares with absolute thresholds, so entries are brought to about 1, by a power of two, which rounds nothing. */
function unitScale(a: Matrix): { scaled: Matrix; scale: number } {
  let largest = 0;
  for (const entry of a.data) largest = Math.max(largest, Math.abs(entry));
  if (largest === 0) return { scaled: a, scale: 1 };
  const scale = 2 ** Math.max(-1000, Math.min(1000, Math.floor(Math.log2(largest))));
  return { scaled: { ...a, data: a.data.map((entry) => entry / scale) }, scale };
}

/** What {@link qr} finds. */
export interface QrFactors {
  /** m x n, orthonormal columns. */
  readonly q: Matrix;
  /** n x n, upper triangular. */
  readonly r: Matrix;
}

/**
 * The thin QR decomposition by Householder reflections; the diagonal of R is not negative, which makes it unique.
 *
 * @param a m x n with m >= n; also rank-deficient, then R has zeros, up to rounding, on its diagonal.
 * @returns Q with orthonormal columns, and R.
 * @throws SurrogateError `shape` when m < n, `range` when a number is not finite.
 * @see Golub, Van Loan: Matrix Computations, 5.2
 * @example
 * import { matrixFromRows, matrixToRows, qr } from '@surrogate/core/host';
 * matrixToRows(qr(matrixFromRows([[3, 1], [4, 2]])).r); // [[5, 2.2], [0, 0.4]]
 */
export function qr(a: Matrix): QrFactors {
  checkMatrix('qr', 'a', a);
  const { rows: m, cols: n } = a;
  if (m < n) fail('shape', 'qr', 'a', `must have at least as many rows as columns, got ${m} x ${n}`);
  // Columns are kept as rows, so that each reflection reads memory in order.
  const columns = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) columns[j * m + i] = a.data[i * n + j]!;
  const r = new Float64Array(n * n);
  const lengths = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    lengths[k] = householder(columns, k * m + k, m - k);
    for (let j = k + 1; j < n; j++) reflect(columns, k * m + k, j * m + k, m - k);
    for (let i = 0; i < k; i++) r[i * n + k] = columns[k * m + i]!;
    r[k * n + k] = lengths[k]!;
  }
  const q = new Float64Array(m * n);
  const column = new Float64Array(m);
  for (let j = 0; j < n; j++) {
    column.fill(0)[j] = 1;
    for (let k = j; k >= 0; k--) reflect(columns, k * m + k, k, m - k, column);
    const sign = lengths[j]! < 0 ? -1 : 1;
    for (let i = 0; i < m; i++) q[i * n + j] = sign * column[i]!;
    for (let i = j; i < n; i++) r[j * n + i]! *= sign;
  }
  return { q: { rows: m, cols: n, data: q }, r: { rows: n, cols: n, data: r } };
}

/** Replaces a stretch by the unit normal of the reflection that maps it to (length, 0 ...), and returns that signed length. */
function householder(x: Float64Array, from: number, count: number): number {
  let largest = 0;
  for (let i = from; i < from + count; i++) largest = Math.max(largest, Math.abs(x[i]!));
  if (largest === 0) return 0;
  for (let i = from; i < from + count; i++) x[i]! /= largest;
  const norm = Math.sqrt(dot(x, from, x, from, count));
  const length = x[from]! > 0 ? -norm : norm;
  x[from]! -= length;
  const normal = Math.sqrt(dot(x, from, x, from, count));
  for (let i = from; i < from + count; i++) x[i]! /= normal;
  return length * largest;
}

function reflect(normals: Float64Array, normal: number, at: number, count: number, target = normals): void {
  addScaled(target, at, normals, normal, count, -2 * dot(normals, normal, target, at, count));
}
