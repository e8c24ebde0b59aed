/** @file Prodigy and D-Adaptation: Adam that finds its own learning rate. */
import { add, clone, div, greater, mul, neg, scalar, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  defineTransformation,
  maximum,
  select,
  type ByPath,
  type GradientTransformation,
  type Scheduled,
} from '@surrogate/core';
import type { DecayOptions } from '../adaptive/descent.js';
import { checkDecay, checkScheduled, valueAt } from '../schedules/scheduled.js';
import { mapByPath, taken, zerosByPath } from '../transforms/byPath.js';
import { towards } from '../transforms/scaleByAdam.js';
import { absoluteSum, dotByPath } from './wholeTree.js';

/** Options of {@link prodigy} and {@link dAdaptAdamW}. */
export interface DistanceAdamOptions extends DecayOptions {
  /** Decay of the mean, in [0, 1). Default 0.9. */
  b1?: number | undefined;
  /** Decay of the mean square, in [0, 1). Default 0.999. */
  b2?: number | undefined;
  /** Added to the root, >= 0. Default 1e-8. */
  eps?: Scheduled | undefined;
  /** d₀, the first guess of how far the solution is, > 0; too small is safe. Default 1e-6. */
  start?: number | undefined;
}

/** The state of {@link prodigy} and {@link dAdaptAdamW}: Adam's moments, the sum s, the numerator r and the distance d as scalars, and for Prodigy where training began. */
export type DistanceAdamState = { count: number; m: ByPath; v: ByPath; s: ByPath; r: Tensor; d: Tensor; origin: ByPath };

/** a / b, and 0 where b is. */
const ratio = (a: Tensor, b: Tensor): Tensor => {
  const safe = greater(b, 0);
  return select(safe, div(a, select(safe, b, scalar(1))), scalar(0));
};

function checkOptions(
  fn: string,
  learningRate: Scheduled,
  { b1 = 0.9, b2 = 0.999, eps = 1e-8, start = 1e-6, weightDecay = 0 }: DistanceAdamOptions,
) {
  checkScheduled(fn, 'learningRate', learningRate);
  checkDecay(fn, 'b1', b1);
  checkDecay(fn, 'b2', b2);
  checkScheduled(fn, 'eps', eps);
  checkAbove(fn, 'start', start, 0);
  checkScheduled(fn, 'weightDecay', weightDecay);
}

/** Bias corrections of both moments as one factor of the step. */
const correction = (b1: number, b2: number, t: number): number => Math.sqrt(1 - b2 ** t) / (1 - b1 ** t);

