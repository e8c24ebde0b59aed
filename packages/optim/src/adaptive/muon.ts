/** @file Muon: momentum brought to an orthogonal matrix. */
import { add, mul } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkBoolean,
  checkInteger,
  defineTransformation,
  newtonSchulz,
  type ByPath,
  type GradientTransformation,
  type Scheduled,
} from '@surrogate/core';
import { checkDecay, checkScheduled, valueAt } from '../schedules/scheduled.js';
import { mapByPath, taken, zerosByPath, type PathMask } from '../transforms/byPath.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { scaleByLearningRate } from '../transforms/scale.js';
import { scaleByAdam, towards } from '../transforms/scaleByAdam.js';
import { addDecayedWeights } from '../transforms/weightDecay.js';
import type { DecayOptions } from './descent.js';

/** Options of {@link muon}. */
export interface MuonOptions extends DecayOptions {
  /** Decay of the mean, in [0, 1). Default 0.95. */
  momentum?: Scheduled | undefined;
  /** Look ahead as Nesterov does. Default true. */
  nesterov?: boolean | undefined;
  /** Newton-Schulz rounds, >= 1. Default 5. */
  rounds?: number | undefined;
  /** Which parameters are orthogonalised; the others are left to Adam, with the same look-ahead. Default those of rank 2, which the first and the last layer should rather not be among. */
  matrices?: PathMask | undefined;
  /** c, > 0: each entry of a step is about c times the learning rate, as Adam's are, so that Adam's learning rate serves; 0.2 is usual. Default: a step is orthogonal, longer where there are more outputs than inputs. */
  consistentRms?: number | undefined;
}

type MuonState = { count: number; m: ByPath; adam: { count: number; m: ByPath; v: ByPath } };

const pick = (tensors: ByPath, paths: readonly string[]): ByPath => Object.fromEntries(paths.map((path) => [path, tensors[path]!]));

/**
 * Momentum for matrices whose singular values are all made about 1, so that every direction is learnt alike; Adam for the other parameters.
 *
 * $$ m_t = \mu m_{t-1} + (1 - \mu) g_t, \qquad \theta_{t+1} = \theta_t - \eta_t \left( \sqrt{\max(1, \text{out} / \text{in})}\, \operatorname{NS}(\hat m_t) + \lambda \theta_t \right) $$
 *
 * Kernels are `[in, out]`, as in tf.layers. The means are corrected for their start as in optax.
 *
 * @param learningRate η, >= 0, or a schedule. Default 0.02.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @see Jordan and others: Muon: An optimizer for hidden layers in neural networks, 2024; Bernstein, Newhouse, 2024. arXiv:2409.20325
 * @example
 * import { muon } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = muon(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.852632, 2.147368]
 */
export function muon(
  learningRate: Scheduled = 0.02,
  { momentum = 0.95, nesterov = true, rounds = 5, matrices, consistentRms, weightDecay = 0, mask }: MuonOptions = {},
): GradientTransformation<ChainState> {
  const fn = 'muon';
  checkScheduled(fn, 'learningRate', learningRate);
  checkDecay(fn, 'momentum', momentum);
  checkBoolean(fn, 'nesterov', nesterov);
  checkInteger(fn, 'rounds', rounds, 1);
  checkScheduled(fn, 'weightDecay', weightDecay);
  if (consistentRms !== undefined) checkAbove(fn, 'consistentRms', consistentRms, 0);
  const adam = scaleByAdam({ nesterov });
  const split = (params: ByPath) => {
    const paths = Object.keys(params);
    const hidden = paths.filter((path) => params[path]!.rank === 2 && taken(matrices, path, params[path]!));
    return { hidden, others: paths.filter((path) => !hidden.includes(path)) };
  };
  const direction = defineTransformation<MuonState>(fn, {
    init(params) {
      const { hidden, others } = split(params);
      const { count, m, v } = adam.init(pick(params, others));
      return { count: 0, m: zerosByPath(pick(params, hidden)), adam: { count, m, v } };
    },
    update(updates, state, params) {
      const { hidden, others } = split(params);
      const [mu, t] = [valueAt(momentum, state.count), state.count + 1];
      const m = mapByPath(pick(updates, hidden), (g, path) => towards(state.m[path]!, g, mu));
      const matrix = mapByPath(m, (mean, path) => {
        const ahead = nesterov
          ? add(mul(mean, mu / (1 - mu ** (t + 1))), mul(updates[path]!, (1 - mu) / (1 - mu ** t)))
          : mul(mean, 1 / (1 - mu ** t));
        const [inputs, outputs] = mean.shape as [number, number];
        const size = consistentRms === undefined ? Math.max(1, outputs / inputs) : consistentRms ** 2 * Math.max(inputs, outputs);
        return mul(newtonSchulz(ahead, { steps: rounds }), Math.sqrt(size));
      });
      const rest = adam.update(pick(updates, others), state.adam, pick(params, others));
      return { updates: { ...matrix, ...rest.updates }, state: { count: t, m, adam: rest.state } };
    },
  });
  return chain(direction, addDecayedWeights(weightDecay, { mask }), scaleByLearningRate(learningRate));
}
