/** @file Float64 matrices: the record, how it is made and read, products. */
import { checkInteger, fail } from '../../inputs/checks.js';

/** A dense matrix of doubles: entry (i, j) is `data[i * cols + j]`. */
export interface Matrix {
  /** How many rows. */
  readonly rows: number;
  /** How many columns. */
  readonly cols: number;
  /** The numbers, row after row. */
  readonly data: Float64Array;
}

/**
 * Accepts a matrix of finite numbers, and refuses all else.
 *
 * @param fn the public function, for the message.
 * @param argument the argument or option, for the message.
 * @param value what the user passed.
 * @throws SurrogateError `dtype` for what is no matrix, `shape` where the sizes are not those of the data, `range` for what is not finite.
 * @example
 * import { checkMatrix, identityMatrix } from '@surrogate/core/host';
 * checkMatrix('myRegression', 'x', identityMatrix(2)); // undefined
 */
export function checkMatrix(fn: string, argument: string, value: Matrix): void {
  if (typeof value !== 'object' || !(value?.data instanceof Float64Array))
    fail(
      'dtype',
      fn,
      argument,
      `must be a matrix { rows, cols, data: Float64Array }, got ${Array.isArray(value) ? 'an array' : typeof value}`,
    );
  checkInteger(fn, `${argument}.rows`, value.rows);
  checkInteger(fn, `${argument}.cols`, value.cols);
  if (value.data.length !== value.rows * value.cols)
    fail('shape', fn, argument, `must hold rows * cols = ${value.rows * value.cols} numbers, got ${value.data.length}`);
  checkAllFinite(fn, argument, value.data, value.cols);
}

/** Throws unless all numbers are finite; `cols` turns the place into (row, column). */
function checkAllFinite(fn: string, argument: string, data: Float64Array, cols?: number): void {
  let at = 0;
  while (at < data.length && Number.isFinite(data[at])) at++;
  if (at === data.length) return;
  const place = cols === undefined ? `[${at}]` : `[${Math.floor(at / cols)}, ${at % cols}]`;
  fail('range', fn, argument, `must hold finite numbers, got ${data[at]} at ${place}`);
}

/** @internal Throws unless the value is a square matrix of finite numbers. */
export function checkSquare(fn: string, argument: string, value: Matrix): void {
  checkMatrix(fn, argument, value);
  if (value.rows !== value.cols) fail('shape', fn, argument, `must be square, got ${value.rows} x ${value.cols}`);
}

/** @internal Throws unless the value is a symmetric matrix of finite numbers, to what float32 products leave of symmetry. */
export function checkSymmetric(fn: string, argument: string, value: Matrix): void {
  checkSquare(fn, argument, value);
  const { rows: n, data } = value;
  let largest = 0;
  for (const entry of data) largest = Math.max(largest, Math.abs(entry));
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      if (Math.abs(data[i * n + j]! - data[j * n + i]!) > 1e-5 * largest)
        fail('range', fn, argument, `must be symmetric, got ${data[i * n + j]} at [${i}, ${j}] and ${data[j * n + i]} at [${j}, ${i}]`);
}

/**
 * Accepts a vector of so many finite numbers, and refuses all else.
 *
 * @param fn the public function, for the message.
 * @param argument the argument or option, for the message.
 * @param value what the user passed.
 * @param length how many numbers it must have.
 * @throws SurrogateError `dtype` for what is no Float64Array, `shape` for another length, `range` for what is not finite.
 * @example
 * import { checkVector } from '@surrogate/core/host';
 * checkVector('myRegression', 'y', Float64Array.of(1, 2), 2); // undefined
 */
export function checkVector(fn: string, argument: string, value: Float64Array, length: number): void {
  if (!(value instanceof Float64Array)) fail('dtype', fn, argument, `must be a Float64Array, got ${typeof value}`);
  if (value.length !== length) fail('shape', fn, argument, `must have length ${length}, got ${value.length}`);
  checkAllFinite(fn, argument, value);
}

/**
 * Makes a matrix of its rows.
 *
 * @param rows arrays of one length.
 * @returns a matrix with a copy of the numbers.
 * @throws SurrogateError `shape` when the rows differ in length.
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * matrixFromRows([[1, 2], [3, 4]]).data[2]; // 3
 */
export function matrixFromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  const data = new Float64Array(rows.length * cols);
  rows.forEach((row, i) => {
    if (row.length !== cols) fail('shape', 'matrixFromRows', 'rows', `must have one length, got ${row.length} at [${i}] after ${cols}`);
    data.set(row, i * cols);
  });
  return { rows: rows.length, cols, data };
}

