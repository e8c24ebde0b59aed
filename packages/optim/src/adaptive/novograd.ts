/** @file NovoGrad: one second moment a parameter tensor. */
import { add, div, mul, scalar, sqrt, square, sum, zerosLike } from '@tensorflow/tfjs-core';
import type { GradientTransformation, Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled } from '../schedules/scheduled.js';
import type { ChainState } from '../transforms/chain.js';
import { taken, type PathMask } from '../transforms/byPath.js';
import { leafwise } from '../transforms/leafwise.js';
import { towards } from '../transforms/scaleByAdam.js';
import { descent, type MomentOptions } from './descent.js';

/** Options of {@link novograd}. */
export interface NovoGradOptions extends MomentOptions {
  /** λ, >= 0, or a schedule; it is added to what the momentum sums. Default 0. */
  weightDecay?: Scheduled | undefined;
  /** Which parameters decay. Default all. */
  mask?: PathMask | undefined;
}

/**
 * Momentum of gradients that were brought, tensor by tensor, to about unit length.
 *
 * $$ v_t = \beta_2 v_{t-1} + (1 - \beta_2) \lVert g_t \rVert^2, \qquad m_t = \beta_1 m_{t-1} + \frac{g_t}{\sqrt{v_t} + \epsilon} + \lambda \theta_t, \qquad \theta_{t+1} = \theta_t - \eta_t m_t $$
 *
 * with v₁ = ‖g₁‖². β₂ is 0.25 and ε 1e-6 by default.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Ginsburg, Castonguay, Hrinchuk, Kuchaiev, Lavrukhin, Leary, Li, Nguyen, Zhang, Cohen: Stochastic Gradient Methods with Layer-wise Adaptive Moments for Training of Deep Networks, 2019. arXiv:1905.11286
 * @example
 * import { novograd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = novograd(1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([3, -4]) }, optimizer.init(params)).params.w.data(); // [0.4, 2.8]
 */
export function novograd(
  learningRate: Scheduled = 1e-3,
  { b1 = 0.9, b2 = 0.25, eps = 1e-6, weightDecay = 0, mask }: NovoGradOptions = {},
): GradientTransformation<ChainState> {
  checkDecay('novograd', 'b1', b1);
  checkDecay('novograd', 'b2', b2);
  checkScheduled('novograd', 'eps', eps);
  checkScheduled('novograd', 'weightDecay', weightDecay);
  const direction = leafwise('novograd', { m: zerosLike, v: () => scalar(0) }, (g, memory, { t, at, param, path }) => {
    const length = sum(square(g));
    const v = t === 1 ? length : towards(memory.v, length, at(b2));
    const decay = taken(mask, path, param) ? at(weightDecay) : 0;
    const unit = add(div(g, add(sqrt(v), at(eps))), mul(param, decay));
    const m = add(mul(memory.m, at(b1)), unit);
    return [m, { m, v }];
  });
  return descent('novograd', learningRate, direction);
}
