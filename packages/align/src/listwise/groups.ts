/** @file Several responses to one prompt: their log-probabilities, a group a row. */
import { mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { detach, type TensorLike } from '@surrogate/core';

/** Log-probabilities of K responses to each prompt. */
export interface ResponseGroups {
  /** float32 `[batch, K]`: log π(y_k | x). */
  readonly logProbs: TensorLike;
  /** float32 `[batch, K]`: log π_ref(y_k | x), a constant. */
  readonly refLogProbs: TensorLike;
}

/** Groups whose responses carry rewards. */
export interface RewardedGroups extends ResponseGroups {
  /** float32 `[batch, K]`: the rewards, constants. */
  readonly rewards: TensorLike;
}

/** @internal β log π/π_ref. */
export const groupScores = (beta: number, logProbs: Tensor, refLogProbs: Tensor): Tensor => mul(beta, sub(logProbs, detach(refLogProbs)));
