/** @file Large batches out of small ones. */
import { add, div, sub, zerosLike } from '@tensorflow/tfjs-core';
import { checkInteger, defineTransformation, treeMap, type ByPath, type GradientTransformation, type StateTree } from '@surrogate/core';
import { zerosByPath } from '../transforms/byPath.js';
import { checkTransformation } from './check.js';

/** The state of {@link accumulate}: the mean of the gradients since the last step, and the state of what is wrapped. */
export type AccumulateState = { count: number; mean: ByPath; inner: StateTree };

/**
 * Collects the gradients of several small batches and steps with their mean; between the steps the updates are 0.
 *
 * $$ u = t\left( \frac{1}{k} \sum_{i=1}^{k} g_i \right) \text{ at every } k\text{-th call, else } 0 $$
 *
 * @param inner the transformation that sees the means.
 * @param every k, >= 1.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @example
 * import { accumulate, scale } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [twice, w] = [accumulate(scale(-1), 2), tensor([1, 2])];
 * const first = twice.update({ w }, twice.init({ w }), { w });
 * await twice.update({ w: tensor([3, 0]) }, first.state, { w }).updates.w.data(); // [-2, -1]
 */
export function accumulate(inner: GradientTransformation, every: number): GradientTransformation<AccumulateState> {
  checkTransformation('accumulate', inner);
  checkInteger('accumulate', 'every', every, 1);
  return defineTransformation<AccumulateState>('accumulate', {
    init: (params) => ({ count: 0, mean: zerosByPath(params), inner: inner.init(params) }),
    update(updates, { count, mean, inner: state }, params, extra) {
      const seen = (count % every) + 1;
      const next = treeMap(updates, (g, path) => add(mean[path]!, div(sub(g, mean[path]!), seen)));
      if (seen < every) return { updates: treeMap(updates, (g) => zerosLike(g)), state: { count: count + 1, mean: next, inner: state } };
      const made = inner.update(next, state, params, extra);
      return { updates: made.updates, state: { count: count + 1, mean: zerosByPath(updates), inner: made.state } };
    },
  });
}
