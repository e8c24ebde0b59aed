/** @file Functions of whole matrices: exponential, powers of symmetric ones, Kronecker products. */
import { checkAtLeast, checkFinite, fail } from '../../inputs/checks.js';
import { eigh } from './decompositions.js';
import { solveLinear } from './leastSquares.js';
import { checkMatrix, checkSquare, checkSymmetric, checkVector, identityMatrix, matMul, transpose, type Matrix } from './matrix.js';

/** The coefficients of the Padé approximant of degree 13, from the constant up. */
const pade13 = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800, 33522128640,
  1323241920, 40840800, 960960, 16380, 182, 1,
];

const combine = (matrices: readonly Matrix[], weights: readonly number[]): Matrix => {
  const [first] = matrices as [Matrix];
  return { ...first, data: first.data.map((_, i) => matrices.reduce((sum, { data }, k) => sum + weights[k]! * data[i]!, 0)) };
};

/**
 * The matrix exponential, by scaling and squaring of a Padé approximant.
 *
 * @param a n x n, not necessarily symmetric.
 * @returns exp(A).
 * @throws SurrogateError `shape` when it is not square, `range` when a number is not finite or the result overflows.
 * @see Higham: The Scaling and Squaring Method for the Matrix Exponential Revisited, 2005
 * @example
 * import { expm, matrixFromRows } from '@surrogate/core/host';
 * Array.from(expm(matrixFromRows([[0, 1], [0, 0]])).data); // [1, 1, 0, 1]
 */
export function expm(a: Matrix): Matrix {
  checkSquare('expm', 'a', a);
  const n = a.rows;
  let norm = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(a.data[i * n + j]!);
    norm = Math.max(norm, sum);
  }
  if (norm > 1e4) fail('range', 'expm', 'a', `must have a largest column sum of at most 1e4, or the result overflows, got ${norm}`);
  const squarings = Math.max(0, Math.ceil(Math.log2(norm / 5.37)));
  const x = { ...a, data: a.data.map((entry) => entry / 2 ** squarings) };
  const one = identityMatrix(n);
  const x2 = matMul(x, x);
  const x4 = matMul(x2, x2);
  const x6 = matMul(x4, x2);
  const c = pade13;
  const powers = [x6, x4, x2, one];
  const odd = matMul(x, combine([matMul(x6, combine([x6, x4, x2], [c[13]!, c[11]!, c[9]!])), ...powers], [1, c[7]!, c[5]!, c[3]!, c[1]!]));
  const even = combine([matMul(x6, combine([x6, x4, x2], [c[12]!, c[10]!, c[8]!])), ...powers], [1, c[6]!, c[4]!, c[2]!, c[0]!]);
  let result = solveLinear(combine([even, odd], [1, -1]), combine([even, odd], [1, 1]));
  for (let step = 0; step < squarings; step++) result = matMul(result, result);
  return result;
}

/** How {@link symmetricPower} treats small eigenvalues. */
export interface SymmetricPowerOptions {
  /** Added to each eigenvalue, at least 0. Default 0. */
  ridge?: number | undefined;
  /** Eigenvalues of at most `rcond` times the largest count as 0: their power is 0, as in a pseudo-inverse. Default n times 2.2e-16. */
  rcond?: number | undefined;
}

/**
 * A power of a symmetric positive semidefinite matrix: 0.5 is its square root, -1/p its inverse p-th root, -1 its (pseudo-)inverse.
 *
 * $$ A^s = V \operatorname{diag}((\lambda + \text{ridge})^s) V^\top $$
 *
 * @param a n x n, symmetric, no eigenvalue below 0 beyond rounding.
 * @param exponent any finite number.
 * @returns a symmetric matrix.
 * @throws SurrogateError `range` when the matrix is not symmetric or has a negative eigenvalue.
 * @example
 * import { matrixFromRows, matrixToRows, symmetricPower } from '@surrogate/core/host';
 * matrixToRows(symmetricPower(matrixFromRows([[4, 0], [0, 16]]), -0.5)); // [[0.5, 0], [0, 0.25]]
 */
export function symmetricPower(a: Matrix, exponent: number, options: SymmetricPowerOptions = {}): Matrix {
  checkSymmetric('symmetricPower', 'a', a);
  const { ridge = 0, rcond = Math.max(1, a.rows) * Number.EPSILON } = options;
  checkFinite('symmetricPower', 'exponent', exponent);
  checkAtLeast('symmetricPower', 'ridge', ridge, 0);
  checkAtLeast('symmetricPower', 'rcond', rcond, 0);
  const { values, vectors } = eigh(a);
  const n = values.length;
  const largest = n === 0 ? 0 : Math.max(Math.abs(values[0]!), Math.abs(values[n - 1]!));
  if (n > 0 && values[0]! < -Math.max(rcond, 1e-6) * largest)
    fail('range', 'symmetricPower', 'a', `must be positive semidefinite, got eigenvalue ${values[0]} beside ${values[n - 1]}`);
  const powers = values.map((value) => (value + ridge > rcond * largest ? (value + ridge) ** exponent : 0));
  const scaled = { ...vectors, data: vectors.data.map((entry, i) => entry * powers[i % n]!) };
  return matMul(scaled, transpose(vectors));
}

/**
 * The Kronecker product of two matrices.
 *
 * @param a m x n.
 * @param b p x q.
 * @returns (m p) x (n q): block (i, j) is a(i, j) times b.
 * @throws SurrogateError `range` when a number is not finite.
 * @example
 * import { kroneckerProduct, matrixFromRows, matrixToRows } from '@surrogate/core/host';
 * matrixToRows(kroneckerProduct(matrixFromRows([[1, 2]]), matrixFromRows([[1], [3]]))); // [[1, 2], [3, 6]]
 */
export function kroneckerProduct(a: Matrix, b: Matrix): Matrix {
  checkMatrix('kroneckerProduct', 'a', a);
  checkMatrix('kroneckerProduct', 'b', b);
  const [rows, cols] = [a.rows * b.rows, a.cols * b.cols];
  const data = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++)
      data[i * cols + j] =
        a.data[Math.floor(i / b.rows) * a.cols + Math.floor(j / b.cols)]! * b.data[(i % b.rows) * b.cols + (j % b.cols)]!;
  return { rows, cols, data };
}

/**
 * Multiplies a vector by a Kronecker product without forming it, one factor after the other.
 *
 * $$ (A_1 \otimes \dots \otimes A_d)\, x $$
 *
 * @param factors the matrices, m_k x n_k.
 * @param x a vector of the product of the n_k: an array of that shape, row by row.
 * @returns a vector of the product of the m_k.
 * @throws SurrogateError `shape` when the sizes do not fit, `range` when a number is not finite.
 * @example
 * import { identityMatrix, kroneckerMultiply } from '@surrogate/core/host';
 * Array.from(kroneckerMultiply([identityMatrix(2, 3), identityMatrix(2)], new Float64Array([1, 2, 3, 4]))); // [3, 6, 9, 12]
 */
export function kroneckerMultiply(factors: readonly Matrix[], x: Float64Array): Float64Array {
  factors.forEach((factor, k) => checkMatrix('kroneckerMultiply', `factors[${k}]`, factor));
  checkVector(
    'kroneckerMultiply',
    'x',
    x,
    factors.reduce((size, { cols }) => size * cols, 1),
  );
  // Each product takes the leading axis away and appends its image as the last one; after all factors the axes are in order again.
  return factors.reduce((data, factor) => {
    const rest = data.length / factor.cols;
    return transpose(matMul(factor, { rows: factor.cols, cols: rest, data })).data;
  }, x);
}
