/** @file Newton's method under equality constraints, with linear systems that need not be solved exactly. */
import { checkAbove, checkBetween, checkInteger, fail } from '@surrogate/core';
import { eigh, matMul, solveLinear, transpose, type Matrix } from '@surrogate/core/host';
import { checkFunction, dot, norm, plus, vectorOf } from '../host/vectors.js';
import type { ConstrainedMinimum } from './augmentedLagrangian.js';
import {
  checkProblem,
  checkSize,
  firstMultipliers,
  kktResidual,
  lagrangian,
  pointAt,
  type EqualityProblem,
  type LagrangianPoint,
} from './problem.js';
import { sketchedSolve, type Sketch } from './sketches.js';

/** The constants of {@link adaSketchNewton}; the defaults are the authors'. */
export interface AdaSketchConstants {
  /** η₁, what the merit pays for constraints, > 0. Default 1. */
  constraintPrice?: number | undefined;
  /** η₂, what it pays for the Lagrangian's gradient, > 0. Default 0.1. */
  slopePrice?: number | undefined;
  /** δ, how exact a direction must be at first, in (0, 1). Default 0.1. */
  accuracy?: number | undefined;
  /** ξ, > 0: the curvature that is added, on top of the Hessian's norm, where the constraints' tangent space has too little. Default 0.1. */
  curvature?: number | undefined;
  /** β, in (0, 0.5): the part of the promised decrease that a step must keep. Default 0.1. */
  decrease?: number | undefined;
  /** ν, > 1: how fast the prices move where a direction does not descend. Default 1.5. */
  growth?: number | undefined;
  /** The least eigenvalue of ∇c ∇cᵀ that counts as independent constraints, > 0. Default 1e-2. */
  independence?: number | undefined;
}

/** Options of {@link adaSketchNewton}. */
export interface AdaSketchNewtonOptions {
  /** λ₀. Default zeros. */
  multipliers?: ArrayLike<number> | undefined;
  /** Solves by sketches: `gaussianSketch(rng)`, `kaczmarzSketch(rng)`. Default: by elimination, exactly. */
  sketch?: Sketch | undefined;
  /** A direction's residual as a part of the right side's norm, in (0, 1): small gives few steps of many sketches. Default: what the theory asks, which is very small. */
  relativeAccuracy?: number | undefined;
  /** The most sketches of one system, >= 1. Default 1e6. */
  maxSketches?: number | undefined;
  /** Ends where ‖(∇ₓL, c)‖ is no larger, > 0. Default 1e-4. */
  tolerance?: number | undefined;
  /** How many steps at most, >= 0. Default 1e4. */
  maxSteps?: number | undefined;
  /** Constants of the merit function and of the search. */
  constants?: AdaSketchConstants | undefined;
  /** Told at the start and after each step. */
  onStep?: ((step: AdaSketchStep) => void) | undefined;
}

/** Where {@link adaSketchNewton} is. */
export interface AdaSketchStep {
  /** x; not a copy. */
  readonly x: Float64Array;
  /** λ; not a copy. */
  readonly multipliers: Float64Array;
  /** ‖(∇ₓL, c)‖. */
  readonly residual: number;
  /** The exact augmented Lagrangian. */
  readonly merit: number;
  /** η₁ and η₂. */
  readonly prices: readonly [constraint: number, slope: number];
  /** Sketches so far. */
  readonly sketches: number;
}

/** Where {@link adaSketchNewton} ended. */
export interface AdaSketchMinimum extends ConstrainedMinimum {
  /** Sketches in all; 0 for exact solves. */
  readonly sketches: number;
}

type Prices = readonly [constraint: number, slope: number];

const merit = (point: LagrangianPoint, [eta1, eta2]: Prices): number =>
  lagrangian(point) + (eta1 / 2) * dot(point.constraints, point.constraints) + (eta2 / 2) * dot(point.slope, point.slope);

/** The gradient of the merit, in x and λ one after the other. */
function meritGradient({ slope, constraints, jacobian }: LagrangianPoint, hessian: Matrix, [eta1, eta2]: Prices): Float64Array {
  const inX = plus(plus(slope, matMul(hessian, slope), eta2), matMul(transpose(jacobian), constraints), eta1);
  return Float64Array.of(...inX, ...plus(constraints, matMul(jacobian, slope), eta2));
}

