/** @file Schedules made of schedules. */
import { checkAbove, checkAtLeast, checkBetween, checkFinite, checkInteger, checkOneOf, fail, type Schedule } from '@surrogate/core';
import { cosineDecay, exponentialDecay, linear, type ExponentialOptions } from './decays.js';
import { checkSchedule } from './scheduled.js';

/**
 * One schedule after another, each counting from 0 anew.
 *
 * $$ \eta_t = \eta^{(i)}_{t - b_{i-1}} \quad \text{for } b_{i-1} \le t < b_i $$
 *
 * @param schedules the parts in order.
 * @param boundaries the steps at which the second, third ... part begins, rising.
 * @returns the schedule.
 * @throws SurrogateError `range` where boundaries do not rise or are not one fewer than the parts, `dtype` for a part that is no function.
 * @example
 * import { constant, joinSchedules, linear } from '@surrogate/optim';
 * joinSchedules([linear(0, 1, { steps: 10 }), constant(2)], [10])(10); // 2
 */
export function joinSchedules(schedules: readonly Schedule[], boundaries: readonly number[]): Schedule {
  const fn = 'joinSchedules';
  schedules.forEach((schedule, i) => checkSchedule(fn, `schedules[${i}]`, schedule));
  if (schedules.length !== boundaries.length + 1)
    fail('range', fn, 'boundaries', `must be one fewer than the ${schedules.length} schedules, got ${boundaries.length}`);
  boundaries.forEach((boundary, i) => checkInteger(fn, 'boundaries', boundary, i === 0 ? 0 : boundaries[i - 1]! + 1));
  return (step) => {
    const part = boundaries.filter((boundary) => step >= boundary).length;
    return schedules[part]!(step - (part === 0 ? 0 : boundaries[part - 1]!));
  };
}

/**
 * A schedule times a factor.
 *
 * $$ \eta'_t = c\, \eta_t $$
 *
 * @param schedule what is scaled.
 * @param factor c.
 * @returns the schedule.
 * @throws SurrogateError `range`, `dtype` for what is no function.
 * @example
 * import { constant, scaleSchedule } from '@surrogate/optim';
 * scaleSchedule(constant(2), 0.5)(7); // 1
 */
export function scaleSchedule(schedule: Schedule, factor: number): Schedule {
  checkSchedule('scaleSchedule', 'schedule', schedule);
  checkFinite('scaleSchedule', 'factor', factor);
  return (step) => factor * schedule(step);
}

/**
 * A number that changes by a factor at given steps.
 *
 * $$ \eta_t = \eta_0 \prod_{i : b_i \le t} c_i $$
 *
 * @param from η₀.
 * @param factors the factor by the step from which it holds: `{ 100: 0.1 }`.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @example
 * import { piecewiseConstant } from '@surrogate/optim';
 * piecewiseConstant(1, { 100: 0.1, 200: 0.5 })(250); // 0.05
 */
export function piecewiseConstant(from: number, factors: Readonly<Record<number, number>>): Schedule {
  const fn = 'piecewiseConstant';
  checkFinite(fn, 'from', from);
  const steps = Object.entries(factors).map(([step, factor]) => [Number(step), factor] as const);
  for (const [step, factor] of steps) {
    checkInteger(fn, 'factors', step);
    checkAtLeast(fn, 'factors', factor, 0);
  }
  return (step) => steps.reduce((value, [boundary, factor]) => (step >= boundary ? value * factor : value), from);
}

/** Options of {@link warmupCosine}. */
export interface WarmupCosineOptions {
  /** How many steps rise, >= 0. */
  warmupSteps: number;
  /** How many steps there are in all, more than the warm-up. */
  steps: number;
  /** Where the rise begins. Default 0. */
  from?: number | undefined;
  /** Where the fall ends. Default 0. */
  to?: number | undefined;
}

/**
 * A linear rise, then half a cosine wave down.
 *
 * $$ \eta_t = \eta_0 + (\eta - \eta_0) \tfrac{t}{w} \text{ for } t < w, \qquad \eta_T + (\eta - \eta_T) \tfrac12 \left( 1 + \cos \tfrac{\pi (t - w)}{T - w} \right) \text{ after} $$
 *
 * @param peak η.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @see Loshchilov, Hutter: SGDR, 2016. arXiv:1608.03983
 * @example
 * import { warmupCosine } from '@surrogate/optim';
 * warmupCosine(1, { warmupSteps: 10, steps: 30 })(20); // 0.5
 */
export function warmupCosine(peak: number, { warmupSteps, steps, from = 0, to = 0 }: WarmupCosineOptions): Schedule {
  const fn = 'warmupCosine';
  checkFinite(fn, 'peak', peak);
  checkInteger(fn, 'warmupSteps', warmupSteps);
  checkInteger(fn, 'steps', steps, warmupSteps + 1);
  checkFinite(fn, 'from', from);
  checkFinite(fn, 'to', to);
  const fall = cosineDecay(1, { steps: steps - warmupSteps });
  const down: Schedule = (step) => to + (peak - to) * fall(step);
  return warmupSteps === 0 ? down : joinSchedules([linear(from, peak, { steps: warmupSteps }), down], [warmupSteps]);
}

/** Options of {@link warmupStableDecay}. */
export interface WarmupStableDecayOptions {
  /** How many steps there are in all, >= 1. */
  steps: number;
  /** The part of the steps that rises, in [0, 1). Default 0.05. */
  warmup?: number | undefined;
  /** The part of the steps that falls, in [0, 1]. Default 0.2. */
  decay?: number | undefined;
  /** Where the fall ends. Default 0. */
  to?: number | undefined;
  /** How it falls: in a line; by 1 - √x, which is often better; or by the same factor at each step, to a hundredth or to `to` where that is not 0. Default linear. */
  shape?: 'linear' | 'oneMinusSqrt' | 'exponential' | undefined;
}

