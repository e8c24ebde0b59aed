/** @file Steps in proportion to each parameter's norm, for large batches: LAMB, LARS. */
import { checkAbove, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled } from '../schedules/scheduled.js';
import type { PathMask } from '../transforms/byPath.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { trace } from '../transforms/momentum.js';
import { scaleByTrustRatio } from '../transforms/normalize.js';
import { scaleByLearningRate } from '../transforms/scale.js';
import { scaleByAdam } from '../transforms/scaleByAdam.js';
import { addDecayedWeights } from '../transforms/weightDecay.js';
import type { DecayOptions, MomentOptions } from './descent.js';

/** Options of {@link lamb}. */
export interface LambOptions extends MomentOptions, DecayOptions {}

/**
 * AdamW whose step for each parameter tensor is as long as that tensor.
 *
 * $$ u = \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} + \lambda \theta_t, \qquad \theta_{t+1} = \theta_t - \eta_t \frac{\lVert \theta_t \rVert}{\lVert u \rVert} u $$
 *
 * ε is 1e-6 and the weight decay λ 0 by default; the ratio is 1 where either norm is 0.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see You, Li, Reddi, Hseu, Kumar, Bhojanapalli, Song, Demmel, Keutzer, Hsieh: Large Batch Optimization for Deep Learning, 2019. arXiv:1904.00962
 * @example
 * import { lamb } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = lamb(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.841886, 2.158114]
 */
export function lamb(
  learningRate: Scheduled = 1e-3,
  { b1 = 0.9, b2 = 0.999, eps = 1e-6, weightDecay = 0, mask }: LambOptions = {},
): GradientTransformation<ChainState> {
  checkScheduled('lamb', 'learningRate', learningRate);
  checkDecay('lamb', 'b1', b1);
  checkDecay('lamb', 'b2', b2);
  checkScheduled('lamb', 'eps', eps);
  checkScheduled('lamb', 'weightDecay', weightDecay);
  return chain(
    scaleByAdam({ b1, b2, eps }),
    addDecayedWeights(weightDecay, { mask }),
    scaleByTrustRatio(),
    scaleByLearningRate(learningRate),
  );
}

/** Options of {@link lars}. */
export interface LarsOptions {
  /** λ, >= 0, or a schedule. Default 0. */
  weightDecay?: Scheduled | undefined;
  /** Which parameters decay. Default all. */
  mask?: PathMask | undefined;
  /** What share of a parameter's norm a step is, > 0. Default 1e-3. */
  trustCoefficient?: number | undefined;
  /** μ, in [0, 1), or a schedule. Default 0.9. */
  momentum?: Scheduled | undefined;
  /** Look ahead as Nesterov does. Default false. */
  nesterov?: boolean | undefined;
}

/**
 * SGD with momentum whose gradient for each parameter tensor is made a small share of that tensor's norm.
 *
 * $$ u = g_t + \lambda \theta_t, \qquad m_t = \mu m_{t-1} + \eta_t\, c \frac{\lVert \theta_t \rVert}{\lVert u \rVert} u, \qquad \theta_{t+1} = \theta_t - m_t $$
 *
 * The ratio is 1 where either norm is 0.
 *
 * @param learningRate η, >= 0, or a schedule. Default 0.1.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see You, Gitman, Ginsburg: Large Batch Training of Convolutional Networks, 2017. arXiv:1708.03888
 * @example
 * import { lars } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = lars(1, { trustCoefficient: 0.1 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.841886, 2.158114]
 */
export function lars(
  learningRate: Scheduled = 0.1,
  { weightDecay = 0, mask, trustCoefficient = 1e-3, momentum = 0.9, nesterov = false }: LarsOptions = {},
): GradientTransformation<ChainState> {
  checkScheduled('lars', 'learningRate', learningRate);
  checkScheduled('lars', 'weightDecay', weightDecay);
  checkAbove('lars', 'trustCoefficient', trustCoefficient, 0);
  checkDecay('lars', 'momentum', momentum);
  return chain(
    addDecayedWeights(weightDecay, { mask }),
    scaleByTrustRatio({ coefficient: trustCoefficient }),
    scaleByLearningRate(learningRate),
    trace(momentum, { nesterov }),
  );
}