/** The Hessian, with curvature added where the tangent space of the constraints lacks it, and λmin(∇c ∇cᵀ). */
function convexified(hessian: Matrix, jacobian: Matrix, curvature: number): { b: Matrix; independence: number } {
  const { rows: m, cols: n } = jacobian;
  const { values, vectors } = eigh(matMul(transpose(jacobian), jacobian));
  const independence = m === 0 ? Infinity : values[n - m]!;
  const free = n - m;
  if (free === 0) return { b: hessian, independence };
  const tangent = { rows: n, cols: free, data: new Float64Array(n * free) };
  for (let i = 0; i < n; i++) for (let j = 0; j < free; j++) tangent.data[i * free + j] = vectors.data[i * n + j]!;
  const reduced = matMul(transpose(tangent), matMul(hessian, tangent));
  if (eigh(reduced).values[0]! >= 1e-6) return { b: hessian, independence };
  const shift = curvature + norm(hessian.data);
  return { b: { ...hessian, data: hessian.data.map((entry, i) => (i % (n + 1) === 0 ? entry + shift : entry)) }, independence };
}

/** [[B, ∇cᵀ], [∇c, 0]]. */
function kktMatrix(b: Matrix, jacobian: Matrix): Matrix {
  const { rows: m, cols: n } = jacobian;
  const data = new Float64Array((n + m) ** 2);
  for (let i = 0; i < n; i++) data.set(b.data.subarray(i * n, (i + 1) * n), i * (n + m));
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) data[(n + i) * (n + m) + j] = data[j * (n + m) + n + i] = jacobian.data[i * n + j]!;
  return { rows: n + m, cols: n + m, data };
}

/**
 * Newton's method for x and λ together, where the linear systems are solved by random sketches, only as exactly as a merit function asks.
 *
 * $$ \begin{pmatrix} B & \nabla c^\top \\ \nabla c & 0 \end{pmatrix} z \approx -\begin{pmatrix} \nabla_x L \\ c \end{pmatrix}, \qquad M = L + \tfrac{\eta_1}{2} \lVert c \rVert^2 + \tfrac{\eta_2}{2} \lVert \nabla_x L \rVert^2 $$
 *
 * B is the Lagrangian's Hessian, with curvature added where it needs some. A direction that does not lower M by its slope raises η₁, lowers η₂ and is solved for more exactly; then the step is halved until Armijo's rule holds. Without a sketch this is Newton's method with exact solves and the same merit.
 * The authors' code starts the residual of the sketches with the wrong sign and leaves the constraints' curvature out of the merit's gradient; both are here as the paper has them. It runs on the host, in doubles.
 *
 * @param problem f, c, their first derivatives and the Lagrangian's Hessian.
 * @param x0 where to start; left as it is.
 * @returns where it ended.
 * @throws SurrogateError `range`, also where constraints are not independent, `shape`, `dtype`; `convergence` where no prices make a direction descend.
 * @see Hong, Na, Mahoney, Kolar: Constrained Optimization via Exact Augmented Lagrangian and Randomized Iterative Sketching, 2023. arXiv:2305.18379
 * @example
 * import { identityMatrix, matrixFromRows } from '@surrogate/core/host';
 * import { adaSketchNewton } from '@surrogate/optim';
 * // Down the plane x + y, on a circle.
 * const problem = {
 *   at: ([x, y]) => ({ value: x + y, gradient: Float64Array.of(1, 1) }),
 *   constraints: ([x, y]) => Float64Array.of(x * x + y * y - 2),
 *   jacobian: ([x, y]) => matrixFromRows([[2 * x, 2 * y]]),
 *   lagrangianHessian: (_x, [lambda]) => identityMatrix(2, 2 * lambda),
 * };
 * adaSketchNewton(problem, [-0.5, -1.5], { tolerance: 1e-9 }).x; // [-1, -1]
 */
