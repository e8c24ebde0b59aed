/** @file Gauss-Newton and Fisher matrices of two common functions. */
import { checkAbove, checkAtLeast, fail } from '@surrogate/core';
import { matMul, transpose, type Matrix } from '@surrogate/core/host';
import { norm, vectorOf } from '../host/vectors.js';

/**
 * The weighted Gauss-Newton matrix of a log-sum-exp: its Hessian without the part of rank one, which matters far from the optimum only.
 *
 * $$ H = \tfrac1\mu A^\top \operatorname{diag}(p) A, \qquad p = \operatorname{softmax}\big((A x - b)/\mu\big) $$
 *
 * With the second derivatives of other functions of the scores in place of p/μ it is their Gauss-Newton matrix: with σ(1 - σ)/n the Hessian of logistic regression.
 *
 * @param a A, n x d.
 * @param probs p, n numbers, or such second derivatives.
 * @param temperature μ, > 0. Default 1.
 * @returns d x d.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Semenov, Jaggi, Doikov: Gradient-Normalized Smoothness, 2025. arXiv:2506.13710
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { logSumExpCurvature } from '@surrogate/optim';
 * Array.from(logSumExpCurvature(matrixFromRows([[1], [2]]), [0.5, 0.5]).data); // [2.5]
 */
export function logSumExpCurvature(a: Matrix, probs: ArrayLike<number>, temperature = 1): Matrix {
  const fn = 'logSumExpCurvature';
  const p = vectorOf(fn, 'probs', probs, a.rows);
  checkAbove(fn, 'temperature', temperature, 0);
  const scaled = { ...a, data: a.data.map((entry, i) => (entry * p[Math.floor(i / a.cols)]!) / temperature) };
  return matMul(transpose(a), scaled);
}

/** Options of {@link powerNormCurvature}. */
export interface PowerNormOptions {
  /** p, >= 2: the power of the norm. */
  power: number;
  /** `full`: both parts. `gaussNewton`: JᵀJ alone. `fisher`: the part of rank one alone. Default full. */
  part?: 'full' | 'gaussNewton' | 'fisher' | undefined;
}

/**
 * The curvature of a power of a residual's norm, without the residual's own second derivatives.
 *
 * $$ f = \tfrac1p \lVert u \rVert^p, \qquad H = \lVert u \rVert^{p-2} J^\top J + (p - 2) \lVert u \rVert^{p-4} (J^\top u)(J^\top u)^\top $$
 *
 * @param jacobian J, n x d.
 * @param residual u, n numbers.
 * @returns d x d; zeros where the residual is 0 and p > 2.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Semenov, Jaggi, Doikov: Gradient-Normalized Smoothness, 2025. arXiv:2506.13710
 * @example
 * import { identityMatrix } from '@surrogate/core/host';
 * import { powerNormCurvature } from '@surrogate/optim';
 * Array.from(powerNormCurvature(identityMatrix(2), [1, 0], { power: 4 }).data); // [3, 0, 0, 1]
 */
export function powerNormCurvature(jacobian: Matrix, residual: ArrayLike<number>, { power, part = 'full' }: PowerNormOptions): Matrix {
  const fn = 'powerNormCurvature';
  const u = vectorOf(fn, 'residual', residual, jacobian.rows);
  checkAtLeast(fn, 'power', power, 2);
  if (!['full', 'gaussNewton', 'fisher'].includes(part))
    fail('range', fn, 'part', `must be full, gaussNewton or fisher, got ${String(part)}`);
  const d = jacobian.cols;
  const size = norm(u);
  const across = transpose(jacobian);
  const gram = matMul(across, jacobian);
  const pull = matMul(across, u);
  const first = part === 'fisher' ? 0 : power === 2 ? 1 : size ** (power - 2);
  const second = part === 'gaussNewton' || power === 2 || size === 0 ? 0 : (power - 2) * size ** (power - 4);
  return {
    rows: d,
    cols: d,
    data: gram.data.map((entry, i) => first * entry + second * pull[Math.floor(i / d)]! * pull[i % d]!),
  };
}
