/** @file Transformations that set the size of gradients: unit length, or in proportion to their parameter. */
import { add, div, greater, logicalAnd, mean, mul, onesLike, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkAtLeast,
  checkOneOf,
  defineTransformation,
  maximum,
  safeNorm,
  select,
  treeNorm,
  type ByPath,
  type GradientTransformation,
} from '@surrogate/core';
import { mapByPath } from './byPath.js';
import type { NoState } from './scale.js';

/** @internal A transformation that remembers nothing. */
export const stateless = (name: string, update: (updates: ByPath, params: ByPath) => ByPath): GradientTransformation<NoState> =>
  defineTransformation<NoState>(name, {
    init: () => ({}),
    update: (updates, state, params) => ({ updates: update(updates, params), state }),
  });

/** Options of {@link normalizeByNorm}. */
export interface NormalizeByNormOptions {
  /** The length that all gradients together get, > 0. Default 1. */
  size?: number | undefined;
  /** Added to the norm, > 0. Default 1e-6. */
  eps?: number | undefined;
}

/**
 * Brings all gradients together to one length; their direction stays. `chain(normalizeByNorm(), sgd(lr))` is normalised gradient descent.
 *
 * $$ u = c \frac{g}{\lVert g \rVert + \epsilon} $$
 *
 * @param options the length.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Hazan, Levy, Shalev-Shwartz: Beyond Convexity: Stochastic Quasi-Convex Optimization, 2015. arXiv:1507.02030
 * @example
 * import { normalizeByNorm } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [normalizeByNorm(), tensor([3, 4])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [0.6, 0.8]
 */
export function normalizeByNorm({ size = 1, eps = 1e-6 }: NormalizeByNormOptions = {}): GradientTransformation<NoState> {
  checkAbove('normalizeByNorm', 'size', size, 0);
  checkAbove('normalizeByNorm', 'eps', eps, 0);
  return stateless('normalizeByNorm', (updates) => {
    if (Object.keys(updates).length === 0) return updates;
    const length = add(treeNorm(updates), eps);
    return mapByPath(updates, (g) => mul(div(g, length), size));
  });
}

/** The norm of a parameter over that of its update; 1 where either is 0. */
function trustRatio(param: Tensor, update: Tensor): Tensor {
  const [length, wanted] = [safeNorm(param), safeNorm(update)];
  const both = logicalAnd(greater(length, 0), greater(wanted, 0));
  return select(both, div(length, select(both, wanted, onesLike(wanted))), onesLike(length));
}

/** Options of {@link scaleByTrustRatio}. */
export interface TrustRatioOptions {
  /** What share of a parameter's norm an update is, > 0. Default 1. */
  coefficient?: number | undefined;
}

/**
 * Makes each update as long as its parameter tensor, or a share of that: what LAMB and LARS are about.
 *
 * $$ u_l = c \frac{\lVert \theta_l \rVert}{\lVert g_l \rVert} g_l $$
 *
 * The ratio is 1 where either norm is 0.
 *
 * @param options the share.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see You, Gitman, Ginsburg: Large Batch Training of Convolutional Networks, 2017. arXiv:1708.03888
 * @example
 * import { scaleByTrustRatio } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const transformation = scaleByTrustRatio();
 * await transformation.update({ w: tensor([0, 10]) }, {}, { w: tensor([3, 4]) }).updates.w.data(); // [0, 5]
 */
export function scaleByTrustRatio({ coefficient = 1 }: TrustRatioOptions = {}): GradientTransformation<NoState> {
  checkAbove('scaleByTrustRatio', 'coefficient', coefficient, 0);
  return stateless('scaleByTrustRatio', (updates, params) =>
    mapByPath(updates, (u, path) => mul(u, mul(trustRatio(params[path]!, u), coefficient))),
  );
}

/** Options of {@link scaleByParameterSize}. */
export interface ParameterSizeOptions {
  /** `norm`: Euclidean length, `rms`: root mean square. Default rms. */
  by?: 'norm' | 'rms' | undefined;
  /** The least size that counts, >= 0. Default 1e-3. */
  least?: number | undefined;
}

/**
 * Multiplies each update by the size of its parameter tensor.
 *
 * $$ u_l = \max(\lVert \theta_l \rVert, c)\, g_l, \qquad \text{or with } \operatorname{rms}(\theta_l) $$
 *
 * @param options which size.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Shazeer, Stern: Adafactor, 2018. arXiv:1804.04235
 * @example
 * import { scaleByParameterSize } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const transformation = scaleByParameterSize({ by: 'norm' });
 * await transformation.update({ w: tensor([0, 1]) }, {}, { w: tensor([3, 4]) }).updates.w.data(); // [0, 5]
 */
export function scaleByParameterSize({ by = 'rms', least = 1e-3 }: ParameterSizeOptions = {}): GradientTransformation<NoState> {
  checkOneOf('scaleByParameterSize', 'by', by, ['norm', 'rms']);
  checkAtLeast('scaleByParameterSize', 'least', least, 0);
  const size = (x: Tensor) => (by === 'norm' ? safeNorm(x) : sqrt(mean(square(x))));
  return stateless('scaleByParameterSize', (updates, params) =>
    mapByPath(updates, (u, path) => mul(u, maximum(size(params[path]!), least))),
  );
}

/** Options of {@link centralize}. */
export interface CentralizeOptions {
  /** `fanIn`: the mean over all axes but the last, for kernels whose outputs are last, as in tfjs; `fanOut`: over all but the first. Default fanIn. */
  over?: 'fanIn' | 'fanOut' | undefined;
}

/**
 * Takes the mean off gradients of matrices and kernels, for each output by itself; vectors and scalars stay.
 *
 * $$ u_{\cdot j} = g_{\cdot j} - \tfrac{1}{M} \textstyle\sum_i g_{ij} $$
 *
 * optax takes the mean over all axes but the first (`fanOut`), which is the paper's rule for kernels with outputs first.
 *
 * @param options which axes.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Yong, Huang, Hua, Zhang: Gradient Centralization: A New Optimization Technique for Deep Neural Networks, 2020. arXiv:2004.01461
 * @example
 * import { centralize } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [centralize(), tensor([[1, 2], [3, 6]])];
 * await transformation.update({ w }, {}, { w }).updates.w.data(); // [-1, -2, 1, 2]
 */
export function centralize({ over = 'fanIn' }: CentralizeOptions = {}): GradientTransformation<NoState> {
  checkOneOf('centralize', 'over', over, ['fanIn', 'fanOut']);
  return stateless('centralize', (updates) =>
    mapByPath(updates, (g) => {
      if (g.rank < 2) return g;
      const axes = g.shape.map((_size, axis) => axis);
      return sub(g, mean(g, over === 'fanIn' ? axes.slice(0, -1) : axes.slice(1), true));
    }),
  );
}
