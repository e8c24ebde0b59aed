/** @file AdEMAMix: Adam with a second, much slower mean. */
import { add, div, mul, sqrt, square, zerosLike } from '@tensorflow/tfjs-core';
import type { GradientTransformation, Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled } from '../schedules/scheduled.js';
import type { ChainState } from '../transforms/chain.js';
import { leafwise } from '../transforms/leafwise.js';
import { towards } from '../transforms/scaleByAdam.js';
import { descent, type DecayOptions, type MomentOptions } from './descent.js';

/** Options of {@link ademamix}. */
export interface AdEMAMixOptions extends MomentOptions, DecayOptions {
  /** Decay of the slow mean, in [0, 1), or a schedule, which is better. Default 0.9999. */
  b3?: Scheduled | undefined;
  /** α, the weight of the slow mean, >= 0, or a schedule, which is better. Default 5. */
  alpha?: Scheduled | undefined;
}

/**
 * Adam whose direction mixes in a mean over tens of thousands of gradients.
 *
 * $$ u = \frac{\hat m_t + \alpha_t s_t}{\sqrt{\hat v_t} + \epsilon}, \qquad s_t = \beta_3 s_{t-1} + (1 - \beta_3) g_t $$
 *
 * The slow mean s is not corrected for its start at 0. The weight decay λ is 0 by default.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Pagliardini, Ablin, Grangier: The AdEMAMix Optimizer: Better, Faster, Older, 2024. arXiv:2409.03137
 * @example
 * import { ademamix } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = ademamix(0.1, { alpha: 0 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function ademamix(
  learningRate: Scheduled = 1e-3,
  { b1 = 0.9, b2 = 0.999, b3 = 0.9999, alpha = 5, eps = 1e-8, weightDecay = 0, mask }: AdEMAMixOptions = {},
): GradientTransformation<ChainState> {
  checkDecay('ademamix', 'b1', b1);
  checkDecay('ademamix', 'b2', b2);
  checkDecay('ademamix', 'b3', b3);
  checkScheduled('ademamix', 'alpha', alpha);
  checkScheduled('ademamix', 'eps', eps);
  const direction = leafwise('ademamix', { m: zerosLike, slow: zerosLike, v: zerosLike }, (g, memory, { t, at }) => {
    const [beta1, beta2] = [at(b1), at(b2)];
    const m = towards(memory.m, g, beta1);
    const slow = towards(memory.slow, g, at(b3));
    const v = towards(memory.v, square(g), beta2);
    const mixed = add(div(m, 1 - beta1 ** t), mul(slow, at(alpha)));
    return [div(mixed, add(sqrt(div(v, 1 - beta2 ** t)), at(eps))), { m, slow, v }];
  });
  return descent('ademamix', learningRate, direction, { weightDecay, mask });
}

/** Options of {@link simplifiedAdemamix}. */
export interface SimplifiedAdEMAMixOptions extends DecayOptions {
  /** Decay of the sum of gradients, in [0, 1). Default 0.99. */
  b1?: Scheduled | undefined;
  /** Decay of the mean square, in [0, 1). Default 0.95. */
  b2?: Scheduled | undefined;
  /** α, how much the newest gradient weighs beside the sum, >= 0, or a schedule. Default 0. */
  alpha?: Scheduled | undefined;
  /** Added to the root, >= 0. Default 1e-8. */
  eps?: Scheduled | undefined;
}

/**
 * AdEMAMix with one memory in the place of two: a decaying sum of gradients, and more of the newest one.
 *
 * $$ m_t = \beta_1 m_{t-1} + g_t, \qquad u = \frac{m_t + \alpha g_t}{\sqrt{\hat v_t} + \epsilon} $$
 *
 * The sum is about 1 / (1 - β₁) times a mean, so the learning rate should be smaller by that. The weight decay λ is 0 by default.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-5.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Morwani, Vyas, Zhang, Kakade: Connections between Schedule-Free Optimizers, AdEMAMix, and Accelerated SGD Variants, 2025. arXiv:2502.02431
 * @example
 * import { simplifiedAdemamix } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = simplifiedAdemamix(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function simplifiedAdemamix(
  learningRate: Scheduled = 1e-5,
  { b1 = 0.99, b2 = 0.95, alpha = 0, eps = 1e-8, weightDecay = 0, mask }: SimplifiedAdEMAMixOptions = {},
): GradientTransformation<ChainState> {
  const fn = 'simplifiedAdemamix';
  checkDecay(fn, 'b1', b1);
  checkDecay(fn, 'b2', b2);
  checkScheduled(fn, 'alpha', alpha);
  checkScheduled(fn, 'eps', eps);
  const direction = leafwise(fn, { m: zerosLike, v: zerosLike }, (g, memory, { t, at }) => {
    const m = add(mul(memory.m, at(b1)), g);
    const v = towards(memory.v, square(g), at(b2));
    return [div(add(m, mul(g, at(alpha))), add(sqrt(div(v, 1 - at(b2) ** t)), at(eps))), { m, v }];
  });
  return descent(fn, learningRate, direction, { weightDecay, mask });
}
