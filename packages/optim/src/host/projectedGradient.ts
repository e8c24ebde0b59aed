/** @file Smooth minimisation over a convex set, by projections onto it. */
import type { ValueAndGradient } from '@surrogate/core/host';
import { dot, plus } from './vectors.js';

const most = (x: Float64Array): number => x.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

/**
 * Minimises a smooth function over a convex set by spectral projected gradients.
 *
 * @param f the value and the gradient at a point of the set.
 * @param project the nearest point of the set.
 * @param x0 where to start.
 * @param tolerance ends where a unit step down the gradient, projected, moves no entry by more.
 * @param maxSteps how many steps at most.
 * @returns where it ended, and whether the tolerance was met.
 * @see Birgin, Martínez, Raydan: Nonmonotone Spectral Projected Gradient Methods on Convex Sets, 2000
 */
export function minimizeProjected(
  f: (x: Float64Array) => ValueAndGradient,
  project: (x: Float64Array) => Float64Array,
  x0: Float64Array,
  tolerance: number,
  maxSteps: number,
): { readonly x: Float64Array; readonly value: number; readonly converged: boolean } {
  let x = project(x0);
  let point = f(x);
  let spectral = 1 / Math.max(1e-10, most(point.gradient));
  const recent = [point.value];
  for (let step = 0; ; step++) {
    const { value, gradient } = point;
    const converged = most(plus(project(plus(x, gradient, -1)), x, -1)) <= tolerance;
    if (converged || step === maxSteps) return { x, value, converged };
    const direction = plus(project(plus(x, gradient, -spectral)), x, -1);
    const slope = dot(gradient, direction);
    const ceiling = recent.reduce((a, b) => Math.max(a, b));
    // Differences below the rounding of the values themselves say nothing.
    const rounding = 1e-15 * Math.abs(value);
    let along = 1;
    let next = plus(x, direction);
    let reached = f(next);
    while (!(reached.value <= ceiling + 1e-4 * along * slope + rounding)) {
      along /= 2;
      if (along < 1e-12) return { x, value, converged: false };
      next = plus(x, direction, along);
      reached = f(next);
    }
    const [moved, bent] = [plus(next, x, -1), plus(reached.gradient, gradient, -1)];
    const curvature = dot(moved, bent);
    spectral = curvature > 0 ? Math.min(1e10, Math.max(1e-10, dot(moved, moved) / curvature)) : 1e10;
    [x, point] = [next, reached];
    recent.push(reached.value);
    if (recent.length > 10) recent.shift();
  }
}
