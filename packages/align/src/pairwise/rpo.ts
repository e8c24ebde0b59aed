/** @file Regularised preference optimisation: a preference loss that also imitates, so that it does not trust what the data never showed. */
import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkAtLeast, type TensorLike } from '@surrogate/core';
import { logisticLink, type PreferenceLink } from './link.js';
import { pairScope, type PreferencePairs } from './pairs.js';
import type { PreferenceOptions } from './preferenceLoss.js';

/** Options of {@link rpoLoss}. */
export interface RpoOptions extends Omit<PreferenceOptions, 'offset'> {
  /** η, the weight of imitation in units of β, >= 0; 0 is the preference loss alone. Default 0.005. */
  eta?: number | undefined;
  /** float32 `[batch]`: log-probabilities under the policy of what the baseline policy would answer. Default the chosen responses. */
  baseline?: TensorLike | undefined;
  /** What a margin costs. Default `logisticLink`, DPO. */
  link?: PreferenceLink | undefined;
}

/**
 * Regularised preference optimisation: DPO plus a likelihood term, which is what remains of a reward that an adversary may lower wherever the data do not hold it.
 *
 * $$ \ell = \operatorname{link}(m) - \eta\beta \log\pi(y_{\text{base}} | x), \qquad m = \beta \left( \log\frac{\pi(y_w|x)}{\pi_{\text{ref}}(y_w|x)} - \log\frac{\pi(y_l|x)}{\pi_{\text{ref}}(y_l|x)} \right) $$
 *
 * The variant that averages the likelihood over tokens with a coefficient c is `{ baseline: chosen / length, eta: c / beta }`.
 *
 * @param pairs float32 `[batch]` each: the log-probabilities (sums) of the chosen and the rejected responses, under the policy and the reference.
 * @param options β (default 0.1; the paper 0.01 to 0.5), η, the baseline's responses, the link, the divergence, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the inputs differ in shape, `range` when beta is not above 0 or eta is below 0.
 * @see Liu et al.: Provably Mitigating Overoptimization in RLHF: Your SFT Loss is Implicitly an Adversarial Regularizer, 2024. arXiv:2405.16436
 * @example
 * import { rpoLoss } from '@surrogate/align';
 * const pairs = { chosen: [-4], rejected: [-6], refChosen: [-5], refRejected: [-5.5] };
 * (await rpoLoss(pairs, { beta: 0.5 }).data())[0]; // 0.396871
 */
export function rpoLoss(pairs: PreferencePairs, options: RpoOptions = {}): Tensor {
  const { beta = 0.1, eta = 0.005, baseline = pairs.chosen, link = logisticLink } = options;
  checkAbove('rpoLoss', 'beta', beta, 0);
  checkAtLeast('rpoLoss', 'eta', eta, 0);
  return pairScope(
    'rpoLoss',
    pairs,
    options,
    ({ chosen, rejected }, more) => add(link.loss(mul(beta, sub(chosen, rejected))), mul(-eta * beta, more.baseline!)),
    { baseline },
  );
}
