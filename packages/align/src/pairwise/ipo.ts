/** @file Identity preference optimisation: a margin to reach, not to exceed. */
import { type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove } from '@surrogate/core';
import { squaredLink } from './link.js';
import type { PreferencePairs } from './pairs.js';
import { linkedLoss, type PreferenceOptions } from './preferenceLoss.js';

/** Options of {@link ipoLoss}; β is the paper's τ. */
export type IpoOptions = PreferenceOptions;

/**
 * Identity preference optimisation: regresses the log-ratio margin on 1/(2β), so that even preferences without noise do not drive the policy away from the reference without bound.
 *
 * $$ \ell = \left( h - \frac{1}{2\beta} \right)^2, \qquad h = \log\frac{\pi(y_w|x)}{\pi_{\text{ref}}(y_w|x)} - \log\frac{\pi(y_l|x)}{\pi_{\text{ref}}(y_l|x)} $$
 *
 * The paper's formula takes sums of token log-probabilities. Its authors' results, and TRL, divide each by the response's length: pass means for that.
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param options β (default 0.1), the divergence, an offset to h, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the four differ in shape, `range` when beta is not above 0.
 * @see Azar et al.: A General Theoretical Paradigm to Understand Learning from Human Preferences, 2023. arXiv:2310.12036
 * @example
 * import { ipoLoss } from '@surrogate/align';
 * const pairs = { chosen: [-4, -3.5], rejected: [-6, -2.5], refChosen: [-5, -3], refRejected: [-5.5, -2.8] };
 * (await ipoLoss(pairs, { beta: 0.5 }).data())[0]; // 1.745
 */
export function ipoLoss(pairs: PreferencePairs, options: IpoOptions = {}): Tensor {
  const { beta = 0.1 } = options;
  checkAbove('ipoLoss', 'beta', beta, 0);
  return linkedLoss('ipoLoss', pairs, squaredLink(1 / (2 * beta)), { ...options, beta: 1 });
}