export function adaSketchNewton(
  problem: EqualityProblem,
  x0: ArrayLike<number>,
  {
    multipliers,
    sketch,
    relativeAccuracy,
    maxSketches = 1e6,
    tolerance = 1e-4,
    maxSteps = 1e4,
    constants = {},
    onStep,
  }: AdaSketchNewtonOptions = {},
): AdaSketchMinimum {
  const fn = 'adaSketchNewton';
  const { constraintPrice = 1, slopePrice = 0.1, accuracy = 0.1, curvature = 0.1 } = constants;
  const { decrease = 0.1, growth = 1.5, independence = 1e-2 } = constants;
  checkProblem(fn, problem);
  checkFunction(fn, 'problem.lagrangianHessian', problem.lagrangianHessian);
  if (sketch !== undefined) checkFunction(fn, 'sketch', sketch);
  if (relativeAccuracy !== undefined) checkOpen(fn, 'relativeAccuracy', relativeAccuracy, 1);
  checkInteger(fn, 'maxSketches', maxSketches, 1);
  checkAbove(fn, 'tolerance', tolerance, 0);
  checkInteger(fn, 'maxSteps', maxSteps);
  for (const [name, value] of Object.entries({ constraintPrice, slopePrice, curvature, independence }))
    checkAbove(fn, `constants.${name}`, value, 0);
  checkOpen(fn, 'constants.accuracy', accuracy, 1);
  checkOpen(fn, 'constants.decrease', decrease, 0.5);
  checkAbove(fn, 'constants.growth', growth, 1);
  const start = vectorOf(fn, 'x0', x0);
  let point = pointAt(fn, problem, start, firstMultipliers(fn, problem, start, multipliers));
  let prices: Prices = [constraintPrice, slopePrice];
  let delta = accuracy;
  let sketches = 0;
  for (let steps = 0; ; steps++) {
    const residual = kktResidual(point);
    const { x, multipliers: lambda, constraints, jacobian, slope, value } = point;
    onStep?.({ x, multipliers: lambda, residual, merit: merit(point, prices), prices, sketches });
    const end = (converged: boolean): AdaSketchMinimum => ({ x, multipliers: lambda, value, residual, steps, converged, sketches });
    if (residual <= tolerance || steps === maxSteps) return end(residual <= tolerance);

    const hessian = problem.lagrangianHessian(x, lambda);
    checkSize(fn, 'problem.lagrangianHessian', hessian, x.length, x.length);
    const { b, independence: least } = convexified(hessian, jacobian, curvature);
    if (least < independence)
      fail(
        'range',
        fn,
        'problem.jacobian',
        `must have independent rows, the least eigenvalue of J Jᵀ at least ${independence}, got ${least}`,
      );
    const a = kktMatrix(b, jacobian);
    const right = Float64Array.of(...slope, ...constraints).map((v) => -v);
    // How far a direction may be from exact: the constants of the paper's theory.
    const psi = (20 * Math.max(dot(b.data, b.data), 1)) / (Math.min(least, 1) * Math.min(curvature, 1));
    const upsilon = Math.max(norm(jacobian.data), norm(hessian.data), 1);
    const bound = ([eta1, eta2]: Prices): number => Math.max(1e-6, ((0.5 - decrease) * eta2) / ((1 + eta1 + eta2) * (upsilon * psi) ** 2));
    delta = Math.min(delta, bound(prices));
    let relative = relativeAccuracy ?? delta / (norm(a.data) * psi);
    let z: Float64Array = sketch === undefined ? solveLinear(a, right) : new Float64Array(right.length);
    let descent: number;
    for (let tries = 0; ; tries++) {
      if (sketch !== undefined) {
        const solved = sketchedSolve(a, right, { sketch, start: z, tolerance: relative, maxSketches });
        z = solved.x;
        sketches += solved.sketches;
      }
      descent = dot(meritGradient(point, hessian, prices), z);
      if (descent <= -(prices[1] / 2) * residual ** 2) break;
      if (tries === 60) fail('convergence', fn, 'problem', 'must have a direction that lowers the merit, found none for any prices');
      prices = [prices[0] * growth ** 2, prices[1] / growth];
      delta = Math.min(delta / growth ** 4, bound(prices));
      relative = relativeAccuracy === undefined ? delta / (norm(a.data) * psi) : relative / growth ** 4;
    }
    const here = merit(point, prices);
    const [dx, dLambda] = [z.subarray(0, x.length), z.subarray(x.length)];
    let alpha = 1;
    let next = pointAt(fn, problem, plus(x, dx), plus(lambda, dLambda));
    while (!(merit(next, prices) <= here + alpha * decrease * descent)) {
      alpha /= 2;
      // Rounding hides what is left to gain.
      if (alpha < 1e-12) return end(false);
      next = pointAt(fn, problem, plus(x, dx, alpha), plus(lambda, dLambda, alpha));
    }
    point = next;
  }
}

/** Throws unless a number is in (0, high). */
function checkOpen(fn: string, argument: string, value: number, high: number): void {
  checkAbove(fn, argument, value, 0);
  checkBetween(fn, argument, value, 0, high);
}
