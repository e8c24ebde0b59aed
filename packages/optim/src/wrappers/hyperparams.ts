/** @file Hyper-parameters in the state, where they can be read, changed and saved. */
import { defineTransformation, fail, type GradientTransformation, type Scheduled, type StateTree } from '@surrogate/core';
import { valueAt } from '../schedules/scheduled.js';

/** The state of {@link injectHyperparams}: the values, which may be assigned, and the state of what they make. */
export type HyperparamsState<K extends string> = { count: number; values: Record<K, number>; inner: StateTree };

/**
 * Makes an optimizer whose hyper-parameters stand in its state: they can be shown, set from a slider while training runs, and are saved with it.
 *
 * `state.values.learningRate = 0.01` holds from the next step on, for what was given as a number; what was given as a schedule is computed anew at each step, and can be read.
 *
 * @param make the optimizer of some hyper-parameters, all numbers: `({ learningRate }) => adamw(learningRate)`. It is called at each step, so it should only make the optimizer.
 * @param values the hyper-parameters: numbers or schedules.
 * @returns the transformation.
 * @throws SurrogateError `dtype`.
 * @example
 * import { injectHyperparams, sgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = injectHyperparams(({ learningRate }) => sgd(learningRate), { learningRate: 0.5 });
 * const params = { w: tensor([1, 2]) };
 * const state = optimizer.init(params);
 * state.values.learningRate = 1;
 * await step(optimizer, params, { w: tensor([1, 1]) }, state).params.w.data(); // [0, 1]
 */
export function injectHyperparams<K extends string>(
  make: (values: Readonly<Record<K, number>>) => GradientTransformation,
  values: Readonly<Record<K, Scheduled>>,
): GradientTransformation<HyperparamsState<K>> {
  const fn = 'injectHyperparams';
  if (typeof make !== 'function') fail('dtype', fn, 'make', `must be a function of the hyper-parameters, got ${typeof make}`);
  const names = Object.keys(values) as K[];
  for (const name of names)
    if (typeof values[name] !== 'function' && typeof values[name] !== 'number')
      fail('dtype', fn, `values.${name}`, `must be a number or a schedule, got ${typeof values[name]}`);
  const at = (count: number, current: Readonly<Record<K, number>> | undefined) =>
    Object.fromEntries(
      names.map((name) => {
        const given = values[name];
        return [name, typeof given === 'function' ? valueAt(given, count) : (current?.[name] ?? given)];
      }),
    ) as Record<K, number>;
  return defineTransformation<HyperparamsState<K>>(fn, {
    init(params) {
      const first = at(0, undefined);
      return { count: 0, values: first, inner: make(first).init(params) };
    },
    update(updates, { count, values: current, inner }, params, extra) {
      const now = at(count, current);
      const made = make(now).update(updates, inner, params, extra);
      return { updates: made.updates, state: { count: count + 1, values: at(count + 1, now), inner: made.state } };
    },
  });
}
