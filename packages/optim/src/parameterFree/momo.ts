/** @file MoMo: momentum with a step size that is read from the losses. */
import { add, div, greater, less, mul, scalar, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkBoolean,
  checkFinite,
  defineTransformation,
  fail,
  maximum,
  minimum,
  relu,
  select,
  type ByPath,
  type GradientTransformation,
  type Scheduled,
} from '@surrogate/core';
import { checkDecay, checkScheduled, valueAt } from '../schedules/scheduled.js';
import { mapByPath, zerosByPath } from '../transforms/byPath.js';
import { towards } from '../transforms/scaleByAdam.js';
import { dotByPath } from './wholeTree.js';

/** What {@link momo} and {@link momoAdam} have in common. */
interface ModelOptions {
  /** f*, a lower bound of the loss. Default 0. */
  least?: number | undefined;
  /** Raise the bound where the losses say that it is too low, never below `least`. Default false. */
  adaptLeast?: boolean | undefined;
  /** λ, >= 0, or a schedule. Default 0. */
  weightDecay?: Scheduled | undefined;
}

/** Options of {@link momo}. */
export interface MomoOptions extends ModelOptions {
  /** β, in [0, 1), or a schedule. Default 0.9. */
  momentum?: Scheduled | undefined;
}

/** Options of {@link momoAdam}. */
export interface MomoAdamOptions extends ModelOptions {
  /** Decay of the mean, in [0, 1). Default 0.9. */
  b1?: number | undefined;
  /** Decay of the mean square, in [0, 1). Default 0.999. */
  b2?: number | undefined;
  /** Added to the root, >= 0. Default 1e-8. */
  eps?: Scheduled | undefined;
}

/** The moving means of the loss, of the gradients, of their squares for MoMo-Adam, and of ⟨g, θ⟩; and the bound of the loss. */
export type MomoState = { count: number; loss: number; m: ByPath; v: ByPath; dot: Tensor; least: Tensor };

/** How means are kept, and what divides the direction. */
interface Averages {
  /** The decay of the means. */
  keep(count: number): number;
  /** What the means of so many steps sum their weights to. */
  weight(t: number): number;
  /** The decay of the mean square, where there is one. */
  b2?: number | undefined;
  eps?: Scheduled | undefined;
}

/** The step that the model of all losses so far, the largest of their tangents' mean and the bound, allows. */
function modelStep(
  fn: string,
  learningRate: Scheduled,
  { least = 0, adaptLeast = false, weightDecay = 0 }: ModelOptions,
  { keep, weight, b2, eps = 0 }: Averages,
): GradientTransformation<MomoState> {
  checkScheduled(fn, 'learningRate', learningRate);
  checkFinite(fn, 'least', least);
  checkBoolean(fn, 'adaptLeast', adaptLeast);
  checkScheduled(fn, 'weightDecay', weightDecay);
  return defineTransformation<MomoState>(fn, {
    init: (params) => ({
      count: 0,
      loss: 0,
      m: zerosByPath(params),
      v: b2 === undefined ? {} : zerosByPath(params),
      dot: scalar(0),
      least: scalar(least),
    }),
    update(updates, state, params, { loss }) {
      if (loss === undefined) fail('range', fn, 'extra.loss', 'must be told with each step, got undefined');
      const { count } = state;
      const [beta, total, rate] = [keep(count), weight(count + 1), valueAt(learningRate, count)];
      const decay = rate * valueAt(weightDecay, count);
      const grown = 1 + decay;
      const m = mapByPath(updates, (g, path) => towards(state.m[path]!, g, beta));
      const v = b2 === undefined ? {} : mapByPath(updates, (g, path) => towards(state.v[path]!, square(g), b2));
      const direction = mapByPath(m, (mean, path) =>
        b2 === undefined ? mean : div(mean, add(sqrt(mul(v[path]!, 1 / (1 - b2 ** (count + 1)))), Math.max(valueAt(eps, count), 1e-30))),
      );
      const length = dotByPath(m, direction);
      const dot = towards(state.dot, dotByPath(updates, params), beta);
      const inner = dotByPath(m, params);
      const mean = beta * state.loss + (1 - beta) * loss;
      const tangent = add(mul(sub(mean, dot), grown), inner);
      const bound = adaptLeast
        ? select(less(tangent, mul(state.least, grown * total)), maximum(mul(tangent, 1 / (2 * total * grown)), least), state.least)
        : state.least;
      const some = greater(length, Number.EPSILON);
      const allowed = div(relu(sub(tangent, mul(bound, grown * total))), select(some, length, scalar(1)));
      const size = select(some, minimum(allowed, rate / total), scalar(0));
      return {
        updates: mapByPath(direction, (x, path) => sub(mul(params[path]!, -decay / grown), mul(x, size))),
        state: {
          count: count + 1,
          loss: mean,
          ...{ m, v, dot },
          least: adaptLeast ? maximum(mul(sub(add(sub(mean, dot), inner), mul(mul(size, length), 0.5)), 1 / total), least) : bound,
        },
      };
    },
  });
}

