/** @file Large batches out of small ones. */
import { add, div, sub, zerosLike } from '@tensorflow/tfjs-core';
import {
  checkBoolean,
  checkInteger,
  defineTransformation,
  treeMap,
  type ByPath,
  type GradientTransformation,
  type Scheduled,
  type StateTree,
} from '@surrogate/core';
import { valueAt } from '../schedules/scheduled.js';
import { zerosByPath } from '../transforms/byPath.js';
import { checkTransformation } from './check.js';

/** The state of {@link accumulate}: steps taken, gradients since the last one, their mean or sum, and the state of what is wrapped. */
export type AccumulateState = { count: number; seen: number; mean: ByPath; inner: StateTree };

/** Options of {@link accumulate}. */
export interface AccumulateOptions {
  /** Sum gradients in the place of their mean. Default false. */
  sum?: boolean | undefined;
}

/**
 * Waits until several gradients have come, then takes one step with their mean.
 *
 * $$ u = t\left( \tfrac1k \textstyle\sum_{i=1}^{k} g_i \right) \text{ at each } k\text{-th step}, \quad 0 \text{ between} $$
 *
 * @param inner what takes the step; between, its state stays as it is.
 * @param every k, an integer, >= 1, or a schedule of it by the steps that were taken, such as a batch that grows.
 * @param options mean or sum.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @example
 * import { accumulate, scale } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [twice, w] = [accumulate(scale(-1), 2), tensor([1, 2])];
 * const first = twice.update({ w }, twice.init({ w }), { w });
 * await twice.update({ w: tensor([3, 0]) }, first.state, { w }).updates.w.data(); // [-2, -1]
 */
export function accumulate(
  inner: GradientTransformation,
  every: Scheduled,
  { sum = false }: AccumulateOptions = {},
): GradientTransformation<AccumulateState> {
  checkTransformation('accumulate', inner);
  if (typeof every !== 'function') checkInteger('accumulate', 'every', every, 1);
  checkBoolean('accumulate', 'sum', sum);
  return defineTransformation<AccumulateState>('accumulate', {
    init: (params) => ({ count: 0, seen: 0, mean: zerosByPath(params), inner: inner.init(params) }),
    update(updates, { count, seen, mean, inner: state }, params, extra) {
      const now = seen + 1;
      const next = treeMap(updates, (g, path) => add(mean[path]!, sum ? g : div(sub(g, mean[path]!), now)));
      if (now < valueAt(every, count))
        return { updates: treeMap(updates, (g) => zerosLike(g)), state: { count, seen: now, mean: next, inner: state } };
      const made = inner.update(next, state, params, extra);
      return { updates: made.updates, state: { count: count + 1, seen: 0, mean: zerosByPath(updates), inner: made.state } };
    },
  });
}
