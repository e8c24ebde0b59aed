/** @file Schedules that rise and fall: one cycle, warm restarts, triangles. */
import { checkAbove, checkAtLeast, checkFinite, checkInteger, checkOneOf, fail, type Schedule } from '@surrogate/core';
import { joinSchedules, warmupCosine, type WarmupCosineOptions } from './compose.js';

/** From one value to another as a part of the way: linearly, or along half a cosine. */
const interpolate = (from: number, to: number, part: number, shape: 'cosine' | 'linear'): number =>
  shape === 'linear' ? from + (to - from) * part : to + (from - to) * (0.5 + 0.5 * Math.cos(Math.PI * part));

/** A path through points, each reached at its step; before the first and after the last it stays. */
const through = (steps: readonly number[], values: readonly number[], shape: 'cosine' | 'linear'): Schedule => {
  const last = steps.length - 1;
  return (step) => {
    if (step >= steps[last]!) return values[last]!;
    const next = steps.findIndex((reached) => step < reached);
    if (next <= 0) return values[0]!;
    const [from, to] = [steps[next - 1]!, steps[next]!];
    return interpolate(values[next - 1]!, values[next]!, (step - from) / (to - from), shape);
  };
};

/** Options of {@link piecewiseInterpolate}. */
export interface PiecewiseInterpolateOptions {
  /** How it goes from one value to the next. Default linear. */
  shape?: 'linear' | 'cosine' | undefined;
}

/**
 * Goes from value to value, each a multiple of the one before, without jumps.
 *
 * $$ \eta_{b_i} = \eta_0 \prod_{j \le i} c_j, \quad \text{interpolated between} $$
 *
 * @param from η₀, at step 0.
 * @param factors the factor by the step at which its value is reached: `{ 100: 0.1 }`.
 * @param options the shape.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @example
 * import { piecewiseInterpolate } from '@surrogate/optim';
 * piecewiseInterpolate(1, { 100: 0.5, 200: 0 })(150); // 0.25
 */
export function piecewiseInterpolate(
  from: number,
  factors: Readonly<Record<number, number>>,
  { shape = 'linear' }: PiecewiseInterpolateOptions = {},
): Schedule {
  const fn = 'piecewiseInterpolate';
  checkFinite(fn, 'from', from);
  checkOneOf(fn, 'shape', shape, ['linear', 'cosine']);
  const [steps, values] = [[0], [from]];
  for (const [step, factor] of Object.entries(factors)) {
    checkInteger(fn, 'factors', Number(step), 1);
    checkAtLeast(fn, 'factors', factor, 0);
    steps.push(Number(step));
    values.push(values.at(-1)! * factor);
  }
  return through(steps, values, shape);
}

/** Options of {@link oneCycle}. */
export interface OneCycleOptions {
  /** How many steps there are in all, >= 2. */
  steps: number;
  /** The part of the steps that rises, in (0, 1). Default 0.3. */
  rise?: number | undefined;
  /** How much smaller the first value is than the peak, >= 1. Default 25. */
  startFactor?: number | undefined;
  /** How much smaller the last value is than the first, >= 1. Default 1e4. */
  endFactor?: number | undefined;
  /** Cosines; or lines, which come back to the first value at 0.85 of the steps, and fall from there. Default cosine. */
  shape?: 'cosine' | 'linear' | undefined;
  /** `optax`: the peak is at step rise·T and the end at T; `torch`: at rise·T - 1 and T - 1, as OneCycleLR has them. Default optax. */
  convention?: 'optax' | 'torch' | undefined;
}

/**
 * One rise to a large value and one fall to almost nothing: super-convergence.
 *
 * $$ \tfrac{\eta}{25} \nearrow \eta \searrow \tfrac{\eta}{25 \cdot 10^4} $$
 *
 * @param peak η.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @see Smith, Topin: Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates, 2017. arXiv:1708.07120
 * @example
 * import { oneCycle } from '@surrogate/optim';
 * oneCycle(1, { steps: 100 })(30); // 1
 */
