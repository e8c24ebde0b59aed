/** @file Bilevel problems with constraints below: a single loop of first-order steps on the proximal Lagrangian value function. */
import { checkAbove, checkBetween, checkBoolean, checkInteger, fail } from '@surrogate/core';
import { checkFunction, vectorOf } from '../host/vectors.js';

/** A function of both variables. */
export interface BilevelValue {
  /** Its value. */
  readonly value: number;
  /** Its gradient by x. */
  readonly dx: Float64Array;
  /** Its gradient by y. */
  readonly dy: Float64Array;
}

/** Constraints on both variables, g(x, y) <= 0 (or = 0), and their derivatives along multipliers. */
export interface BilevelConstraint {
  /** g, one number a constraint. */
  readonly value: Float64Array;
  /** Σ λ_i ∂g_i/∂x. */
  dx(multipliers: Float64Array): Float64Array;
  /** Σ λ_i ∂g_i/∂y. */
  dy(multipliers: Float64Array): Float64Array;
}

/** Minimise the upper function of x and y, where y minimises the lower one under constraints. */
export interface BilevelProblem {
  /** F. */
  upper(x: Float64Array, y: Float64Array): BilevelValue;
  /** f. */
  lower(x: Float64Array, y: Float64Array): BilevelValue;
  /** g. */
  constraint(x: Float64Array, y: Float64Array): BilevelConstraint;
  /** The nearest pair with g(x, y) <= 0 (= 0). Default: none, for constraints that hold by themselves. */
  project?(x: Float64Array, y: Float64Array): readonly [Float64Array, Float64Array];
  /** The nearest y in the set Y beside the constraints. Default: all of space. */
  projectLower?(y: Float64Array): Float64Array;
  /** Whether constraints are equations. Default false. */
  readonly equality?: boolean | undefined;
}

/** Where {@link bilevelDescent} is. */
export interface BilevelState {
  /** The upper variable. */
  readonly x: Float64Array;
  /** The lower variable. */
  readonly y: Float64Array;
  /** The lower variable of the value function. */
  readonly theta: Float64Array;
  /** Its multipliers. */
  readonly lambda: Float64Array;
  /** What holds the multipliers near. */
  readonly z: Float64Array;
}

/** Options of {@link bilevelDescent}. */
export interface BilevelOptions {
  /** How many steps, >= 0. */
  steps: number;
  /** α, β, η > 0: the step sizes of (x, y), of z, and of θ and λ. Default 0.02, 0.02, 0.05. */
  rates?: { readonly alpha?: number | undefined; readonly beta?: number | undefined; readonly eta?: number | undefined } | undefined;
  /** γ₁, γ₂ > 0: how weakly θ is held to y, and λ to z. Default 10, 10. */
  proximal?: readonly [number, number] | undefined;
  /** c₀ > 0 and p in (0, ½): the weight c₀ (k + 1)^p of the lower problem. Default 1, 0.3. */
  penalty?: readonly [number, number] | undefined;
  /** r, > 0: no multiplier is larger. Default 1000. */
  multiplierBound?: number | undefined;
  /** Told after each step. */
  onStep?: ((state: BilevelState, step: number) => void) | undefined;
}

/**
 * LV-HBA: a constrained bilevel problem in one loop, by gradients alone.
 *
 * The value function $$ v(x, y, z) = \min_\theta \max_\lambda f(x, \theta) + \lambda \cdot g(x, \theta) + \tfrac{1}{2 \gamma_1} \lVert \theta - y \rVert^2 - \tfrac{1}{2 \gamma_2} \lVert \lambda - z \rVert^2 $$
 * is smooth, and f(x, y) - v is 0 where y solves the lower problem; each step moves θ and λ towards its saddle point, then x and y down
 * $$ \tfrac{1}{c_k} F + f - v, \qquad c_k = c_0 (k + 1)^p $$
 *
 * λ is updated with the new θ, which is steadier than the simultaneous update. Constraints want rows of about unit length: with long ones the multipliers run to their bound.
 * It runs on the host, in doubles, and takes no second derivative.
 *
 * @param problem the functions.
 * @param start x and y, and where they are known θ (else y), λ and z (else 0); left as they are.
 * @returns where it ended.
 * @throws SurrogateError `range`, `dtype`, `shape` where gradients have other lengths.
 * @see Yao, Yu, Zeng, Zhang: Constrained Bi-Level Optimization: Proximal Lagrangian Value Function Approach and Hessian-free Algorithm, 2024. arXiv:2401.16164
 * @example
 * import { bilevelDescent } from '@surrogate/optim';
 * // Minimise (x - 1)² + y² where y minimises (y - x)² / 2: x = y = ½.
 * const { x } = bilevelDescent(
 *   {
 *     upper: ([x], [y]) => ({ value: (x - 1) ** 2 + y ** 2, dx: Float64Array.of(2 * (x - 1)), dy: Float64Array.of(2 * y) }),
 *     lower: ([x], [y]) => ({ value: (y - x) ** 2 / 2, dx: Float64Array.of(x - y), dy: Float64Array.of(y - x) }),
 *     constraint: () => ({ value: new Float64Array(0), dx: () => Float64Array.of(0), dy: () => Float64Array.of(0) }),
 *   },
 *   { x: [0], y: [0] },
 *   { steps: 20000 },
 * );
 * Math.abs(x[0] - 0.5) < 0.05; // true
 */
