/** @file Schedule-free learning: averaging in the place of a decaying learning rate. */
import { add, clone, div, mul, sub } from '@tensorflow/tfjs-core';
import {
  checkAtLeast,
  checkBetween,
  defineTransformation,
  treeMap,
  treeZip,
  type ByPath,
  type GradientTransformation,
  type Scheduled,
  type StateTree,
  type TensorTree,
} from '@surrogate/core';
import { checkScheduled, valueAt } from '../schedules/scheduled.js';
import { mapByPath } from '../transforms/byPath.js';
import { checkTransformation } from './check.js';

/** The state of {@link scheduleFree}: the parameters z that the wrapped optimizer moves, and the weights of the average. */
export type ScheduleFreeState = { count: number; total: number; largest: number; b1: number; z: ByPath; inner: StateTree };

/** Options of {@link scheduleFree}. */
export interface ScheduleFreeOptions {
  /** How near to the average gradients are taken, in (0, 1]. Default 0.9. */
  b1?: number | undefined;
  /** What power of the learning rate weighs the average, >= 0. Default 2. */
  power?: number | undefined;
}

/**
 * Takes gradients between an optimizer's parameters z and their average x, so that no schedule need know when training ends. The parameters that are trained are y;
 * {@link scheduleFreeParams} gives x, which is the model.
 *
 * $$ z_{t+1} = z_t + u_t, \qquad x_{t+1} = (1 - c_t)\, x_t + c_t z_{t+1}, \qquad y_{t+1} = \beta_1 x_{t+1} + (1 - \beta_1) z_{t+1} $$
 *
 * with c the share of the largest learning rate so far, to the power, in the sum of all. A warm-up is still wanted.
 *
 * @param inner the optimizer, without momentum: `sgd(lr)`, or `adamw(lr, { b1: 0 })`.
 * @param learningRate the same learning rate again.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @see Defazio, Yang, Mehta, Mishchenko, Khaled, Cutkosky: The Road Less Scheduled, 2024. arXiv:2405.15682
 * @example
 * import { scheduleFree, sgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = scheduleFree(sgd(0.5), 0.5);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([1, 1]) }, optimizer.init(params)).params.w.data(); // [0.5, 1.5]
 */
export function scheduleFree(
  inner: GradientTransformation,
  learningRate: Scheduled,
  { b1 = 0.9, power = 2 }: ScheduleFreeOptions = {},
): GradientTransformation<ScheduleFreeState> {
  checkTransformation('scheduleFree', inner);
  checkScheduled('scheduleFree', 'learningRate', learningRate);
  checkBetween('scheduleFree', 'b1', b1, Number.MIN_VALUE, 1, true);
  checkAtLeast('scheduleFree', 'power', power, 0);
  return defineTransformation<ScheduleFreeState>('scheduleFree', {
    init: (params) => ({ count: 0, total: 0, largest: 0, b1, z: mapByPath(params, (x) => clone(x)), inner: inner.init(params) }),
    update(updates, state, params, extra) {
      const largest = Math.max(state.largest, valueAt(learningRate, state.count));
      const weight = largest ** power;
      const total = state.total + weight;
      const share = total === 0 ? 0 : weight / total;
      const made = inner.update(updates, state.inner, params, extra);
      const z = mapByPath(state.z, (x, path) => add(x, made.updates[path]!));
      const moved = treeZip(updates, params, (_g, y, path) => {
        const average = div(sub(y, mul(state.z[path]!, 1 - b1)), b1);
        const next = add(mul(average, 1 - share), mul(z[path]!, share));
        return sub(add(mul(next, b1), mul(z[path]!, 1 - b1)), y);
      });
      return { updates: moved, state: { count: state.count + 1, total, largest, b1, z, inner: made.state } };
    },
  });
}

/**
 * The average that schedule-free training is about, from the parameters that are trained.
 *
 * $$ x = \frac{y - (1 - \beta_1) z}{\beta_1} $$
 *
 * @param params y, the parameters that `step` gives.
 * @param state the state of {@link scheduleFree}.
 * @returns new parameters; those that were given stay.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { scheduleFree, scheduleFreeParams, sgd } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const params = { w: tensor([1, 2]) };
 * await scheduleFreeParams(params, scheduleFree(sgd(0.5), 0.5).init(params)).w.data(); // [1, 2]
 */
export function scheduleFreeParams<P extends TensorTree<P>>(params: P, { b1, z }: ScheduleFreeState): P {
  return treeMap(params, (y, path) => div(sub(y, mul(z[path]!, 1 - b1)), b1));
}
