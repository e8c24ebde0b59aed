/** @file Hyper-parameters that are numbers or schedules of numbers. */
import { checkAtLeast, fail, type Schedule, type Scheduled } from '@surrogate/core';

/** The value of a hyper-parameter at a step. */
export const valueAt = (hyper: Scheduled, step: number): number => (typeof hyper === 'function' ? hyper(step) : hyper);

/** A number of at least `least`, or a schedule, whose values are its own affair. */
export function checkScheduled(fn: string, argument: string, hyper: Scheduled, least = 0): void {
  if (typeof hyper !== 'function') checkAtLeast(fn, argument, hyper, least);
}

/** A decay rate in [0, 1), or a schedule of it. */
export function checkDecay(fn: string, argument: string, hyper: Scheduled): void {
  if (typeof hyper === 'function') return;
  if (!(hyper >= 0 && hyper < 1)) fail('range', fn, argument, `must be in [0, 1), got ${String(hyper)}`);
}

/** A schedule, for what takes schedules alone. */
export function checkSchedule(fn: string, argument: string, schedule: Schedule): void {
  if (typeof schedule !== 'function') fail('dtype', fn, argument, `must be a function of the step, got ${typeof schedule}`);
}
