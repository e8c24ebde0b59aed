/** @file Adam and AdamW. */
import { fuse, type FusedStep, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled, valueAt } from '../schedules/scheduled.js';
import { taken, type PathMask } from '../transforms/byPath.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { scaleByLearningRate, type CountState } from '../transforms/scale.js';
import { scaleByAdam, type AdamState } from '../transforms/scaleByAdam.js';
import { addDecayedWeights } from '../transforms/weightDecay.js';

/** Options of {@link adam}. */
export interface AdamOptions {
  /** Decay of the mean, in [0, 1). Default 0.9. */
  b1?: Scheduled | undefined;
  /** Decay of the mean square, in [0, 1). Default 0.999. */
  b2?: Scheduled | undefined;
  /** Added to the root, >= 0. Default 1e-8. */
  eps?: Scheduled | undefined;
  /** Added under the root, >= 0; kernels do without. Default 0. */
  epsRoot?: Scheduled | undefined;
}

/** Options of {@link adamw}. */
export interface AdamWOptions extends AdamOptions {
  /** λ, >= 0, or a schedule. Default 1e-4. */
  weightDecay?: Scheduled | undefined;
  /** Which parameters decay. Default all. */
  mask?: PathMask | undefined;
}

/** The state of the chain below: Adam's, the decay's, the learning rate's. */
type AdamWState = readonly [AdamState, CountState, CountState];

/** The whole step as one kernel: moments and parameters are updated in place. */
function fusedAdamW(
  learningRate: Scheduled,
  { b1, b2, eps, weightDecay, mask }: Required<Omit<AdamWOptions, 'mask' | 'epsRoot'>> & AdamWOptions,
) {
  const fused: FusedStep<ChainState> = {
    kernel: 'SurrogateAdamWStep',
    prepare(params, paths, state) {
      const [adam] = state as unknown as AdamWState;
      const { count, m, v } = adam;
      const decay = valueAt(weightDecay as Scheduled, count);
      const next: AdamWState = [{ count: count + 1, m, v }, { count: count + 1 }, { count: count + 1 }];
      return {
        columns: { m: paths.map((path) => m[path]!), v: paths.map((path) => v[path]!) },
        attrs: {
          learningRate: valueAt(learningRate, count),
          b1: valueAt(b1 as Scheduled, count),
          b2: valueAt(b2 as Scheduled, count),
          eps: valueAt(eps as Scheduled, count),
          weightDecay: mask === undefined ? decay : paths.map((path, i) => (taken(mask, path, params[i]!) ? decay : 0)),
          step: count + 1,
        },
        next,
      };
    },
  };
  return fused;
}

function decayedAdam(
  fn: string,
  learningRate: Scheduled,
  { b1 = 0.9, b2 = 0.999, eps = 1e-8, epsRoot = 0, weightDecay = 0, mask }: AdamWOptions,
): GradientTransformation<ChainState> {
  checkScheduled(fn, 'learningRate', learningRate);
  checkDecay(fn, 'b1', b1);
  checkDecay(fn, 'b2', b2);
  checkScheduled(fn, 'eps', eps);
  checkScheduled(fn, 'weightDecay', weightDecay);
  checkScheduled(fn, 'epsRoot', epsRoot);
  const chained = chain(scaleByAdam({ b1, b2, eps, epsRoot }), addDecayedWeights(weightDecay, { mask }), scaleByLearningRate(learningRate));
  return epsRoot === 0 ? fuse(fusedAdamW(learningRate, { b1, b2, eps, weightDecay, mask }), chained) : chained;
}

/**
 * Adam: steps of about the learning rate in each coordinate, whatever the scale of its gradient.
 *
 * $$ \theta_{t+1} = \theta_t - \eta_t \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation; where the backend has a kernel for it, `step` runs that.
 * @throws SurrogateError `range`.
 * @see Kingma, Ba: Adam, 2014. arXiv:1412.6980
 * @example
 * import { adam } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = adam(0.1);
 * const w = tensor([1, 2]);
 * const next = step(optimizer, { w }, { w: tensor([5, -5]) }, optimizer.init({ w }));
 * await next.params.w.data(); // [0.9, 2.1]
 */
export function adam(learningRate: Scheduled = 1e-3, options: AdamOptions = {}): GradientTransformation<ChainState> {
  return decayedAdam('adam', learningRate, options);
}

/**
 * Adam with decoupled weight decay.
 *
 * $$ \theta_{t+1} = \theta_t - \eta_t \left( \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} + \lambda_t \theta_t \right) $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation; where the backend has a kernel for it, `step` runs that.
 * @throws SurrogateError `range`.
 * @see Loshchilov, Hutter: Decoupled Weight Decay Regularization, 2017. arXiv:1711.05101
 * @example
 * import { adamw } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = adamw(0.1, { weightDecay: 0.5 });
 * const w = tensor([1, 2]);
 * const next = step(optimizer, { w }, { w: tensor([5, -5]) }, optimizer.init({ w }));
 * await next.params.w.data(); // [0.85, 2]
 */
export function adamw(
  learningRate: Scheduled = 1e-3,
  { weightDecay = 1e-4, ...options }: AdamWOptions = {},
): GradientTransformation<ChainState> {
  return decayedAdam('adamw', learningRate, { weightDecay, ...options });
}
