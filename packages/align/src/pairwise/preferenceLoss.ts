/** @file The loss of the whole family: any link over the margin between two responses. */
import { mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, type LossOptions, type TensorLike } from '@surrogate/core';
import type { PreferenceLink } from './link.js';
import { pairScope, type PreferencePairs, type ScoreOptions } from './pairs.js';

/** What every loss over a margin takes. */
export interface PreferenceOptions extends LossOptions, ScoreOptions {
  /** float32 `[batch]`: what the chosen response must lead by, subtracted from the margin (ODPO: from reward gaps; R-DPO: from length differences). Default 0. */
  offset?: TensorLike | undefined;
}

/** @internal A link over the margin, in the name of the public function. */
export function linkedLoss(fn: string, pairs: PreferencePairs, link: PreferenceLink, options: PreferenceOptions): Tensor {
  const { beta = 0.1, offset } = options;
  checkAbove(fn, 'beta', beta, 0);
  return pairScope(
    fn,
    pairs,
    options,
    ({ chosen, rejected }, more) => {
      const margin = mul(beta, sub(chosen, rejected));
      return link.loss(more.offset === undefined ? margin : sub(margin, more.offset));
    },
    { offset },
  );
}

/**
 * Generalized preference optimisation: a link over the margin of the implicit rewards.
 *
 * $$ \ell = \operatorname{link}\!\left(\beta\, s(y_w) - \beta\, s(y_l) - \text{offset}\right), \qquad s(y) = f'\!\left(\frac{\pi(y|x)}{\pi_{\text{ref}}(y|x)}\right) = \log\frac{\pi(y|x)}{\pi_{\text{ref}}(y|x)} \text{ for KL} $$
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param link what a margin costs: `logisticLink` is DPO, `hingeLink` is SLiC, and so on.
 * @param options β, the divergence, an offset, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the four differ in shape, `range` when beta is not above 0.
 * @see Tang et al.: Generalized Preference Optimization, 2024. arXiv:2402.05749
 * @example
 * import { preferenceLoss, savageLink } from '@surrogate/align';
 * const pairs = { chosen: [-4], rejected: [-6], refChosen: [-5], refRejected: [-5.5] };
 * (await preferenceLoss(pairs, savageLink, { beta: 0.5 }).data())[0]; // 0.102927
 */
export function preferenceLoss(pairs: PreferencePairs, link: PreferenceLink, options: PreferenceOptions = {}): Tensor {
  return linkedLoss('preferenceLoss', pairs, link, options);
}
