/** @file Adam with another denominator: AMSGrad, RAdam, AdaBelief, Yogi, Adamax; and NAdamW. */
import { abs, add, div, fill, mul, sqrt, square, sub, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { checkAtLeast, maximum, sign, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled } from '../schedules/scheduled.js';
import type { ChainState } from '../transforms/chain.js';
import { leafwise } from '../transforms/leafwise.js';
import { scaleByAdam, towards } from '../transforms/scaleByAdam.js';
import { descent, type DecayOptions, type MomentOptions } from './descent.js';

function checkMoments(fn: string, { b1 = 0.9, b2 = 0.999, eps = 1e-8 }: MomentOptions): void {
  checkDecay(fn, 'b1', b1);
  checkDecay(fn, 'b2', b2);
  checkScheduled(fn, 'eps', eps);
}

/** m / (1 - b^t): corrected for the start at 0. */
const corrected = (moment: Tensor, b: number, t: number): Tensor => div(moment, 1 - b ** t);

/** Options of {@link nadamw}. */
export interface NAdamWOptions extends MomentOptions, DecayOptions {}

/**
 * AdamW with Nesterov's momentum.
 *
 * $$ \theta_{t+1} = \theta_t - \eta_t \left( \frac{\beta_1 m_t / (1 - \beta_1^{t+1}) + (1 - \beta_1) g_t / (1 - \beta_1^t)}{\sqrt{\hat v_t} + \epsilon} + \lambda \theta_t \right) $$
 *
 * The weight decay λ is 1e-4 by default; with 0 this is NAdam.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Dozat: Incorporating Nesterov Momentum into Adam, 2016; Loshchilov, Hutter, 2017. arXiv:1711.05101
 * @example
 * import { nadamw } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = nadamw(0.1, { weightDecay: 0 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.852632, 2.147368]
 */
export function nadamw(
  learningRate: Scheduled = 1e-3,
  { weightDecay = 1e-4, mask, ...moments }: NAdamWOptions = {},
): GradientTransformation<ChainState> {
  checkMoments('nadamw', moments);
  return descent('nadamw', learningRate, scaleByAdam({ ...moments, nesterov: true }), { weightDecay, mask });
}

/**
 * Adam whose denominator never shrinks.
 *
 * $$ \bar v_t = \max(\bar v_{t-1}, \hat v_t), \qquad \theta_{t+1} = \theta_t - \eta_t \frac{\hat m_t}{\sqrt{\bar v_t} + \epsilon} $$
 *
 * The maximum is of the corrected means, as in optax; PyTorch takes it of the uncorrected ones.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Reddi, Kale, Kumar: On the Convergence of Adam and Beyond, 2018. arXiv:1904.09237
 * @example
 * import { amsgrad } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = amsgrad(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function amsgrad(learningRate: Scheduled = 1e-3, options: MomentOptions = {}): GradientTransformation<ChainState> {
  checkMoments('amsgrad', options);
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8 } = options;
  return descent(
    'amsgrad',
    learningRate,
    leafwise('amsgrad', { m: zerosLike, v: zerosLike, largest: zerosLike }, (g, memory, { t, at }) => {
      const m = towards(memory.m, g, at(b1));
      const v = towards(memory.v, square(g), at(b2));
      const largest = maximum(memory.largest, corrected(v, at(b2), t));
      return [div(corrected(m, at(b1), t), add(sqrt(largest), at(eps))), { m, v, largest }];
    }),
  );
}

/** Options of {@link radam}. */
export interface RAdamOptions extends MomentOptions {
  /** The length of the average from which on its root is trusted, >= 4. Default 5. */
  threshold?: number | undefined;
}

/**
 * Adam that does without the denominator until the variance of its mean square is tractable, which stands in for a warm-up.
 *
 * $$ \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}, \qquad \theta_{t+1} = \theta_t - \eta_t\, r_t \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} \text{ where } \rho_t \ge 5, \text{ else } \theta_t - \eta_t \hat m_t $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Liu, Jiang, He, Chen, Liu, Gao, Han: On the Variance of the Adaptive Learning Rate and Beyond, 2019. arXiv:1908.03265
 * @example
 * import { radam } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = radam(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.5, 2.5]
 */
export function radam(learningRate: Scheduled = 1e-3, options: RAdamOptions = {}): GradientTransformation<ChainState> {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8, threshold = 5 } = options;
  checkMoments('radam', options);
  checkAtLeast('radam', 'threshold', threshold, 4);
  return descent(
    'radam',
    learningRate,
    leafwise('radam', { m: zerosLike, v: zerosLike }, (g, memory, { t, at }) => {
      const [beta1, beta2] = [at(b1), at(b2)];
      const m = towards(memory.m, g, beta1);
      const v = towards(memory.v, square(g), beta2);
      const longest = 2 / (1 - beta2) - 1;
      const length = longest - (2 * t * beta2 ** t) / (1 - beta2 ** t);
      const mean = corrected(m, beta1, t);
      if (length < threshold) return [mean, { m, v }];
      const trust = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
      return [div(mul(mean, trust), add(sqrt(corrected(v, beta2, t)), at(eps))), { m, v }];
    }),
  );
}

