/** @file Decoupled weight decay. */
import { add, mul } from '@tensorflow/tfjs-core';
import { defineTransformation, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkScheduled, valueAt } from '../schedules/scheduled.js';
import { mapByPath, taken, type PathMask } from './byPath.js';
import type { CountState } from './scale.js';

/** Options of {@link addDecayedWeights}. */
export interface DecayedWeightsOptions {
  /** Which parameters decay. Default all. */
  mask?: PathMask | undefined;
}

/**
 * Adds a part of the parameters to their updates; behind a learning rate it is decoupled weight decay.
 *
 * $$ u = g + \lambda_t\, \theta $$
 *
 * @param weightDecay λ, >= 0, or a schedule.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Loshchilov, Hutter: Decoupled Weight Decay Regularization, 2017. arXiv:1711.05101
 * @example
 * import { addDecayedWeights } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [addDecayedWeights(0.1), tensor([1, 2])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [1.1, 2.2]
 */
export function addDecayedWeights(weightDecay: Scheduled, { mask }: DecayedWeightsOptions = {}): GradientTransformation<CountState> {
  checkScheduled('addDecayedWeights', 'weightDecay', weightDecay);
  return defineTransformation<CountState>('addDecayedWeights', {
    init: () => ({ count: 0 }),
    update(updates, { count }, params) {
      const decay = valueAt(weightDecay, count);
      const decayed = mapByPath(updates, (g, path) => {
        const theta = params[path]!;
        return decay !== 0 && taken(mask, path, theta) ? add(g, mul(theta, decay)) : g;
      });
      return { updates: decayed, state: { count: count + 1 } };
    },
  });
}
