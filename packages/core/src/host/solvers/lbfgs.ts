/** @file Smooth minimisation on the host: L-BFGS with a line search that satisfies the strong Wolfe conditions. */
import { checkAbove, checkInteger, fail } from '../../inputs/checks.js';
import { addScaled, checkVector, dot } from '../linalg/matrix.js';

/** A value and its gradient. */
export interface ValueAndGradient {
  /** The value of the function. */
  readonly value: number;
  /** Its gradient. */
  readonly gradient: Float64Array;
}

/** How {@link minimizeLbfgs} goes on, and when it stops. */
export interface LbfgsOptions {
  /** How many past steps shape the next one, at least 1. Default 10. */
  memory?: number | undefined;
  /** Stops when no entry of the gradient is larger. Default 1e-8. */
  gradientTolerance?: number | undefined;
  /** Stops when a step lowers the value by less, relative to it. Default 1e-15. */
  valueTolerance?: number | undefined;
  /** How many steps at most. Default 1000. */
  maxSteps?: number | undefined;
}

/** Where a minimisation ended. */
export interface Minimum {
  /** Where it is. */
  readonly x: Float64Array;
  /** What the function is there. */
  readonly value: number;
  /** How many steps that took. */
  readonly steps: number;
  /** Whether a tolerance was met; false when the steps ran out. */
  readonly converged: boolean;
}

interface Point extends ValueAndGradient {
  readonly x: Float64Array;
  /** Along the direction of the line search. */
  readonly slope: number;
  readonly step: number;
}

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/**
 * Minimises a smooth function of many numbers from its values and gradients.
 *
 * @param f returns the value and the gradient at x; where the value is not finite, the line search steps back.
 * @param x0 where to start; left as it is.
 * @returns the best point found, its value and whether a tolerance was met.
 * @throws SurrogateError `range` when the value or gradient at x0 is not finite or an option is out of range, `shape` when the gradient's length is not that of x0.
 * @see Liu, Nocedal: On the Limited Memory BFGS Method, 1989; Nocedal, Wright: Numerical Optimization, 2006, algorithms 3.5, 3.6 and 7.4
 * @example
 * import { minimizeLbfgs } from '@surrogate/core/host';
 * const bowl = ([x, y]) => ({ value: (x - 1) ** 2 + 10 * y ** 2, gradient: Float64Array.of(2 * (x - 1), 20 * y) });
 * minimizeLbfgs(bowl, Float64Array.of(5, 5)).x[0]; // 1
 */
export function minimizeLbfgs(f: (x: Float64Array) => ValueAndGradient, x0: Float64Array, options: LbfgsOptions = {}): Minimum {
  const { memory = 10, gradientTolerance = 1e-8, valueTolerance = 1e-15, maxSteps = 1000 } = options;
  checkInteger('minimizeLbfgs', 'memory', memory, 1);
  checkAbove('minimizeLbfgs', 'gradientTolerance', gradientTolerance, 0);
  checkAbove('minimizeLbfgs', 'valueTolerance', valueTolerance, 0);
  checkInteger('minimizeLbfgs', 'maxSteps', maxSteps);
  checkVector('minimizeLbfgs', 'x0', x0, x0.length);
  const first = f(x0.slice());
  checkVector('minimizeLbfgs', 'f', first.gradient, x0.length);
  if (!Number.isFinite(first.value)) fail('range', 'minimizeLbfgs', 'f', `must be finite at x0, got ${first.value}`);
  let at: Point = { ...first, x: x0.slice(), slope: 0, step: 0 };
  const pairs: Pair[] = [];
  for (let steps = 0; ; steps++) {
    const steepest = at.gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    const done = (converged: boolean): Minimum => ({ x: at.x, value: at.value, steps, converged });
    if (steepest <= gradientTolerance) return done(true);
    if (steps >= maxSteps) return done(false);
    let direction = descent(pairs, at.gradient);
    if (!(dot(direction, 0, at.gradient, 0, direction.length) < 0)) {
      pairs.length = 0;
      direction = at.gradient.map((g) => -g);
    }
    const guess = pairs.length > 0 ? 1 : Math.min(1, 1 / steepest);
    const next = lineSearch(f, at, direction, guess);
    // No lower point along the steepest descent: the value is as low as doubles can tell.
    if (next === undefined && pairs.length === 0) return done(true);
    if (next === undefined) {
      pairs.length = 0;
      continue;
    }
    const s = next.x.map((value, i) => value - at.x[i]!);
    const y = next.gradient.map((value, i) => value - at.gradient[i]!);
    const curvature = dot(s, 0, y, 0, s.length);
    if (curvature > 1e-300) pairs.push({ s, y, rho: 1 / curvature });
    if (pairs.length > memory) pairs.shift();
    const gain = at.value - next.value;
    at = next;
    if (gain <= valueTolerance * Math.abs(next.value)) return { ...done(true), steps: steps + 1 };
  }
}

