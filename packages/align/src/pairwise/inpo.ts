/** @file Iterative Nash policy optimisation: a step of mirror descent towards the policy that no other beats. */
import { add, mul, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkBetween, detach, lossScope, type LossOptions, type TensorLike } from '@surrogate/core';
import type { PreferencePairs } from './pairs.js';

/** Pairs that were sampled from the policy of the last round, with their log-probabilities under it: a constant, as the reference is. */
export interface InpoPairs extends PreferencePairs {
  /** float32 `[batch]`: log π_t(y_w | x). */
  readonly prevChosen: TensorLike;
  /** float32 `[batch]`: log π_t(y_l | x). */
  readonly prevRejected: TensorLike;
}

/** Options of {@link inpoLoss}. */
export interface InpoOptions extends LossOptions {
  /** η, how far a round may move, > 0. Default 0.0075. */
  eta?: number | undefined;
  /** τ, how strongly the game is held to the reference, in [0, η). Default 0.0025. */
  tau?: number | undefined;
}

/**
 * Iterative Nash policy optimisation: IPO around a mixture of the reference and the last iterate, whose minimiser is a step of online mirror descent in the regularised preference game.
 *
 * $$ \ell = \left( h - \frac{1}{2\eta} \right)^2, \qquad h = \log\frac{\pi(y_w)}{\pi(y_l)} - \frac{\tau}{\eta} \log\frac{\pi_{\text{ref}}(y_w)}{\pi_{\text{ref}}(y_l)} - \frac{\eta - \tau}{\eta} \log\frac{\pi_t(y_w)}{\pi_t(y_l)} $$
 *
 * @param pairs float32 `[batch]` each: log-probabilities (sums) of both responses under the policy, the reference and the last iterate.
 * @param options η, τ, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the six differ in shape, `range` when eta is not above 0 or tau not in [0, eta).
 * @see Zhang et al.: Iterative Nash Policy Optimization: Aligning LLMs with General Preferences via No-Regret Learning, 2024. arXiv:2407.00617
 * @example
 * import { inpoLoss } from '@surrogate/align';
 * const pairs = { chosen: [-4], rejected: [-5.2], refChosen: [-5], refRejected: [-5.4], prevChosen: [-4.6], prevRejected: [-5.5] };
 * (await inpoLoss(pairs, { eta: 0.5, tau: 0.2 }).data())[0]; // 0.25
 */
export function inpoLoss(pairs: InpoPairs, options: InpoOptions = {}): Tensor {
  const { eta = 0.0075, tau = 0.0025 } = options;
  checkAbove('inpoLoss', 'eta', eta, 0);
  checkBetween('inpoLoss', 'tau', tau, 0, eta);
  const { chosen, rejected, refChosen, refRejected, prevChosen, prevRejected } = pairs;
  const pull = tau / eta;
  return lossScope('inpoLoss', { chosen, rejected, refChosen, refRejected, prevChosen, prevRejected }, options, (rows) => {
    // Each response against its own anchor first: their log-probabilities are close, those of two responses need not be.
    const gain = (policy: Tensor, reference: Tensor, previous: Tensor) =>
      sub(policy, detach(add(mul(pull, reference), mul(1 - pull, previous))));
    const h = sub(gain(rows.chosen, rows.refChosen, rows.prevChosen), gain(rows.rejected, rows.refRejected, rows.prevRejected));
    return square(sub(h, 1 / (2 * eta)));
  });
}
