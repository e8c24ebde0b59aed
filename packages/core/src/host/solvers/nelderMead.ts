/** @file Minimisation without gradients: Nelder and Mead's simplex. */
import { checkAbove, checkInteger, fail } from '../../inputs/checks.js';
import { checkVector } from '../linalg/matrix.js';
import type { Minimum } from './lbfgs.js';

/** How {@link minimizeNelderMead} starts, and when it stops. */
export interface NelderMeadOptions {
  /** How far the first simplex reaches along each axis, relative to the coordinate (and that far from 0). Default 0.1. */
  initialStep?: number | undefined;
  /** Stops when the simplex is no larger along any axis, relative to the best point, Default 1e-8. */
  tolerance?: number | undefined;
  /** How often f may be called. Default 400 times the number of coordinates. */
  maxCalls?: number | undefined;
}

interface Vertex {
  readonly x: Float64Array;
  readonly value: number;
}

/**
 * Minimises a function of a few numbers, which need not be smooth, from its values alone.
 *
 * @param f a function of x; NaN counts as Infinity.
 * @param x0 where to start; left as it is.
 * @returns the best point found, its value and whether the tolerance was met; `steps` counts the calls.
 * @throws SurrogateError `range` when an option is out of range or f is nowhere finite on the first simplex, `shape` for no coordinate.
 * @see Gao, Han: Implementing the Nelder-Mead simplex algorithm with adaptive parameters, 2012
 * @example
 * import { minimizeNelderMead } from '@surrogate/core/host';
 * minimizeNelderMead(([x, y]) => Math.abs(x - 1) + Math.abs(y), Float64Array.of(3, 3)).x[0]; // 1
 */
export function minimizeNelderMead(f: (x: Float64Array) => number, x0: Float64Array, options: NelderMeadOptions = {}): Minimum {
  const n = x0.length;
  const { initialStep = 0.1, tolerance = 1e-8, maxCalls = 400 * n } = options;
  checkVector('minimizeNelderMead', 'x0', x0, n);
  if (n === 0) fail('shape', 'minimizeNelderMead', 'x0', 'must hold at least one number, got none');
  checkAbove('minimizeNelderMead', 'initialStep', initialStep, 0);
  checkAbove('minimizeNelderMead', 'tolerance', tolerance, 0);
  checkInteger('minimizeNelderMead', 'maxCalls', maxCalls, n + 1);
  let calls = 0;
  const at = (x: Float64Array): Vertex => {
    calls++;
    const value = f(x.slice());
    return { x, value: Number.isNaN(value) ? Infinity : value };
  };
  const axes = Array.from(x0, (value, i) => x0.map((v, j) => (i === j ? v + initialStep * (value === 0 ? 1 : Math.abs(value)) : v)));
  let simplex = [at(x0.slice()), ...axes.map(at)];
  if (simplex.every(({ value }) => value === Infinity))
    fail('range', 'minimizeNelderMead', 'f', 'must be finite somewhere on the first simplex, got no finite value');
  const [expansion, contraction, shrinkage] = [1 + 2 / Math.max(2, n), 0.75 - 1 / (2 * Math.max(2, n)), 1 - 1 / Math.max(2, n)];
  for (;;) {
    simplex.sort((a, b) => a.value - b.value);
    const [best, worst] = [simplex[0]!, simplex[n]!];
    const converged = simplex.every(({ x }) =>
      x.every((v, i) => Math.abs(v - best.x[i]!) <= tolerance * Math.max(1, Math.abs(best.x[i]!))),
    );
    if (converged || calls >= maxCalls) return { x: best.x, value: best.value, steps: calls, converged };
    const centre = x0.map((_, i) => simplex.slice(0, n).reduce((sum, { x }) => sum + x[i]! / n, 0));
    const towards = (scale: number): Vertex => at(centre.map((c, i) => c + scale * (worst.x[i]! - c)));
    const reflected = towards(-1);
    let better: Vertex | undefined;
    if (reflected.value < best.value) {
      const expanded = towards(-expansion);
      better = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex[n - 1]!.value) better = reflected;
    else {
      const contracted = towards(reflected.value < worst.value ? -contraction : contraction);
      if (contracted.value < Math.min(worst.value, reflected.value)) better = contracted;
    }
    if (better === undefined)
      simplex = [best, ...simplex.slice(1).map(({ x }) => at(x.map((v, i) => best.x[i]! + shrinkage * (v - best.x[i]!))))];
    else simplex[n] = better;
  }
}
