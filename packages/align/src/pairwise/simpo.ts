/** @file Reference-free losses whose reward is the policy's own log-probability: SimPO (with AlphaPO) and CPO. */
import { add, div, mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkAtLeast, checkBetween, checkFinite, expm1, lossScope, type LossOptions } from '@surrogate/core';
import { logisticLink, smoothedLink, type PreferenceLink } from './link.js';
import type { PolicyPairs } from './pairs.js';

/** Options of {@link simpoLoss}. */
export interface SimpoOptions extends LossOptions {
  /** β, the scale of the reward, > 0. Default 2. */
  beta?: number | undefined;
  /** γ, what the chosen response must lead by, in units of the reward. Default 0.5. */
  gamma?: number | undefined;
  /** α of AlphaPO, which reshapes the reward log p into (1 - p^-α)/α; 0 is SimPO. Default 0. */
  alpha?: number | undefined;
  /** ε, the probability that a preference is wrong, in [0, 0.5). Default 0. */
  labelSmoothing?: number | undefined;
}

/**
 * SimPO: a preference loss without a reference, on rewards that are the average log-probability of a token.
 *
 * $$ \ell = -\log\sigma\!\left( \frac{\beta}{|y_w|} \log\pi(y_w|x) - \frac{\beta}{|y_l|} \log\pi(y_l|x) - \gamma \right) $$
 *
 * @param pairs float32 `[batch]` each: the **mean** log-probabilities of the chosen and the rejected responses, `sequenceLogProbs(..., { reduction: 'mean' })`.
 * @param options β, the margin γ, AlphaPO's α, label smoothing, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the two differ in shape, `range` for options out of range.
 * @see Meng, Xia, Chen: SimPO: Simple Preference Optimization with a Reference-Free Reward, 2024. arXiv:2405.14734
 * @see Gupta et al.: AlphaPO: Reward shape matters for LLM alignment, 2025. arXiv:2501.03884
 * @example
 * import { simpoLoss } from '@surrogate/align';
 * (await simpoLoss({ chosen: [-1], rejected: [-1.2] }, { beta: 0.5 }).data())[0]; // 0.913015
 */
export function simpoLoss(pairs: PolicyPairs, options: SimpoOptions = {}): Tensor {
  const { beta = 2, gamma = 0.5, alpha = 0, labelSmoothing = 0 } = options;
  checkAbove('simpoLoss', 'beta', beta, 0);
  checkFinite('simpoLoss', 'gamma', gamma);
  checkFinite('simpoLoss', 'alpha', alpha);
  checkBetween('simpoLoss', 'labelSmoothing', labelSmoothing, 0, 0.5);
  const { chosen, rejected } = pairs;
  const link = smoothedLink(labelSmoothing);
  const reward = (logProbs: Tensor) => (alpha === 0 ? logProbs : div(expm1(mul(-alpha, logProbs)), -alpha));
  return lossScope('simpoLoss', { chosen, rejected }, options, (rows) =>
    link.loss(sub(mul(beta, sub(reward(rows.chosen), reward(rows.rejected))), gamma)),
  );
}

/** Options of {@link cpoLoss}. */
export interface CpoOptions extends LossOptions {
  /** β, the scale of the reward, > 0. Default 0.1. */
  beta?: number | undefined;
  /** What a margin costs. Default `logisticLink`. */
  link?: PreferenceLink | undefined;
  /** How much the likelihood of the chosen response counts, >= 0. Default 1. */
  sftWeight?: number | undefined;
}

/**
 * Contrastive preference optimisation: DPO in the limit of a uniform reference, and the likelihood of the chosen response.
 *
 * $$ \ell = \operatorname{link}\!\left( \beta \log\pi(y_w|x) - \beta \log\pi(y_l|x) \right) - w \log\pi(y_w|x) $$
 *
 * TRL averages the second term over tokens: for that, `sftWeight: 0`, and add `sftLoss` of the chosen responses.
 *
 * @param pairs float32 `[batch]` each: the log-probabilities (sums) of the chosen and the rejected responses under the policy.
 * @param options β, the link, the weight of the likelihood, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the two differ in shape, `range` when beta is not above 0 or sftWeight is below 0.
 * @see Xu et al.: Contrastive Preference Optimization: Pushing the Boundaries of LLM Performance in Machine Translation, 2024. arXiv:2401.08417
 * @example
 * import { cpoLoss } from '@surrogate/align';
 * (await cpoLoss({ chosen: [-4], rejected: [-6] }, { beta: 0.5, sftWeight: 0 }).data())[0]; // 0.313262
 */
export function cpoLoss(pairs: PolicyPairs, options: CpoOptions = {}): Tensor {
  const { beta = 0.1, link = logisticLink, sftWeight = 1 } = options;
  checkAbove('cpoLoss', 'beta', beta, 0);
  checkAtLeast('cpoLoss', 'sftWeight', sftWeight, 0);
  const { chosen, rejected } = pairs;
  return lossScope('cpoLoss', { chosen, rejected }, options, (rows) =>
    add(link.loss(mul(beta, sub(rows.chosen, rows.rejected))), mul(sftWeight, neg(rows.chosen))),
  );
}
