/** @file Kahneman-Tversky optimisation: single responses with a thumb up or down. */
import { add, cast, mul, notEqual, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkRank,
  detach,
  lossScope,
  relu,
  sigmoid,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';

/** Responses that were judged one by one. */
export interface UnpairedResponses {
  /** float32 `[batch]`: log π(y | x). */
  readonly logProbs: TensorLike;
  /** float32 `[batch]`: log π_ref(y | x), a constant. */
  readonly refLogProbs: TensorLike;
  /** bool or 0/1 `[batch]`: whether the response was liked. */
  readonly desirable: TensorLike;
}

/** Options of {@link ktoLoss}. */
export interface KtoOptions extends LossOptions {
  /** β, how strongly the policy is held to the reference, > 0. Default 0.1. */
  beta?: number | undefined;
  /** float32 scalar z_0 >= 0, what responses are compared to: see {@link ktoBaseline}. Default 0, which is unpaired APO-zero. */
  baseline?: TensorLike | undefined;
  /** λ_D, what a desirable response counts, >= 0. Default 1. */
  desirableWeight?: number | undefined;
  /** λ_U, what an undesirable one counts, >= 0. Default 1; balance so that λ_D n_D / (λ_U n_U) is in [1, 1.33]. */
  undesirableWeight?: number | undefined;
}

/**
 * Kahneman-Tversky optimisation: raises responses that were liked and lowers ones that were not, each judged against the policy's own drift, with the diminishing sensitivity of prospect theory.
 *
 * $$ \ell = \begin{cases} \lambda_D \left( 1 - \sigma(\beta (\rho - z_0)) \right) & \text{desirable} \\ \lambda_U \left( 1 - \sigma(\beta (z_0 - \rho)) \right) & \text{undesirable} \end{cases}, \qquad \rho = \log\frac{\pi(y|x)}{\pi_{\text{ref}}(y|x)} $$
 *
 * @param responses float32 `[batch]` log-probabilities (sums over the response's tokens) under the policy and the reference, and which responses are desirable; a batch may hold one kind only.
 * @param options β (default 0.1), the baseline z_0, the weights of the two kinds, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the inputs differ in shape or the baseline is no scalar, `range` when beta is not above 0 or a weight is below 0.
 * @see Ethayarajh et al.: KTO: Model Alignment as Prospect Theoretic Optimization, 2024. arXiv:2402.01306
 * @example
 * import { ktoLoss } from '@surrogate/align';
 * const responses = { logProbs: [-4, -2.5], refLogProbs: [-5, -2.8], desirable: [true, false] };
 * (await ktoLoss(responses, { beta: 0.5, baseline: 0.2 }).data())[0]; // 0.456905
 */
export function ktoLoss(responses: UnpairedResponses, options: KtoOptions = {}): Tensor {
  const { beta = 0.1, baseline = 0, desirableWeight = 1, undesirableWeight = 1 } = options;
  checkAbove('ktoLoss', 'beta', beta, 0);
  checkAtLeast('ktoLoss', 'desirableWeight', desirableWeight, 0);
  checkAtLeast('ktoLoss', 'undesirableWeight', undesirableWeight, 0);
  const { logProbs, refLogProbs, desirable } = responses;
  return lossScope('ktoLoss', { logProbs, refLogProbs, desirable }, options, (rows) => {
    const zero = detach(asTensor('ktoLoss', 'baseline', baseline));
    checkRank('ktoLoss', 'baseline', zero.shape, 0);
    const liked = cast(notEqual(rows.desirable, 0), 'float32');
    const gain = mul(sub(mul(2, liked), 1), sub(sub(rows.logProbs, detach(rows.refLogProbs)), zero));
    const weight = add(mul(liked, desirableWeight - undesirableWeight), undesirableWeight);
    // 1 - σ(x) as σ(-x), which keeps its digits where the response is already right.
    return mul(weight, sigmoid(mul(-beta, gain)));
  });
}

/**
 * KTO's baseline z_0: how far the policy has drifted from the reference, estimated on responses to other prompts.
 *
 * $$ z_0 = \max\!\left(0,\; \frac1n \sum_i \log\frac{\pi(y_{i+1}|x_i)}{\pi_{\text{ref}}(y_{i+1}|x_i)} \right) $$
 *
 * Pair each prompt of the batch with the next prompt's response, and score these mismatched sequences under both models; the batch must hold two or more.
 *
 * @param logProbs float32 `[batch]`, log π of the mismatched sequences.
 * @param refLogProbs float32 `[batch]`, log π_ref of the same.
 * @param options a mask and weights of the sequences.
 * @returns a scalar >= 0, without gradient, in nats.
 * @throws SurrogateError `shape` when the two differ in shape.
 * @see Ethayarajh et al.: KTO: Model Alignment as Prospect Theoretic Optimization, 2024. arXiv:2402.01306
 * @example
 * import { ktoBaseline } from '@surrogate/align';
 * (await ktoBaseline([-7, -9], [-7.5, -8.9]).data())[0]; // 0.2
 */
export function ktoBaseline(logProbs: TensorLike, refLogProbs: TensorLike, options: Omit<LossOptions, 'reduction'> = {}): Tensor {
  const { weights, mask } = options;
  return tidy(() =>
    relu(detach(lossScope('ktoBaseline', { logProbs, refLogProbs }, { weights, mask }, (rows) => sub(rows.logProbs, rows.refLogProbs)))),
  );
}
