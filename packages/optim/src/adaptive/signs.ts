/** @file Steps of one size: Lion, sign descent. */
import { add, mul, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import {
  clip,
  defineTransformation,
  fail,
  fuse,
  sign,
  tanh,
  type FusedStep,
  type GradientTransformation,
  type Scheduled,
} from '@surrogate/core';
import { checkDecay, valueAt } from '../schedules/scheduled.js';
import { mapByPath, taken } from '../transforms/byPath.js';
import type { ChainState } from '../transforms/chain.js';
import { leafwise, type LeafState } from '../transforms/leafwise.js';
import type { CountState } from '../transforms/scale.js';
import { towards } from '../transforms/scaleByAdam.js';
import { descent, type DecayOptions } from './descent.js';

/** Options of {@link lion}. */
export interface LionOptions extends DecayOptions {
  /** How much of the mean the step takes, in [0, 1). Default 0.9. */
  b1?: Scheduled | undefined;
  /** Decay of the mean, in [0, 1). Default 0.99. */
  b2?: Scheduled | undefined;
  /** What is done to the mix x: `hard` takes its sign, `smooth` tanh(x), `refined` x itself, cut off at -1 and 1. Default `hard`. */
  mode?: LionMode | undefined;
}

/** How Lion bounds its steps. */
export type LionMode = 'hard' | 'smooth' | 'refined';

const bounds: Readonly<Record<LionMode, (x: Tensor) => Tensor>> = { hard: sign, smooth: tanh, refined: (x) => clip(x, -1, 1) };

/** The whole step as one kernel; the states are the chain's below. */
function fusedLion(learningRate: Scheduled, { b1, b2, weightDecay, mask }: LionOptions & Record<'b1' | 'b2' | 'weightDecay', Scheduled>) {
  const fused: FusedStep<ChainState> = {
    kernel: 'SurrogateLionStep',
    prepare(params, paths, states) {
      const [{ count, slots }, decays, rates] = states as [LeafState, CountState, CountState];
      const decay = valueAt(weightDecay, decays.count);
      return {
        columns: { m: paths.map((path) => slots['m']![path]!) },
        attrs: {
          learningRate: valueAt(learningRate, rates.count),
          b1: valueAt(b1, count),
          b2: valueAt(b2, count),
          weightDecay: mask === undefined ? decay : paths.map((path, i) => (taken(mask, path, params[i]!) ? decay : 0)),
        },
        next: [{ count: count + 1, slots }, { count: decays.count + 1 }, { count: rates.count + 1 }],
      };
    },
  };
  return fused;
}

/**
 * The sign of a mix of the gradient and its mean: one tensor of memory, and steps of one size.
 *
 * $$ \theta_{t+1} = \theta_t - \eta_t \left( \operatorname{sign}(\beta_1 m_{t-1} + (1 - \beta_1) g_t) + \lambda \theta_t \right), \qquad m_t = \beta_2 m_{t-1} + (1 - \beta_2) g_t $$
 *
 * The weight decay λ is 1e-3 by default. Take a learning rate of a third to a tenth of AdamW's. With `mode` a bounded function that is smooth near 0 stands in the place of the sign.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-4.
 * @returns the transformation; where the backend has a kernel for it, `step` runs that, for the sign.
 * @throws SurrogateError `range`.
 * @see Chen, Liang, Huang, Real, Wang, Liu, Pham, Dong, Luong, Hsieh, Lu, Le: Symbolic Discovery of Optimization Algorithms, 2023. arXiv:2302.06675
 * @example
 * import { lion } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = lion(0.1, { weightDecay: 0 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -0.5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function lion(
  learningRate: Scheduled = 1e-4,
  { b1 = 0.9, b2 = 0.99, weightDecay = 1e-3, mask, mode = 'hard' }: LionOptions = {},
): GradientTransformation<ChainState> {
  checkDecay('lion', 'b1', b1);
  checkDecay('lion', 'b2', b2);
  if (!Object.hasOwn(bounds, mode)) fail('range', 'lion', 'mode', `must be one of ${Object.keys(bounds).join(', ')}, got ${String(mode)}`);
  const direction = leafwise('lion', { m: zerosLike }, (g, { m }, { at }) => [
    bounds[mode](add(mul(m, at(b1)), mul(g, 1 - at(b1)))),
    { m: towards(m, g, at(b2)) },
  ]);
  const made = descent('lion', learningRate, direction, { weightDecay, mask });
  return mode === 'hard' ? fuse(fusedLion(learningRate, { b1, b2, weightDecay, mask }), made) : made;
}

/**
 * The sign of the gradient.
 *
 * $$ \theta_{t+1} = \theta_t - \eta_t \operatorname{sign}(g_t) $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Bernstein, Wang, Azizzadenesheli, Anandkumar: signSGD: Compressed Optimisation for Non-Convex Problems, 2018. arXiv:1802.04434
 * @example
 * import { signSgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = signSgd(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -0.5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function signSgd(learningRate: Scheduled = 1e-3): GradientTransformation<ChainState> {
  const direction = defineTransformation('signSgd', {
    init: () => ({}),
    update: (updates, state) => ({ updates: mapByPath(updates, sign), state }),
  });
  return descent('signSgd', learningRate, direction);
}

/** Options of {@link signum}. */
export interface SignumOptions {
  /** β, in [0, 1), or a schedule. Default 0.9. */
  momentum?: Scheduled | undefined;
}

/**
 * The sign of the mean of gradients.
 *
 * $$ m_t = \beta m_{t-1} + (1 - \beta) g_t, \qquad \theta_{t+1} = \theta_t - \eta_t \operatorname{sign}(m_t) $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Bernstein, Wang, Azizzadenesheli, Anandkumar: signSGD: Compressed Optimisation for Non-Convex Problems, 2018. arXiv:1802.04434
 * @example
 * import { signum } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = signum(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -0.5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function signum(learningRate: Scheduled = 1e-3, { momentum = 0.9 }: SignumOptions = {}): GradientTransformation<ChainState> {
  checkDecay('signum', 'momentum', momentum);
  const direction = leafwise('signum', { m: zerosLike }, (g, memory, { at }) => {
    const m = towards(memory.m, g, at(momentum));
    return [sign(m), { m }];
  });
  return descent('signum', learningRate, direction);
}
