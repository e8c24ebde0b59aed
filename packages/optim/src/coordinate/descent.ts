/** @file Block coordinate descent. */
import { checkAbove, checkAtLeast, checkInteger, fail } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';
import { checkFunction, vectorOf } from '../host/vectors.js';
import type { BlockChoice } from './blocks.js';
import { newtonUpdate, type BlockUpdate } from './updates.js';

/** A smooth function, by coordinates. */
export interface BlockProblem {
  /** Its value. */
  value(x: Float64Array): number;
  /** Its gradient. */
  gradient(x: Float64Array): Float64Array;
  /** The Hessian of some coordinates, or a bound on it: k x k. */
  hessian(x: Float64Array, block: readonly number[]): Matrix;
  /** A bound on the second derivative along each coordinate, > 0. */
  readonly lipschitz: Float64Array;
  /** Whether coordinates must be at least 0. Default false. */
  readonly nonNegative?: boolean | undefined;
}

/** Options of {@link blockCoordinateDescent}. */
export interface BlockDescentOptions {
  /** Chooses the coordinates of a step. */
  choose: BlockChoice;
  /** Moves them. Default `newtonUpdate`. */
  update?: BlockUpdate | undefined;
  /** How many steps, >= 0. */
  steps: number;
  /** Told after each step; x is not a copy. */
  onStep?: ((x: Float64Array, step: number) => void) | undefined;
}

/**
 * Minimises a function by moving a few coordinates at a time.
 *
 * $$ x_b \leftarrow x_b - \text{update}(g_b, H_{bb}), \qquad b = \text{choice}(g, L) $$
 *
 * Greedy choices cost a whole gradient and are worth it where that is cheap to keep; `gaussSouthwellLipschitz` with Newton's steps is the best of the plain combinations. It runs on the host, in doubles.
 *
 * @param problem the function.
 * @param x0 where to start; left as it is.
 * @returns where it ended and the value there.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { blockCoordinateDescent, greedyBlock } from '@surrogate/optim';
 * const h = matrixFromRows([[2, 1], [1, 3]]);
 * const bowl = {
 *   value: ([x, y]) => x * x + x * y + 1.5 * y * y - x,
 *   gradient: ([x, y]) => Float64Array.of(2 * x + y - 1, x + 3 * y),
 *   hessian: (_x, block) => matrixFromRows(block.map((i) => block.map((j) => h.data[2 * i + j]))),
 *   lipschitz: Float64Array.of(2, 3),
 * };
 * blockCoordinateDescent(bowl, [0, 0], { choose: greedyBlock(2), steps: 1 }).value; // -0.3
 */
export function blockCoordinateDescent(
  problem: BlockProblem,
  x0: ArrayLike<number>,
  { choose, update = newtonUpdate, steps, onStep }: BlockDescentOptions,
): { readonly x: Float64Array; readonly value: number } {
  const fn = 'blockCoordinateDescent';
  for (const part of ['value', 'gradient', 'hessian'] as const) checkFunction(fn, `problem.${part}`, problem?.[part]);
  checkFunction(fn, 'choose', choose);
  checkFunction(fn, 'update', update);
  checkInteger(fn, 'steps', steps);
  let x = vectorOf(fn, 'x0', x0);
  const lipschitz = vectorOf(fn, 'problem.lipschitz', problem.lipschitz, x.length);
  const flat = lipschitz.findIndex((l) => l <= 0);
  if (flat >= 0) fail('range', fn, 'problem.lipschitz', `must be above 0, got ${lipschitz[flat]} at [${flat}]`);
  if (problem.nonNegative === true && x.some((value) => value < 0))
    fail('range', fn, 'x0', 'must be at least 0 with nonNegative, got less');
  let value = problem.value(x);
  for (let step = 0; step < steps; step++) {
    const gradient = problem.gradient(x);
    const block = choose({ x, gradient, lipschitz, step });
    x = update({ problem, x, value, gradient, block });
    value = problem.value(x);
    onStep?.(x, step);
  }
  return { x, value };
}

/**
 * After how many projected gradient steps at most it is known which coordinates are at their bound.
 *
 * $$ \kappa \log \frac{2 L \lVert x_0 - x^\star \rVert}{\delta} $$
 *
 * The bound is recalled from the paper's abstract statement, for steps of 1/L on a strongly convex function.
 *
 * @param condition κ = L/μ, >= 1.
 * @param lipschitz L, > 0.
 * @param distance from the start to the solution, >= 0.
 * @param margin δ, > 0: how far each active coordinate's slope is from letting go.
 * @returns the number of steps, at least 0.
 * @throws SurrogateError `range`.
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017, active-set complexity. arXiv:1712.08859
 * @example
 * import { activeSetBound } from '@surrogate/optim';
 * activeSetBound(10, 1, 5, 0.1); // 46.051702
 */
export function activeSetBound(condition: number, lipschitz: number, distance: number, margin: number): number {
  const fn = 'activeSetBound';
  checkAtLeast(fn, 'condition', condition, 1);
  checkAbove(fn, 'lipschitz', lipschitz, 0);
  checkAtLeast(fn, 'distance', distance, 0);
  checkAbove(fn, 'margin', margin, 0);
  return distance === 0 ? 0 : Math.max(0, condition * Math.log((2 * lipschitz * distance) / margin));
}
