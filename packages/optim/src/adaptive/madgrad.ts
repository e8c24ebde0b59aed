/** @file MADGRAD: dual averaging with a cube root and momentum. */
import { add, clone, div, log, mul, square, sub, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { exp, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkDecay, checkScheduled } from '../schedules/scheduled.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { leafwise } from '../transforms/leafwise.js';
import { addDecayedWeights } from '../transforms/weightDecay.js';
import type { DecayOptions } from './descent.js';

/** Options of {@link madgrad}. */
export interface MadgradOptions extends DecayOptions {
  /** c, in [0, 1), or a schedule: how much of the last parameters stays. Default 0.9. */
  momentum?: Scheduled | undefined;
  /** Added to the cube root and to the learning rate, >= 0. Default 1e-6. */
  eps?: Scheduled | undefined;
}

/** By logarithm and exponential, which backends are quick at, as they are not at powers; a root is right to 2e-6 of itself. */
const cubeRoot = (x: Tensor): Tensor => exp(mul(log(x), 1 / 3));

/**
 * Adagrad as dual averaging: every step is measured from where training began, by a cube root in the place of a square root.
 *
 * $$ \lambda_t = (\eta_t + \epsilon) \sqrt{t}, \qquad z_t = \theta_1 - \frac{\sum_i \lambda_i g_i}{\sqrt[3]{\sum_i \lambda_i g_i^2} + \epsilon}, \qquad \theta_{t+1} = c\, \theta_t + (1 - c)\, z_t $$
 *
 * The weight decay, 0 by default, is added to the gradient: it is not decoupled.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-2.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Defazio, Jelassi: Adaptivity without Compromise: A Momentumized, Adaptive, Dual Averaged Gradient Method for Stochastic Optimization, 2021. arXiv:2101.11075
 * @example
 * import { madgrad } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = madgrad(1, { momentum: 0, eps: 0 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([8, -1]) }, optimizer.init(params)).params.w.data(); // [-1, 3]
 */
export function madgrad(
  learningRate: Scheduled = 1e-2,
  { momentum = 0.9, eps = 1e-6, weightDecay = 0, mask }: MadgradOptions = {},
): GradientTransformation<ChainState> {
  checkScheduled('madgrad', 'learningRate', learningRate);
  checkDecay('madgrad', 'momentum', momentum);
  checkScheduled('madgrad', 'eps', eps);
  checkScheduled('madgrad', 'weightDecay', weightDecay);
  const averaged = leafwise('madgrad', { start: (x) => clone(x), sum: zerosLike, squares: zerosLike }, (g, memory, { t, at, param }) => {
    const weight = (at(learningRate) + at(eps)) * Math.sqrt(t);
    const sum = add(memory.sum, mul(g, weight));
    const squares = add(memory.squares, mul(square(g), weight));
    // Where no gradient has been yet, the sum is 0, too.
    const root = add(cubeRoot(squares), Math.max(at(eps), 1e-30));
    const z = sub(memory.start, div(sum, root));
    return [mul(sub(z, param), 1 - at(momentum)), { start: memory.start, sum, squares }];
  });
  return chain(addDecayedWeights(weightDecay, { mask }), averaged);
}
