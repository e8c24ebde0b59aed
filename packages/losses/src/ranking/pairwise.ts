/** @file Losses of pairs of scores: one should be above the other. */
import { checkAtLeast, lossScope, relu, softplus, type LossOptions, type TensorLike } from '@surrogate/core';
import { add, sub, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link marginRankingLoss}. */
export interface MarginRankingOptions extends LossOptions {
  /** By how much the preferred score must be above, >= 0. Default 0. */
  margin?: number | undefined;
}

/**
 * Margin ranking loss: by how much the preferred score fails to be a margin above the other.
 *
 * $$ \ell(a, b) = (m - (a - b))_+ $$
 *
 * @param preferred float32 of any shape: scores that should be above.
 * @param other float32 of the same shape.
 * @param options the margin m, and what every loss takes.
 * @returns a scalar, or the scores' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when margin < 0.
 * @see Herbrich, Graepel, Obermayer: Large Margin Rank Boundaries for Ordinal Regression, 2000
 * @example
 * import { marginRankingLoss } from '@surrogate/losses';
 * await marginRankingLoss([2, 0], [1, 0], { margin: 0.5, reduction: 'none' }).data(); // [0, 0.5]
 */
export function marginRankingLoss(preferred: TensorLike, other: TensorLike, options: MarginRankingOptions = {}): Tensor {
  const { margin = 0 } = options;
  checkAtLeast('marginRankingLoss', 'margin', margin, 0);
  return lossScope('marginRankingLoss', { preferred, other }, options, ({ preferred: a, other: b }) => relu(add(sub(b, a), margin)));
}

/**
 * Bayesian personalised ranking: the negative log-probability that the preferred item is above the other, under a logistic model of their scores.
 *
 * $$ \ell(a, b) = -\log \sigma(a - b) $$
 *
 * @param preferred float32 of any shape: scores of what was chosen.
 * @param other float32 of the same shape: scores of what was not.
 * @param options what every loss takes.
 * @returns a scalar, or the scores' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ.
 * @see Rendle, Freudenthaler, Gantner, Schmidt-Thieme: BPR: Bayesian Personalized Ranking from Implicit Feedback, 2009. arXiv:1205.2618
 * @example
 * import { bprLoss } from '@surrogate/losses';
 * (await bprLoss([1], [1]).data())[0]; // 0.693147
 */
export function bprLoss(preferred: TensorLike, other: TensorLike, options: LossOptions = {}): Tensor {
  return lossScope('bprLoss', { preferred, other }, options, ({ preferred: a, other: b }) => softplus(sub(b, a)));
}
