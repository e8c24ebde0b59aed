/** @file ACProp: the gradient over how far the gradients before it were from their mean. */
import { add, div, mul, sqrt, square, sub, zerosLike } from '@tensorflow/tfjs-core';
import type { GradientTransformation, Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled } from '../schedules/scheduled.js';
import type { ChainState } from '../transforms/chain.js';
import { leafwise } from '../transforms/leafwise.js';
import { towards } from '../transforms/scaleByAdam.js';
import { descent, type DecayOptions } from './descent.js';

/** Options of {@link acprop}. */
export interface AcpropOptions extends DecayOptions {
  /** Decay of the mean, in [0, 1). Default 0.9. */
  b1?: Scheduled | undefined;
  /** Decay of the mean squared distance, in [0, 1). Default 0.999. */
  b2?: Scheduled | undefined;
  /** Added to the root, >= 0. Default 1e-16. */
  eps?: Scheduled | undefined;
  /** Added to the mean squared distance at each step, >= 0. Default 1e-16. */
  epsRoot?: Scheduled | undefined;
}

/**
 * The gradient, without momentum, divided by what was known of it before it came: its squared distance from its moving mean (ACProp).
 *
 * $$ \theta_{t+1} = \theta_t - \eta_t \left( \frac{g_t}{\sqrt{\hat s_{t-1}} + \epsilon} + \lambda \theta_t \right), \qquad s_t = \beta_2 s_{t-1} + (1 - \beta_2) (g_t - m_{t-1})^2 + \bar\epsilon $$
 *
 * with m the moving mean of the gradients. The first step has the gradient itself. As in optax, distances are from the mean before it is moved; the paper's formula moves it first, which only scales them by β₁. The weight decay λ is 0 by default.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Zhuang, Ding, Tang, Dvornek, Tatikonda, Duncan: Momentum Centering and Asynchronous Update for Adaptive Gradient Methods, 2021. arXiv:2110.05454
 * @example
 * import { acprop } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = acprop(0.1);
 * const first = step(optimizer, { w: tensor([1, 2]) }, { w: tensor([4, -4]) }, optimizer.init({ w: tensor([1, 2]) }));
 * await step(optimizer, first.params, { w: tensor([2, -4]) }, first.state).params.w.data(); // [0.55, 2.5]
 */
export function acprop(
  learningRate: Scheduled = 1e-3,
  { b1 = 0.9, b2 = 0.999, eps = 1e-16, epsRoot = 1e-16, weightDecay = 0, mask }: AcpropOptions = {},
): GradientTransformation<ChainState> {
  const fn = 'acprop';
  checkDecay(fn, 'b1', b1);
  checkDecay(fn, 'b2', b2);
  checkScheduled(fn, 'eps', eps);
  checkScheduled(fn, 'epsRoot', epsRoot);
  const direction = leafwise(fn, { m: zerosLike, s: zerosLike }, (g, { m, s }, { t, at }) => {
    const next = { m: towards(m, g, at(b1)), s: add(towards(s, square(sub(g, m)), at(b2)), at(epsRoot)) };
    if (t === 1) return [div(g, 1 + at(eps)), next];
    return [div(g, add(sqrt(mul(s, 1 / (1 - at(b2) ** (t - 1)))), at(eps))), next];
  });
  return descent(fn, learningRate, direction, { weightDecay, mask });
}