/** Options of {@link adabelief}. */
export interface AdaBeliefOptions extends MomentOptions {
  /** Added to the mean square at each step, >= 0. Default 1e-16. */
  epsRoot?: Scheduled | undefined;
}

/**
 * Adam that divides by how far gradients are from their own mean: large steps where the mean can be believed.
 *
 * $$ s_t = \beta_2 s_{t-1} + (1 - \beta_2)(g_t - m_t)^2 + \epsilon', \qquad \theta_{t+1} = \theta_t - \eta_t \frac{\hat m_t}{\sqrt{\hat s_t} + \epsilon} $$
 *
 * ε is 1e-16 by default.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Zhuang, Tang, Ding, Tatikonda, Dvornek, Papademetris, Duncan: AdaBelief Optimizer, 2020. arXiv:2010.07468
 * @example
 * import { adabelief } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = adabelief(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.888889, 2.111111]
 */
export function adabelief(learningRate: Scheduled = 1e-3, options: AdaBeliefOptions = {}): GradientTransformation<ChainState> {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-16, epsRoot = 1e-16 } = options;
  checkMoments('adabelief', options);
  checkScheduled('adabelief', 'epsRoot', epsRoot);
  return descent(
    'adabelief',
    learningRate,
    leafwise('adabelief', { m: zerosLike, s: zerosLike }, (g, memory, { t, at }) => {
      const m = towards(memory.m, g, at(b1));
      const s = add(towards(memory.s, square(sub(g, m)), at(b2)), at(epsRoot));
      return [div(corrected(m, at(b1), t), add(sqrt(corrected(s, at(b2), t)), at(eps))), { m, s }];
    }),
  );
}

/** Options of {@link yogi}. */
export interface YogiOptions extends MomentOptions {
  /** Where both moments start, >= 0. Default 1e-6. */
  start?: number | undefined;
}

/**
 * Adam whose mean square changes by no more than a gradient's own square, so that it forgets slowly.
 *
 * $$ v_t = v_{t-1} - (1 - \beta_2)\, \operatorname{sign}(v_{t-1} - g_t^2)\, g_t^2, \qquad \theta_{t+1} = \theta_t - \eta_t \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} $$
 *
 * ε is 1e-3 by default.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-2.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Zaheer, Reddi, Sachan, Kale, Kumar: Adaptive Methods for Nonconvex Optimization, 2018.
 * @example
 * import { yogi } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = yogi(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.900022, 2.099978]
 */
export function yogi(learningRate: Scheduled = 1e-2, options: YogiOptions = {}): GradientTransformation<ChainState> {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-3, start = 1e-6 } = options;
  checkMoments('yogi', options);
  checkAtLeast('yogi', 'start', start, 0);
  const started = (param: Tensor) => fill(param.shape, start);
  return descent(
    'yogi',
    learningRate,
    leafwise('yogi', { m: started, v: started }, (g, memory, { t, at }) => {
      const m = towards(memory.m, g, at(b1));
      const squares = square(g);
      const v = sub(memory.v, mul(mul(sign(sub(memory.v, squares)), squares), 1 - at(b2)));
      return [div(corrected(m, at(b1), t), add(sqrt(corrected(v, at(b2), t)), at(eps))), { m, v }];
    }),
  );
}

/** Options of {@link adamax}. */
export interface AdamaxOptions extends MomentOptions, DecayOptions {}

/**
 * Adam with the largest gradient of late in the place of the root of the mean square.
 *
 * $$ u_t = \max(\beta_2 u_{t-1}, |g_t| + \epsilon), \qquad \theta_{t+1} = \theta_t - \eta_t \left( \frac{\hat m_t}{u_t} + \lambda \theta_t \right) $$
 *
 * The weight decay λ is 0 by default; AdaMaxW has 1e-4.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Kingma, Ba: Adam, section 7.1, 2014. arXiv:1412.6980
 * @example
 * import { adamax } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = adamax(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function adamax(learningRate: Scheduled = 1e-3, options: AdamaxOptions = {}): GradientTransformation<ChainState> {
  checkMoments('adamax', options);
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8 } = options;
  return descent(
    'adamax',
    learningRate,
    leafwise('adamax', { m: zerosLike, largest: zerosLike }, (g, memory, { t, at }) => {
      const m = towards(memory.m, g, at(b1));
      const largest = maximum(mul(memory.largest, at(b2)), add(abs(g), at(eps)));
      return [div(corrected(m, at(b1), t), largest), { m, largest }];
    }),
    options,
  );
}