/**
 * SGD with momentum, whose step size is the largest with which a model of the losses so far stays above what they can be at least.
 *
 * $$ \theta_{t+1} = \frac{\theta_t}{1 + \eta \lambda} - \min\left( \eta, \frac{[(1 + \eta \lambda)(\bar f_t - f^* - \gamma_t) + \langle m_t, \theta_t \rangle]_+}{\lVert m_t \rVert^2} \right) m_t $$
 *
 * with $\bar f$, m and γ the moving means of the losses, of the gradients g and of ⟨g, θ⟩, which begin with the first of each. The loss comes with each step:
 * `step(optimizer, params, grads, state, { loss })`. The learning rate is an upper bound, so take a large one.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1.
 * @returns the transformation; its updates throw where no loss is told.
 * @throws SurrogateError `range`, `dtype`.
 * @see Schaipp, Ohana, Eickenberg, Defazio, Gower: MoMo: Momentum Models for Adaptive Learning Rates, 2023. arXiv:2305.07583
 * @example
 * import { momo } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = momo();
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([3, 4]) }, optimizer.init(params), { loss: 2.5 }).params.w.data(); // [0.7, 1.6]
 */
export function momo(learningRate: Scheduled = 1, options: MomoOptions = {}): GradientTransformation<MomoState> {
  const { momentum = 0.9 } = options;
  checkDecay('momo', 'momentum', momentum);
  return modelStep('momo', learningRate, options, {
    keep: (count) => (count === 0 ? 0 : valueAt(momentum, count)),
    weight: () => 1,
  });
}

/**
 * Adam whose step size is the largest with which a model of the losses so far stays above what they can be at least.
 *
 * $$ \theta_{t+1} = \frac{\theta_t}{1 + \eta \lambda} - \min\left( \frac{\eta}{1 - \beta_1^t}, \frac{[(1 + \eta \lambda)(\bar f_t - (1 - \beta_1^t) f^* - \gamma_t) + \langle m_t, \theta_t \rangle]_+}{\langle m_t, D_t^{-1} m_t \rangle} \right) D_t^{-1} m_t, \qquad D_t = \sqrt{\hat v_t} + \epsilon $$
 *
 * with $\bar f$, m and γ the moving means of the losses, of the gradients g and of ⟨g, θ⟩, all from 0 on. The loss comes with each step: `step(optimizer, params, grads, state, { loss })`.
 *
 * @param learningRate η, >= 0, or a schedule: an upper bound. Default 1e-2.
 * @returns the transformation; its updates throw where no loss is told.
 * @throws SurrogateError `range`, `dtype`.
 * @see Schaipp, Ohana, Eickenberg, Defazio, Gower: MoMo: Momentum Models for Adaptive Learning Rates, 2023. arXiv:2305.07583
 * @example
 * import { momoAdam } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = momoAdam(0.1);
 * const params = { w: tensor([1, 2]) };
 * // A loss as near to 0 as this one allows half of the step.
 * await step(optimizer, params, { w: tensor([3, -2]) }, optimizer.init(params), { loss: 0.25 }).params.w.data(); // [0.95, 2.05]
 */
export function momoAdam(learningRate: Scheduled = 1e-2, options: MomoAdamOptions = {}): GradientTransformation<MomoState> {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8 } = options;
  checkDecay('momoAdam', 'b1', b1);
  checkDecay('momoAdam', 'b2', b2);
  checkScheduled('momoAdam', 'eps', eps);
  return modelStep('momoAdam', learningRate, options, { keep: () => b1, weight: (t) => 1 - b1 ** t, b2, eps });
}
