/** @file The weight compander whose two constants are trained, a pair for each parameter. */
import { atan, clone, div, mul, scalar, tidy } from '@tensorflow/tfjs-core';
import { checkAbove, softplus, treeLeaves, treeMap, type ByPath, type TensorTree } from '@surrogate/core';
import { taken } from '../transforms/byPath.js';
import { reparameterize, weightCompander, type ReparameterizeOptions, type WeightCompanderOptions } from './reparameterize.js';

/** What is trained under {@link learnedCompander}. */
export interface CompandedParams<P> {
  /** v in the place of each companded parameter; the rest as they are. */
  readonly latent: P;
  /** The scalar of each companded parameter, by its path, whose softplus is a. */
  readonly a: ByPath;
  /** The same of b. */
  readonly b: ByPath;
}

/** Parameters under a compander that is trained with them. */
export interface LearnedCompander<P> {
  /** What is trained; the caller's. */
  readonly params: CompandedParams<P>;
  /** The parameters that these stand for, for the loss and for export. */
  materialize(params: CompandedParams<P>): P;
}

/** Options of {@link learnedCompander}. */
export interface LearnedCompanderOptions extends WeightCompanderOptions, ReparameterizeOptions {}

/** The inverse of softplus, for large arguments too. */
const beforeSoftplus = (y: number): number => y + Math.log(-Math.expm1(-y));

/**
 * Puts parameters under weight companders whose bound and width are learned, a pair for each parameter: train `params`, and let the loss see `materialize(params)`.
 *
 * $$ w = a \arctan(v / b), \quad a = \operatorname{softplus}(\alpha), \; b = \operatorname{softplus}(\beta), \qquad \frac{\partial w}{\partial a} = \arctan u, \quad \frac{\partial w}{\partial b} = -\frac{a u}{b (1 + u^2)}, \quad u = \frac{v}{b} $$
 *
 * The softplus keeps both positive. Weight decay is meant for v alone: give it the mask `(path) => path.startsWith('latent')`. That each layer has a pair is recalled, not read.
 *
 * @param params a tree of float32 tensors, which is left alone.
 * @param options where a and b start, and which parameters are companded: by default those of two axes or more.
 * @returns what to train, and the way back.
 * @throws SurrogateError `range`, `dtype`, `disposed`.
 * @see Cakaj, Mehnert, Yang: Weight Compander: A Simple Weight Reparameterization for Regularization, 2023. arXiv:2306.16993
 * @example
 * import { learnedCompander } from '@surrogate/optim';
 * import { tensor2d } from '@tensorflow/tfjs-core';
 * const { params, materialize } = learnedCompander({ w: tensor2d([[0.463648]]) }, { a: 1, b: 1 });
 * await params.latent.w.data(); // [0.5]
 * await params.a.w.data(); // [0.541325]
 * await materialize(params).w.data(); // [0.463648]
 */
export function learnedCompander<P extends TensorTree<P>>(
  params: P,
  { a = 0.5, b = 0.5, mask = (_path, x) => x.rank > 1 }: LearnedCompanderOptions = {},
): LearnedCompander<P> {
  checkAbove('learnedCompander', 'a', a, 0);
  checkAbove('learnedCompander', 'b', b, 0);
  const latent = reparameterize(params, weightCompander({ a, b }), { mask }).params;
  const companded = treeLeaves(params).filter(({ path, tensor }) => taken(mask, path, tensor));
  const each = (start: number): ByPath => Object.fromEntries(companded.map(({ path }) => [path, scalar(beforeSoftplus(start))]));
  return {
    params: { latent, a: each(a), b: each(b) },
    materialize: (now) =>
      treeMap(now.latent, (v, path) => {
        const [alpha, beta] = [now.a[path], now.b[path]];
        if (alpha === undefined || beta === undefined) return clone(v);
        return tidy(() => mul(atan(div(v, softplus(beta))), softplus(alpha)));
      }),
  };
}
