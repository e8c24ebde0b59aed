/** @file Gradient descent in a kernel's space, at any number of steps: regression that is regularised by stopping early. */
import { checkAbove, fail } from '@surrogate/core';
import { checkMatrix, checkVector, eigh, matMul, transpose, type Matrix } from '@surrogate/core/host';
import type { Covariance } from '../covariance/record.js';

/** Options of {@link kernelDescent}. */
export interface KernelDescentOptions {
  /** How alike two points are. */
  covariance: Covariance;
  /** η, the size of a step, > 0; the descent diverges from 2 / the largest eigenvalue on. Default 1 / the largest eigenvalue. */
  learningRate?: number | undefined;
}

/** A descent, at every number of steps at once; a plain record. */
export interface KernelDescent {
  /** How alike two points are. */
  readonly covariance: Covariance;
  /** Where it is fitted, N x D. */
  readonly x: Matrix;
  /** η, the size of a step. */
  readonly learningRate: number;
  /** The eigenvalues of the kernel matrix, ascending, length N. */
  readonly values: Float64Array;
  /** Its eigenvectors as columns, N x N. */
  readonly vectors: Matrix;
  /** The targets along the eigenvectors, length N. */
  readonly targets: Float64Array;
}

/**
 * Prepares gradient descent on the squared error from the function 0, in doubles on the host, for up to some hundreds of points; {@link predictDescent} then says where it is after any number of steps.
 *
 * $$ f_{k+1} = f_k - \eta\, \textstyle\sum_i (f_k(x_i) - y_i)\, k(x_i, \cdot), \qquad f_k(x) = k(x, X)\, Q \operatorname{diag}\left(\frac{1 - (1 - \eta e_i)^k}{e_i}\right) Q^\top y, \quad K = Q \operatorname{diag}(e) Q^\top $$
 *
 * Directions of small eigenvalues are learned last, and noise lies mostly in them: few steps regularise as a large ridge does. With {@link reluTangentCovariance} it is what a wide network does.
 *
 * @param x N x D, one point a row, at least one.
 * @param y length N.
 * @returns the descent.
 * @throws SurrogateError `shape` when the lengths do not fit or there is no point, `range` when a number is not finite, the learning rate is not positive or the kernel matrix is 0, `dtype`.
 * @see Yao, Rosasco, Caponnetto: On Early Stopping in Gradient Descent Learning, 2007
 * @see Han, Razaviyayn, Xu: Neural Network-Based Score Estimation in Diffusion Models: Optimization and Generalization, 2024. arXiv:2401.15604
 * @example
 * import { kernelDescent, linearCovariance, predictDescent } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const descent = kernelDescent(matrixFromRows([[1], [2]]), Float64Array.of(1, 2), { covariance: linearCovariance(), learningRate: 0.1 });
 * predictDescent(descent, matrixFromRows([[4]]), 1); // [2]
 */
export function kernelDescent(x: Matrix, y: Float64Array, { covariance, learningRate }: KernelDescentOptions): KernelDescent {
  const fn = 'kernelDescent';
  checkMatrix(fn, 'x', x);
  if (x.rows === 0) fail('shape', fn, 'x', 'must have at least one row, got none');
  checkVector(fn, 'y', y, x.rows);
  if (learningRate !== undefined) checkAbove(fn, 'learningRate', learningRate, 0);
  const { values, vectors } = eigh(covariance.between(x, x));
  const largest = values.at(-1)!;
  if (!(largest > 0)) fail('range', fn, 'covariance', `must have a positive eigenvalue between the points, got ${largest}`);
  return { covariance, x, learningRate: learningRate ?? 1 / largest, values, vectors, targets: matMul(transpose(vectors), y) };
}

/**
 * What a descent predicts after some steps.
 *
 * @param descent of {@link kernelDescent}.
 * @param x M x D, one point a row.
 * @param steps k, a whole number of at least 0, or Infinity: the interpolation of the targets.
 * @returns length M.
 * @throws SurrogateError `shape` unless the points have the descent's dimension, `range` when a number is not finite or the steps are no whole number, `dtype`.
 * @see Yao, Rosasco, Caponnetto: On Early Stopping in Gradient Descent Learning, 2007
 * @example
 * import { kernelDescent, linearCovariance, predictDescent } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const descent = kernelDescent(matrixFromRows([[1], [2]]), Float64Array.of(1, 2), { covariance: linearCovariance() });
 * predictDescent(descent, matrixFromRows([[4]]), Infinity); // [4]
 */
export function predictDescent(descent: KernelDescent, x: Matrix, steps: number): Float64Array {
  const fn = 'predictDescent';
  const { covariance, learningRate, values, vectors, targets } = descent;
  checkMatrix(fn, 'x', x);
  if (x.cols !== descent.x.cols) fail('shape', fn, 'x', `must have ${descent.x.cols} columns, as the descent has, got ${x.cols}`);
  if (!(steps >= 0) || (steps !== Infinity && !Number.isInteger(steps)))
    fail('range', fn, 'steps', `must be a whole number of at least 0, or Infinity, got ${steps}`);
  // What is below rounding is an eigenvalue of 0; rounding must not be divided by.
  const least = values.length * Number.EPSILON * values.at(-1)!;
  const along = targets.map((target, i) => target * gain(values[i]!, learningRate, steps, least));
  return matMul(covariance.between(x, descent.x), matMul(vectors, along));
}

/** (1 - (1 - η e)^k) / e, without cancellation where η e is small. */
function gain(value: number, learningRate: number, steps: number, least: number): number {
  if (value <= least) return steps === Infinity ? 0 : steps * learningRate;
  if (steps === Infinity) return 1 / value;
  const left = learningRate * value;
  return (left < 1 ? -Math.expm1(steps * Math.log1p(-left)) : 1 - (1 - left) ** steps) / value;
}
