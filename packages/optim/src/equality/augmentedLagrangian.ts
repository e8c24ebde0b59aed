/** @file The method of multipliers: constraints by a penalty and a price. */
import { checkAbove, checkInteger } from '@surrogate/core';
import { matMul, minimizeLbfgs, transpose } from '@surrogate/core/host';
import { dot, norm, plus, vectorOf } from '../host/vectors.js';
import { checkProblem, firstMultipliers, kktResidual, pointAt, type EqualityConstrained } from './problem.js';

/** Options of {@link augmentedLagrangian}. */
export interface AugmentedLagrangianOptions {
  /** λ₀. Default zeros. */
  multipliers?: ArrayLike<number> | undefined;
  /** ρ, the penalty that is tried first, > 0. Default 10. */
  penalty?: number | undefined;
  /** By how much the penalty grows where a round did not quarter the constraints, > 1. Default 10. */
  growth?: number | undefined;
  /** Ends where ‖(∇ₓL, c)‖ is no larger, > 0; much below 1e-7 rounding stops the search within. Default 1e-6. */
  tolerance?: number | undefined;
  /** How many rounds at most, >= 0. Default 50. */
  maxRounds?: number | undefined;
}

/** Where a solver of a problem with equality constraints ended. */
export interface ConstrainedMinimum {
  /** Where it is. */
  readonly x: Float64Array;
  /** λ: the constraints' prices. */
  readonly multipliers: Float64Array;
  /** f there. */
  readonly value: number;
  /** ‖(∇ₓL, c)‖ there. */
  readonly residual: number;
  /** Rounds of the method of multipliers, or steps of Newton's method. */
  readonly steps: number;
  /** Whether the tolerance was met. */
  readonly converged: boolean;
}

/**
 * Minimises under equality constraints by gradients alone: the method of multipliers, with L-BFGS inside.
 *
 * $$ x_{k+1} \approx \arg\min_x f(x) + \lambda_k^\top c(x) + \tfrac{\rho}{2} \lVert c(x) \rVert^2, \qquad \lambda_{k+1} = \lambda_k + \rho\, c(x_{k+1}) $$
 *
 * It runs on the host, in doubles.
 *
 * @param problem f, c and their first derivatives.
 * @param x0 where to start; left as it is.
 * @returns where it ended.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Hestenes: Multiplier and Gradient Methods, 1969; Nocedal, Wright: Numerical Optimization, 2006, framework 17.3
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { augmentedLagrangian } from '@surrogate/optim';
 * // The point nearest to the origin on the line x + y = 2.
 * const problem = {
 *   at: ([x, y]) => ({ value: (x * x + y * y) / 2, gradient: Float64Array.of(x, y) }),
 *   constraints: ([x, y]) => Float64Array.of(x + y - 2),
 *   jacobian: () => matrixFromRows([[1, 1]]),
 * };
 * augmentedLagrangian(problem, [0, 0]).x; // [1, 1]
 */
export function augmentedLagrangian(
  problem: EqualityConstrained,
  x0: ArrayLike<number>,
  { multipliers, penalty = 10, growth = 10, tolerance = 1e-6, maxRounds = 50 }: AugmentedLagrangianOptions = {},
): ConstrainedMinimum {
  const fn = 'augmentedLagrangian';
  checkProblem(fn, problem);
  checkAbove(fn, 'penalty', penalty, 0);
  checkAbove(fn, 'growth', growth, 1);
  checkAbove(fn, 'tolerance', tolerance, 0);
  checkInteger(fn, 'maxRounds', maxRounds);
  let x = vectorOf(fn, 'x0', x0);
  let point = pointAt(fn, problem, x, firstMultipliers(fn, problem, x, multipliers));
  let rho = penalty;
  for (let steps = 0; ; steps++) {
    const residual = kktResidual(point);
    const converged = residual <= tolerance;
    if (converged || steps === maxRounds)
      return { x: point.x, multipliers: point.multipliers, value: point.value, residual, steps, converged };
    const { multipliers: prices } = point;
    const penalized = (at: Float64Array) => {
      const { value, constraints, jacobian, slope } = pointAt(fn, problem, at, prices);
      const pull = matMul(transpose(jacobian), constraints);
      return { value: value + dot(prices, constraints) + (rho / 2) * dot(constraints, constraints), gradient: plus(slope, pull, rho) };
    };
    ({ x } = minimizeLbfgs(penalized, x, { gradientTolerance: tolerance / (4 * Math.sqrt(x.length)) }));
    const { constraints } = pointAt(fn, problem, x, prices);
    const before = norm(point.constraints);
    point = pointAt(fn, problem, x, plus(prices, constraints, rho));
    if (norm(constraints) > 0.25 * before && norm(constraints) > tolerance) rho *= growth;
  }
}
