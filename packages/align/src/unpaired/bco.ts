/** @file Binary classifier optimisation: thumbs up or down as a classification by implicit reward. */
import { cast, mul, notEqual, sub, type Tensor } from '@tensorflow/tfjs-core';
import { asTensor, checkAbove, checkRank, detach, lossScope, softplus, type LossOptions, type TensorLike } from '@surrogate/core';
import type { UnpairedResponses } from './kto.js';

/** Options of {@link bcoLoss}. */
export interface BcoOptions extends LossOptions {
  /** β, the scale of the implicit reward, > 0. Default 0.1. */
  beta?: number | undefined;
  /** float32 scalar δ: the reward between desirable and undesirable; a constant. Default 0. */
  shift?: TensorLike | undefined;
}

/** @internal The frame of what depends on rewards without scale and on whether a response was liked. */
export function unpairedScope(
  fn: string,
  { logProbs, refLogProbs, desirable }: UnpairedResponses,
  options: LossOptions,
  body: (logRatio: Tensor, liked: Tensor) => Tensor,
): Tensor {
  return lossScope(fn, { logProbs, refLogProbs, desirable }, options, (rows) =>
    body(sub(rows.logProbs, detach(rows.refLogProbs)), cast(notEqual(rows.desirable, 0), 'float32')),
  );
}

/** @internal The loss for a shift, in the name of the public function. */
export function shiftedLoss(fn: string, responses: UnpairedResponses, beta: number, shift: TensorLike, options: LossOptions): Tensor {
  return unpairedScope(fn, responses, options, (logRatio, liked) => {
    const delta = detach(asTensor(fn, 'shift', shift));
    checkRank(fn, 'shift', delta.shape, 0);
    return softplus(mul(sub(1, mul(2, liked)), sub(mul(beta, logRatio), delta)));
  });
}

/**
 * Binary classifier optimisation: the logistic loss of telling desirable responses from undesirable ones by their implicit reward.
 *
 * $$ \ell = \begin{cases} -\log\sigma(r - \delta) & \text{desirable} \\ -\log\sigma(\delta - r) & \text{undesirable} \end{cases}, \qquad r = \beta \log\frac{\pi(y|x)}{\pi_{\text{ref}}(y|x)} $$
 *
 * `bco` keeps δ. Where the prompts of the two kinds differ, weigh the undesirable rows by the ratio of the prompts' densities.
 *
 * @param responses float32 `[batch]` log-probabilities (sums) under the policy and the reference, and which responses are desirable; a batch may hold one kind only.
 * @param options β (default 0.1), the shift δ, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the inputs differ in shape or the shift is no scalar, `range` when beta is not above 0.
 * @see Jung et al.: Binary Classifier Optimization for Large Language Model Alignment, 2024. arXiv:2404.04656
 * @example
 * import { bcoLoss } from '@surrogate/align';
 * const responses = { logProbs: [-4, -3.5, -6, -2.5], refLogProbs: [-5, -3, -5.5, -2.8], desirable: [1, 1, 0, 0] };
 * (await bcoLoss(responses, { beta: 0.5, shift: 0.0375 }).data())[0]; // 0.661567
 */
export function bcoLoss(responses: UnpairedResponses, options: BcoOptions = {}): Tensor {
  const { beta = 0.1, shift = 0 } = options;
  checkAbove('bcoLoss', 'beta', beta, 0);
  return shiftedLoss('bcoLoss', responses, beta, shift, options);
}
