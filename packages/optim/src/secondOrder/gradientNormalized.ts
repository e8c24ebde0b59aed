/** @file Newton's method with approximate Hessians, damped by the gradient's norm. */
import { checkAbove, checkAtLeast, checkBoolean, checkInteger, fail, isSurrogateError } from '@surrogate/core';
import { checkMatrix, cholesky, choleskySolve, matMul, type Matrix } from '@surrogate/core/host';
import { conjugateGradientOf } from '../host/conjugateGradient.js';
import { checkFunction, dot, plus, vectorOf } from '../host/vectors.js';

/** A smooth function with what is known of its curvature. */
export interface CurvedFunction {
  /** The value and the gradient at x. */
  at(x: Float64Array): { readonly value: number; readonly gradient: Float64Array };
  /** A symmetric, positive semidefinite approximation of the Hessian at x; undefined for none. */
  curvature?: ((x: Float64Array) => Matrix | undefined) | undefined;
  /** In place of `curvature`, where the matrix would be large: its product with v. */
  product?: ((x: Float64Array, v: Float64Array) => Float64Array) | undefined;
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
  /** B, symmetric and positive definite, n x n: what lengths are measured in, ‖d‖² = d·B d. Default the identity. */
  metric?: Matrix | undefined;
  /** How exactly systems are solved by products, as a part of the gradient's length, >= 0. Default 0.1. */
  solveTolerance?: number | undefined;
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

/** Lengths of steps and of gradients, and what is added to the curvature. */
interface Metric {
  /** B v. */
  multiply(v: Float64Array): Float64Array;
  /** B⁻¹ g. */
  solve(g: Float64Array): Float64Array;
  /** H + λ B. */
  damped(h: Matrix, lambda: number): Matrix;
}

const euclidean: Metric = {
  multiply: (v) => v,
  solve: (g) => g,
  damped: (h, lambda) => ({ ...h, data: h.data.map((entry, i) => (i % (h.cols + 1) === 0 ? entry + lambda : entry)) }),
};

function metricOf(fn: string, b: Matrix, size: number): Metric {
  checkMatrix(fn, 'metric', b);
  if (b.rows !== size || b.cols !== size) fail('shape', fn, 'metric', `must be ${size} x ${size}, got ${b.rows} x ${b.cols}`);
  let factor: Matrix;
  try {
    factor = cholesky(b);
  } catch {
    fail('range', fn, 'metric', 'must be symmetric and positive definite, got a matrix without a Cholesky factor');
  }
  return {
    multiply: (v) => matMul(b, v),
    solve: (g) => choleskySolve(factor, g),
    damped: (h, lambda) => ({ ...h, data: h.data.map((entry, i) => entry + lambda * b.data[i]!) }),
  };
}

/** (H + λ B)⁻¹ g of a matrix H. */
function solveDamped(fn: string, h: Matrix, lambda: number, g: Float64Array, metric: Metric): Float64Array {
  if (h.rows !== g.length || h.cols !== g.length)
    fail('shape', fn, 'curvature', `must return a ${g.length} x ${g.length} matrix, got ${h.rows} x ${h.cols}`);
  const damped = metric.damped(h, lambda);
  const scale = damped.data.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  for (let jitter = 0; ; jitter = Math.max(10 * jitter, 1e-14 * scale)) {
    try {
      return choleskySolve(cholesky(damped, { jitter }), g);
    } catch (error) {
      // Rounding may leave a matrix that is semidefinite a little below.
      if (!isSurrogateError(error) || error.code !== 'range' || jitter > scale) throw error;
    }
  }
}

/**
 * Newton's method with any positive semidefinite stand-in for the Hessian, damped in proportion to the gradient's norm over a radius that is found as it goes.
 *
 * $$ d = -\Big(H + \frac{\lVert g \rVert}{\gamma} B\Big)^{-1} g, \qquad \text{accepted where} \quad f(x) - f(x + d) \ge \frac{\gamma}{8 \lVert g \rVert} \lVert \nabla f(x + d) \rVert^2, \qquad \lVert g \rVert^2 = \langle g, B^{-1} g \rangle $$
 *
 * γ is the radius on which the approximation of the gradients holds. With a large γ this is Newton's method, with no curvature gradient descent with steps of length γ. It runs on the host, in doubles: for some hundred numbers; with `product` the systems are solved by conjugate gradients, for thousands.
 *
 * @param f the function, and its curvature: the Hessian, Gauss-Newton, Fisher, none; or products with it.
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
  options: GradientNormalizedOptions = {},
): NormalizedMinimum {
  const fn = 'gradientNormalizedNewton';
  const { maxSteps = 100, radius = 1, adaptive = true, leastRadius = 1e-9, tolerance = 1e-8, metric, solveTolerance = 0.1, onStep } = options; // prettier-ignore
  checkFunction(fn, 'f.at', f?.at);
  if (f.product === undefined) checkFunction(fn, 'f.curvature', f.curvature);
  else checkFunction(fn, 'f.product', f.product);
  checkInteger(fn, 'maxSteps', maxSteps);
  checkAbove(fn, 'radius', radius, 0);
  checkBoolean(fn, 'adaptive', adaptive);
  checkAbove(fn, 'leastRadius', leastRadius, 0);
  checkAtLeast(fn, 'tolerance', tolerance, 0);
  checkAtLeast(fn, 'solveTolerance', solveTolerance, 0);
  let x = vectorOf(fn, 'x0', x0);
  const lengths = metric === undefined ? euclidean : metricOf(fn, metric, x.length);
  const dualSquare = (g: Float64Array): number => dot(g, lengths.solve(g));
  let point = f.at(x);
  vectorOf(fn, 'f.at', point.gradient, x.length);
  /** What solves (H + λ B) d = g at x, for any λ. */
  const solver = (): ((lambda: number) => Float64Array) => {
    const [at, g] = [x, point.gradient];
    if (f.product !== undefined) {
      const times = (v: Float64Array) => vectorOf(fn, 'f.product', f.product!(at, v), at.length);
      return (lambda) => conjugateGradientOf((v) => plus(times(v), lengths.multiply(v), lambda), g, solveTolerance);
    }
    const h = f.curvature!(at);
    return (lambda) => (h === undefined ? lengths.solve(g).map((value) => value / lambda) : solveDamped(fn, h, lambda, g, lengths));
  };
  let gamma = radius;
  for (let steps = 0; ; steps++) {
    const size = Math.sqrt(dualSquare(point.gradient));
    if (size <= tolerance || steps === maxSteps) return { x, value: point.value, steps, converged: size <= tolerance };
    const solve = solver();
    for (let solves = 1; ; solves++) {
      const lambda = size / (gamma + 1e-8);
      const candidate = plus(x, solve(lambda), -1);
      const reached = f.at(candidate);
      const good = point.value - reached.value >= dualSquare(reached.gradient) / (8 * lambda);
      if (!good && adaptive && solves <= 40) {
        gamma /= 2;
        continue;
      }
      if (adaptive && good) gamma = Math.max(2 * gamma, leastRadius);
      [x, point] = [candidate, reached];
      onStep?.({ x, value: point.value, gradientNorm: Math.sqrt(dualSquare(point.gradient)), radius: gamma, solves });
      break;
    }
  }
}
