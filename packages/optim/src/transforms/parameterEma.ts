/** @file A moving average of parameters. */
import { div, tidy } from '@tensorflow/tfjs-core';
import { disposeState, treeLeaves, treeMap, type ByPath, type Scheduled, type TensorTree } from '@surrogate/core';
import { checkDecay, valueAt } from '../schedules/scheduled.js';
import { mapByPath, zerosByPath } from './byPath.js';
import { towards } from './scaleByAdam.js';

/** The state of {@link parameterEma}. */
export type ParameterEmaState = { count: number; weight: number; mean: ByPath };

/** Options of {@link parameterEma}. */
export interface ParameterEmaOptions {
  /** Divide by the weight of what was seen, so that the average does not begin at 0. Default true. */
  debias?: boolean | undefined;
}

/** Follows parameters. */
export interface ParameterEma {
  /** The state before anything was seen. */
  init<P extends TensorTree<P>>(params: P): ParameterEmaState;
  /** Sees parameters once more; it takes the old state over and returns the next. */
  follow<P extends TensorTree<P>>(params: P, state: ParameterEmaState): ParameterEmaState;
  /** The average, as a new tree of the form of `params`. */
  average<P extends TensorTree<P>>(params: P, state: ParameterEmaState): P;
}

const leaves = <P extends TensorTree<P>>(params: P): ByPath =>
  Object.fromEntries(treeLeaves(params).map(({ path, tensor }) => [path, tensor]));

/**
 * The exponential moving average of parameters, which is often the better model.
 *
 * $$ \bar\theta_t = \beta_t \bar\theta_{t-1} + (1 - \beta_t) \theta_t, \qquad \text{average} = \bar\theta_t / (1 - \textstyle\prod_i \beta_i) $$
 *
 * With the schedule `(t) => t / (t + 1)` it is the mean of all that it saw, as in stochastic weight averaging; with `(t) => Math.min(0.999, (1 + t) / (10 + t))` it begins short.
 *
 * @param decay β, in [0, 1), or a schedule. Default 0.999.
 * @returns the average's functions.
 * @throws SurrogateError `range`.
 * @see Polyak, Juditsky: Acceleration of Stochastic Approximation by Averaging, 1992; Izmailov, Podoprikhin, Garipov, Vetrov, Wilson: Averaging Weights Leads to Wider Optima and Better Generalization, 2018. arXiv:1803.05407
 * @example
 * import { parameterEma } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const ema = parameterEma(0.5);
 * const [early, late] = [{ w: tensor([0]) }, { w: tensor([3]) }];
 * const state = ema.follow(late, ema.follow(early, ema.init(early)));
 * await ema.average(late, state).w.data(); // [2]
 * const uniform = parameterEma((t) => t / (t + 1));
 * await uniform.average(late, uniform.follow(late, uniform.follow(early, uniform.init(early)))).w.data(); // [1.5]
 */
export function parameterEma(decay: Scheduled = 0.999, { debias = true }: ParameterEmaOptions = {}): ParameterEma {
  checkDecay('parameterEma', 'decay', decay);
  return {
    init: (params) => ({ count: 0, weight: 0, mean: zerosByPath(leaves(params)) }),
    follow(params, state) {
      const beta = valueAt(decay, state.count);
      const mean = tidy(() => mapByPath(leaves(params), (theta, path) => towards(state.mean[path]!, theta, beta)));
      disposeState(state);
      return { count: state.count + 1, weight: beta * state.weight + 1 - beta, mean };
    },
    average: (params, { weight, mean }) => treeMap(params, (_theta, path) => div(mean[path]!, debias && weight > 0 ? weight : 1)),
  };
}
