/** @file Kernel ridge regression on the host. */
import { checkAbove, checkAtLeast, fail } from '@surrogate/core';
import { checkMatrix, checkVector, choleskySolve, identityMatrix, matMul, type Matrix } from '@surrogate/core/host';
import type { Covariance } from '../covariance/record.js';
import { factorOf } from '../process/process.js';

/** Options of {@link kernelRidge}. */
export interface KernelRidgeOptions {
  /** How alike two points are. */
  covariance: Covariance;
  /** λ, what the size of the function costs, > 0. Default 1. */
  ridge?: number | undefined;
  /** How much each point counts, >= 0, length N. Default 1 each. */
  weights?: Float64Array | undefined;
}

/** A fitted regression; a plain record. */
export interface KernelRidge<Y extends Matrix | Float64Array = Matrix | Float64Array> {
  /** How alike two points are. */
  readonly covariance: Covariance;
  /** Where it was fitted, N x D. */
  readonly x: Matrix;
  /** What each point contributes, of the form of y. */
  readonly coefficients: Y;
  /** What the regression predicts for each point from all the others, of the form of y; where a point counts 0, from all of them. */
  readonly leaveOneOut: Y;
}

const columnsOf = (y: Matrix | Float64Array) => (y instanceof Float64Array ? 1 : y.cols);

/** y with each row multiplied by a number. */
function scaleRows<Y extends Matrix | Float64Array>(y: Y, by: (i: number) => number): Y {
  const columns = columnsOf(y);
  const scaled = (data: Float64Array) => data.map((value, at) => value * by(Math.floor(at / columns)));
  return (y instanceof Float64Array ? scaled(y) : { ...y, data: scaled(y.data) }) as Y;
}

/**
 * Kernel ridge regression: the function of the kernel's space that is near to the targets and small, in doubles on the host, for up to some hundreds of points.
 *
 * $$ \min_f \sum_i w_i (y_i - f(x_i))^2 + \lambda \lVert f \rVert^2, \qquad f(x) = \sum_i \alpha_i k(x_i, x), \quad (K + \lambda W^{-1}) \alpha = y $$
 *
 * It is the mean of a Gaussian process whose noise is λ. Its predictions of each point from the others come with it, for the choice of λ and of the kernel.
 *
 * @param x N x D, one point a row.
 * @param y length N, or N x P for several targets.
 * @returns the regression, for {@link predictRidge}.
 * @throws SurrogateError `shape` when the lengths do not fit, `range` when a number is not finite, the ridge is not positive or a weight is negative, `dtype`.
 * @see Saunders, Gammerman, Vovk: Ridge Regression Learning Algorithm in Dual Variables, 1998
 * @example
 * import { kernelRidge, linearCovariance, predictRidge } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const model = kernelRidge(matrixFromRows([[1], [2]]), Float64Array.of(1, 2), { covariance: linearCovariance(), ridge: 5 });
 * predictRidge(model, matrixFromRows([[4]])); // [2]
 */
export function kernelRidge<Y extends Matrix | Float64Array>(
  x: Matrix,
  y: Y,
  { covariance, ridge = 1, weights }: KernelRidgeOptions,
): KernelRidge<Y> {
  const fn = 'kernelRidge';
  checkMatrix(fn, 'x', x);
  if (y instanceof Float64Array) checkVector(fn, 'y', y, x.rows);
  else {
    checkMatrix(fn, 'y', y);
    if (y.rows !== x.rows) fail('shape', fn, 'y', `must have ${x.rows} rows, as x has, got ${y.rows}`);
  }
  checkAbove(fn, 'ridge', ridge, 0);
  if (weights !== undefined) {
    checkVector(fn, 'weights', weights, x.rows);
    weights.forEach((weight, i) => checkAtLeast(fn, `weights[${i}]`, weight, 0));
  }
  // With W^(1/2) on both sides a weight of 0 takes its point out, where W⁻¹ would be infinite.
  const roots = weights === undefined ? new Float64Array(x.rows).fill(1) : weights.map(Math.sqrt);
  const k = covariance.between(x, x);
  const n = x.rows;
  const system = k.data.map((value, at) => value * roots[Math.floor(at / n)]! * roots[at % n]! + (at % (n + 1) === 0 ? ridge : 0));
  const { factor } = factorOf(fn, 'covariance', { ...k, data: system });
  const root = (i: number) => roots[i]!;
  const solve = choleskySolve;
  const inner = solve(factor, scaleRows(y, root));
  const coefficients = scaleRows(inner, root);
  const inverse = solve(factor, identityMatrix(n));
  const left = scaleRows(coefficients, (i) => (roots[i] === 0 ? 0 : 1 / (roots[i]! ** 2 * inverse.data[i * (n + 1)]!)));
  const fitted = predicted(k, coefficients);
  const columns = columnsOf(y);
  const data = dataOf(y).map((value, at) => (roots[Math.floor(at / columns)] === 0 ? dataOf(fitted)[at]! : value - dataOf(left)[at]!));
  return { covariance, x, coefficients, leaveOneOut: (y instanceof Float64Array ? data : { ...y, data }) as Y };
}

const dataOf = (y: Matrix | Float64Array): Float64Array => (y instanceof Float64Array ? y : y.data);

const predicted = <Y extends Matrix | Float64Array>(k: Matrix, coefficients: Y): Y =>
  (matMul as (a: Matrix, b: Matrix | Float64Array) => Matrix | Float64Array)(k, coefficients) as Y;

/**
 * What a kernel ridge regression predicts.
 *
 * $$ f(x) = \sum_i \alpha_i k(x_i, x) $$
 *
 * @param model of {@link kernelRidge}.
 * @param x M x D, one point a row.
 * @returns length M, or M x P for several targets.
 * @throws SurrogateError `shape` unless the points have the model's dimension, `range` when a number is not finite, `dtype`.
 * @example
 * import { kernelRidge, linearCovariance, predictRidge } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const model = kernelRidge(matrixFromRows([[1], [2]]), Float64Array.of(1, 2), { covariance: linearCovariance(), ridge: 5 });
 * predictRidge(model, matrixFromRows([[4]])); // [2]
 */
export function predictRidge<Y extends Matrix | Float64Array>(model: KernelRidge<Y>, x: Matrix): Y {
  checkMatrix('predictRidge', 'x', x);
  if (x.cols !== model.x.cols) fail('shape', 'predictRidge', 'x', `must have ${model.x.cols} columns, as the model has, got ${x.cols}`);
  return predicted(model.covariance.between(x, model.x), model.coefficients);
}