/**
 * The rows of a matrix as plain arrays.
 *
 * @param a any matrix.
 * @returns copies of its rows.
 * @example
 * import { identityMatrix, matrixToRows } from '@surrogate/core/host';
 * matrixToRows(identityMatrix(2)); // [[1, 0], [0, 1]]
 */
export const matrixToRows = (a: Matrix): number[][] =>
  Array.from({ length: a.rows }, (_, i) => Array.from(a.data.subarray(i * a.cols, (i + 1) * a.cols)));

/**
 * The identity, or a multiple of it.
 *
 * @param n its size.
 * @param scale what stands on the diagonal. Default 1.
 * @returns an n x n matrix.
 * @example
 * import { identityMatrix } from '@surrogate/core/host';
 * Array.from(identityMatrix(2, 3).data); // [3, 0, 0, 3]
 */
export function identityMatrix(n: number, scale = 1): Matrix {
  checkInteger('identityMatrix', 'n', n);
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) data[i * n + i] = scale;
  return { rows: n, cols: n, data };
}

/**
 * The transpose.
 *
 * @param a any matrix.
 * @returns a new matrix.
 * @example
 * import { matrixFromRows, matrixToRows, transpose } from '@surrogate/core/host';
 * matrixToRows(transpose(matrixFromRows([[1, 2, 3]]))); // [[1], [2], [3]]
 */
export function transpose(a: Matrix): Matrix {
  const { rows, cols, data } = a;
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = data[i * cols + j]!;
  return { rows: cols, cols: rows, data: out };
}

/**
 * The product of two matrices, or of a matrix and a vector.
 *
 * @param a m x k.
 * @param b k x n, or a vector of length k.
 * @returns m x n, or a vector of length m.
 * @throws SurrogateError `shape` when the sizes do not fit, `range` when a number is not finite.
 * @example
 * import { matMul, matrixFromRows } from '@surrogate/core/host';
 * Array.from(matMul(matrixFromRows([[1, 2], [3, 4]]), new Float64Array([1, 1]))); // [3, 7]
 */
export function matMul<B extends Matrix | Float64Array>(a: Matrix, b: B): B;
export function matMul(a: Matrix, b: Matrix | Float64Array): Matrix | Float64Array {
  checkMatrix('matMul', 'a', a);
  if (b instanceof Float64Array) {
    checkVector('matMul', 'b', b, a.cols);
    return Float64Array.from({ length: a.rows }, (_, i) => dot(a.data, i * a.cols, b, 0, a.cols));
  }
  checkMatrix('matMul', 'b', b);
  if (a.cols !== b.rows) fail('shape', 'matMul', 'b', `must have ${a.cols} rows, as a has columns, got ${b.rows}`);
  const data = new Float64Array(a.rows * b.cols);
  for (let i = 0; i < a.rows; i++) addRowTimes(data, i * b.cols, a.data, i * a.cols, b);
  return { rows: a.rows, cols: b.cols, data };
}

/** out += row · b, four rows of b at a time, each read in order. */
function addRowTimes(out: Float64Array, at: number, row: Float64Array, from: number, b: Matrix): void {
  const { rows, cols, data } = b;
  let k = 0;
  for (; k + 3 < rows; k += 4) {
    const b0 = k * cols;
    const b1 = b0 + cols;
    const b2 = b1 + cols;
    const b3 = b2 + cols;
    const w0 = row[from + k]!;
    const w1 = row[from + k + 1]!;
    const w2 = row[from + k + 2]!;
    const w3 = row[from + k + 3]!;
    for (let j = 0; j < cols; j++) out[at + j]! += w0 * data[b0 + j]! + w1 * data[b1 + j]! + w2 * data[b2 + j]! + w3 * data[b3 + j]!;
  }
  for (; k < rows; k++) addScaled(out, at, data, k * cols, cols, row[from + k]!);
}

/** @internal out += scale · values. */
export function addScaled(out: Float64Array, at: number, values: Float64Array, from: number, length: number, scale: number): void {
  for (let j = 0; j < length; j++) out[at + j]! += scale * values[from + j]!;
}

/** @internal The dot product of two stretches, in four independent sums: one sum would wait for each addition. */
export function dot(a: Float64Array, aFrom: number, b: Float64Array, bFrom: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    s0 += a[aFrom + k]! * b[bFrom + k]!;
    s1 += a[aFrom + k + 1]! * b[bFrom + k + 1]!;
    s2 += a[aFrom + k + 2]! * b[bFrom + k + 2]!;
    s3 += a[aFrom + k + 3]! * b[bFrom + k + 3]!;
  }
  for (; k < length; k++) s0 += a[aFrom + k]! * b[bFrom + k]!;
  return s0 + s1 + (s2 + s3);
}
