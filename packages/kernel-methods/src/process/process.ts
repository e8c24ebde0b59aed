/** @file Gaussian processes on the host: what is known after some observations, and what more of them change. */
import { checkAtLeast, checkFinite, fail, isSurrogateError } from '@surrogate/core';
import { checkMatrix, checkVector, cholesky, choleskySolve, solveTriangular, type Matrix } from '@surrogate/core/host';
import type { Covariance } from '../covariance/record.js';

/** Options of {@link gaussianProcess}. */
export interface GaussianProcessOptions {
  /** How function values at two points vary together. */
  covariance: Covariance;
  /** The variance of the observations about the function, >= 0. Default 0. */
  noise?: number | undefined;
  /** What the function is expected to be before anything is observed. Default 0. */
  mean?: number | undefined;
}

/** A Gaussian process given observations; a plain record, which holds what predictions need. */
export interface GaussianProcess {
  /** How function values at two points vary together. */
  readonly covariance: Covariance;
  /** The variance of the observations about the function. */
  readonly noise: number;
  /** The prior mean. */
  readonly mean: number;
  /** Where it was observed, N x D. */
  readonly x: Matrix;
  /** What was observed, length N. */
  readonly y: Float64Array;
  /** L of L Lᵀ = K + (noise + jitter) I. */
  readonly factor: Matrix;
  /** (K + (noise + jitter) I)⁻¹ (y − mean). */
  readonly weights: Float64Array;
  /** What had to be added to the diagonal for a factor in doubles; 0 where nothing had to. */
  readonly jitter: number;
}

/** K with a number on its diagonal more. */
function shifted(k: Matrix, by: number): Matrix {
  const data = k.data.slice();
  for (let i = 0; i < k.rows; i++) data[i * k.cols + i]! += by;
  return { ...k, data };
}

/** @internal The factor of a covariance matrix, which in doubles may need something on its diagonal. */
export function factorOf(fn: string, argument: string, k: Matrix): { factor: Matrix; jitter: number } {
  const scale = k.rows === 0 ? 0 : k.data.reduce((sum, value, at) => (at % (k.cols + 1) === 0 ? sum + value : sum), 0) / k.rows;
  let cause: unknown;
  for (const part of [0, 1e-12, 1e-10, 1e-8, 1e-6]) {
    const jitter = part * scale;
    try {
      return { factor: cholesky(shifted(k, jitter)), jitter };
    } catch (error) {
      if (!isSurrogateError(error)) throw error;
      cause = error;
    }
  }
  return fail('range', fn, argument, `must make a positive definite matrix, also with a millionth of its diagonal added: ${String(cause)}`);
}

/** The weights of a process, from its factor. */
const weigh = (factor: Matrix, y: Float64Array, mean: number): Float64Array =>
  choleskySolve(
    factor,
    y.map((value) => value - mean),
  );

/**
 * A Gaussian process given observations: a distribution over functions, in doubles on the host, for up to some hundreds of points.
 *
 * $$ f \sim \mathcal{GP}(m, k), \qquad y_i = f(x_i) + \varepsilon_i, \quad \varepsilon_i \sim \mathcal N(0, \sigma^2) $$
 *
 * @param x N x D, one point a row; with no rows the process is the prior.
 * @param y length N, what was observed there.
 * @returns the process, for {@link predictProcess} and the others.
 * @throws SurrogateError `shape` when the lengths do not fit, `range` when a number is not finite, the noise is negative or the covariance is not positive definite, `dtype`.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, algorithm 2.1
 * @example
 * import { gaussianProcess, predictProcess, rbfCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const process = gaussianProcess(matrixFromRows([[0], [1]]), Float64Array.of(1, -1), { covariance: rbfCovariance(), noise: 0.1 });
 * predictProcess(process, matrixFromRows([[0]])).mean[0]; // 0.7973532
 */
export function gaussianProcess(x: Matrix, y: Float64Array, { covariance, noise = 0, mean = 0 }: GaussianProcessOptions): GaussianProcess {
  const fn = 'gaussianProcess';
  checkMatrix(fn, 'x', x);
  checkVector(fn, 'y', y, x.rows);
  checkAtLeast(fn, 'noise', noise, 0);
  checkFinite(fn, 'mean', mean);
  const { factor, jitter } = factorOf(fn, 'covariance', shifted(covariance.between(x, x), noise));
  return { covariance, noise, mean, x, y, factor, jitter, weights: weigh(factor, y, mean) };
}

/**
 * A process given more observations: the factor grows by the new rows, which costs N² a point where a new start costs N³.
 *
 * @param process what is known so far; left as it is.
 * @param x M x D, where more was observed.
 * @param y length M, what was observed there.
 * @returns the process given all observations.
 * @throws SurrogateError `shape` when the sizes do not fit, `range` when a number is not finite, `dtype`.
 * @example
 * import { extendProcess, gaussianProcess, predictProcess, rbfCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const first = gaussianProcess(matrixFromRows([[0]]), Float64Array.of(1), { covariance: rbfCovariance(), noise: 0.1 });
 * const both = extendProcess(first, matrixFromRows([[1]]), Float64Array.of(-1));
 * predictProcess(both, matrixFromRows([[0]])).mean[0]; // 0.7973532
 */
export function extendProcess(process: GaussianProcess, x: Matrix, y: Float64Array): GaussianProcess {
  const fn = 'extendProcess';
  const { covariance, noise, mean, jitter } = process;
  checkMatrix(fn, 'x', x);
  if (x.cols !== process.x.cols) fail('shape', fn, 'x', `must have ${process.x.cols} columns, as the process has, got ${x.cols}`);
  checkVector(fn, 'y', y, x.rows);
  const [n, m] = [process.x.rows, x.rows];
  const allX: Matrix = { rows: n + m, cols: x.cols, data: Float64Array.from([...process.x.data, ...x.data]) };
  const allY = Float64Array.from([...process.y, ...y]);
  const across = solveTriangular(process.factor, covariance.between(process.x, x));
  const own = shifted(covariance.between(x, x), noise + jitter);
  const schur = own.data.slice();
  for (let i = 0; i < m; i++)
    for (let j = 0; j < m; j++) for (let k = 0; k < n; k++) schur[i * m + j]! -= across.data[k * m + i]! * across.data[k * m + j]!;
  let corner: Matrix;
  try {
    corner = cholesky({ ...own, data: schur });
  } catch (error) {
    if (!isSurrogateError(error)) throw error;
    // Points that the factor cannot tell from old ones: the whole needs more on its diagonal.
    return gaussianProcess(allX, allY, { covariance, noise, mean });
  }
  const data = new Float64Array((n + m) ** 2);
  for (let i = 0; i < n; i++) data.set(process.factor.data.subarray(i * n, (i + 1) * n), i * (n + m));
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < n; k++) data[(n + i) * (n + m) + k] = across.data[k * m + i]!;
    data.set(corner.data.subarray(i * m, (i + 1) * m), (n + i) * (n + m) + n);
  }
  const factor = { rows: n + m, cols: n + m, data };
  return { covariance, noise, mean, jitter, x: allX, y: allY, factor, weights: weigh(factor, allY, mean) };
}
