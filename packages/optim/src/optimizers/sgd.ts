/** @file Stochastic gradient descent. */
import { checkBoolean, fuse, type FusedStep, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled, valueAt } from '../schedules/scheduled.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { trace, type TraceState } from '../transforms/momentum.js';
import { scaleByLearningRate, type CountState } from '../transforms/scale.js';

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** μ, in [0, 1), or a schedule. Default: none. */
  momentum?: Scheduled | undefined;
  /** Look ahead as Nesterov does. Default false. */
  nesterov?: boolean | undefined;
}

/** The whole step as one kernel; the states are the chain's below. */
function fusedSgd(learningRate: Scheduled, momentum: Scheduled | undefined, nesterov: boolean): FusedStep<ChainState> {
  return {
    kernel: 'SurrogateSgdStep',
    prepare(_params, paths, states) {
      const { count } = states.at(-1) as CountState;
      const attrs = { learningRate: valueAt(learningRate, count), momentum: 0, nesterov };
      if (momentum === undefined) return { columns: {}, attrs, next: [{ count: count + 1 }] };
      const traced = states[0] as TraceState;
      return {
        columns: { trace: paths.map((path) => traced.trace[path]!) },
        attrs: { ...attrs, momentum: valueAt(momentum, traced.count) },
        next: [{ ...traced, count: traced.count + 1 }, { count: count + 1 }],
      };
    },
  };
}

/**
 * Stochastic gradient descent, with momentum where it is asked for.
 *
 * $$ m_t = g_t + \mu m_{t-1}, \qquad \theta_{t+1} = \theta_t - \eta_t m_t $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 0.01.
 * @returns the transformation; where the backend has a kernel for it, `step` runs that.
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
  if (momentum !== undefined) checkDecay('sgd', 'momentum', momentum);
  const before = momentum === undefined ? [] : [trace(momentum, { nesterov })];
  return fuse(fusedSgd(learningRate, momentum, nesterov), chain(...before, scaleByLearningRate(learningRate)));
}
