/** @file How likely the policy is to say a response today, as a weight for pairs that were sampled from another policy. */
import { mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { asTensor, checkRank, detach, exp, logSumExp, sequenceLogProbs, tokenLogProbs, type TensorLike } from '@surrogate/core';
import { inNameOf } from '../inNameOf.js';

/** Options of {@link likelihoodWeights}. */
export interface LikelihoodWeightsOptions {
  /** bool or 0/1 `[batch, time]`: which tokens belong to the response. */
  mask?: TensorLike | undefined;
}

/**
 * The weights of weighted preference optimisation: the geometric mean of the tokens' probabilities, each relative to what a draw of the policy itself would have on average.
 *
 * $$ w(y) = \exp\left( \frac{1}{|y|} \sum_t \left[ \log\pi(y_t) - \log\sum_v \pi(v)^2 \right] \right) $$
 *
 * Multiply those of the chosen and the rejected response, and pass them as `weights` of the loss. WPO itself divides by the number of pairs: `{ reduction: 'sum' }`, over the batch size.
 *
 * @param logits float32 `[batch, time, V]` of the policy; position t predicts `tokens[t]`.
 * @param tokens int32 `[batch, time]`.
 * @param options the mask of the tokens that belong to the response.
 * @returns float32 `[batch]`, without gradient; 1 for a response without tokens.
 * @throws SurrogateError `shape` when tokens or mask do not fit the logits, `range` when a token on the host is outside [0, V).
 * @see Zhou et al.: WPO: Enhancing RLHF with Weighted Preference Optimization, 2024. arXiv:2406.11827
 * @example
 * import { likelihoodWeights } from '@surrogate/align';
 * const logits = [[[0.5, -0.5, 1, 0], [2, 0, -1, 0.5], [0, 1, 0.5, -0.5], [1, 1, 1, 1]]];
 * await likelihoodWeights(logits, [[2, 0, 1, 3]], { mask: [[0, 1, 1, 1]] }).data(); // [1.230104]
 */
export function likelihoodWeights(logits: TensorLike, tokens: TensorLike, options: LikelihoodWeightsOptions = {}): Tensor {
  const { mask } = options;
  return tidy(() =>
    inNameOf('likelihoodWeights', () => {
      const z = detach(asTensor('likelihoodWeights', 'logits', logits));
      checkRank('likelihoodWeights', 'logits', z.shape, 3);
      const chance = sub(logSumExp(mul(2, z)), mul(2, logSumExp(z)));
      return exp(sequenceLogProbs(sub(tokenLogProbs(z, tokens, { mask }), chance), { mask, reduction: 'mean' }));
    }),
  );
}
