/** @file Transformations that bound gradients. */
import { div, mean, mul, sqrt, square, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, clip, maximum, safeNorm, treeNorm, type GradientTransformation } from '@surrogate/core';
import { mapByPath } from './byPath.js';
import { stateless } from './normalize.js';
import type { NoState } from './scale.js';

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

/**
 * Scales each gradient tensor by itself, so that its root mean square is at most a bound.
 *
 * $$ u_l = \frac{g_l}{\max(1, \operatorname{rms}(g_l) / c)} $$
 *
 * @param most c, > 0.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Shazeer, Stern: Adafactor, 2018. arXiv:1804.04235
 * @example
 * import { clipByBlockRms } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [clipByBlockRms(1), tensor([2, -2])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [1, -1]
 */
export function clipByBlockRms(most: number): GradientTransformation<NoState> {
  checkAbove('clipByBlockRms', 'most', most, 0);
  return stateless('clipByBlockRms', (updates) =>
    mapByPath(updates, (g) => (g.size === 0 ? g : mul(g, shrink(sqrt(mean(square(g))), most)))),
  );
}

/** Options of {@link adaptiveGradClip}. */
export interface AdaptiveGradClipOptions {
  /** Parameters count as at least this long, > 0. Default 1e-3. */
  eps?: number | undefined;
}

/** Lengths of a tensor's units: of each output of a kernel, `[..., in, out]`; of a vector or scalar as a whole. */
const unitNorms = (x: Tensor): Tensor =>
  x.rank < 2 ? safeNorm(x) : safeNorm(x, { axis: x.shape.map((_size, axis) => axis).slice(0, -1), keepDims: true });

/**
 * Adaptive gradient clipping: the gradient of each output's weights may be at most a share as long as these weights.
 *
 * $$ u_j = g_j \min\left(1, \frac{c \max(\lVert \theta_j \rVert, \epsilon)}{\lVert g_j \rVert}\right) $$
 *
 * with j the last axis of matrices and kernels, and vectors as a whole.
 *
 * @param clipping c, > 0. Default 0.01.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Brock, De, Smith, Simonyan: High-Performance Large-Scale Image Recognition Without Normalization, 2021. arXiv:2102.06171
 * @example
 * import { adaptiveGradClip } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const transformation = adaptiveGradClip(0.1);
 * await transformation.update({ w: tensor([[3, 0.1], [4, 0]]) }, {}, { w: tensor([[5, 5], [0, 0]]) }).updates.w.data(); // [0.3, 0.1, 0.4, 0]
 */
export function adaptiveGradClip(clipping = 0.01, { eps = 1e-3 }: AdaptiveGradClipOptions = {}): GradientTransformation<NoState> {
  checkAbove('adaptiveGradClip', 'clipping', clipping, 0);
  checkAbove('adaptiveGradClip', 'eps', eps, 0);
  return stateless('adaptiveGradClip', (updates, params) =>
    mapByPath(updates, (g, path) => {
      const most = mul(maximum(unitNorms(params[path]!), eps), clipping);
      return mul(g, div(most, maximum(unitNorms(g), most)));
    }),
  );
}
