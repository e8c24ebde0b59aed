/** @file Adan: Nesterov momentum by differences of gradients. */
import { add, div, mul, sqrt, square, sub, zerosLike } from '@tensorflow/tfjs-core';
import type { GradientTransformation, Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled } from '../schedules/scheduled.js';
import type { ChainState } from '../transforms/chain.js';
import { leafwise } from '../transforms/leafwise.js';
import { towards } from '../transforms/scaleByAdam.js';
import { descent, type DecayOptions } from './descent.js';

/** Options of {@link adan}. */
export interface AdanOptions extends DecayOptions {
  /** Decay of the mean, in [0, 1). Default 0.98. */
  b1?: Scheduled | undefined;
  /** Decay of the mean difference, in [0, 1). Default 0.92. */
  b2?: Scheduled | undefined;
  /** Decay of the mean square, in [0, 1). Default 0.99. */
  b3?: Scheduled | undefined;
  /** Added to the root, >= 0. Default 1e-8. */
  eps?: Scheduled | undefined;
  /** Added under the root, >= 0. Default 1e-8. */
  epsRoot?: Scheduled | undefined;
}

/**
 * Adam whose momentum looks ahead along the difference of successive gradients.
 *
 * $$ d_t = g_t - g_{t-1}, \qquad u = \frac{\hat m_t + (1 - \beta_2) \hat v_t}{\sqrt{\hat n_t + \epsilon} + \epsilon}, \qquad n_t = \beta_3 n_{t-1} + (1 - \beta_3) (g_t + (1 - \beta_2) d_t)^2 $$
 *
 * with m the mean of g and v that of d. The β say how much of a mean is kept, as optax has them; the paper's are 1 less these. The weight decay λ is 0 by default.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Xie, Zhou, Li, Lin, Yan: Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models, 2022. arXiv:2208.06677
 * @example
 * import { adan } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = adan(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function adan(
  learningRate: Scheduled = 1e-3,
  { b1 = 0.98, b2 = 0.92, b3 = 0.99, eps = 1e-8, epsRoot = 1e-8, weightDecay = 0, mask }: AdanOptions = {},
): GradientTransformation<ChainState> {
  checkDecay('adan', 'b1', b1);
  checkDecay('adan', 'b2', b2);
  checkDecay('adan', 'b3', b3);
  checkScheduled('adan', 'eps', eps);
  checkScheduled('adan', 'epsRoot', epsRoot);
  const direction = leafwise('adan', { m: zerosLike, v: zerosLike, n: zerosLike, last: zerosLike }, (g, memory, { t, at }) => {
    const [beta1, beta2, beta3] = [at(b1), at(b2), at(b3)];
    const difference = t === 1 ? zerosLike(g) : sub(g, memory.last);
    const m = towards(memory.m, g, beta1);
    const v = towards(memory.v, difference, beta2);
    const n = towards(memory.n, square(add(g, mul(difference, 1 - beta2))), beta3);
    const ahead = add(div(m, 1 - beta1 ** t), mul(v, (1 - beta2) / (1 - beta2 ** t)));
    return [div(ahead, add(sqrt(add(div(n, 1 - beta3 ** t), at(epsRoot))), at(eps))), { m, v, n, last: g }];
  });
  return descent('adan', learningRate, direction, { weightDecay, mask });
}
