/** @file The proximal Lagrangian value function: how low a constrained lower problem can go, smoothed. */
import { checkAbove, checkBoolean, checkInteger, fail } from '@surrogate/core';
import { minimizeProjected } from '../host/projectedGradient.js';
import { checkFunction, dot, plus, vectorOf } from '../host/vectors.js';
import type { BilevelProblem } from './bilevel.js';

/** Options of {@link proximalLagrangianValue}. */
export interface ProximalValueOptions {
  /** γ₁, γ₂ > 0: how weakly θ is held to y, and λ to z. Default 10, 10. */
  proximal?: readonly [number, number] | undefined;
  /** r, > 0: no multiplier is larger. Default 1000. */
  multiplierBound?: number | undefined;
  /** Ends where a unit step in θ would move no entry by more, > 0. Default 1e-8. */
  tolerance?: number | undefined;
  /** How many steps at most, >= 1. Default 10000. */
  maxSteps?: number | undefined;
}

/** What {@link proximalLagrangianValue} finds: the value, where it is taken, and its gradient. */
export interface ProximalValue {
  /** v. */
  readonly value: number;
  /** The lower variable at the saddle point. */
  readonly theta: Float64Array;
  /** The multipliers there. */
  readonly lambda: Float64Array;
  /** ∂v/∂x. */
  readonly dx: Float64Array;
  /** ∂v/∂y. */
  readonly dy: Float64Array;
  /** ∂v/∂z. */
  readonly dz: Float64Array;
}

/**
 * The proximal Lagrangian value function of a lower problem and its gradient: f(x, y) - v is 0 where y solves the problem with the multipliers z, and above elsewhere among the y that are allowed.
 *
 * $$ v(x, y, z) = \min_\theta \max_\lambda f(x, \theta) + \lambda \cdot g(x, \theta) + \tfrac{1}{2 \gamma_1} \lVert \theta - y \rVert^2 - \tfrac{1}{2 \gamma_2} \lVert \lambda - z \rVert^2 $$
 *
 * $$ \nabla v = \Big( \nabla_x f(x, \theta^\star) + \lambda^\star \cdot \nabla_x g(x, \theta^\star),\; \frac{y - \theta^\star}{\gamma_1},\; \frac{\lambda^\star - z}{\gamma_2} \Big) $$
 *
 * `bilevelDescent` follows it without ever solving for it; this says how far it is from doing so, and serves methods that do solve. The multipliers have a closed form, and what is left is
 * minimised by projected gradients. For f and g that are convex in y, or not far from it; on the host, in doubles.
 *
 * @param problem the lower problem; `upper` and `project` are not looked at.
 * @param at x, y, and z, the multipliers to stay near (else 0); left as they are.
 * @returns v, its saddle point, its gradient.
 * @throws SurrogateError `range`, `dtype`, `shape` where gradients have other lengths, `convergence` where steps run out.
 * @see Yao, Yu, Zeng, Zhang: Constrained Bi-Level Optimization: Proximal Lagrangian Value Function Approach and Hessian-free Algorithm, 2024. arXiv:2401.16164
 * @example
 * import { proximalLagrangianValue } from '@surrogate/optim';
 * // Minimise (y - x)² / 2 where y is at most 0.2.
 * const lower = {
 *   lower: ([x], [y]) => ({ value: (y - x) ** 2 / 2, dx: Float64Array.of(x - y), dy: Float64Array.of(y - x) }),
 *   constraint: (_x, [y]) => ({ value: Float64Array.of(y - 0.2), dx: () => Float64Array.of(0), dy: (m) => m }),
 * };
 * proximalLagrangianValue(lower, { x: [1], y: [0.2], z: [0.8] }).value; // 0.32
 */
export function proximalLagrangianValue(
  problem: Pick<BilevelProblem, 'lower' | 'constraint' | 'projectLower' | 'equality'>,
  at: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number>; readonly z?: ArrayLike<number> | undefined },
  { proximal = [10, 10], multiplierBound = 1000, tolerance = 1e-8, maxSteps = 10000 }: ProximalValueOptions = {},
): ProximalValue {
  const fn = 'proximalLagrangianValue';
  for (const part of ['lower', 'constraint'] as const) checkFunction(fn, `problem.${part}`, problem?.[part]);
  const { projectLower = (y) => y, equality = false } = problem;
  checkFunction(fn, 'problem.projectLower', projectLower);
  checkBoolean(fn, 'problem.equality', equality);
  for (const gamma of proximal) checkAbove(fn, 'proximal', gamma, 0);
  checkAbove(fn, 'multiplierBound', multiplierBound, 0);
  checkAbove(fn, 'tolerance', tolerance, 0);
  checkInteger(fn, 'maxSteps', maxSteps, 1);
  const [gamma1, gamma2] = proximal;
  const [x, y] = [vectorOf(fn, 'at.x', at.x), vectorOf(fn, 'at.y', at.y)];
  const count = problem.constraint(x, y).value.length;
  const z = vectorOf(fn, 'at.z', at.z ?? new Float64Array(count), count);
  vectorOf(fn, 'problem.lower', problem.lower(x, y).dy, y.length);
  /** The best multipliers for θ. */
  const multipliers = (g: Float64Array): Float64Array =>
    plus(z, g, gamma2).map((value) => Math.min(Math.max(value, equality ? -multiplierBound : 0), multiplierBound));
  const over = (theta: Float64Array) => {
    const [{ value, dy }, constraint] = [problem.lower(x, theta), problem.constraint(x, theta)];
    const lambda = multipliers(constraint.value);
    const [apart, held] = [plus(theta, y, -1), plus(lambda, z, -1)];
    const pulled = plus(dy, constraint.dy(lambda));
    return {
      value: value + dot(lambda, constraint.value) + dot(apart, apart) / (2 * gamma1) - dot(held, held) / (2 * gamma2),
      gradient: plus(pulled, apart, 1 / gamma1),
    };
  };
  const { x: theta, value, converged } = minimizeProjected(over, projectLower, y, tolerance, maxSteps);
  if (!converged) fail('convergence', fn, 'maxSteps', `must be enough to come within ${tolerance}, got ${maxSteps}`);
  const constraint = problem.constraint(x, theta);
  const lambda = multipliers(constraint.value);
  return {
    value,
    theta,
    lambda,
    dx: plus(problem.lower(x, theta).dx, constraint.dx(lambda)),
    dy: plus(y, theta, -1).map((gap) => gap / gamma1),
    dz: plus(lambda, z, -1).map((gap) => gap / gamma2),
  };
}
