/** @file Robust DPO: preferences that were flipped at a known rate. */
import { type Tensor } from '@tensorflow/tfjs-core';
import { checkBetween } from '@surrogate/core';
import { robustLink } from './link.js';
import type { PreferencePairs } from './pairs.js';
import { linkedLoss, type PreferenceOptions } from './preferenceLoss.js';

/** Options of {@link robustDpoLoss}. */
export interface RobustDpoOptions extends PreferenceOptions {
  /** ε, the probability that a pair's label was flipped, in [0, 0.5); 0 is DPO. Default 0.1. */
  flipRate?: number | undefined;
}

/**
 * Robust DPO: an unbiased estimate of the DPO loss on clean preferences from ones that were flipped at a known rate.
 *
 * $$ \ell = \frac{-(1 - \epsilon) \log\sigma(m) + \epsilon \log\sigma(-m)}{1 - 2\epsilon}, \qquad m = \beta \left( \log\frac{\pi(y_w|x)}{\pi_{\text{ref}}(y_w|x)} - \log\frac{\pi(y_l|x)}{\pi_{\text{ref}}(y_l|x)} \right) $$
 *
 * Unlike conservative DPO (`labelSmoothing` of `dpoLoss`), which shrinks the margin, this removes the bias. For ε > 0 it is not bounded below: few passes over the data, or weight
 * decay. The gradient stays bounded.
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param options β (default 0.1), the flip rate (default 0.1), the divergence, an offset, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`; it can be negative.
 * @throws SurrogateError `shape` when the four differ in shape, `range` when beta is not above 0 or flipRate not in [0, 0.5).
 * @see Chowdhury, Kini, Natarajan: Provably Robust DPO: Aligning Language Models with Noisy Feedback, 2024. arXiv:2403.00409
 * @example
 * import { robustDpoLoss } from '@surrogate/align';
 * const pairs = { chosen: [-4, -3.5], rejected: [-6, -2.5], refChosen: [-5, -3], refRejected: [-5.5, -2.8] };
 * (await robustDpoLoss(pairs, { beta: 0.5, flipRate: 0.1 }).data())[0]; // 0.628068
 */
export function robustDpoLoss(pairs: PreferencePairs, options: RobustDpoOptions = {}): Tensor {
  const { flipRate = 0.1 } = options;
  checkBetween('robustDpoLoss', 'flipRate', flipRate, 0, 0.5);
  return linkedLoss('robustDpoLoss', pairs, robustLink(flipRate), options);
}
