/** @file Cautious optimizers: no entry moves against its gradient. */
import { cast, div, less, mean, mul } from '@tensorflow/tfjs-core';
import { checkAbove, defineTransformation, maximum, type GradientTransformation, type StateTree } from '@surrogate/core';
import { mapByPath } from '../transforms/byPath.js';
import { checkTransformation } from './check.js';

/** The state of {@link cautious}. */
export type CautiousState = { inner: StateTree };

/** Options of {@link cautious}. */
export interface CautiousOptions {
  /** The least share of entries that what is left is made up for, > 0. Default 1e-3. */
  eps?: number | undefined;
}

/**
 * Leaves out the entries of a step in which momentum points uphill, and makes up for them in the others.
 *
 * $$ u = \frac{u' \odot [u' g < 0]}{\max(\operatorname{mean} [u' g < 0], \epsilon)} $$
 *
 * with u' the step of the optimizer and g the gradient that it was given, tensor by tensor. Decay that is part of the optimizer is masked with it; to keep it whole, put
 * {@link addDecayedWeights} and the learning rate after: `chain(cautious(chain(scaleByAdam(), scale(-1))), scale(-1), addDecayedWeights(0.1), scaleByLearningRate(1e-3))`.
 *
 * @param inner an optimizer, whose updates descend.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @see Liang, Chen, Liu, Liu: Cautious Optimizers: Improving Training with One Line of Code, 2024. arXiv:2411.16085
 * @example
 * import { cautious, sgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = cautious(sgd(1, { momentum: 0.9 }));
 * const first = step(optimizer, { w: tensor([0, 0]) }, { w: tensor([1, 1]) }, optimizer.init({ w: tensor([0, 0]) }));
 * await step(optimizer, first.params, { w: tensor([1, -0.1]) }, first.state).params.w.data(); // [-4.8, -1]
 */
export function cautious(inner: GradientTransformation, { eps = 1e-3 }: CautiousOptions = {}): GradientTransformation<CautiousState> {
  checkTransformation('cautious', inner);
  checkAbove('cautious', 'eps', eps, 0);
  return defineTransformation<CautiousState>('cautious', {
    init: (params) => ({ inner: inner.init(params) }),
    update(updates, { inner: state }, params, extra) {
      const made = inner.update(updates, state, params, extra);
      const kept = mapByPath(made.updates, (u, path) => {
        if (u.size === 0) return u;
        const agrees = cast(less(mul(u, updates[path]!), 0), 'float32');
        return mul(u, div(agrees, maximum(mean(agrees), eps)));
      });
      return { updates: kept, state: { inner: made.state } };
    },
  });
}
