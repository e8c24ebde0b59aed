/** @file Fromage: steps measured by the norm of what they change. */
import { add, div, mul, sub } from '@tensorflow/tfjs-core';
import { checkAbove, maximum, safeNorm, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkScheduled } from '../schedules/scheduled.js';
import { leafwise, type LeafState } from '../transforms/leafwise.js';

/** Options of {@link fromage}. */
export interface FromageOptions {
  /** Norms below this count as this, > 0. Default 1e-6. */
  minNorm?: number | undefined;
}

/**
 * Frobenius matched gradient descent: each parameter tensor turns by about the learning rate, whatever its scale, and does not grow.
 *
 * $$ \theta_{t+1} = \frac{1}{\sqrt{1 + \eta_t^2}} \left( \theta_t - \eta_t \frac{\lVert \theta_t \rVert}{\lVert g_t \rVert} g_t \right) $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-2.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Bernstein, Vahdat, Yue, Liu: On the Distance between Two Neural Networks and the Stability of Learning, 2020. arXiv:2002.03432
 * @example
 * import { fromage } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = fromage(1);
 * const params = { w: tensor([1, 0]) };
 * await step(optimizer, params, { w: tensor([0, 3]) }, optimizer.init(params)).params.w.data(); // [0.707107, -0.707107]
 */
export function fromage(learningRate: Scheduled = 1e-2, { minNorm = 1e-6 }: FromageOptions = {}): GradientTransformation<LeafState> {
  checkScheduled('fromage', 'learningRate', learningRate);
  checkAbove('fromage', 'minNorm', minNorm, 0);
  return leafwise('fromage', {}, (g, _memory, { at, param }) => {
    const rate = at(learningRate);
    const ratio = div(maximum(safeNorm(param), minNorm), maximum(safeNorm(g), minNorm));
    const turned = mul(add(param, mul(g, mul(ratio, -rate))), 1 / Math.sqrt(1 + rate ** 2));
    return [sub(turned, param), {}];
  });
}
