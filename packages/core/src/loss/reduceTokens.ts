/** @file From one loss a token to one number, with the three ways in which papers average over sequences. */
import { cast, div, mul, notEqual, ones, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { detach } from '../gradients/tape.js';
import { checkAbove, checkOneOf, checkRank } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { aliveOf, rowWeights, shield } from './lossScope.js';
import { safeRatio } from './reduce.js';

/** What a sum over tokens is divided by. */
export type TokenNormalizer = 'token' | 'sequence' | number;

/** Options of {@link reduceTokens}. */
export interface ReduceTokensOptions {
  /** bool or 0/1, broadcast to `[batch, time]`: which tokens count. The others may hold NaN. */
  mask?: TensorLike | undefined;
  /** float32, broadcast to `[batch, time]`: how much each token counts, >= 0. */
  weights?: TensorLike | undefined;
  /** By the weight of all tokens; by each sequence's own, then by the number of sequences that have any; or by a constant > 0. Default token. */
  normalizer?: TokenNormalizer | undefined;
}

/**
 * Averages the losses of tokens.
 *
 * $$ \text{token} = \frac{\sum_{bt} w_{bt} \ell_{bt}}{\sum_{bt} w_{bt}}, \qquad \text{sequence} = \frac{1}{B} \sum_b \frac{\sum_t w_{bt} \ell_{bt}}{\sum_t w_{bt}}, \qquad \text{number } c = \frac{1}{c} \sum_{bt} w_{bt} \ell_{bt} $$
 *
 * B counts the sequences with weight; without any the result is 0 with gradient 0.
 *
 * @param losses float32 `[batch, time]`.
 * @returns a scalar.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` for a normalizer that is none.
 * @see Liu et al.: Understanding R1-Zero-Like Training, 2025. arXiv:2503.20783, for what each does to the gradient of long answers.
 * @example
 * import { reduceTokens } from '@surrogate/core';
 * (await reduceTokens([[1, 3], [5, 0]], { mask: [[1, 1], [1, 0]], normalizer: 'sequence' }).data())[0]; // 3.5
 */
export function reduceTokens(losses: TensorLike, options: ReduceTokensOptions = {}): Tensor {
  const fn = 'reduceTokens';
  const { normalizer = 'token' } = options;
  if (typeof normalizer === 'number') checkAbove(fn, 'normalizer', normalizer, 0);
  else checkOneOf(fn, 'normalizer', normalizer, ['token', 'sequence']);
  return tidy(() => {
    const given = asTensor(fn, 'losses', losses);
    checkRank(fn, 'losses', given.shape, 2);
    const weights = rowWeights(fn, given.shape, options, []) ?? ones(given.shape);
    const weighted = mul(shield(given, aliveOf(weights)), weights);
    if (normalizer === 'token') return safeRatio(sum(weighted), sum(weights));
    if (typeof normalizer === 'number') return div(sum(weighted), normalizer);
    const perSequence = sum(weights, -1);
    return safeRatio(sum(safeRatio(sum(weighted, -1), perSequence)), sum(cast(notEqual(detach(perSequence), 0), 'float32')));
  });
}
