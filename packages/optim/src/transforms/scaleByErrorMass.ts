/** @file Gradients divided by the probability of error. */
import { mul } from '@tensorflow/tfjs-core';
import { checkAbove, defineTransformation, fail, type GradientTransformation } from '@surrogate/core';
import { mapByPath } from './byPath.js';
import type { NoState } from './scale.js';

/** Options of {@link scaleByErrorMass}. */
export interface ScaleByErrorMassOptions {
  /** The least mass that is divided by, > 0. Default 1e-12. */
  least?: number | undefined;
}

/**
 * Divides gradients of a cross-entropy by the mean probability that the model gives to what is wrong, so that training does not slow down as it succeeds.
 *
 * $$ u = g \Big/ \tfrac1B \textstyle\sum_i (1 - p_i(y_i)) $$
 *
 * Each update needs `extra.errorMass`, that mean, as a host number.
 *
 * @returns the transformation.
 * @throws SurrogateError `range`; by the update also where no mass is given.
 * @see Tyurin: From Logistic Regression to the Perceptron Algorithm, 2024. arXiv:2412.08424
 * @example
 * import { scaleByErrorMass } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [scaleByErrorMass(), tensor([3, 4])];
 * await transformation.update({ w }, transformation.init({ w }), { w }, { errorMass: 0.5 }).updates.w.data(); // [6, 8]
 */
export function scaleByErrorMass({ least = 1e-12 }: ScaleByErrorMassOptions = {}): GradientTransformation<NoState> {
  checkAbove('scaleByErrorMass', 'least', least, 0);
  return defineTransformation<NoState>('scaleByErrorMass', {
    init: () => ({}),
    update(updates, state, _params, { errorMass }) {
      if (errorMass === undefined || !(errorMass >= 0 && errorMass <= 1))
        fail('range', 'scaleByErrorMass', 'extra.errorMass', `must be in [0, 1], got ${String(errorMass)}`);
      return { updates: mapByPath(updates, (g) => mul(g, 1 / Math.max(errorMass, least))), state };
    },
  });
}
