/** @file Lookahead: slow parameters that follow fast ones. */
import { add, clone, mul, sub } from '@tensorflow/tfjs-core';
import {
  checkBetween,
  checkInteger,
  defineTransformation,
  treeZip,
  type ByPath,
  type GradientTransformation,
  type StateTree,
} from '@surrogate/core';
import { mapByPath } from '../transforms/byPath.js';
import { checkTransformation } from './check.js';

/** The state of {@link lookahead}: the slow parameters, and the state of what is wrapped. */
export type LookaheadState = { count: number; slow: ByPath; inner: StateTree };

/** Options of {@link lookahead}. */
export interface LookaheadOptions {
  /** k, how many fast steps there are to a slow one, >= 1. Default 6. */
  every?: number | undefined;
  /** α, how far the slow parameters go, in [0, 1]. Default 0.5. */
  rate?: number | undefined;
}

/**
 * Lets an optimizer run ahead for a few steps, then goes part of the way and starts again from there.
 *
 * $$ \phi \leftarrow \phi + \alpha (\theta - \phi), \qquad \theta \leftarrow \phi \quad \text{at every } k\text{-th step} $$
 *
 * @param inner the fast optimizer.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @see Zhang, Lucas, Hinton, Ba: Lookahead Optimizer: k steps forward, 1 step back, 2019. arXiv:1907.08610
 * @example
 * import { lookahead, sgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = lookahead(sgd(1), { every: 1 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([1, 1]) }, optimizer.init(params)).params.w.data(); // [0.5, 1.5]
 */
export function lookahead(
  inner: GradientTransformation,
  { every = 6, rate = 0.5 }: LookaheadOptions = {},
): GradientTransformation<LookaheadState> {
  checkTransformation('lookahead', inner);
  checkInteger('lookahead', 'every', every, 1);
  checkBetween('lookahead', 'rate', rate, 0, 1, true);
  return defineTransformation<LookaheadState>('lookahead', {
    init: (params) => ({ count: 0, slow: mapByPath(params, (x) => clone(x)), inner: inner.init(params) }),
    update(updates, { count, slow, inner: state }, params, extra) {
      const made = inner.update(updates, state, params, extra);
      if ((count + 1) % every !== 0) return { updates: made.updates, state: { count: count + 1, slow, inner: made.state } };
      const next = mapByPath(slow, (x, path) => add(x, mul(sub(add(params[path]!, made.updates[path]!), x), rate)));
      const moved = treeZip(updates, params, (_g, theta, path) => sub(next[path]!, theta));
      return { updates: moved, state: { count: count + 1, slow: next, inner: made.state } };
    },
  });
}
