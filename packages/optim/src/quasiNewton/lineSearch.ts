/** @file Line searches: how far to go in a direction. They look at values, so they are asynchronous. */
import { checkAbove, checkAtLeast, checkInteger, fail } from '@surrogate/core';

/** What a function is along a direction. */
export interface OnLine {
  /** The value. */
  readonly value: number;
  /** Its derivative by the step size. */
  readonly slope: number;
}

/** Where a search ended. */
export interface LineSearchResult extends OnLine {
  /** The step size; 0 where no lower point was found. */
  readonly step: number;
  /** How many points were looked at. */
  readonly evaluations: number;
  /** Whether the conditions hold there. */
  readonly satisfied: boolean;
}

/** Options of {@link zoomLineSearch}. */
export interface ZoomOptions {
  /** The first step size, > 0. Default 1. */
  start?: number | undefined;
  /** c₁, the share of the promised decrease that is enough, in (0, 1). Default 1e-4. */
  sufficient?: number | undefined;
  /** c₂, the share of the slope that may be left, in (c₁, 1). Default 0.9. */
  curvature?: number | undefined;
  /** How many points are looked at, >= 1. Default 20. */
  maxEvaluations?: number | undefined;
}

function checkLine(fn: string, at: OnLine): void {
  if (!(at?.slope < 0)) fail('range', fn, 'at.slope', `must be negative, or there is no way down, got ${String(at?.slope)}`);
  if (!Number.isFinite(at.value)) fail('range', fn, 'at.value', `must be finite, got ${at.value}`);
}

function checkShare(fn: string, argument: string, value: number, least: number): void {
  if (!(value > least && value < 1)) fail('range', fn, argument, `must be in (${least}, 1), got ${value}`);
}

interface Point extends OnLine {
  readonly step: number;
}

/** The minimum of the cubic through both ends' values and slopes, kept away from the ends; the middle where there is none. */
function between(low: Point, high: Point): number {
  const width = high.step - low.step;
  const a = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const b = Math.sign(width) * Math.sqrt(a * a - low.slope * high.slope);
  const cubic = high.step - (width * (high.slope + b - a)) / (high.slope - low.slope + 2 * b);
  const [from, to] = [Math.min(low.step, high.step), Math.max(low.step, high.step)];
  const margin = 0.1 * (to - from);
  return Number.isFinite(cubic) ? Math.min(Math.max(cubic, from + margin), to - margin) : low.step + width / 2;
}

/**
 * A step that satisfies the strong Wolfe conditions: the value falls enough, and the slope flattens enough.
 *
 * $$ \phi(\alpha) \le \phi(0) + c_1 \alpha \phi'(0), \qquad \lvert \phi'(\alpha) \rvert \le c_2 \lvert \phi'(0) \rvert $$
 *
 * It doubles the step until a minimum is enclosed, then zooms in by cubic interpolation. Where values are not finite it steps back.
 *
 * @param along the function along the direction, by step size.
 * @param at what it is at step size 0, with a negative slope.
 * @returns the step, or the best one with a sufficient decrease where the evaluations ran out.
 * @throws SurrogateError `range`.
 * @see Nocedal, Wright: Numerical Optimization, 2006, algorithms 3.5 and 3.6
 * @example
 * import { zoomLineSearch } from '@surrogate/optim';
 * const bowl = async (x: number) => ({ value: (x - 3) ** 2, slope: 2 * (x - 3) });
 * (await zoomLineSearch(bowl, await bowl(0), { curvature: 0.1 })).step; // 3
 */
export async function zoomLineSearch(
  along: (step: number) => Promise<OnLine>,
  at: OnLine,
  options: ZoomOptions = {},
): Promise<LineSearchResult> {
  const fn = 'zoomLineSearch';
  const { start = 1, sufficient = 1e-4, curvature = 0.9, maxEvaluations = 20 } = options;
  checkLine(fn, at);
  checkAbove(fn, 'start', start, 0);
  checkShare(fn, 'sufficient', sufficient, 0);
  checkShare(fn, 'curvature', curvature, sufficient);
  checkInteger(fn, 'maxEvaluations', maxEvaluations, 1);
  const lowEnough = ({ step, value }: Point) => value <= at.value + sufficient * step * at.slope;
  let low: Point = { step: 0, value: at.value, slope: at.slope };
  let high: Point | undefined;
  let step = start;
  for (let evaluations = 1; evaluations <= maxEvaluations; evaluations++) {
    const { value, slope } = await along(step);
    const point = { step, value, slope };
    const finite = Number.isFinite(value) && Number.isFinite(slope);
    if (finite && lowEnough(point) && value < low.value) {
      if (Math.abs(slope) <= -curvature * at.slope) return { ...point, evaluations, satisfied: true };
      if (slope * ((high?.step ?? Infinity) - low.step) >= 0) high = low;
      low = point;
    } else high = point;
    step = high === undefined ? 2 * step : between(low, high);
    if (step === low.step) return { ...low, evaluations, satisfied: false };
  }
  return { ...low, evaluations: maxEvaluations, satisfied: false };
}

/** Options of {@link backtrackingLineSearch}. */
export interface BacktrackingOptions {
  /** The first step size, > 0. Default 1. */
  start?: number | undefined;
  /** c, the share of the promised decrease that is enough, in (0, 1). Default 1e-4. */
  sufficient?: number | undefined;
  /** What the step is multiplied by while it is too long, in (0, 1). Default 0.8. */
  shrink?: number | undefined;
  /** How many points are looked at, >= 1. Default 50. */
  maxEvaluations?: number | undefined;
  /** How much the value may rise by rounding, relative to itself, >= 0. Default 0. */
  slack?: number | undefined;
}

/**
 * The longest step of a geometric sequence that lowers the value enough (Armijo).
 *
 * $$ \phi(\alpha) \le \phi(0) + c\, \alpha\, \phi'(0), \qquad \alpha = \alpha_0 \sigma^k $$
 *
 * @param along the value along the direction, by step size.
 * @param at what it is at step size 0, with a negative slope.
 * @returns the step, with the slope at 0; step 0 where the evaluations ran out.
 * @throws SurrogateError `range`.
 * @see Armijo: Minimization of Functions Having Lipschitz Continuous First Partial Derivatives, 1966.
 * @example
 * import { backtrackingLineSearch } from '@surrogate/optim';
 * const bowl = async (x: number) => (x - 1) ** 2;
 * (await backtrackingLineSearch(bowl, { value: 1, slope: -2 }, { start: 8, shrink: 0.5 })).step; // 1
 */
export async function backtrackingLineSearch(
  along: (step: number) => Promise<number>,
  at: OnLine,
  { start = 1, sufficient = 1e-4, shrink = 0.8, maxEvaluations = 50, slack = 0 }: BacktrackingOptions = {},
): Promise<LineSearchResult> {
  const fn = 'backtrackingLineSearch';
  checkLine(fn, at);
  checkAbove(fn, 'start', start, 0);
  checkShare(fn, 'sufficient', sufficient, 0);
  checkShare(fn, 'shrink', shrink, 0);
  checkInteger(fn, 'maxEvaluations', maxEvaluations, 1);
  checkAtLeast(fn, 'slack', slack, 0);
  let step = start;
  for (let evaluations = 1; evaluations <= maxEvaluations; evaluations++) {
    const value = await along(step);
    if (value <= at.value + sufficient * step * at.slope + slack * Math.abs(at.value))
      return { step, value, slope: at.slope, evaluations, satisfied: true };
    step *= shrink;
  }
  return { step: 0, ...at, evaluations: maxEvaluations, satisfied: false };
}
