/** @file Reparametrisations: parameters that are trained as something else. */
import { atan, clone, mul, tan, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkAtLeast, clip, pow, safeAbs, sign, treeMap, type TensorTree } from '@surrogate/core';
import { checkFunction } from '../host/vectors.js';
import { taken, type PathMask } from '../transforms/byPath.js';

/** How a parameter comes from what is trained in its place. */
export interface Reparameterization {
  /** What it is called. */
  readonly name: string;
  /** w of v; gradients flow through. */
  forward(v: Tensor): Tensor;
  /** v of w: where training starts so that the network starts unchanged. */
  inverse(w: Tensor): Tensor;
}

/** Options of {@link weightCompander}. */
export interface WeightCompanderOptions {
  /** a, > 0: no weight is larger than aπ/2. Default 0.5. */
  a?: number | undefined;
  /** b, > 0: below it weights are expanded by a/b. Default 0.5. */
  b?: number | undefined;
}

/**
 * Weights that are bounded, and pushed away from 0 where a > b.
 *
 * $$ w = a \arctan(v / b), \qquad |w| < a \pi / 2 $$
 *
 * The arctangent is the form that the paper's two stated properties suggest; its text was not at hand. With a and b trained it is `learnedCompander`.
 *
 * @returns the reparametrisation.
 * @throws SurrogateError `range`.
 * @see Cakaj, Mehnert, Yang: Weight Compander: A Simple Weight Reparameterization for Regularization, 2023. arXiv:2306.16993
 * @example
 * import { weightCompander } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await weightCompander({ a: 1, b: 1 }).forward(tensor([0, 0.5, 10])).data(); // [0, 0.463648, 1.471128]
 */
export function weightCompander({ a = 0.5, b = 0.5 }: WeightCompanderOptions = {}): Reparameterization {
  checkAbove('weightCompander', 'a', a, 0);
  checkAbove('weightCompander', 'b', b, 0);
  return {
    name: 'weightCompander',
    forward: (v) => tidy(() => mul(atan(mul(v, 1 / b)), a)),
    // Near ±π/2 the tangent is too steep to start from.
    inverse: (w) => tidy(() => mul(tan(clip(mul(w, 1 / a), -1.5, 1.5)), b)),
  };
}

/**
 * Weights that are powers of what is trained: small ones move slowly and end at 0.
 *
 * $$ w = v |v|^{\alpha - 1} $$
 *
 * @param alpha α, >= 1.
 * @returns the reparametrisation.
 * @throws SurrogateError `range`.
 * @see Schwarz, Jayakumar, Pascanu, Latham, Teh: Powerpropagation, 2021. arXiv:2110.00296
 * @example
 * import { powerprop } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await powerprop(2).forward(tensor([-3, 0.5])).data(); // [-9, 0.25]
 */
export function powerprop(alpha: number): Reparameterization {
  checkAtLeast('powerprop', 'alpha', alpha, 1);
  return {
    name: 'powerprop',
    forward: (v) => tidy(() => mul(v, pow(safeAbs(v), alpha - 1))),
    inverse: (w) => tidy(() => mul(sign(w), pow(safeAbs(w), 1 / alpha))),
  };
}

/** Parameters under a reparametrisation. */
export interface Reparameterized<P> {
  /** What is trained; the caller's. */
  readonly params: P;
  /** The parameters that these stand for, for the loss and for export. */
  materialize(params: P): P;
}

/** Options of {@link reparameterize}. */
export interface ReparameterizeOptions {
  /** Which parameters; the rest are trained as they are. Default those of two axes or more: kernels, not biases and scales. */
  mask?: PathMask | undefined;
}

/**
 * Puts parameters under a reparametrisation: train `params`, and let the loss see `materialize(params)`.
 *
 * $$ \min_v L(\Psi(v)), \qquad v_0 = \Psi^{-1}(w_0) $$
 *
 * @param params a tree of float32 tensors, which is left alone.
 * @param rule the reparametrisation.
 * @returns what to train, and the way back.
 * @throws SurrogateError `dtype`, `disposed`.
 * @see Cakaj, Mehnert, Yang: Weight Compander, 2023. arXiv:2306.16993
 * @example
 * import { powerprop, reparameterize } from '@surrogate/optim';
 * import { tensor2d } from '@tensorflow/tfjs-core';
 * const { params, materialize } = reparameterize({ w: tensor2d([[4]]) }, powerprop(2));
 * await params.w.data(); // [2]
 * await materialize(params).w.data(); // [4]
 */
export function reparameterize<P extends TensorTree<P>>(
  params: P,
  rule: Reparameterization,
  { mask = (_path, x) => x.rank > 1 }: ReparameterizeOptions = {},
): Reparameterized<P> {
  checkFunction('reparameterize', 'rule.forward', rule?.forward);
  checkFunction('reparameterize', 'rule.inverse', rule.inverse);
  const mapped = (tree: P, f: (x: Tensor) => Tensor): P => treeMap(tree, (x, path) => (taken(mask, path, x) ? f(x) : clone(x)));
  return { params: mapped(params, (w) => rule.inverse(w)), materialize: (now) => mapped(now, (v) => rule.forward(v)) };
}
