/** @file How a block of coordinates moves, once it is chosen. */
import { checkAbove, checkAtLeast, checkBetween } from '@surrogate/core';
import { eigh, leastSquares, type Matrix } from '@surrogate/core/host';
import type { BlockProblem } from './descent.js';

/** What an update of a block works with. */
export interface BlockMove {
  /** The function. */
  readonly problem: BlockProblem;
  /** Where the descent is; a copy is moved. */
  readonly x: Float64Array;
  /** The value there. */
  readonly value: number;
  /** The gradient there. */
  readonly gradient: Float64Array;
  /** The coordinates to move. */
  readonly block: readonly number[];
}

/** The next point; it may remember things from step to step, so each descent wants its own. */
export type BlockUpdate = (move: BlockMove) => Float64Array;

const placed = (x: Float64Array, block: readonly number[], step: (k: number) => number, nonNegative = false): Float64Array => {
  const next = x.slice();
  block.forEach((i, k) => (next[i] = nonNegative ? Math.max(0, x[i]! + step(k)) : x[i]! + step(k)));
  return next;
};

/** H_bb⁻¹ g_b, by least squares where H_bb is singular. */
const newtonStep = (h: Matrix, g: Float64Array): Float64Array => leastSquares(h, g).x;

/**
 * A gradient step along the block, of the length that its largest curvature allows.
 *
 * $$ x_b \leftarrow x_b - \frac{g_b}{\lambda_{\max}(H_{bb})} $$
 *
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { gradientUpdate } from '@surrogate/optim';
 * const problem = { value: (x) => x[0] ** 2, gradient: (x) => Float64Array.of(2 * x[0]), hessian: () => matrixFromRows([[2]]), lipschitz: Float64Array.of(2) };
 * gradientUpdate({ problem, x: Float64Array.of(3), value: 9, gradient: Float64Array.of(6), block: [0] }); // [0]
 */
export const gradientUpdate: BlockUpdate = ({ problem, x, gradient, block }) => {
  const top = eigh(problem.hessian(x, block)).values.at(-1)!;
  return placed(x, block, (k) => -gradient[block[k]!]! / top, problem.nonNegative);
};

/**
 * Newton's step along the block: exact for quadratics.
 *
 * $$ x_b \leftarrow x_b - H_{bb}^{+} g_b $$
 *
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { newtonUpdate } from '@surrogate/optim';
 * const problem = { value: (x) => x[0] ** 2, gradient: (x) => Float64Array.of(2 * x[0]), hessian: () => matrixFromRows([[2]]), lipschitz: Float64Array.of(2) };
 * newtonUpdate({ problem, x: Float64Array.of(3), value: 9, gradient: Float64Array.of(6), block: [0] }); // [0]
 */
export const newtonUpdate: BlockUpdate = ({ problem, x, gradient, block }) => {
  const step = newtonStep(
    problem.hessian(x, block),
    Float64Array.from(block, (i) => gradient[i]!),
  );
  return placed(x, block, (k) => -step[k]!, problem.nonNegative);
};

/** Options of {@link adaptiveUpdate}. */
export interface AdaptiveUpdateOptions {
  /** Where each estimate of a block's curvature begins, > 0. Default 1. */
  start?: number | undefined;
}

/**
 * A gradient step along the block with a curvature that is doubled until the promised decrease is kept, and remembered for each block by its first coordinate.
 *
 * $$ f\Big(x - \tfrac1L g_b\Big) \le f(x) - \tfrac{1}{2L} \lVert g_b \rVert^2 $$
 *
 * @returns the update; it remembers, so each descent wants its own.
 * @throws SurrogateError `range`.
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { adaptiveUpdate, blockCoordinateDescent, cyclicPart } from '@surrogate/optim';
 * import { identityMatrix } from '@surrogate/core/host';
 * const bowl = { value: ([x]) => 4 * x * x, gradient: ([x]) => Float64Array.of(8 * x), hessian: () => identityMatrix(1, 8), lipschitz: Float64Array.of(8) };
 * blockCoordinateDescent(bowl, [1], { choose: cyclicPart([[0]]), update: adaptiveUpdate(), steps: 1 }).x[0]; // 0
 */
export function adaptiveUpdate({ start = 1 }: AdaptiveUpdateOptions = {}): BlockUpdate {
  checkAbove('adaptiveUpdate', 'start', start, 0);
  const known = new Map<number, number>();
  return ({ problem, x, value, gradient, block }) => {
    const squared = block.reduce((sum, i) => sum + gradient[i]! ** 2, 0);
    for (let l = known.get(block[0]!) ?? start; ; l *= 2) {
      const next = placed(x, block, (k) => -gradient[block[k]!]! / l, problem.nonNegative);
      // Rounding ends the search where no decrease can be seen.
      if (problem.value(next) <= value - squared / (2 * l) || l > 1e300) {
        known.set(block[0]!, l);
        return next;
      }
    }
  };
}

/** Options of {@link lineSearchUpdate}. */
export interface LineSearchUpdateOptions {
  /** The part of the promised decrease that a step must keep, in (0, 1). Default 1e-4. */
  sufficient?: number | undefined;
}