/** How much of the way down is left at a part of the fall. */
const falls = {
  linear: (x: number) => 1 - x,
  oneMinusSqrt: (x: number) => 1 - Math.sqrt(x),
} as const;

/**
 * A linear rise, a plateau, a fall: training that can be prolonged at the plateau (warm-up, stable, decay).
 *
 * $$ \eta_t = \eta \tfrac{t}{w}, \quad \eta, \quad \eta_T + (\eta - \eta_T) \left(1 - \tfrac{t - s}{T - s}\right) $$
 *
 * @param peak η.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @see Hu et al.: MiniCPM, 2024. arXiv:2404.06395; Hägele, Bakouch, Kosson, Ben Allal, Von Werra, Jaggi: Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations, 2024. arXiv:2405.18392
 * @example
 * import { warmupStableDecay } from '@surrogate/optim';
 * const schedule = warmupStableDecay(1, { steps: 100, warmup: 0.1, decay: 0.2 });
 * [5, 50, 90].map(schedule); // [0.5, 1, 0.5]
 */
export function warmupStableDecay(peak: number, options: WarmupStableDecayOptions): Schedule {
  const { steps, warmup = 0.05, decay = 0.2, to = 0, shape = 'linear' } = options;
  const fn = 'warmupStableDecay';
  checkFinite(fn, 'peak', peak);
  checkInteger(fn, 'steps', steps, 1);
  checkBetween(fn, 'warmup', warmup, 0, 1);
  checkBetween(fn, 'decay', decay, 0, 1 - warmup, true);
  checkFinite(fn, 'to', to);
  checkOneOf(fn, 'shape', shape, ['linear', 'oneMinusSqrt', 'exponential']);
  const rise = Math.round(steps * warmup);
  const fall = Math.round(steps * decay);
  const start = steps - fall;
  return (step) => {
    if (step < rise) return (peak * step) / rise;
    if (step < start) return peak;
    if (fall === 0 || step >= steps) return to;
    const part = (step - start) / fall;
    return shape === 'exponential' ? peak * (to === 0 ? 0.01 : to / peak) ** part : to + (peak - to) * falls[shape](part);
  };
}

/** Options of {@link warmupConstant}. */
export interface WarmupConstantOptions {
  /** How many steps rise, >= 1. */
  warmupSteps: number;
  /** Where the rise begins. Default 0. */
  from?: number | undefined;
}

/**
 * A linear rise, then the same number.
 *
 * $$ \eta_t = \eta_0 + (\eta - \eta_0) \min\left(\tfrac{t}{w}, 1\right) $$
 *
 * @param peak η.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @example
 * import { warmupConstant } from '@surrogate/optim';
 * [0, 5, 50].map(warmupConstant(1, { warmupSteps: 10 })); // [0, 0.5, 1]
 */
export function warmupConstant(peak: number, { warmupSteps, from = 0 }: WarmupConstantOptions): Schedule {
  checkFinite('warmupConstant', 'peak', peak);
  checkInteger('warmupConstant', 'warmupSteps', warmupSteps, 1);
  checkFinite('warmupConstant', 'from', from);
  return linear(from, peak, { steps: warmupSteps });
}

/** Options of {@link warmupExponential}. */
export interface WarmupExponentialOptions extends ExponentialOptions {
  /** How many steps rise, >= 1. */
  warmupSteps: number;
  /** Where the rise begins. Default 0. */
  from?: number | undefined;
}

/**
 * A linear rise, then a geometric decay.
 *
 * $$ \eta_t = \eta_0 + (\eta - \eta_0) \tfrac{t}{w} \text{ for } t < w, \qquad \eta\, r^{(t - w) / T} \text{ after} $$
 *
 * @param peak η.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @example
 * import { warmupExponential } from '@surrogate/optim';
 * [5, 10, 20].map(warmupExponential(1, { warmupSteps: 10, steps: 10, rate: 0.5 })); // [0.5, 1, 0.5]
 */
export function warmupExponential(peak: number, { warmupSteps, from = 0, ...decay }: WarmupExponentialOptions): Schedule {
  checkFinite('warmupExponential', 'peak', peak);
  checkInteger('warmupExponential', 'warmupSteps', warmupSteps, 1);
  checkFinite('warmupExponential', 'from', from);
  checkInteger('warmupExponential', 'steps', decay.steps, 1);
  checkAbove('warmupExponential', 'rate', decay.rate, 0);
  return joinSchedules([linear(from, peak, { steps: warmupSteps }), exponentialDecay(peak, decay)], [warmupSteps]);
}

/**
 * What a schedule gives, for pictures.
 *
 * @param schedule the schedule.
 * @param steps how many steps, from 0, >= 0.
 * @returns its values.
 * @throws SurrogateError `range`, `dtype` for what is no function.
 * @example
 * import { linear, scheduleTable } from '@surrogate/optim';
 * Array.from(scheduleTable(linear(0, 1, { steps: 2 }), 4)); // [0, 0.5, 1, 1]
 */
export function scheduleTable(schedule: Schedule, steps: number): Float32Array {
  checkSchedule('scheduleTable', 'schedule', schedule);
  checkInteger('scheduleTable', 'steps', steps);
  return Float32Array.from({ length: steps }, (_, step) => schedule(step));
}
