/** @file Direct preference optimisation, its conservative form, and f-DPO. */
import { type Tensor } from '@tensorflow/tfjs-core';
import { checkBetween } from '@surrogate/core';
import { smoothedLink } from './link.js';
import type { PreferencePairs } from './pairs.js';
import { linkedLoss, type PreferenceOptions } from './preferenceLoss.js';

/** Options of {@link dpoLoss}. */
export interface DpoOptions extends PreferenceOptions {
  /** ε, the probability that a preference is wrong, in [0, 0.5); above 0 this is conservative DPO. Default 0. */
  labelSmoothing?: number | undefined;
}

/**
 * Direct preference optimisation: the likelihood of the preferences under rewards that the policy itself implies.
 *
 * $$ \ell = -(1 - \epsilon) \log\sigma(m) - \epsilon \log\sigma(-m), \qquad m = \beta \left( \log\frac{\pi(y_w|x)}{\pi_{\text{ref}}(y_w|x)} - \log\frac{\pi(y_l|x)}{\pi_{\text{ref}}(y_l|x)} \right) $$
 *
 * With `divergence` it is f-DPO: the score f'(π/π_ref) stands in the place of the log-ratio. `kl`, the default, is plain DPO and what TRL calls `reverse_kl`; `reverseKl` is TRL's
 * `forward_kl`; `alphaDivergence(a)` has TRL's coefficient a, which is 1 - α of the paper; the paper's and TRL's `js` is twice the Jensen-Shannon divergence: double β for it.
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param options β (default 0.1), label smoothing, the divergence, an offset, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the four differ in shape, `range` when beta is not above 0 or labelSmoothing not in [0, 0.5).
 * @see Rafailov et al.: Direct Preference Optimization: Your Language Model is Secretly a Reward Model, 2023. arXiv:2305.18290
 * @see Wang et al.: Beyond Reverse KL: Generalizing Direct Preference Optimization with Diverse Divergence Constraints, 2023. arXiv:2309.16240
 * @example
 * import { dpoLoss } from '@surrogate/align';
 * const pairs = { chosen: [-4, -3.5], rejected: [-6, -2.5], refChosen: [-5, -3], refRejected: [-5.5, -2.8] };
 * (await dpoLoss(pairs, { beta: 0.5 }).data())[0]; // 0.649943
 */
export function dpoLoss(pairs: PreferencePairs, options: DpoOptions = {}): Tensor {
  const { labelSmoothing = 0 } = options;
  checkBetween('dpoLoss', 'labelSmoothing', labelSmoothing, 0, 0.5);
  return linkedLoss('dpoLoss', pairs, smoothedLink(labelSmoothing), options);
}
