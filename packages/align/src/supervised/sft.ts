/** @file Supervised fine-tuning: the likelihood of demonstrations. */
import { logicalAnd, neg, notEqual, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkInteger,
  checkRank,
  checkShape,
  reduceTokens,
  tokenLogProbs,
  type ReduceTokensOptions,
  type TensorLike,
} from '@surrogate/core';
import { inNameOf } from '../inNameOf.js';

/** Options of {@link sftLoss}. */
export interface SftOptions extends ReduceTokensOptions {
  /** A token id that marks positions to leave out, as a mask does (-100 in data made for transformers). No default. */
  ignoreIndex?: number | undefined;
}

/**
 * Supervised fine-tuning: the negative log-likelihood of the response's tokens.
 *
 * $$ L = \frac{-\sum_{bt} m_{bt} \log \pi(y_{bt} | x_b, y_{b, <t})}{\sum_{bt} m_{bt}} $$
 *
 * Mask the prompt and the padding. Where the logits need not exist (hidden states and the classifier's weights do), `reduceTokens(neg(linearTokenLogProbs(...)))` is the same loss.
 *
 * @param logits float32 `[batch, time, V]`; position t predicts `tokens[t]`, see `shiftTokens`.
 * @param tokens int32 `[batch, time]`.
 * @param options the mask of the tokens that count, their weights, and what the sum is divided by: by default their number in the whole batch.
 * @returns a scalar in nats.
 * @throws SurrogateError `shape` when tokens or mask do not fit the logits, `range` when a token on the host is outside [0, V).
 * @see Ouyang et al.: Training language models to follow instructions with human feedback, 2022. arXiv:2203.02155
 * @example
 * import { sftLoss } from '@surrogate/align';
 * const logits = [[[0.5, -0.5, 1, 0], [2, 0, -1, 0.5], [0, 1, 0.5, -0.5], [1, 1, 1, 1]]];
 * (await sftLoss(logits, [[2, 0, 1, 3]], { mask: [[0, 1, 1, 1]] }).data())[0]; // 0.838661
 */
export function sftLoss(logits: TensorLike, tokens: TensorLike, options: SftOptions = {}): Tensor {
  const { ignoreIndex, mask, ...rest } = options;
  if (ignoreIndex !== undefined) checkInteger('sftLoss', 'ignoreIndex', ignoreIndex, -Infinity);
  return tidy(() =>
    inNameOf('sftLoss', () => {
      const given = asTensor('sftLoss', 'logits', logits);
      checkRank('sftLoss', 'logits', given.shape, 3);
      const ids = asTensor('sftLoss', 'tokens', tokens, 'int32');
      checkShape('sftLoss', 'tokens', ids.shape, given.shape.slice(0, -1));
      const kept = ignoreIndex === undefined ? mask : both(notEqual(ids, ignoreIndex), mask);
      return reduceTokens(neg(tokenLogProbs(given, ids, { mask: kept })), { ...rest, mask: kept });
    }),
  );
}

const both = (kept: Tensor, mask: TensorLike | undefined): Tensor =>
  mask === undefined ? kept : logicalAnd(kept, notEqual(asTensor('sftLoss', 'mask', mask), 0));
