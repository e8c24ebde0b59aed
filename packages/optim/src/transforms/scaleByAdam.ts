/** @file Adam's direction: the mean of gradients over the root of their mean square. */
import { add, div, mul, sqrt, square, type Tensor } from '@tensorflow/tfjs-core';
import { defineTransformation, type ByPath, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled, valueAt } from '../schedules/scheduled.js';
import { mapByPath, zerosByPath } from './byPath.js';

/** The state of {@link scaleByAdam}: the moments of the gradients. */
export type AdamState = { count: number; m: ByPath; v: ByPath };

/** Options of {@link scaleByAdam}. */
export interface ScaleByAdamOptions {
  /** Decay of the mean, in [0, 1). Default 0.9. */
  b1?: Scheduled | undefined;
  /** Decay of the mean square, in [0, 1). Default 0.999. */
  b2?: Scheduled | undefined;
  /** Added to the root, >= 0. Default 1e-8. */
  eps?: Scheduled | undefined;
  /** Added under the root, >= 0. Default 0. */
  epsRoot?: Scheduled | undefined;
  /** Nesterov's look-ahead (NAdam). Default false. */
  nesterov?: boolean | undefined;
}

/** (1 - b)·x + b·mean: one step of an exponential moving average. */
export const towards = (mean: Tensor, x: Tensor, b: number): Tensor => add(mul(mean, b), mul(x, 1 - b));

/**
 * Divides the moving mean of the gradients by the root of their moving mean square, both corrected for their start at 0.
 *
 * $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \quad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \quad u = \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t) + \bar\epsilon} + \epsilon} $$
 *
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Kingma, Ba: Adam, 2014. arXiv:1412.6980; Dozat: Incorporating Nesterov Momentum into Adam, 2016.
 * @example
 * import { scaleByAdam } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [scaleByAdam(), tensor([0.3, -20])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [1, -1]
 */
export function scaleByAdam(options: ScaleByAdamOptions = {}): GradientTransformation<AdamState> {
  const fn = 'scaleByAdam';
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8, epsRoot = 0, nesterov = false } = options;
  checkDecay(fn, 'b1', b1);
  checkDecay(fn, 'b2', b2);
  checkScheduled(fn, 'eps', eps);
  checkScheduled(fn, 'epsRoot', epsRoot);
  return defineTransformation<AdamState>(fn, {
    init: (params) => ({ count: 0, m: zerosByPath(params), v: zerosByPath(params) }),
    update(updates, state) {
      const t = state.count + 1;
      const [beta1, beta2, small, inner] = [b1, b2, eps, epsRoot].map((hyper) => valueAt(hyper, state.count)) as [number, number, number, number]; // prettier-ignore
      const m = mapByPath(updates, (g, path) => towards(state.m[path]!, g, beta1));
      const v = mapByPath(updates, (g, path) => towards(state.v[path]!, square(g), beta2));
      const moved = mapByPath(updates, (g, path) => {
        const mean = nesterov
          ? add(mul(m[path]!, beta1 / (1 - beta1 ** (t + 1))), mul(g, (1 - beta1) / (1 - beta1 ** t)))
          : div(m[path]!, 1 - beta1 ** t);
        const size = div(v[path]!, 1 - beta2 ** t);
        return div(mean, add(sqrt(inner === 0 ? size : add(size, inner)), small));
      });
      return { updates: moved, state: { count: t, m, v } };
    },
  });
}