/**
 * Adam without a learning rate to tune: it grows an estimate d of the distance from the start to the solution, and takes steps of d.
 *
 * $$ d_{t+1} = \max\left( d_t, \frac{r_t}{\lVert s_t \rVert_1} \right), \qquad r_t = \sqrt{\beta_2} r_{t-1} + \frac{d_t}{d_0} \gamma_t \langle g_t, \theta_1 - \theta_t \rangle, \qquad s_t = \sqrt{\beta_2} s_{t-1} + \frac{d_t}{d_0} \gamma_t g_t, \qquad \gamma_t = \eta_t d_t \tfrac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} $$
 *
 * The step is γ m / (√v + d ε) with m and v the moments of d g. The weight decay λ is 0 by default. PyTorch's version leaves the bias correction off by default; this one, as optax's, has it.
 *
 * @param learningRate η, >= 0, or a schedule such as a cosine. Default 1.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Mishchenko, Defazio: Prodigy: An Expeditiously Adaptive Parameter-Free Learner, 2023. arXiv:2306.06101
 * @example
 * import { prodigy } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = prodigy(1, { start: 0.1 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function prodigy(learningRate: Scheduled = 1, options: DistanceAdamOptions = {}): GradientTransformation<DistanceAdamState> {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8, start = 1e-6, weightDecay = 0, mask } = options;
  checkOptions('prodigy', learningRate, options);
  const b3 = Math.sqrt(b2);
  return defineTransformation<DistanceAdamState>('prodigy', {
    init: (params) => ({
      count: 0,
      ...{ m: zerosByPath(params), v: zerosByPath(params), s: zerosByPath(params) },
      ...{ r: scalar(0), d: scalar(start), origin: mapByPath(params, (x) => clone(x)) },
    }),
    update(updates, { count, m, v, s, r, d, origin }, params) {
      const stride = mul(d, valueAt(learningRate, count) * correction(b1, b2, count + 1));
      const growth = mul(stride, div(d, start));
      const scaled = mapByPath(updates, (g) => mul(g, d));
      const nextM = mapByPath(scaled, (g, path) => towards(m[path]!, g, b1));
      const nextV = mapByPath(scaled, (g, path) => towards(v[path]!, square(g), b2));
      const nextS = mapByPath(updates, (g, path) => add(mul(s[path]!, b3), mul(g, growth)));
      const way = dotByPath(
        updates,
        mapByPath(origin, (x, path) => sub(x, params[path]!)),
      );
      const nextR = add(mul(r, b3), mul(growth, way));
      const nextD = maximum(d, ratio(nextR, absoluteSum(nextS)));
      const floor = mul(nextD, valueAt(eps, count));
      const moved = mapByPath(nextM, (mean, path) => {
        const param = params[path]!;
        const u = div(mean, add(sqrt(nextV[path]!), floor));
        const decay = taken(mask, path, param) ? valueAt(weightDecay, count) : 0;
        return neg(mul(stride, add(u, mul(param, decay))));
      });
      return { updates: moved, state: { count: count + 1, m: nextM, v: nextV, s: nextS, r: nextR, d: nextD, origin } };
    },
  });
}

/**
 * Adam without a learning rate to tune, by D-Adaptation: the estimate d of the distance to the solution comes from how gradients agree with their own sum.
 *
 * $$ d_{t+1} = \max\left( d_t, \frac{r_t}{(1 - \sqrt{\beta_2}) \lVert s_t \rVert_1} \right), \qquad r_t = \sqrt{\beta_2} r_{t-1} + (1 - \sqrt{\beta_2}) \gamma_t \left\langle g_t, \tfrac{s_{t-1}}{\sqrt{v_{t-1}} + \epsilon} \right\rangle, \qquad \gamma_t = \eta_t d_t \tfrac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} $$
 *
 * with s the moving mean of γ g. The step is m / (√v + ε) with m the mean of γ g. The weight decay λ is 0 by default.
 *
 * @param learningRate η, >= 0, or a schedule such as a cosine. Default 1.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Defazio, Mishchenko: Learning-Rate-Free Learning by D-Adaptation, 2023. arXiv:2301.07733
 * @example
 * import { dAdaptAdamW } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = dAdaptAdamW(1, { start: 0.1 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function dAdaptAdamW(learningRate: Scheduled = 1, options: DistanceAdamOptions = {}): GradientTransformation<DistanceAdamState> {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8, start = 1e-6, weightDecay = 0, mask } = options;
  checkOptions('dAdaptAdamW', learningRate, options);
  const b3 = Math.sqrt(b2);
  return defineTransformation<DistanceAdamState>('dAdaptAdamW', {
    init: (params) => ({
      count: 0,
      ...{ m: zerosByPath(params), v: zerosByPath(params), s: zerosByPath(params) },
      ...{ r: scalar(0), d: scalar(start), origin: {} },
    }),
    update(updates, { count, m, v, s, r, d, origin }, params) {
      const stride = mul(d, valueAt(learningRate, count) * correction(b1, b2, count + 1));
      const small = Math.max(valueAt(eps, count), 1e-30);
      const agreement = dotByPath(
        updates,
        mapByPath(s, (sum, path) => div(sum, add(sqrt(v[path]!), small))),
      );
      const nextM = mapByPath(updates, (g, path) => towards(m[path]!, mul(g, stride), b1));
      const nextV = mapByPath(updates, (g, path) => towards(v[path]!, square(g), b2));
      const nextS = mapByPath(updates, (g, path) => towards(s[path]!, mul(g, stride), b3));
      const nextR = towards(r, mul(stride, agreement), b3);
      const nextD = maximum(d, ratio(nextR, mul(absoluteSum(nextS), 1 - b3)));
      const moved = mapByPath(nextM, (mean, path) => {
        const param = params[path]!;
        const decay = taken(mask, path, param) ? valueAt(weightDecay, count) : 0;
        const step = add(div(mean, add(sqrt(nextV[path]!), small)), mul(param, mul(stride, decay)));
        return neg(step);
      });
      return { updates: moved, state: { count: count + 1, m: nextM, v: nextV, s: nextS, r: nextR, d: nextD, origin } };
    },
  });
}
