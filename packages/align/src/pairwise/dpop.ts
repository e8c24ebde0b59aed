/** @file DPO-positive: the chosen response may not lose probability for the sake of the margin. */
import { mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkAtLeast, relu, softplus } from '@surrogate/core';
import { pairScope, type PreferencePairs } from './pairs.js';
import type { PreferenceOptions } from './preferenceLoss.js';

/** Options of {@link dpopLoss}. */
export interface DpopOptions extends Omit<PreferenceOptions, 'offset' | 'divergence'> {
  /** λ, what a chosen response costs for each nat that it falls below the reference, >= 0; 0 is DPO. Default 50. */
  penalty?: number | undefined;
}

/**
 * DPO-positive: DPO whose margin shrinks as soon as the chosen response becomes less likely than under the reference.
 *
 * $$ \ell = -\log\sigma\!\left( \beta \left[ \rho_w - \rho_l - \lambda \max(0, -\rho_w) \right] \right), \qquad \rho = \log\frac{\pi(y|x)}{\pi_{\text{ref}}(y|x)} $$
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param options β (default 0.1), the penalty λ (default 50; 5 is also used), and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the four differ in shape, `range` when beta is not above 0 or the penalty is below 0.
 * @see Pal et al.: Smaug: Fixing Failure Modes of Preference Optimisation with DPO-Positive, 2024. arXiv:2402.13228
 * @example
 * import { dpopLoss } from '@surrogate/align';
 * const pairs = { chosen: [-3.5], rejected: [-2.5], refChosen: [-3], refRejected: [-2.8] };
 * (await dpopLoss(pairs, { beta: 0.5, penalty: 5 }).data())[0]; // 1.825674
 */
export function dpopLoss(pairs: PreferencePairs, options: DpopOptions = {}): Tensor {
  const { beta = 0.1, penalty = 50, reduction, weights, mask } = options;
  checkAbove('dpopLoss', 'beta', beta, 0);
  checkAtLeast('dpopLoss', 'penalty', penalty, 0);
  return pairScope('dpopLoss', pairs, { reduction, weights, mask }, ({ chosen, rejected }) =>
    softplus(mul(-beta, sub(sub(chosen, rejected), mul(penalty, relu(neg(chosen)))))),
  );
}
