/** @file Distributional preference alignment: the rewards of chosen responses should lie above those of rejected ones as distributions. */
import { mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkBetween, checkBoolean, checkRank, detach, lossScope, sort, type LossOptions } from '@surrogate/core';
import { smoothedLink } from './link.js';
import type { PreferencePairs } from './pairs.js';

/** Options of {@link aotLoss}; rows are matched within the batch, so that none can be weighted or masked by itself. */
export interface AotOptions extends Pick<LossOptions, 'reduction'> {
  /** β, the scale of the implicit reward, > 0. Default 0.1. */
  beta?: number | undefined;
  /** ε, the probability that a preference is wrong, in [0, 0.5). Default 0. */
  labelSmoothing?: number | undefined;
  /** Whether rows are pairs: the policy's margins against the reference's. Else the chosen rewards against the rejected ones, in any order. Default true. */
  paired?: boolean | undefined;
}

/**
 * Alignment by optimal transport: DPO's loss between sorted samples, which asks for first-order stochastic dominance instead of a lead within each pair.
 *
 * $$ \ell_i = -\log\sigma\!\left( \beta \left( u_{(i)} - v_{(i)} \right) \right), \qquad \begin{aligned} &\text{paired: } u = \log\frac{\pi(y_w)}{\pi(y_l)},\; v = \log\frac{\pi_{\text{ref}}(y_w)}{\pi_{\text{ref}}(y_l)} \\ &\text{unpaired: } u = \log\frac{\pi(y_w)}{\pi_{\text{ref}}(y_w)},\; v = \log\frac{\pi(y_l)}{\pi_{\text{ref}}(y_l)} \end{aligned} $$
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param options β (default 0.1), label smoothing, whether rows are pairs, and the reduction.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`, in the order of the sorted samples.
 * @throws SurrogateError `shape` when the four differ in shape, `range` when beta is not above 0 or labelSmoothing not in [0, 0.5).
 * @see Melnyk et al.: Distributional Preference Alignment of LLMs via Optimal Transport, 2024. arXiv:2406.05882
 * @example
 * import { aotLoss } from '@surrogate/align';
 * const pairs = { chosen: [-4, -3.5], rejected: [-6, -2.5], refChosen: [-5, -3], refRejected: [-4.5, -3.3] };
 * (await aotLoss(pairs, { beta: 0.5 }).data())[0]; // 0.590902
 */
export function aotLoss(pairs: PreferencePairs, options: AotOptions = {}): Tensor {
  const { beta = 0.1, labelSmoothing = 0, paired = true, reduction } = options;
  checkAbove('aotLoss', 'beta', beta, 0);
  checkBetween('aotLoss', 'labelSmoothing', labelSmoothing, 0, 0.5);
  checkBoolean('aotLoss', 'paired', paired);
  const link = smoothedLink(labelSmoothing);
  const { chosen, rejected, refChosen, refRejected } = pairs;
  return lossScope('aotLoss', { chosen, rejected, refChosen, refRejected }, { reduction }, (rows) => {
    checkRank('aotLoss', 'chosen', rows.chosen.shape, 1);
    const references = [detach(rows.refChosen), detach(rows.refRejected)] as const;
    const [above, below] = paired
      ? [sub(rows.chosen, rows.rejected), sub(...references)]
      : [sub(rows.chosen, references[0]), sub(rows.rejected, references[1])];
    return link.loss(mul(beta, sub(sort(above), sort(below))));
  });
}
