/** @file Stochastic gradient descent. */
import { checkBoolean, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled } from '../schedules/scheduled.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { trace } from '../transforms/momentum.js';
import { scaleByLearningRate } from '../transforms/scale.js';

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** μ, in [0, 1), or a schedule. Default: none. */
  momentum?: Scheduled | undefined;
  /** Look ahead as Nesterov does. Default false. */
  nesterov?: boolean | undefined;
}

/**
 * Stochastic gradient descent, with momentum where it is asked for.
 *
 * $$ m_t = g_t + \mu m_{t-1}, \qquad \theta_{t+1} = \theta_t - \eta_t m_t $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 0.01.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @see Robbins, Monro: A Stochastic Approximation Method, 1951; Sutskever, Martens, Dahl, Hinton, 2013.
 * @example
 * import { sgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = sgd(0.5);
 * const w = tensor([1, 2]);
 * const next = step(optimizer, { w }, { w: tensor([1, 1]) }, optimizer.init({ w }));
 * await next.params.w.data(); // [0.5, 1.5]
 */
export function sgd(learningRate: Scheduled = 0.01, { momentum, nesterov = false }: SgdOptions = {}): GradientTransformation<ChainState> {
  checkScheduled('sgd', 'learningRate', learningRate);
  checkBoolean('sgd', 'nesterov', nesterov);
  if (momentum === undefined) return chain(scaleByLearningRate(learningRate));
  checkDecay('sgd', 'momentum', momentum);
  return chain(trace(momentum, { nesterov }), scaleByLearningRate(learningRate));
}
