/** @file COCOB: steps as bets on a coin, whose stakes need no learning rate. */
import { abs, add, clone, div, fill, mul, sub, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, maximum, relu, type GradientTransformation } from '@surrogate/core';
import type { DecayOptions } from '../adaptive/descent.js';
import { checkScheduled } from '../schedules/scheduled.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { leafwise } from '../transforms/leafwise.js';
import { addDecayedWeights } from '../transforms/weightDecay.js';

/** Options of {@link cocob}. */
export interface CocobOptions extends DecayOptions {
  /** α, > 0: bets stay small until the gradients' sum is so many times the largest of them. Default 100. */
  alpha?: number | undefined;
  /** Where the largest gradient begins, > 0. Default 1e-8. */
  eps?: number | undefined;
}

/**
 * Learns without a learning rate, entry by entry, by betting what it has won so far on the sign of the next gradient.
 *
 * $$ \theta_{t+1} = \theta_1 + \frac{C_t}{L_t \max(G_t + L_t, \alpha L_t)} (L_t + R_t), \qquad R_t = [R_{t-1} - g_t (\theta_t - \theta_1)]_+ $$
 *
 * with C the sum of the gradients' negatives, G that of their sizes, L the largest of them and R the reward. The weight decay, 0 by default, is added to the gradient.
 * Parameters are placed relative to where training began: it has to be the last of a chain.
 *
 * @param options the bets.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Orabona, Tommasi: Training Deep Networks without Learning Rates Through Coin Betting, 2017. arXiv:1705.07795
 * @example
 * import { cocob } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = cocob({ alpha: 10 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -0.5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function cocob({ alpha = 100, eps = 1e-8, weightDecay = 0, mask }: CocobOptions = {}): GradientTransformation<ChainState> {
  checkAbove('cocob', 'alpha', alpha, 0);
  checkAbove('cocob', 'eps', eps, 0);
  checkScheduled('cocob', 'weightDecay', weightDecay);
  const smallest = (x: Tensor) => fill(x.shape, eps);
  const slots = { start: (x: Tensor) => clone(x), sum: zerosLike, sizes: zerosLike, largest: smallest, reward: zerosLike };
  const bet = leafwise('cocob', slots, (g, memory, { param }) => {
    const size = abs(g);
    const way = sub(param, memory.start);
    const next = {
      start: memory.start,
      sum: sub(memory.sum, g),
      sizes: add(memory.sizes, size),
      largest: maximum(memory.largest, size),
      reward: relu(sub(memory.reward, mul(g, way))),
    };
    // C / L is at most the number of steps, where the product of two small L would vanish.
    const stake = div(div(next.sum, next.largest), maximum(add(next.sizes, next.largest), mul(next.largest, alpha)));
    return [sub(mul(stake, add(next.largest, next.reward)), way), next];
  });
  return chain(addDecayedWeights(weightDecay, { mask }), bet);
}