/**
 * Newton's step along the block, halved until it keeps a part of the decrease that its slope promises: for functions that are no quadratics.
 *
 * $$ x_b \leftarrow x_b - \alpha H_{bb}^{+} g_b, \qquad f(x') \le f(x) + c\, g_b^\top (x'_b - x_b), \quad \alpha \in \lbrace 1, \tfrac12, \tfrac14, \dots \rbrace $$
 *
 * @returns the update.
 * @throws SurrogateError `range`.
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { blockCoordinateDescent, cyclicPart, lineSearchUpdate } from '@surrogate/optim';
 * import { matrixFromRows } from '@surrogate/core/host';
 * // Newton's own steps on √(1 + x²) go astray from 2.
 * const f = {
 *   value: ([x]) => Math.sqrt(1 + x * x),
 *   gradient: ([x]) => Float64Array.of(x / Math.sqrt(1 + x * x)),
 *   hessian: ([x]) => matrixFromRows([[(1 + x * x) ** -1.5]]),
 *   lipschitz: Float64Array.of(1),
 * };
 * blockCoordinateDescent(f, [2], { choose: cyclicPart([[0]]), update: lineSearchUpdate(), steps: 20 }).x[0]; // 0
 */
export function lineSearchUpdate({ sufficient = 1e-4 }: LineSearchUpdateOptions = {}): BlockUpdate {
  checkAbove('lineSearchUpdate', 'sufficient', sufficient, 0);
  checkBetween('lineSearchUpdate', 'sufficient', sufficient, 0, 1);
  return ({ problem, x, value, gradient, block }) => {
    const slope = Float64Array.from(block, (i) => gradient[i]!);
    const newton = newtonStep(problem.hessian(x, block), slope);
    for (let alpha = 1; alpha > 1e-12; alpha /= 2) {
      const next = placed(x, block, (k) => -alpha * newton[k]!, problem.nonNegative);
      const promised = block.reduce((sum, i) => sum + gradient[i]! * (next[i]! - x[i]!), 0);
      if (problem.value(next) <= value + sufficient * Math.min(0, promised)) return next;
    }
    // Rounding hides what is left to gain.
    return x.slice();
  };
}

/** Options of {@link twoMetricUpdate}. */
export interface TwoMetricOptions {
  /** A coordinate below, whose slope pushes it to 0, counts as active, >= 0. Default 1e-4. */
  threshold?: number | undefined;
}

/**
 * The two-metric projection for non-negative coordinates: Newton's step for those that are free, a gradient step for those at their bound, then backtracking along the projected path.
 *
 * $$ x_b \leftarrow \big[x_b - \alpha D g_b\big]_+, \qquad D_{WW} = H_{WW}^{-1}, \quad D_{AA} = \tfrac{1}{\sum_{i \in A} L_i} I $$
 *
 * It finds which coordinates are 0 after finitely many steps, and from then on is Newton's method.
 *
 * @returns the update.
 * @throws SurrogateError `range`.
 * @see Gafni, Bertsekas: Two-metric projection methods for constrained optimization, 1984; Nutini, Laradji, Schmidt, 2017. arXiv:1712.08859
 * @example
 * import { blockCoordinateDescent, cyclicPart, twoMetricUpdate } from '@surrogate/optim';
 * import { identityMatrix } from '@surrogate/core/host';
 * const f = { value: ([x]) => (x + 1) ** 2, gradient: ([x]) => Float64Array.of(2 * (x + 1)), hessian: () => identityMatrix(1, 2), lipschitz: Float64Array.of(2), nonNegative: true };
 * blockCoordinateDescent(f, [3], { choose: cyclicPart([[0]]), update: twoMetricUpdate(), steps: 3 }).x[0]; // 0
 */
export function twoMetricUpdate({ threshold = 1e-4 }: TwoMetricOptions = {}): BlockUpdate {
  checkAtLeast('twoMetricUpdate', 'threshold', threshold, 0);
  return ({ problem, x, value, gradient, block }) => {
    const active = block.filter((i) => x[i]! < threshold && gradient[i]! > 0);
    const free = block.filter((i) => !active.includes(i));
    const total = active.reduce((sum, i) => sum + problem.lipschitz[i]!, 0);
    const step = new Map(active.map((i) => [i, -gradient[i]! / total]));
    if (free.length > 0) {
      const newton = newtonStep(
        problem.hessian(x, free),
        Float64Array.from(free, (i) => gradient[i]!),
      );
      free.forEach((i, k) => step.set(i, -newton[k]!));
    }
    for (let alpha = 1; ; alpha /= 2) {
      const next = placed(x, block, (k) => alpha * step.get(block[k]!)!, true);
      const promised = block.reduce((sum, i) => sum + gradient[i]! * (next[i]! - x[i]!), 0);
      if (problem.value(next) <= value + 1e-4 * Math.min(0, promised) || alpha < 1e-12) return alpha < 1e-12 ? x.slice() : next;
    }
  };
}
