/** @file What a Gaussian process says about points: mean, variance, covariance, their gradients, and draws. */
import { checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { checkMatrix, checkVector, matMul, sampleMultivariateNormal, solveTriangular, transpose, type Matrix } from '@surrogate/core/host';
import { asRow } from '../covariance/record.js';
import { factorOf, type GaussianProcess } from './process.js';

/** What a process says about points one by one. */
export interface Prediction {
  /** What the function is expected to be, length M. */
  readonly mean: Float64Array;
  /** Its variance, >= 0, without the noise of an observation; length M. */
  readonly variance: Float64Array;
}

/** What a process says about points together. */
export interface JointPrediction {
  /** What the function is expected to be, length M. */
  readonly mean: Float64Array;
  /** How its values vary together, without the noise of observations; M x M. */
  readonly covariance: Matrix;
}

/** What a process says about one point, and how that changes as the point moves. */
export interface PredictionGradient {
  /** What the function is expected to be. */
  readonly mean: number;
  /** Its variance, >= 0. */
  readonly variance: number;
  /** By the point, length D. */
  readonly meanGradient: Float64Array;
  /** By the point, length D. */
  readonly varianceGradient: Float64Array;
}

function checkPoints(fn: string, argument: string, process: GaussianProcess, x: Matrix): void {
  checkMatrix(fn, argument, x);
  if (x.cols !== process.x.cols) fail('shape', fn, argument, `must have ${process.x.cols} columns, as the process has, got ${x.cols}`);
}

const expected = (process: GaussianProcess, across: Matrix): Float64Array =>
  matMul(across, process.weights).map((value) => value + process.mean);

/**
 * The mean and the variance of a Gaussian process at points.
 *
 * $$ m + k_*^\top (K + \sigma^2 I)^{-1} (y - m), \qquad k_{**} - k_*^\top (K + \sigma^2 I)^{-1} k_* $$
 *
 * @param process the process.
 * @param x M x D, one point a row.
 * @returns means and variances of the function, length M each; an observation's variance is larger by the noise.
 * @throws SurrogateError `shape` unless the points have the dimension of the process, `range` when a number is not finite, `dtype`.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, algorithm 2.1
 * @example
 * import { gaussianProcess, predictProcess, rbfCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const process = gaussianProcess(matrixFromRows([[0], [1]]), Float64Array.of(1, -1), { covariance: rbfCovariance(), noise: 0.1 });
 * predictProcess(process, matrixFromRows([[0], [0.5]])).variance; // [0.0869377, 0.0872701]
 */
export function predictProcess(process: GaussianProcess, x: Matrix): Prediction {
  checkPoints('predictProcess', 'x', process, x);
  const { covariance, factor } = process;
  const across = covariance.between(x, process.x);
  const whitened = solveTriangular(factor, transpose(across));
  const variance = covariance.diagonal(x);
  for (let i = 0; i < whitened.rows; i++) for (let j = 0; j < x.rows; j++) variance[j]! -= whitened.data[i * x.rows + j]! ** 2;
  return { mean: expected(process, across), variance: variance.map((value) => Math.max(0, value)) };
}

/**
 * How the values of a Gaussian process at two sets of points vary together, given what was observed.
 *
 * $$ k(x_i, z_j) - k(x_i, X) (K + \sigma^2 I)^{-1} k(X, z_j) $$
 *
 * @param process the process.
 * @param x M x D, one point a row.
 * @param z P x D.
 * @returns M x P.
 * @throws SurrogateError `shape` unless the points have the dimension of the process, `range` when a number is not finite, `dtype`.
 * @example
 * import { gaussianProcess, posteriorCovariance, rbfCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const process = gaussianProcess(matrixFromRows([[0]]), Float64Array.of(1), { covariance: rbfCovariance() });
 * posteriorCovariance(process, matrixFromRows([[1]]), matrixFromRows([[1], [-1]])).data; // [0.6321206, -0.2325442]
 */
export function posteriorCovariance(process: GaussianProcess, x: Matrix, z: Matrix): Matrix {
  checkPoints('posteriorCovariance', 'x', process, x);
  checkPoints('posteriorCovariance', 'z', process, z);
  const { covariance, factor } = process;
  const left = solveTriangular(factor, covariance.between(process.x, x));
  const right = solveTriangular(factor, covariance.between(process.x, z));
  const known = matMul(transpose(left), right);
  const prior = covariance.between(x, z);
  return { ...prior, data: prior.data.map((value, at) => value - known.data[at]!) };
}

/**
 * The joint distribution of a Gaussian process at points.
 *
 * @param process the process.
 * @param x M x D, one point a row.
 * @returns means, length M, and covariances, M x M.
 * @throws SurrogateError `shape` unless the points have the dimension of the process, `range` when a number is not finite, `dtype`.
 * @example
 * import { gaussianProcess, predictJointly, rbfCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const process = gaussianProcess(matrixFromRows([[0]]), Float64Array.of(1), { covariance: rbfCovariance() });
 * predictJointly(process, matrixFromRows([[1], [-1]])).mean; // [0.6065307, 0.6065307]
 */
export function predictJointly(process: GaussianProcess, x: Matrix): JointPrediction {
  checkPoints('predictJointly', 'x', process, x);
  return { mean: expected(process, process.covariance.between(x, process.x)), covariance: posteriorCovariance(process, x, x) };
}

/**
 * The mean and the variance of a Gaussian process at one point, with their gradients by the point: what an acquisition function needs to climb.
 *
 * @param process the process.
 * @param x length D.
 * @returns both, and both gradients.
 * @throws SurrogateError `shape` unless the point has the dimension of the process, `range` when a number is not finite, `dtype`.
 * @example
 * import { gaussianProcess, predictGradient, rbfCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const process = gaussianProcess(matrixFromRows([[0]]), Float64Array.of(1), { covariance: rbfCovariance() });
 * predictGradient(process, Float64Array.of(1)).meanGradient[0]; // -0.6065307
 */
export function predictGradient(process: GaussianProcess, x: Float64Array): PredictionGradient {
  checkVector('predictGradient', 'x', x, process.x.cols);
  const { covariance, factor, weights } = process;
  const point = asRow(x);
  const across = covariance.between(point, process.x);
  const slopes = covariance.inputGradient(x, process.x);
  const whitened = solveTriangular(factor, across.data);
  const solved = solveTriangular(factor, whitened, { transposed: true });
  const own = covariance.diagonal(point)[0]!;
  // k(x, x) moves with both of its arguments.
  const varianceGradient = covariance.inputGradient(x, point).data.map((value) => 2 * value);
  const meanGradient = new Float64Array(x.length);
  for (let i = 0, at = 0; i < slopes.rows; i++)
    for (let d = 0; d < x.length; d++, at++) {
      meanGradient[d]! += slopes.data[at]! * weights[i]!;
      varianceGradient[d]! -= 2 * slopes.data[at]! * solved[i]!;
    }
  const variance = whitened.reduce((rest, value) => rest - value * value, own);
  return { mean: expected(process, across)[0]!, variance: Math.max(0, variance), meanGradient, varianceGradient };
}

/**
 * Draws functions of a Gaussian process, at points; of the prior where nothing was observed.
 *
 * @param rng the generator; it moves on.
 * @param process the process.
 * @param x M x D, one point a row.
 * @param count how many functions.
 * @returns count x M, without the noise of observations.
 * @throws SurrogateError `shape` unless the points have the dimension of the process, `range` when a number is not finite or the count no whole number, `dtype`.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. A.2
 * @example
 * import { gaussianProcess, rbfCovariance, sampleProcess } from '@surrogate/kernel-methods';
 * import { matrixFromRows, rng } from '@surrogate/core/host';
 * const process = gaussianProcess(matrixFromRows([[0]]), Float64Array.of(1), { covariance: rbfCovariance() });
 * sampleProcess(rng(0), process, matrixFromRows([[0], [3]]), 5).rows; // 5
 */
export function sampleProcess(rng: Rng, process: GaussianProcess, x: Matrix, count: number): Matrix {
  const fn = 'sampleProcess';
  checkRng(fn, 'rng', rng);
  checkPoints(fn, 'x', process, x);
  checkInteger(fn, 'count', count);
  const { mean, covariance } = predictJointly(process, x);
  // What was observed exactly has variance 0, which no factor has: measured by the prior, the millionth is nothing.
  const prior = process.covariance.diagonal(x).reduce((most, value) => Math.max(most, value), 0);
  const data = covariance.data.slice();
  for (let i = 0; i < x.rows; i++) data[i * (x.rows + 1)]! += 1e-12 * prior;
  const { factor } = factorOf(fn, 'process', { ...covariance, data });
  const out = new Float64Array(count * x.rows);
  for (let i = 0; i < count; i++) out.set(sampleMultivariateNormal(rng, mean, factor), i * x.rows);
  return { rows: count, cols: x.rows, data: out };
}