export function bilevelDescent(
  problem: BilevelProblem,
  start: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> } & Partial<
    Readonly<Record<'theta' | 'lambda' | 'z', ArrayLike<number> | undefined>>
  >,
  { steps, rates = {}, proximal = [10, 10], penalty = [1, 0.3], multiplierBound = 1000, onStep }: BilevelOptions,
): BilevelState {
  const fn = 'bilevelDescent';
  const { alpha = 0.02, beta = 0.02, eta = 0.05 } = rates;
  const [[gamma1, gamma2], [c0, power]] = [proximal, penalty];
  for (const part of ['upper', 'lower', 'constraint'] as const) checkFunction(fn, `problem.${part}`, problem?.[part]);
  const { project = (x, y) => [x, y] as const, projectLower = (y) => y, equality = false } = problem;
  checkBoolean(fn, 'problem.equality', equality);
  checkInteger(fn, 'steps', steps);
  for (const [name, value] of Object.entries({ alpha, beta, eta })) checkAbove(fn, `rates.${name}`, value, 0);
  for (const gamma of proximal) checkAbove(fn, 'proximal', gamma, 0);
  checkAbove(fn, 'penalty', c0, 0);
  checkBetween(fn, 'penalty', power, 0, 0.5);
  checkAbove(fn, 'multiplierBound', multiplierBound, 0);
  let [x, y] = [vectorOf(fn, 'start.x', start.x), vectorOf(fn, 'start.y', start.y)];
  let theta = vectorOf(fn, 'start.theta', start.theta ?? y, y.length);
  const count = problem.constraint(x, y).value.length;
  let lambda = vectorOf(fn, 'start.lambda', start.lambda ?? new Float64Array(count), count);
  let z = vectorOf(fn, 'start.z', start.z ?? new Float64Array(count), count);
  checkGradients(fn, 'problem.upper', problem.upper(x, y), x, y);
  checkGradients(fn, 'problem.lower', problem.lower(x, y), x, y);
  const bounded = (values: Float64Array): Float64Array =>
    values.map((value) => Math.min(Math.max(value, equality ? -multiplierBound : 0), multiplierBound));
  for (let k = 0; k < steps; k++) {
    const weight = c0 * (k + 1) ** power;
    const [inner, around] = [problem.lower(x, theta).dy, problem.constraint(x, theta).dy(lambda)];
    theta = projectLower(theta.map((value, i) => value - eta * (inner[i]! + around[i]! + (value - y[i]!) / gamma1)));
    const held = problem.constraint(x, theta).value;
    lambda = bounded(lambda.map((value, i) => value + eta * (held[i]! - (value - z[i]!) / gamma2)));
    const [upper, lower] = [problem.upper(x, y), problem.lower(x, y)];
    const [below, pulled] = [problem.lower(x, theta).dx, problem.constraint(x, theta).dx(lambda)];
    const nextX = x.map((value, i) => value - alpha * (upper.dx[i]! / weight + lower.dx[i]! - below[i]! - pulled[i]!));
    const nextY = y.map((value, i) => value - alpha * (upper.dy[i]! / weight + lower.dy[i]! - (value - theta[i]!) / gamma1));
    [x, y] = project(nextX, nextY);
    z = bounded(z.map((value, i) => value + (beta * (lambda[i]! - value)) / gamma2));
    onStep?.({ x, y, theta, lambda, z }, k);
  }
  return { x, y, theta, lambda, z };
}

function checkGradients(fn: string, argument: string, { dx, dy }: BilevelValue, x: Float64Array, y: Float64Array): void {
  for (const [name, gradient, like] of [
    ['dx', dx, x],
    ['dy', dy, y],
  ] as const)
    // prettier-ignore
    if (gradient?.length !== like.length)
      fail('shape', fn, argument, `must return ${name} of length ${like.length}, got ${String(gradient?.length)}`);
}