export function oneCycle(peak: number, options: OneCycleOptions): Schedule {
  const fn = 'oneCycle';
  const { steps, rise = 0.3, startFactor = 25, endFactor = 1e4, shape = 'cosine', convention = 'optax' } = options;
  checkFinite(fn, 'peak', peak);
  checkInteger(fn, 'steps', steps, 2);
  if (!(rise > 0 && rise < 1)) fail('range', fn, 'rise', `must be in (0, 1), got ${rise}`);
  checkAtLeast(fn, 'startFactor', startFactor, 1);
  checkAtLeast(fn, 'endFactor', endFactor, 1);
  checkOneOf(fn, 'shape', shape, ['cosine', 'linear']);
  checkOneOf(fn, 'convention', convention, ['optax', 'torch']);
  const start = peak / startFactor;
  const end = start / endFactor;
  const [before, whole] = convention === 'torch' ? [1, (x: number) => x] : [0, Math.trunc];
  const top = Math.max(whole(rise * steps) - before, 0);
  return shape === 'cosine' || convention === 'torch'
    ? through([0, top, steps - before], [start, peak, end], shape)
    : through([0, top, Math.max(whole(Math.max(0.85, rise) * steps), top), steps], [start, peak, start, end], shape);
}

/**
 * Cosines one after the other, each beginning anew at a peak, after a warm-up if that is asked for: warm restarts.
 *
 * @param cycles the peak of each cycle, with the options of {@link warmupCosine}.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @see Loshchilov, Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts, 2016. arXiv:1608.03983
 * @example
 * import { sgdr } from '@surrogate/optim';
 * const schedule = sgdr([{ peak: 1, warmupSteps: 0, steps: 10 }, { peak: 0.5, warmupSteps: 0, steps: 20 }]);
 * [5, 10, 20].map(schedule); // [0.5, 0.5, 0.25]
 */
export function sgdr(cycles: readonly (WarmupCosineOptions & { readonly peak: number })[]): Schedule {
  if (cycles.length === 0) fail('range', 'sgdr', 'cycles', 'must be one or more, got none');
  const parts = cycles.map(({ peak, ...options }) => warmupCosine(peak, options));
  let end = 0;
  return joinSchedules(
    parts,
    cycles.slice(0, -1).map(({ steps }) => (end += steps)),
  );
}

/** Options of {@link cyclic}. */
export interface CyclicOptions {
  /** How many steps rise, >= 1. */
  rise: number;
  /** How many steps fall, >= 1. Default as many. */
  fall?: number | undefined;
  /** What each cycle's height is multiplied by, > 0: 0.5 halves it (`triangular2`). Default 1. */
  decay?: number | undefined;
}

/**
 * Triangles between two values, for ever.
 *
 * $$ \eta_t = \eta_{\min} + (\eta_{\max} - \eta_{\min})\, d^{\lfloor t / T \rfloor}\, \operatorname{triangle}(t \bmod T) $$
 *
 * @param from η_min.
 * @param to η_max.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @see Smith: Cyclical Learning Rates for Training Neural Networks, 2015. arXiv:1506.01186
 * @example
 * import { cyclic } from '@surrogate/optim';
 * [0, 5, 10, 15].map(cyclic(0, 1, { rise: 10 })); // [0, 0.5, 1, 0.5]
 */
export function cyclic(from: number, to: number, { rise, fall = rise, decay = 1 }: CyclicOptions): Schedule {
  checkFinite('cyclic', 'from', from);
  checkFinite('cyclic', 'to', to);
  checkInteger('cyclic', 'rise', rise, 1);
  checkInteger('cyclic', 'fall', fall, 1);
  checkAbove('cyclic', 'decay', decay, 0);
  const period = rise + fall;
  return (step) => {
    const at = step % period;
    const height = at <= rise ? at / rise : (period - at) / fall;
    return from + (to - from) * decay ** Math.floor(step / period) * height;
  };
}
