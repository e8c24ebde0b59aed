/** @file Transformations that take part at some steps only. */
import { defineTransformation, fail, type GradientTransformation, type StateTree } from '@surrogate/core';
import { checkTransformation } from './check.js';

/** The state of {@link applyWhen}. */
export type WhenState = { count: number; inner: StateTree };

/**
 * Applies a transformation at the steps that a condition names; at the others gradients pass unchanged, and its state stays.
 *
 * @param inner the transformation.
 * @param when whether it takes part at a step, from 0: `(step) => step >= 1000`.
 * @returns the transformation.
 * @throws SurrogateError `dtype`.
 * @example
 * import { applyWhen, scale } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [applyWhen(scale(0.5), (step) => step % 2 === 0), tensor([1, 2])];
 * const first = transformation.update({ w }, transformation.init({ w }), { w });
 * await first.updates.w.data(); // [0.5, 1]
 * await transformation.update({ w }, first.state, { w }).updates.w.data(); // [1, 2]
 */
export function applyWhen(inner: GradientTransformation, when: (step: number) => boolean): GradientTransformation<WhenState> {
  checkTransformation('applyWhen', inner);
  if (typeof when !== 'function') fail('dtype', 'applyWhen', 'when', `must be a function of the step, got ${typeof when}`);
  return defineTransformation<WhenState>('applyWhen', {
    init: (params) => ({ count: 0, inner: inner.init(params) }),
    update(updates, { count, inner: state }, params, extra) {
      if (!when(count)) return { updates, state: { count: count + 1, inner: state } };
      const made = inner.update(updates, state, params, extra);
      return { updates: made.updates, state: { count: count + 1, inner: made.state } };
    },
  });
}
