/** @file Self-play preference optimisation: each response has a log-ratio to reach. */
import { add, div, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, type LossOptions, type TensorLike } from '@surrogate/core';
import { pairScope, type PreferencePairs, type ScoreOptions } from './pairs.js';

/** Options of {@link sppoLoss}. */
export interface SppoOptions extends LossOptions, ScoreOptions {
  /** float32 `[batch]`: the probability that the chosen response wins, as a judge gives it. Default 1 for all, the hard form. */
  winRate?: TensorLike | undefined;
}

/**
 * Self-play preference optimisation: regresses the log-ratio of each response on how much more often than not it wins, the step of a multiplicative-weights player.
 *
 * $$ \ell = \left( \rho_w - \frac{P - \frac12}{\beta} \right)^2 + \left( \rho_l + \frac{P - \frac12}{\beta} \right)^2, \qquad \rho = \log\frac{\pi(y|x)}{\pi_{\text{ref}}(y|x)} $$
 *
 * The reference is the policy of the last round.
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param options β, which is 1/η of the paper (default 0.1; the paper 0.001), the win rates, the divergence, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the inputs differ in shape, `range` when beta is not above 0.
 * @see Wu et al.: Self-Play Preference Optimization for Language Model Alignment, 2024. arXiv:2405.00675
 * @example
 * import { sppoLoss } from '@surrogate/align';
 * const pairs = { chosen: [-4], rejected: [-6], refChosen: [-5], refRejected: [-5.5] };
 * (await sppoLoss(pairs, { beta: 0.5, winRate: [0.7] }).data())[0]; // 0.37
 */
export function sppoLoss(pairs: PreferencePairs, options: SppoOptions = {}): Tensor {
  const { beta = 0.1, winRate } = options;
  checkAbove('sppoLoss', 'beta', beta, 0);
  return pairScope(
    'sppoLoss',
    pairs,
    options,
    ({ chosen, rejected }, more) => {
      const target = more.winRate === undefined ? 0.5 / beta : div(sub(more.winRate, 0.5), beta);
      return add(square(sub(chosen, target)), square(add(rejected, target)));
    },
    { winRate },
  );
}
