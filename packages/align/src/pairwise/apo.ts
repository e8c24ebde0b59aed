/** @file Anchored preference optimisation: where the chosen and the rejected response should go, not only how far apart. */
import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, sigmoid, type LossOptions } from '@surrogate/core';
import { pairScope, type PreferencePairs, type ScoreOptions } from './pairs.js';

/** Options of {@link apoZeroLoss} and {@link apoDownLoss}. */
export interface ApoOptions extends LossOptions, ScoreOptions {}

/**
 * Anchored preference optimisation towards zero: chosen responses gain, rejected ones lose. For data whose chosen responses are better than what the model says.
 *
 * $$ \ell = \sigma(-\beta\rho_w) + \sigma(\beta\rho_l), \qquad \rho = \log\frac{\pi(y|x)}{\pi_{\text{ref}}(y|x)} $$
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param options β (default 0.1), the divergence, and how rows are weighted and reduced.
 * @returns a scalar in (0, 2), or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the four differ in shape, `range` when beta is not above 0.
 * @see D'Oosterlinck et al.: Anchored Preference Optimization and Contrastive Revisions, 2024. arXiv:2408.06266
 * @example
 * import { apoZeroLoss } from '@surrogate/align';
 * const pairs = { chosen: [-4], rejected: [-6], refChosen: [-5], refRejected: [-5.5] };
 * (await apoZeroLoss(pairs, { beta: 0.5 }).data())[0]; // 0.815364
 */
export function apoZeroLoss(pairs: PreferencePairs, options: ApoOptions = {}): Tensor {
  const { beta = 0.1 } = options;
  checkAbove('apoZeroLoss', 'beta', beta, 0);
  return pairScope('apoZeroLoss', pairs, options, ({ chosen, rejected }) => add(sigmoid(mul(-beta, chosen)), sigmoid(mul(beta, rejected))));
}

/**
 * Anchored preference optimisation downwards: both responses lose, the rejected one more. For data whose chosen responses are worse than what the model says.
 *
 * $$ \ell = \sigma(\beta\rho_w) + \sigma(-\beta(\rho_w - \rho_l)), \qquad \rho = \log\frac{\pi(y|x)}{\pi_{\text{ref}}(y|x)} $$
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param options β (default 0.1), the divergence, and how rows are weighted and reduced.
 * @returns a scalar in (0, 2), or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the four differ in shape, `range` when beta is not above 0.
 * @see D'Oosterlinck et al.: Anchored Preference Optimization and Contrastive Revisions, 2024. arXiv:2408.06266
 * @example
 * import { apoDownLoss } from '@surrogate/align';
 * const pairs = { chosen: [-4], rejected: [-6], refChosen: [-5], refRejected: [-5.5] };
 * (await apoDownLoss(pairs, { beta: 0.5 }).data())[0]; // 0.943281
 */
export function apoDownLoss(pairs: PreferencePairs, options: ApoOptions = {}): Tensor {
  const { beta = 0.1 } = options;
  checkAbove('apoDownLoss', 'beta', beta, 0);
  return pairScope('apoDownLoss', pairs, options, ({ chosen, rejected }) =>
    add(sigmoid(mul(beta, chosen)), sigmoid(mul(-beta, sub(chosen, rejected)))),
  );
}
