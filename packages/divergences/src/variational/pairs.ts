/** @file Bounds of mutual information from the scores of pairs: SMILE, which forgives a critic its largest scores, and CLUB, from above. */
import { mean, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, clip, type TensorLike } from '@surrogate/core';
import { diagonalMean, flat, logMeanExp, pairwise } from './scores.js';

/** Options of {@link smile}. */
export interface SmileOptions {
  /** τ: scores of pairs that do not belong together count as at most this, and at least minus this, > 0; with Infinity it is Donsker's and Varadhan's. Default 5. */
  limit?: number | undefined;
}

/**
 * SMILE: Donsker's and Varadhan's estimate with the scores of Q clipped, which bounds its variance at the price of a bias. With a limit it is no bound any more.
 *
 * $$ \mathbb{E}_P[T] - \log \mathbb{E}_Q\left[e^{\operatorname{clip}(T, -\tau, \tau)}\right] $$
 *
 * The authors train the critic by {@link ganObjective} and report this.
 *
 * @param scoresP float32, the critic on samples of P: pairs that belong together.
 * @param scoresQ float32, the critic on samples of Q: pairs that do not.
 * @returns a float32 scalar, in nats.
 * @throws SurrogateError `shape` for no samples, `range` for a limit that is not positive, `dtype`, `disposed`.
 * @see Song, Ermon: Understanding the Limitations of Variational Mutual Information Estimators, 2020. arXiv:1910.06222
 * @example
 * import { smile } from '@surrogate/divergences';
 * (await smile([1, 2], [0, 100], { limit: 1 }).data())[0]; // 0.879885
 */
export function smile(scoresP: TensorLike, scoresQ: TensorLike, { limit = 5 }: SmileOptions = {}): Tensor {
  if (limit !== Infinity) checkAbove('smile', 'limit', limit, 0);
  return tidy(() => {
    const [p, q] = [flat('smile', 'scoresP', scoresP), flat('smile', 'scoresQ', scoresQ)];
    return sub(mean(p), logMeanExp(limit === Infinity ? q : clip(q, -limit, limit)));
  });
}

/**
 * CLUB: an upper bound of mutual information, to be made small, where the conditional distribution is the true one.
 *
 * $$ \frac1B \sum_i \log p(y_i \mid x_i) - \frac{1}{B^2} \sum_{ij} \log p(y_j \mid x_i) $$
 *
 * @param logProbs float32 `[B, B]`: log p(y_j | x_i) in row i; the pairs that belong together are on the diagonal.
 * @returns a float32 scalar, in nats.
 * @throws SurrogateError `shape` unless they are square and not empty, `dtype`, `disposed`.
 * @see Cheng, Hao, Dai, Liu, Gan, Carin: CLUB: A Contrastive Log-ratio Upper Bound of Mutual Information, 2020. arXiv:2006.12013
 * @example
 * import { club } from '@surrogate/divergences';
 * (await club([[-1, -3], [-5, -1]]).data())[0]; // 1.5
 */
export function club(logProbs: TensorLike): Tensor {
  return tidy(() => {
    const given = pairwise('club', 'logProbs', logProbs);
    return sub(diagonalMean(given), mean(given));
  });
}
