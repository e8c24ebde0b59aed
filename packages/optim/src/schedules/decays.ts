/** @file Schedules: a hyper-parameter as a function of the step, which counts from 0. */
import { checkAbove, checkAtLeast, checkFinite, checkInteger, type Schedule } from '@surrogate/core';

/** How far a schedule of `steps` has come at a step, in [0, 1]. */
const progress = (step: number, steps: number): number => Math.min(Math.max(step / steps, 0), 1);

/**
 * The same number at every step.
 *
 * $$ \eta_t = \eta $$
 *
 * @param value η.
 * @returns the schedule.
 * @throws SurrogateError `range` when the value is not finite.
 * @example
 * import { constant } from '@surrogate/optim';
 * constant(0.1)(1000); // 0.1
 */
export function constant(value: number): Schedule {
  checkFinite('constant', 'value', value);
  return () => value;
}

/** Options of {@link polynomial}. */
export interface PolynomialOptions {
  /** How many steps the way takes, >= 1. */
  steps: number;
  /** The exponent; 1 is linear. Default 1. */
  power?: number | undefined;
  /** The step at which it begins, >= 0. Default 0. */
  begin?: number | undefined;
}

/**
 * From one value to another along a power of the remaining steps.
 *
 * $$ \eta_t = (\eta_0 - \eta_T) \left(1 - \tfrac{t}{T}\right)^p + \eta_T $$
 *
 * @param from η₀.
 * @param to η_T, which is kept after the last step.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @example
 * import { polynomial } from '@surrogate/optim';
 * polynomial(1, 0, { steps: 10, power: 2 })(5); // 0.25
 */
export function polynomial(from: number, to: number, { steps, power = 1, begin = 0 }: PolynomialOptions): Schedule {
  const fn = 'polynomial';
  checkFinite(fn, 'from', from);
  checkFinite(fn, 'to', to);
  checkInteger(fn, 'steps', steps, 1);
  checkAbove(fn, 'power', power, 0);
  checkInteger(fn, 'begin', begin);
  return (step) => (from - to) * (1 - progress(step - begin, steps)) ** power + to;
}

/**
 * From one value to another in a straight line.
 *
 * $$ \eta_t = \eta_0 + (\eta_T - \eta_0) \tfrac{t}{T} $$
 *
 * @param from η₀.
 * @param to η_T, which is kept after the last step.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @example
 * import { linear } from '@surrogate/optim';
 * linear(0, 1, { steps: 10 })(3); // 0.3
 */
export function linear(from: number, to: number, { steps }: { steps: number }): Schedule {
  checkFinite('linear', 'from', from);
  checkFinite('linear', 'to', to);
  checkInteger('linear', 'steps', steps, 1);
  return (step) => from + (to - from) * progress(step, steps);
}

/** Options of {@link cosineDecay}. */
export interface CosineOptions {
  /** How many steps the way takes, >= 1. */
  steps: number;
  /** What is left at the end, as a part of the start. Default 0. */
  alpha?: number | undefined;
  /** The exponent of the cosine's part. Default 1. */
  exponent?: number | undefined;
}

/**
 * Half a cosine wave from a value down to a part of it.
 *
 * $$ \eta_t = \eta_0 \left[ (1 - \alpha) \left( \tfrac12 + \tfrac12 \cos \tfrac{\pi t}{T} \right)^p + \alpha \right] $$
 *
 * @param from η₀.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @see Loshchilov, Hutter: SGDR, 2016. arXiv:1608.03983
 * @example
 * import { cosineDecay } from '@surrogate/optim';
 * cosineDecay(1, { steps: 10 })(5); // 0.5
 */
export function cosineDecay(from: number, { steps, alpha = 0, exponent = 1 }: CosineOptions): Schedule {
  const fn = 'cosineDecay';
  checkFinite(fn, 'from', from);
  checkInteger(fn, 'steps', steps, 1);
  checkAtLeast(fn, 'alpha', alpha, 0);
  checkAbove(fn, 'exponent', exponent, 0);
  return (step) => from * ((1 - alpha) * (0.5 + 0.5 * Math.cos(Math.PI * progress(step, steps))) ** exponent + alpha);
}

/** Options of {@link exponentialDecay}. */
export interface ExponentialOptions {
  /** How many steps one factor takes, >= 1. */
  steps: number;
  /** The factor, > 0. */
  rate: number;
  /** Only at whole multiples of `steps`. Default false. */
  staircase?: boolean | undefined;
  /** A bound that is not passed: below where it falls, above where it rises. Default: none. */
  to?: number | undefined;
  /** The step at which it begins, >= 0. Default 0. */
  begin?: number | undefined;
}

/**
 * A geometric decay.
 *
 * $$ \eta_t = \eta_0\, r^{t / T} $$
 *
 * @param from η₀.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @example
 * import { exponentialDecay } from '@surrogate/optim';
 * exponentialDecay(1, { steps: 10, rate: 0.25 })(5); // 0.5
 */
export function exponentialDecay(from: number, { steps, rate, staircase = false, to, begin = 0 }: ExponentialOptions): Schedule {
  checkFinite('exponentialDecay', 'from', from);
  checkInteger('exponentialDecay', 'steps', steps, 1);
  checkAbove('exponentialDecay', 'rate', rate, 0);
  if (to !== undefined) checkFinite('exponentialDecay', 'to', to);
  checkInteger('exponentialDecay', 'begin', begin);
  const bound = to === undefined ? (value: number) => value : (value: number) => (rate < 1 ? Math.max(value, to) : Math.min(value, to));
  return (step) => {
    const periods = Math.max(step - begin, 0) / steps;
    return bound(from * rate ** (staircase ? Math.floor(periods) : periods));
  };
}

/**
 * Falls with the inverse square root of the step after a linear warm-up (Vaswani et al. 2017).
 *
 * $$ \eta_t = \eta \min\left( \tfrac{t + 1}{w}, \sqrt{\tfrac{w}{t + 1}} \right) $$
 *
 * @param peak η, reached at the end of the warm-up.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @see Vaswani et al.: Attention Is All You Need, 2017. arXiv:1706.03762
 * @example
 * import { inverseSqrt } from '@surrogate/optim';
 * inverseSqrt(1, { warmupSteps: 4 })(15); // 0.5
 */
export function inverseSqrt(peak: number, { warmupSteps }: { warmupSteps: number }): Schedule {
  checkFinite('inverseSqrt', 'peak', peak);
  checkInteger('inverseSqrt', 'warmupSteps', warmupSteps, 1);
  return (step) => peak * Math.min((step + 1) / warmupSteps, Math.sqrt(warmupSteps / (step + 1)));
}
