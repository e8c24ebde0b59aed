/** @file Token-level DPO: the margin less what the rejected response strays from the reference, token by token. */
import { mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkAtLeast, checkBoolean, detach, softplus, type LossOptions, type TensorLike } from '@surrogate/core';
import { pairScope, type PreferencePairs } from './pairs.js';

/** Pairs with the divergences KL(π_ref‖π) along both responses, summed over their tokens. */
export interface TdpoPairs extends PreferencePairs {
  /** float32 `[batch]`: Σ_t KL(π_ref(·|y_w,<t)‖π(·|y_w,<t)), from `klFromLogits(refLogits, logits)`. */
  readonly chosenKl: TensorLike;
  /** float32 `[batch]`: the same along the rejected response. */
  readonly rejectedKl: TensorLike;
}

/** Options of {@link tdpoLoss}. */
export interface TdpoOptions extends LossOptions {
  /** β, how strongly the policy is held to the reference, > 0. Default 0.1. */
  beta?: number | undefined;
  /** α, what the difference of the divergences counts, >= 0; 0 is DPO. Default 0.5. */
  alpha?: number | undefined;
  /** Whether the chosen response's divergence is a constant: true is TDPO2, false with α = 1 is TDPO1. Default true. */
  detachChosen?: boolean | undefined;
}

/**
 * Token-level DPO: DPO under a constraint on forward KL at each token, which keeps the policy from straying along rejected responses.
 *
 * $$ \ell = -\log\sigma\!\left( \beta \left[ \rho_w - \rho_l - \alpha \left( K_l - \operatorname{sg}[K_w] \right) \right] \right), \qquad K = \sum_t \mathrm{KL}\!\left( \pi_{\text{ref}} \Vert \pi \right)_t $$
 *
 * @param pairs float32 `[batch]` each: the log-probabilities (sums) of both responses under the policy and the reference, and the divergences along them.
 * @param options β, α, whether the chosen divergence is a constant, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the six differ in shape, `range` when beta is not above 0 or alpha is below 0.
 * @see Zeng et al.: Token-level Direct Preference Optimization, 2024. arXiv:2404.11999
 * @example
 * import { tdpoLoss } from '@surrogate/align';
 * const pairs = { chosen: [-4], rejected: [-6], refChosen: [-5], refRejected: [-5.5], chosenKl: [0.2], rejectedKl: [0.5] };
 * (await tdpoLoss(pairs, { beta: 0.5 }).data())[0]; // 0.411551
 */
export function tdpoLoss(pairs: TdpoPairs, options: TdpoOptions = {}): Tensor {
  const { beta = 0.1, alpha = 0.5, detachChosen = true, reduction, weights, mask } = options;
  checkAbove('tdpoLoss', 'beta', beta, 0);
  checkAtLeast('tdpoLoss', 'alpha', alpha, 0);
  checkBoolean('tdpoLoss', 'detachChosen', detachChosen);
  const { chosenKl, rejectedKl } = pairs;
  return pairScope(
    'tdpoLoss',
    pairs,
    { reduction, weights, mask },
    ({ chosen, rejected }, more) => {
      const drift = sub(more.rejectedKl!, detachChosen ? detach(more.chosenKl!) : more.chosenKl!);
      return softplus(mul(-beta, sub(sub(chosen, rejected), mul(alpha, drift))));
    },
    { chosenKl, rejectedKl },
  );
}
