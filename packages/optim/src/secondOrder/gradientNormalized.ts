/** @file Newton's method with approximate Hessians, damped by the gradient's norm. */
import { checkAbove, checkAtLeast, checkBoolean, checkInteger, fail, isSurrogateError } from '@surrogate/core';
import { cholesky, choleskySolve, matMul, transpose, type Matrix } from '@surrogate/core/host';
import { checkFunction, dot, norm, plus, vectorOf } from '../host/vectors.js';

/** A smooth function with what is known of its curvature. */
export interface CurvedFunction {
  /** The value and the gradient at x. */
  at(x: Float64Array): { readonly value: number; readonly gradient: Float64Array };
  /** A symmetric, positive semidefinite approximation of the Hessian at x; undefined for none. */
  curvature(x: Float64Array): Matrix | undefined;
}

/** Options of {@link gradientNormalizedNewton}. */
export interface GradientNormalizedOptions {
  /** How many steps at most, >= 0. Default 100. */
  maxSteps?: number | undefined;
  /** γ₀, > 0: the radius that is tried first. Default 1. */
  radius?: number | undefined;
  /** Double the radius after a success and halve it after a failure. Default true. */
  adaptive?: boolean | undefined;
  /** γ never falls below after a success, > 0. Default 1e-9. */
  leastRadius?: number | undefined;
  /** Ends where the gradient's norm is no larger, >= 0. Default 1e-8. */
  tolerance?: number | undefined;
  /** Told after each step. */
  onStep?: ((step: NormalizedStep) => void) | undefined;
}

/** One accepted step. */
export interface NormalizedStep {
  /** Where it led; not a copy. */
  readonly x: Float64Array;
  /** The value there. */
  readonly value: number;
  /** The gradient's norm there. */
  readonly gradientNorm: number;
  /** γ for the next step. */
  readonly radius: number;
  /** How many linear systems were solved for it. */
  readonly solves: number;
}

/** Where {@link gradientNormalizedNewton} ended. */
export interface NormalizedMinimum {
  /** Where it is. */
  readonly x: Float64Array;
  /** What the function is there. */
  readonly value: number;
  /** The steps taken. */
  readonly steps: number;
  /** Whether the tolerance was met. */
  readonly converged: boolean;
}

/** (H + λ I)⁻¹ g; with no H, g / λ. */
function solveDamped(fn: string, h: Matrix | undefined, lambda: number, g: Float64Array): Float64Array {
  if (h === undefined) return g.map((value) => value / lambda);
  if (h.rows !== g.length || h.cols !== g.length)
    fail('shape', fn, 'curvature', `must return a ${g.length} x ${g.length} matrix, got ${h.rows} x ${h.cols}`);
  const scale = h.data.reduce((most, entry) => Math.max(most, Math.abs(entry)), lambda);
  for (let jitter = lambda; ; jitter = Math.max(10 * jitter, 1e-14 * scale)) {
    try {
      return choleskySolve(cholesky(h, { jitter }), g);
    } catch (error) {
      // Rounding may leave a matrix that is semidefinite a little below.
      if (!isSurrogateError(error) || error.code !== 'range' || jitter > scale) throw error;
    }
  }
}

/**
 * Newton's method with any positive semidefinite stand-in for the Hessian, damped in proportion to the gradient's norm over a radius that is found as it goes.
 *
 * $$ d = -\Big(H + \frac{\lVert g \rVert}{\gamma} I\Big)^{-1} g, \qquad \text{accepted where} \quad f(x) - f(x + d) \ge \frac{\gamma}{8 \lVert g \rVert} \lVert \nabla f(x + d) \rVert^2 $$
 *
 * γ is the radius on which the approximation of the gradients holds. With a large γ this is Newton's method, with no curvature gradient descent with steps of length γ. It runs on the host, in doubles: for some hundred numbers.
 *
 * @param f the function, and its curvature: the Hessian, Gauss-Newton, Fisher, none.
 * @param x0 where to start; left as it is.
 * @returns where it ended.
 * @throws SurrogateError `range`, `shape`, `dtype`.
 * @see Semenov, Jaggi, Doikov: Gradient-Normalized Smoothness for Optimization with Approximate Hessians, 2025. arXiv:2506.13710
 * @example
 * import { identityMatrix } from '@surrogate/core/host';
 * import { gradientNormalizedNewton } from '@surrogate/optim';
 * const bowl = { at: ([x]) => ({ value: x * x / 2, gradient: Float64Array.of(x) }), curvature: () => identityMatrix(1) };
 * gradientNormalizedNewton(bowl, [2], { maxSteps: 1 }).value; // 0.888889
 */
export function gradientNormalizedNewton(
  f: CurvedFunction,
  x0: ArrayLike<number>,
  { maxSteps = 100, radius = 1, adaptive = true, leastRadius = 1e-9, tolerance = 1e-8, onStep }: GradientNormalizedOptions = {},
): NormalizedMinimum {
  const fn = 'gradientNormalizedNewton';
  checkFunction(fn, 'f.at', f?.at);
  checkFunction(fn, 'f.curvature', f.curvature);
  checkInteger(fn, 'maxSteps', maxSteps);
  checkAbove(fn, 'radius', radius, 0);
  checkBoolean(fn, 'adaptive', adaptive);
  checkAbove(fn, 'leastRadius', leastRadius, 0);
  checkAtLeast(fn, 'tolerance', tolerance, 0);
  let x = vectorOf(fn, 'x0', x0);
  let point = f.at(x);
  vectorOf(fn, 'f.at', point.gradient, x.length);
  let gamma = radius;
  for (let steps = 0; ; steps++) {
    const size = norm(point.gradient);
    if (size <= tolerance || steps === maxSteps) return { x, value: point.value, steps, converged: size <= tolerance };
    const h = f.curvature(x);
    for (let solves = 1; ; solves++) {
      const lambda = size / (gamma + 1e-8);
      const candidate = plus(x, solveDamped(fn, h, lambda, point.gradient), -1);
      const reached = f.at(candidate);
      const good = point.value - reached.value >= dot(reached.gradient, reached.gradient) / (8 * lambda);
      if (!good && adaptive && solves <= 40) {
        gamma /= 2;
        continue;
      }
      if (adaptive && good) gamma = Math.max(2 * gamma, leastRadius);
      [x, point] = [candidate, reached];
      onStep?.({ x, value: point.value, gradientNorm: norm(point.gradient), radius: gamma, solves });
      break;
    }
  }
}

/**
 * The weighted Gauss-Newton matrix of a log-sum-exp: its Hessian without the part of rank one, which matters far from the optimum only.
 *
 * $$ H = \tfrac1\mu A^\top \operatorname{diag}(p) A, \qquad p = \operatorname{softmax}\big((A x - b)/\mu\big) $$
 *
 * @param a A, n x d.
 * @param probs p, n numbers.
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
