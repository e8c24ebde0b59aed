/** @file Transformations that bound gradients. */
import { div, mul, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  clip,
  defineTransformation,
  maximum,
  safeNorm,
  treeNorm,
  type ByPath,
  type GradientTransformation,
} from '@surrogate/core';
import { mapByPath } from './byPath.js';
import type { NoState } from './scale.js';

const stateless = (name: string, update: (updates: ByPath) => ByPath): GradientTransformation<NoState> =>
  defineTransformation<NoState>(name, { init: () => ({}), update: (updates, state) => ({ updates: update(updates), state }) });

/** What brings a norm down to the largest allowed: 1 where it is within. */
const shrink = (norm: Tensor, most: number): Tensor => div(most, maximum(norm, most));

/**
 * Scales all gradients together, so that their norm is at most a bound; their direction stays.
 *
 * $$ u = g \min\left(1, \tfrac{c}{\lVert g \rVert}\right), \qquad \lVert g \rVert^2 = \textstyle\sum_{\text{leaves}} \sum_i g_i^2 $$
 *
 * @param maxNorm c, > 0.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Pascanu, Mikolov, Bengio: On the Difficulty of Training Recurrent Neural Networks, 2012. arXiv:1211.5063
 * @example
 * import { clipByGlobalNorm } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [clipByGlobalNorm(1), tensor([3, 4])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [0.6, 0.8]
 */
export function clipByGlobalNorm(maxNorm: number): GradientTransformation<NoState> {
  checkAbove('clipByGlobalNorm', 'maxNorm', maxNorm, 0);
  const clipped = stateless('clipByGlobalNorm', (updates) => {
    if (Object.keys(updates).length === 0) return updates;
    const factor = shrink(treeNorm(updates), maxNorm);
    return mapByPath(updates, (g) => mul(g, factor));
  });
  return { ...clipped, maxNorm };
}

/**
 * Scales each gradient tensor by itself, so that its norm is at most a bound.
 *
 * $$ u_l = g_l \min\left(1, \tfrac{c}{\lVert g_l \rVert}\right) $$
 *
 * @param maxNorm c, > 0.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @example
 * import { clipByBlockNorm } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [clipByBlockNorm(1), tensor([3, 4])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [0.6, 0.8]
 */
export function clipByBlockNorm(maxNorm: number): GradientTransformation<NoState> {
  checkAbove('clipByBlockNorm', 'maxNorm', maxNorm, 0);
  return stateless('clipByBlockNorm', (updates) => mapByPath(updates, (g) => mul(g, shrink(safeNorm(g), maxNorm))));
}

/**
 * Cuts each element of the gradients off at ± a bound.
 *
 * $$ u_i = \min(\max(g_i, -c), c) $$
 *
 * @param bound c, > 0.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @example
 * import { clipByValue } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [clipByValue(1), tensor([3, -0.5])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [1, -0.5]
 */
export function clipByValue(bound: number): GradientTransformation<NoState> {
  checkAbove('clipByValue', 'bound', bound, 0);
  return stateless('clipByValue', (updates) => mapByPath(updates, (g) => clip(g, -bound, bound)));
}
