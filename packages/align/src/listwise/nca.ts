/** @file Noise-contrastive alignment: preferences with explicit rewards, any number of responses. */
import { add, div, mul, neg, sum, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, detach, dotLast, logSoftmax, lossScope, softmax, softplus, type LossOptions } from '@surrogate/core';
import { groupScores, type RewardedGroups } from './groups.js';

/** Options of {@link infoNcaLoss} and {@link ncaLoss}. */
export interface NcaOptions extends LossOptions {
  /** β, the scale of the implicit reward, > 0. Default 0.1. */
  beta?: number | undefined;
  /** α: rewards are divided by it before the softmax, > 0; towards 0 the best response takes all. Default 1. */
  temperature?: number | undefined;
}

function scope(
  fn: string,
  { logProbs, refLogProbs, rewards }: RewardedGroups,
  options: NcaOptions,
  body: (scores: Tensor, target: Tensor) => Tensor,
): Tensor {
  const { beta = 0.1, temperature = 1 } = options;
  checkAbove(fn, 'beta', beta, 0);
  checkAbove(fn, 'temperature', temperature, 0);
  return lossScope(
    fn,
    { logProbs, refLogProbs, rewards },
    options,
    (rows) => body(groupScores(beta, rows.logProbs, rows.refLogProbs), softmax(div(detach(rows.rewards), temperature))),
    1,
  );
}

/**
 * InfoNCA: the cross-entropy between the responses' rewards and their implicit rewards, both as distributions over the group. DPO is its case of two responses and one winner.
 *
 * $$ \ell = -\sum_k t_k \log \operatorname{softmax}(s)_k, \qquad t = \operatorname{softmax}(r / \alpha), \quad s_k = \beta \log\frac{\pi(y_k|x)}{\pi_{\text{ref}}(y_k|x)} $$
 *
 * @param groups float32 `[batch, K]` each: log-probabilities under the policy and the reference, and rewards.
 * @param options β, the temperature α, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the three differ in shape, `range` when beta or the temperature is not above 0.
 * @see Chen et al.: Noise Contrastive Alignment of Language Models with Explicit Rewards, 2024. arXiv:2402.05369
 * @example
 * import { infoNcaLoss } from '@surrogate/align';
 * const groups = { logProbs: [[-4, -5.5, -4.8]], refLogProbs: [[-5, -5, -5]], rewards: [[1, 0, 0.5]] };
 * (await infoNcaLoss(groups, { beta: 0.5, temperature: 0.5 }).data())[0]; // 0.927475
 */
export function infoNcaLoss(groups: RewardedGroups, options: NcaOptions = {}): Tensor {
  return scope('infoNcaLoss', groups, options, (scores, target) => neg(dotLast(target, logSoftmax(scores))));
}

/**
 * NCA: each response is told from the reference's own, so that likelihoods are fitted in absolute terms and the chosen one does not fall.
 *
 * $$ \ell = -\sum_k \left[ t_k \log\sigma(s_k) + \tfrac1K \log\sigma(-s_k) \right], \qquad t = \operatorname{softmax}(r / \alpha), \quad s_k = \beta \log\frac{\pi(y_k|x)}{\pi_{\text{ref}}(y_k|x)} $$
 *
 * @param groups float32 `[batch, K]` each: log-probabilities under the policy and the reference, and rewards.
 * @param options β, the temperature α, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the three differ in shape, `range` when beta or the temperature is not above 0.
 * @see Chen et al.: Noise Contrastive Alignment of Language Models with Explicit Rewards, 2024. arXiv:2402.05369
 * @example
 * import { ncaLoss } from '@surrogate/align';
 * const groups = { logProbs: [[-4, -5.5, -4.8]], refLogProbs: [[-5, -5, -5]], rewards: [[1, 0, 0.5]] };
 * (await ncaLoss(groups, { beta: 0.5, temperature: 0.5 }).data())[0]; // 1.312242
 */
export function ncaLoss(groups: RewardedGroups, options: NcaOptions = {}): Tensor {
  return scope('ncaLoss', groups, options, (scores, target) =>
    add(sum(mul(target, softplus(neg(scores))), -1), div(sum(softplus(scores), -1), Math.max(scores.shape.at(-1)!, 1))),
  );
}
