/** @file Optimistic gradients: steps that expect the next gradient to change as the last one did. */
import { clone, mul, sub, zerosLike } from '@tensorflow/tfjs-core';
import type { GradientTransformation, Scheduled } from '@surrogate/core';
import { checkScheduled } from '../schedules/scheduled.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { leafwise, type LeafState } from '../transforms/leafwise.js';
import { scaleByLearningRate } from '../transforms/scale.js';

/** Options of {@link scaleByOptimism} and {@link optimisticSgd}. */
export interface OptimismOptions {
  /** α, the weight of the gradient, >= 0, or a schedule. Default 1. */
  alpha?: Scheduled | undefined;
  /** β, the weight of its change, >= 0, or a schedule. Default 1. */
  beta?: Scheduled | undefined;
}

function optimism(fn: string, { alpha = 1, beta = 1 }: OptimismOptions): GradientTransformation<LeafState> {
  checkScheduled(fn, 'alpha', alpha);
  checkScheduled(fn, 'beta', beta);
  return leafwise(fn, { last: zerosLike }, (g, { last }, { t, at }) => [
    t === 1 ? mul(g, at(alpha)) : sub(mul(g, at(alpha) + at(beta)), mul(last, at(beta))),
    { last: clone(g) },
  ]);
}

/**
 * Adds to each gradient how it changed since the last one.
 *
 * $$ u = \alpha g_t + \beta (g_t - g_{t-1}) $$
 *
 * Optimistic Adam is `chain(scaleByAdam({ nesterov: true }), scaleByOptimism(), scaleByLearningRate(1e-3))`.
 *
 * @param options the weights.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Mokhtari, Ozdaglar, Pattathil: A Unified Analysis of Extra-gradient and Optimistic Gradient Methods for Saddle Point Problems, 2019. arXiv:1901.08511
 * @example
 * import { scaleByOptimism } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [scaleByOptimism(), tensor([1, 2])];
 * const first = transformation.update({ w }, transformation.init({ w }), { w });
 * await transformation.update({ w: tensor([3, 3]) }, first.state, { w }).updates.w.data(); // [5, 4]
 */
export function scaleByOptimism(options: OptimismOptions = {}): GradientTransformation<LeafState> {
  return optimism('scaleByOptimism', options);
}

/**
 * Optimistic gradient descent, which converges in games where plain descent runs in circles.
 *
 * $$ \theta_{t+1} = \theta_t - \eta_t \left( \alpha g_t + \beta (g_t - g_{t-1}) \right) $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 0.01.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Daskalakis, Ilyas, Syrgkanis, Zeng: Training GANs with Optimism, 2017. arXiv:1711.00141
 * @example
 * import { optimisticSgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = optimisticSgd(0.5);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([1, 1]) }, optimizer.init(params)).params.w.data(); // [0.5, 1.5]
 */
export function optimisticSgd(learningRate: Scheduled = 0.01, options: OptimismOptions = {}): GradientTransformation<ChainState> {
  checkScheduled('optimisticSgd', 'learningRate', learningRate);
  return chain(optimism('optimisticSgd', options), scaleByLearningRate(learningRate));
}