/** The two-loop recursion: minus the inverse Hessian's guess times the gradient. */
function descent(pairs: readonly Pair[], gradient: Float64Array): Float64Array {
  const n = gradient.length;
  const q = gradient.map((g) => -g);
  const weights = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i]!;
    weights[i] = rho * dot(s, 0, q, 0, n);
    addScaled(q, 0, y, 0, n, -weights[i]!);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.y, 0, last.y, 0, n));
    for (let i = 0; i < n; i++) q[i]! *= scale;
  }
  pairs.forEach(({ s, y, rho }, i) => addScaled(q, 0, s, 0, n, weights[i]! - rho * dot(y, 0, q, 0, n)));
  return q;
}

const [sufficient, curvatureBound] = [1e-4, 0.9];

/** A step that satisfies the strong Wolfe conditions, or the best one with sufficient decrease; undefined when there is none. */
function lineSearch(f: (x: Float64Array) => ValueAndGradient, from: Point, direction: Float64Array, guess: number): Point | undefined {
  const n = direction.length;
  const slope0 = dot(direction, 0, from.gradient, 0, n);
  const evaluate = (step: number): Point => {
    const x = from.x.slice();
    addScaled(x, 0, direction, 0, n, step);
    const { value, gradient } = f(x.slice());
    return { x, value, gradient, step, slope: dot(direction, 0, gradient, 0, n) };
  };
  const lowEnough = (point: Point) => point.value <= from.value + sufficient * point.step * slope0 && point.value < from.value;
  const flatEnough = (point: Point) => Math.abs(point.slope) <= -curvatureBound * slope0;
  let low: Point = { ...from, step: 0, slope: slope0 };
  let high: Point | undefined;
  let step = guess;
  for (let calls = 0; calls < 40; calls++) {
    const point = evaluate(step);
    const finite = Number.isFinite(point.value) && Number.isFinite(point.slope);
    if (finite && lowEnough(point) && point.value < low.value) {
      if (flatEnough(point)) return point;
      if (point.slope * ((high?.step ?? Infinity) - low.step) >= 0) high = low;
      low = point;
    } else high = point;
    step = high === undefined ? 2 * step : between(low, high);
    if (Math.abs(step - low.step) <= 1e-16 * Math.abs(low.step)) break;
  }
  return low.step > 0 ? low : undefined;
}

/** The minimum of the cubic through both ends' values and slopes, kept away from the ends; the middle where there is none. */
function between(low: Point, high: Point): number {
  const width = high.step - low.step;
  const d1 = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const d2 = Math.sign(width) * Math.sqrt(d1 * d1 - low.slope * high.slope);
  const cubic = high.step - (width * (high.slope + d2 - d1)) / (high.slope - low.slope + 2 * d2);
  const inside = Math.min(
    Math.max(low.step, high.step) - 0.1 * Math.abs(width),
    Math.max(Math.min(low.step, high.step) + 0.1 * Math.abs(width), cubic),
  );
  return Number.isFinite(inside) ? inside : low.step + width / 2;
}
