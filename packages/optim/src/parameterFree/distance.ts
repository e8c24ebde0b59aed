/** @file Distance over gradients: SGD whose learning rate is how far it has come over how much it has seen. */
import { add, clone, div, mul, scalar, sqrt, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, defineTransformation, maximum, type ByPath, type GradientTransformation, type Scheduled } from '@surrogate/core';
import type { DecayOptions } from '../adaptive/descent.js';
import { checkScheduled } from '../schedules/scheduled.js';
import { mapByPath } from '../transforms/byPath.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { scaleByLearningRate } from '../transforms/scale.js';
import { addDecayedWeights } from '../transforms/weightDecay.js';
import { squaredDistance, squaredNorm } from './wholeTree.js';

/** Options of {@link dog} and {@link dowg}. */
export interface DistanceOptions extends DecayOptions {
  /** The first distance, > 0. Default: for `dog` 1e-6 (1 + ‖θ₁‖), for `dowg` 0.01. */
  start?: number | undefined;
  /** Keeps the root above 0, > 0. Default 1e-8 for `dog`, 1e-4 for `dowg`. */
  eps?: number | undefined;
}

/** Where training began, the largest distance from there (squared for DoWG), and the sum of squared gradients. */
type DistanceState = { origin: ByPath; distance: Tensor; sum: Tensor };

function checkOptions(fn: string, learningRate: Scheduled, { start = 1, eps = 1, weightDecay = 0 }: DistanceOptions): void {
  checkScheduled(fn, 'learningRate', learningRate);
  checkAbove(fn, 'start', start, 0);
  checkAbove(fn, 'eps', eps, 0);
  checkScheduled(fn, 'weightDecay', weightDecay);
}

/** The decay, which is added to the gradient, a direction, the learning rate. */
const assembled = (direction: GradientTransformation<DistanceState>, learningRate: Scheduled, { weightDecay = 0, mask }: DecayOptions) =>
  chain(addDecayedWeights(weightDecay, { mask }), direction, scaleByLearningRate(learningRate));

/**
 * SGD without a learning rate to tune: distance over gradients.
 *
 * $$ \theta_{t+1} = \theta_t - \eta_t \frac{\bar r_t}{\sqrt{\sum_{i \le t} \lVert g_i \rVert^2 + \epsilon}}\, g_t, \qquad \bar r_t = \max\left(r_0, \max_{i \le t} \lVert \theta_i - \theta_1 \rVert\right) $$
 *
 * Its authors use the average of the parameters ({@link parameterEma}). The weight decay, 0 by default, is added to the gradient.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Ivgi, Hinder, Carmon: DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule, 2023. arXiv:2302.12022
 * @example
 * import { dog } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = dog(1, { start: 0.5 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([3, -4]) }, optimizer.init(params)).params.w.data(); // [0.7, 2.4]
 */
export function dog(learningRate: Scheduled = 1, options: DistanceOptions = {}): GradientTransformation<ChainState> {
  const { start, eps = 1e-8 } = options;
  checkOptions('dog', learningRate, options);
  const direction = defineTransformation<DistanceState>('dog', {
    init: (params) => ({
      origin: mapByPath(params, (x) => clone(x)),
      distance: start === undefined ? mul(add(sqrt(squaredNorm(params)), 1), 1e-6) : scalar(start),
      sum: scalar(0),
    }),
    update(updates, { origin, distance, sum }, params) {
      const farthest = maximum(distance, sqrt(squaredDistance(params, origin)));
      const seen = add(sum, squaredNorm(updates));
      const rate = div(farthest, sqrt(add(seen, eps)));
      return { updates: mapByPath(updates, (g) => mul(g, rate)), state: { origin, distance: farthest, sum: seen } };
    },
  });
  return assembled(direction, learningRate, options);
}

/**
 * SGD without a learning rate to tune: distance over weighted gradients, which favours the recent ones.
 *
 * $$ \theta_{t+1} = \theta_t - \eta_t \frac{\bar r_t^2}{\sqrt{\sum_{i \le t} \bar r_i^2 \lVert g_i \rVert^2} + \epsilon}\, g_t $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 1.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Khaled, Mishchenko, Jin: DoWG Unleashed: An Efficient Universal Parameter-Free Gradient Descent Method, 2023. arXiv:2305.16284
 * @example
 * import { dowg } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = dowg(1, { start: 0.5, eps: 1e-8 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([3, -4]) }, optimizer.init(params)).params.w.data(); // [0.7, 2.4]
 */
export function dowg(learningRate: Scheduled = 1, options: DistanceOptions = {}): GradientTransformation<ChainState> {
  const { start = 0.01, eps = 1e-4 } = options;
  checkOptions('dowg', learningRate, options);
  const direction = defineTransformation<DistanceState>('dowg', {
    init: (params) => ({ origin: mapByPath(params, (x) => clone(x)), distance: scalar(start ** 2), sum: scalar(0) }),
    update(updates, { origin, distance, sum }, params) {
      const farthest = maximum(distance, squaredDistance(params, origin));
      const seen = add(sum, mul(farthest, squaredNorm(updates)));
      const rate = div(farthest, add(sqrt(seen), eps));
      return { updates: mapByPath(updates, (g) => mul(g, rate)), state: { origin, distance: farthest, sum: seen } };
    },
  });
  return assembled(direction, learningRate, options);
}
