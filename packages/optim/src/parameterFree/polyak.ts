/** @file Polyak's step: as long as the loss says. */
import { add, div, greater, mul, scalar } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkAtLeast,
  checkFinite,
  defineTransformation,
  fail,
  minimum,
  select,
  type GradientTransformation,
} from '@surrogate/core';
import { mapByPath } from '../transforms/byPath.js';
import type { NoState } from '../transforms/scale.js';
import { squaredNorm } from './wholeTree.js';

/** Options of {@link polyakSgd}. */
export interface PolyakOptions {
  /** The longest step size, > 0. Default 1. */
  most?: number | undefined;
  /** f*, the least loss that there can be. Default 0. */
  least?: number | undefined;
  /** Added to the squared norm, >= 0. Default 0. */
  eps?: number | undefined;
}

/**
 * SGD whose learning rate is read from the loss: the step that would bring a linear loss to its least value.
 *
 * $$ \theta_{t+1} = \theta_t - \min\left( \frac{[f(\theta_t) - f^*]_+}{\lVert g_t \rVert^2 + \epsilon}, \eta \right) g_t $$
 *
 * The loss comes with each step: `step(optimizer, params, grads, state, { loss })`.
 *
 * @param options the bounds.
 * @returns the transformation; its updates throw where no loss is told.
 * @throws SurrogateError `range`.
 * @see Loizou, Vaswani, Laradji, Lacoste-Julien: Stochastic Polyak Step-size for SGD, 2020. arXiv:2002.10542
 * @example
 * import { polyakSgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = polyakSgd();
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([3, 4]) }, optimizer.init(params), { loss: 2.5 }).params.w.data(); // [0.7, 1.6]
 */
export function polyakSgd({ most = 1, least = 0, eps = 0 }: PolyakOptions = {}): GradientTransformation<NoState> {
  checkAbove('polyakSgd', 'most', most, 0);
  checkFinite('polyakSgd', 'least', least);
  checkAtLeast('polyakSgd', 'eps', eps, 0);
  return defineTransformation<NoState>('polyakSgd', {
    init: () => ({}),
    update(updates, state, _params, { loss }) {
      if (loss === undefined) fail('range', 'polyakSgd', 'extra.loss', 'must be told with each step, got undefined');
      const length = add(squaredNorm(updates), eps);
      const some = greater(length, 1e-30);
      const size = minimum(div(Math.max(loss - least, 0), select(some, length, scalar(1))), most);
      const factor = select(some, mul(size, -1), scalar(0));
      return { updates: mapByPath(updates, (g) => mul(g, factor)), state };
    },
  });
}
