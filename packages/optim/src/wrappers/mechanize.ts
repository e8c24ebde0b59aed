/** @file Mechanic: learns how large an optimizer's steps should be. */
import { add, div, mul, sub, sum, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkAtLeast,
  checkInteger,
  defineTransformation,
  maximum,
  minimum,
  relu,
  safeAbs,
  safeSqrt,
  type ByPath,
  type GradientTransformation,
  type StateTree,
} from '@surrogate/core';
import { dotByPath, squaredNorm } from '../parameterFree/wholeTree.js';
import { mapByPath, zerosByPath } from '../transforms/byPath.js';
import { checkTransformation } from './check.js';

/** The state of {@link mechanize}: the sum of the inner steps, and of each decay the scale, the reward, and the largest and the squared correlation so far. */
export type MechanizeState = { inner: StateTree; way: ByPath; scales: Tensor; reward: Tensor; largest: Tensor; squares: Tensor };

/** Options of {@link mechanize}. */
export interface MechanizeOptions {
  /** λ, >= 0: how much the parameters are drawn to 0, against the gradients' norm. Default 1e-2. */
  weightDecay?: number | undefined;
  /** Keeps denominators above 0, > 0. Default 1e-8. */
  eps?: number | undefined;
  /** The first scale, > 0. Default 1e-6. */
  start?: number | undefined;
  /** How many decays of memory there are: 0.9, 0.99 and so on, >= 1. Default 6. */
  decays?: number | undefined;
}

/**
 * Learns the scale of an optimizer's steps while it runs, by betting on how gradients agree with the way so far.
 *
 * $$ \theta_{t+1} = \theta_1 + S_t \Delta_t, \qquad \Delta_t = \Delta_{t-1} + u_t, \qquad S_t = \sum_i s_{t,i}, \qquad s_{t,i} = \frac{W_0 m_{t,i} + [r_{t,i}]_+}{\sqrt{v_{t,i}} + \epsilon} $$
 *
 * where u are the inner optimizer's steps, and r, m and v are kept of the correlation $h_t = -\langle g_t + \lambda S \tfrac{\lVert g \rVert}{\lVert \theta \rVert} \theta_t, \Delta_{t-1} \rangle$ with the decays $1 - 0.1^i$. Give the
 * inner optimizer a learning rate of 1, or a schedule from there. The way is kept as it is, in place of taking it from the parameters as optax does, which loses digits
 * while scales are small: it has to be the last of a chain.
 *
 * @param inner an optimizer such as `sgd(1)`, `adam(1)` or `lion(1)`.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @see Cutkosky, Defazio, Mehta: Mechanic: A Learning Rate Tuner, 2023. arXiv:2306.00144
 * @example
 * import { mechanize, sgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = mechanize(sgd(1), { start: 0.1, weightDecay: 0, decays: 1 });
 * const first = step(optimizer, { w: tensor([0]) }, { w: tensor([-1]) }, optimizer.init({ w: tensor([0]) }));
 * await step(optimizer, first.params, { w: tensor([-1]) }, first.state).params.w.data(); // [0.2]
 */
export function mechanize(
  inner: GradientTransformation,
  { weightDecay = 1e-2, eps = 1e-8, start = 1e-6, decays = 6 }: MechanizeOptions = {},
): GradientTransformation<MechanizeState> {
  const fn = 'mechanize';
  checkTransformation(fn, inner);
  checkAtLeast(fn, 'weightDecay', weightDecay, 0);
  checkAbove(fn, 'eps', eps, 0);
  checkAbove(fn, 'start', start, 0);
  checkInteger(fn, 'decays', decays, 1);
  const betas = Array.from({ length: decays }, (_, i) => 1 - 0.1 ** (i + 1));
  const each = (value: number) => tensor1d(new Float32Array(decays).fill(value));
  return defineTransformation<MechanizeState>(fn, {
    init: (params) => ({
      inner: inner.init(params),
      way: zerosByPath(params),
      ...{ scales: each(start), reward: each(0), largest: each(0), squares: each(0) },
    }),
    update(updates, { inner: state, way, scales, reward, largest, squares }, params, extra) {
      const made = inner.update(updates, state, params, extra);
      const scale = sum(scales);
      const pull = div(mul(mul(scale, weightDecay), safeSqrt(squaredNorm(updates))), add(safeSqrt(squaredNorm(params)), eps));
      const felt = mapByPath(updates, (g, path) => add(g, mul(params[path]!, pull)));
      // The authors take the way from the parameters and divide it by the scale and a little more.
      const shrink = div(scale, add(scale, eps));
      const before = mapByPath(way, (x) => mul(x, shrink));
      const h = mul(dotByPath(felt, before), -1);
      const cut = minimum(maximum(h, mul(largest, -1)), largest);
      const next = {
        reward: add(mul(reward, betas), mul(cut, scales)),
        largest: maximum(mul(largest, betas), add(safeAbs(h), eps)),
        squares: add(mul(squares, betas.map((b) => b * b)), mul(h, h)), // prettier-ignore
      };
      const wealth = add(mul(next.largest, start / decays), relu(next.reward));
      const grown = div(wealth, add(safeSqrt(next.squares), eps));
      const after = mapByPath(before, (x, path) => add(x, made.updates[path]!));
      const total = sum(grown);
      return {
        updates: mapByPath(after, (x, path) => sub(mul(x, total), mul(way[path]!, scale))),
        state: { inner: made.state, way: after, scales: grown, ...next },
      };
    },
  });
}
