/** @file Negative preference optimisation: unlearning that ends by itself. */
import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkFinite, detach, lossScope, softplus, type LossOptions, type TensorLike } from '@surrogate/core';

/** Responses that are to be forgotten. */
export interface ForgetResponses {
  /** float32 `[batch]`: log π(y | x). */
  readonly logProbs: TensorLike;
  /** float32 `[batch]`: log π_ref(y | x) of the model before unlearning, a constant. */
  readonly refLogProbs: TensorLike;
}

/** Options of {@link npoLoss}. */
export interface NpoOptions extends LossOptions {
  /** β, how soon a forgotten response no longer pulls, > 0; towards 0 it is gradient ascent. Default 0.1. */
  beta?: number | undefined;
  /** γ of SimNPO, a margin that is subtracted. Default 0. */
  gamma?: number | undefined;
}

/**
 * Negative preference optimisation: DPO with rejected responses alone. Its gradient is that of gradient ascent times a weight that vanishes with the response's probability.
 *
 * $$ \ell = -\frac{2}{\beta} \log\sigma\!\left( -\beta \log\frac{\pi(y|x)}{\pi_{\text{ref}}(y|x)} - \gamma \right) $$
 *
 * SimNPO is this with mean log-probabilities and zeros for the reference. Add `sftLoss` on data to retain.
 *
 * @param responses float32 `[batch]` log-probabilities of what is to be forgotten, under the policy and under the model before unlearning.
 * @param options β, γ, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the two differ in shape, `range` when beta is not above 0.
 * @see Zhang et al.: Negative Preference Optimization: From Catastrophic Collapse to Effective Unlearning, 2024. arXiv:2404.05868
 * @see Fan et al.: Simplicity Prevails: Rethinking Negative Preference Optimization for LLM Unlearning, 2024. arXiv:2410.07163
 * @example
 * import { npoLoss } from '@surrogate/align';
 * (await npoLoss({ logProbs: [-6.2], refLogProbs: [-5] }, { beta: 1 }).data())[0]; // 0.526565
 */
export function npoLoss(responses: ForgetResponses, options: NpoOptions = {}): Tensor {
  const { beta = 0.1, gamma = 0 } = options;
  checkAbove('npoLoss', 'beta', beta, 0);
  checkFinite('npoLoss', 'gamma', gamma);
  const { logProbs, refLogProbs } = responses;
  return lossScope('npoLoss', { logProbs, refLogProbs }, options, (rows) =>
    mul(2 / beta, softplus(add(mul(beta, sub(rows.logProbs, detach(rows.refLogProbs))), gamma))),
  );
}
