/** @file Transformations that scale: by a factor, by a schedule, by the learning rate. */
import { mul } from '@tensorflow/tfjs-core';
import { checkFinite, defineTransformation, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkScheduled, valueAt } from '../schedules/scheduled.js';
import { mapByPath } from './byPath.js';

/** The state of what remembers nothing. */
export type NoState = Readonly<Record<string, never>>;

/** The state of what only counts its steps. */
export type CountState = { count: number };

/**
 * Multiplies updates by a factor.
 *
 * $$ u = c\, g $$
 *
 * @param factor c.
 * @returns the transformation.
 * @throws SurrogateError `range` when the factor is not finite.
 * @example
 * import { scale } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [scale(-0.5), tensor([2, 4])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [-1, -2]
 */
export function scale(factor: number): GradientTransformation<NoState> {
  checkFinite('scale', 'factor', factor);
  return defineTransformation<NoState>('scale', {
    init: () => ({}),
    update: (updates, state) => ({ updates: mapByPath(updates, (g) => mul(g, factor)), state }),
  });
}

/** Counts steps and multiplies by a function of them. */
const scaleByCount = (name: string, factor: (step: number) => number): GradientTransformation<CountState> =>
  defineTransformation<CountState>(name, {
    init: () => ({ count: 0 }),
    update: (updates, { count }) => ({ updates: mapByPath(updates, (g) => mul(g, factor(count))), state: { count: count + 1 } }),
  });

/**
 * Multiplies updates by a schedule.
 *
 * $$ u = c_t\, g $$
 *
 * @param schedule c, a function of the step, which counts from 0.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @example
 * import { linear, scaleBySchedule } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [scaleBySchedule(linear(1, 0, { steps: 2 })), tensor([2, 4])];
 * await transformation.update({ w }, { count: 1 }, { w }).updates.w.data(); // [1, 2]
 */
export function scaleBySchedule(schedule: Scheduled): GradientTransformation<CountState> {
  checkScheduled('scaleBySchedule', 'schedule', schedule, -Infinity);
  return scaleByCount('scaleBySchedule', (step) => valueAt(schedule, step));
}

/**
 * Turns a direction of ascent into a step of descent: multiplies by minus the learning rate.
 *
 * $$ u = -\eta_t\, g $$
 *
 * @param learningRate η, >= 0, or a schedule.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @example
 * import { scaleByLearningRate } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [scaleByLearningRate(0.5), tensor([2, 4])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [-1, -2]
 */
export function scaleByLearningRate(learningRate: Scheduled): GradientTransformation<CountState> {
  checkScheduled('scaleByLearningRate', 'learningRate', learningRate);
  return scaleByCount('scaleByLearningRate', (step) => -valueAt(learningRate, step));
}
