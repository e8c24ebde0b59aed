/** @file Gradients over the root of their squares, without momentum: RMSprop, Adagrad, Adadelta. */
import { add, div, fill, mul, rsqrt, sqrt, square, sub, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { checkAtLeast, checkBoolean, fuse, type FusedStep, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled, valueAt } from '../schedules/scheduled.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { leafwise, type LeafState } from '../transforms/leafwise.js';
import { trace, type TraceState } from '../transforms/momentum.js';
import { scaleByLearningRate, type CountState } from '../transforms/scale.js';
import { towards } from '../transforms/scaleByAdam.js';
import { descent } from './descent.js';

/** Options of {@link rmsprop}. */
export interface RMSpropOptions {
  /** Decay of the mean square, in [0, 1). Default 0.9. */
  decay?: Scheduled | undefined;
  /** Added to the mean square, >= 0. Default 1e-8. */
  eps?: Scheduled | undefined;
  /** Divide by the standard deviation instead. Default false. */
  centered?: boolean | undefined;
  /** μ, in [0, 1), or a schedule: momentum after the learning rate. Default: none. */
  momentum?: Scheduled | undefined;
  /** Look ahead as Nesterov does. Default false. */
  nesterov?: boolean | undefined;
}

type RMSpropNumbers = Record<'decay' | 'eps', Scheduled> & { readonly momentum: Scheduled | undefined; readonly nesterov: boolean };

/** The whole step as one kernel; the states are the chain's below. */
function fusedRMSprop(learningRate: Scheduled, { decay, eps, momentum, nesterov }: RMSpropNumbers): FusedStep<ChainState> {
  return {
    kernel: 'SurrogateRMSpropStep',
    prepare(_params, paths, states) {
      const [{ count, slots }, rates, traced] = states as [LeafState, CountState, TraceState?];
      const column = (memory: Readonly<Record<string, Tensor>>) => paths.map((path) => memory[path]!);
      const columns = Object.fromEntries(Object.entries(slots).map(([name, memory]) => [name, column(memory)]));
      const attrs = { learningRate: valueAt(learningRate, rates.count), decay: valueAt(decay, count), eps: valueAt(eps, count), nesterov };
      const next = [{ count: count + 1, slots }, { count: rates.count + 1 }];
      if (momentum === undefined || traced === undefined) return { columns, attrs: { ...attrs, momentum: 0 }, next };
      return {
        columns: { ...columns, trace: column(traced.trace) },
        attrs: { ...attrs, momentum: valueAt(momentum, traced.count) },
        next: [...next, { ...traced, count: traced.count + 1 }],
      };
    },
  };
}

/**
 * Divides gradients by the root of their moving mean square.
 *
 * $$ v_t = \beta v_{t-1} + (1 - \beta) g_t^2, \qquad \theta_{t+1} = \theta_t - \eta_t \frac{g_t}{\sqrt{v_t + \epsilon}} $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation; where the backend has a kernel for it, `step` runs that.
 * @throws SurrogateError `range`, `dtype`.
 * @see Tieleman, Hinton: Lecture 6.5, RMSProp, 2012; Graves: Generating Sequences With Recurrent Neural Networks, 2013. arXiv:1308.0850
 * @example
 * import { rmsprop } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = rmsprop(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.683772, 2.316228]
 */
export function rmsprop(
  learningRate: Scheduled = 1e-3,
  { decay = 0.9, eps = 1e-8, centered = false, momentum, nesterov = false }: RMSpropOptions = {},
): GradientTransformation<ChainState> {
  checkScheduled('rmsprop', 'learningRate', learningRate);
  checkDecay('rmsprop', 'decay', decay);
  checkScheduled('rmsprop', 'eps', eps);
  checkBoolean('rmsprop', 'centered', centered);
  checkBoolean('rmsprop', 'nesterov', nesterov);
  if (momentum !== undefined) checkDecay('rmsprop', 'momentum', momentum);
  const direction = centered
    ? leafwise('rmsprop', { m: zerosLike, v: zerosLike }, (g, memory, { at }) => {
        const m = towards(memory.m, g, at(decay));
        const v = towards(memory.v, square(g), at(decay));
        return [mul(g, rsqrt(add(sub(v, square(m)), at(eps)))), { m, v }];
      })
    : leafwise('rmsprop', { v: zerosLike }, (g, memory, { at }) => {
        const v = towards(memory.v, square(g), at(decay));
        return [mul(g, rsqrt(add(v, at(eps)))), { v }];
      });
  const after = momentum === undefined ? [] : [trace(momentum, { nesterov })];
  return fuse(
    fusedRMSprop(learningRate, { decay, eps, momentum, nesterov }),
    chain(direction, scaleByLearningRate(learningRate), ...after),
  );
}

/** Options of {@link adagrad}. */
export interface AdagradOptions {
  /** Where the sum of squares starts, >= 0. Default 0.1. */
  start?: number | undefined;
  /** Added to the sum, >= 0. Default 1e-7. */
  eps?: Scheduled | undefined;
}

/**
 * Divides gradients by the root of the sum of all their squares, so that rare features keep large steps.
 *
 * $$ a_t = a_{t-1} + g_t^2, \qquad \theta_{t+1} = \theta_t - \eta_t \frac{g_t}{\sqrt{a_t + \epsilon}} $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-2.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Duchi, Hazan, Singer: Adaptive Subgradient Methods, 2011.
 * @example
 * import { adagrad } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = adagrad(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.9002, 2.0998]
 */
export function adagrad(
  learningRate: Scheduled = 1e-2,
  { start = 0.1, eps = 1e-7 }: AdagradOptions = {},
): GradientTransformation<ChainState> {
  checkAtLeast('adagrad', 'start', start, 0);
  checkScheduled('adagrad', 'eps', eps);
  const started = (param: Tensor) => fill(param.shape, start);
  return descent(
    'adagrad',
    learningRate,
    leafwise('adagrad', { a: started }, (g, memory, { at }) => {
      const a = add(memory.a, square(g));
      return [mul(g, rsqrt(add(a, at(eps)))), { a }];
    }),
  );
}

/** Options of {@link adadelta}. */
export interface AdadeltaOptions {
  /** Decay of both mean squares, in [0, 1). Default 0.9. */
  decay?: Scheduled | undefined;
  /** Added to both, >= 0. Default 1e-6. */
  eps?: Scheduled | undefined;
}

/**
 * Steps in the parameters' own units: gradients over the root of their mean square, times the root of the mean square of the steps.
 *
 * $$ u_t = \sqrt{\frac{x_{t-1} + \epsilon}{v_t + \epsilon}}\, g_t, \qquad x_t = \rho x_{t-1} + (1 - \rho) u_t^2, \qquad \theta_{t+1} = \theta_t - \eta_t u_t $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 1.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Zeiler: ADADELTA: An Adaptive Learning Rate Method, 2012. arXiv:1212.5701
 * @example
 * import { adadelta } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = adadelta(1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.996838, 2.003162]
 */
export function adadelta(
  learningRate: Scheduled = 1,
  { decay = 0.9, eps = 1e-6 }: AdadeltaOptions = {},
): GradientTransformation<ChainState> {
  checkDecay('adadelta', 'decay', decay);
  checkScheduled('adadelta', 'eps', eps);
  return descent(
    'adadelta',
    learningRate,
    leafwise('adadelta', { v: zerosLike, x: zerosLike }, (g, memory, { at }) => {
      const v = towards(memory.v, square(g), at(decay));
      const u = mul(g, sqrt(div(add(memory.x, at(eps)), add(v, at(eps)))));
      return [u, { v, x: towards(memory.x, square(u), at(decay)) }];
    }),
  );
}
