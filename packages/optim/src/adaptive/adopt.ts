/** @file ADOPT: Adam that converges with any decay of the mean square. */
import { div, sqrt, square, zerosLike } from '@tensorflow/tfjs-core';
import { checkBoolean, clip, maximum, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled } from '../schedules/scheduled.js';
import type { ChainState } from '../transforms/chain.js';
import { leafwise } from '../transforms/leafwise.js';
import { towards } from '../transforms/scaleByAdam.js';
import { descent, type DecayOptions, type MomentOptions } from './descent.js';

/** Options of {@link adopt}. */
export interface AdoptOptions extends MomentOptions, DecayOptions {
  /** Cut scaled gradients off at ± the fourth root of the steps so far. Default true. */
  clipping?: boolean | undefined;
}

/**
 * Adam that divides each gradient by the root of the mean square of those before it, and takes the mean afterwards.
 *
 * $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1) \operatorname{clip}\left( \frac{g_t}{\max(\sqrt{v_{t-1}}, \epsilon)}, \pm (t - 1)^{1/4} \right), \qquad \theta_{t+1} = \theta_t - \eta_t m_t $$
 *
 * The first gradient only begins the mean square: its step is 0. β₂ is 0.9999, ε 1e-6 and the weight decay λ 0 by default.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @see Taniguchi, Harada, Minegishi, Oshima, Jeong, Nagahara, Iiyama, Suzuki, Iwasawa, Matsuo: ADOPT: Modified Adam Can Converge with Any β2 with the Optimal Rate, 2024. arXiv:2411.02853
 * @example
 * import { adopt } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = adopt(1, { b1: 0 });
 * const first = step(optimizer, { w: tensor([1, 2]) }, { w: tensor([5, -5]) }, optimizer.init({ w: tensor([1, 2]) }));
 * await step(optimizer, first.params, { w: tensor([2.5, 5]) }, first.state).params.w.data(); // [0.5, 1]
 */
export function adopt(
  learningRate: Scheduled = 1e-3,
  { b1 = 0.9, b2 = 0.9999, eps = 1e-6, clipping = true, weightDecay = 0, mask }: AdoptOptions = {},
): GradientTransformation<ChainState> {
  checkDecay('adopt', 'b1', b1);
  checkDecay('adopt', 'b2', b2);
  checkScheduled('adopt', 'eps', eps);
  checkBoolean('adopt', 'clipping', clipping);
  const direction = leafwise('adopt', { m: zerosLike, v: zerosLike }, (g, memory, { t, at }) => {
    if (t === 1) return [zerosLike(g), { m: memory.m, v: square(g) }];
    const bound = (t - 1) ** 0.25;
    const scaled = div(g, maximum(sqrt(memory.v), at(eps)));
    const m = towards(memory.m, clipping ? clip(scaled, -bound, bound) : scaled, at(b1));
    return [m, { m, v: towards(memory.v, square(g), at(b2)) }];
  });
  return descent('adopt', learningRate, direction, { weightDecay, mask });
}
