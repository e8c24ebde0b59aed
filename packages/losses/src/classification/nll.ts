/** @file The negative log-likelihood of labels, from log-probabilities. */
import { classLossScope, dotLast, type ClassLossOptions, type Labels, type TensorLike } from '@surrogate/core';
import { neg, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Negative log-likelihood: cross-entropy of what is already normalised.
 *
 * $$ \ell(\log p, y) = -\sum_k y_k \log p_k $$
 *
 * @param logProbs float32 `[..., K]`, normalised in log space.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the same shape.
 * @param options what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K).
 * @see Fisher: On the Mathematical Foundations of Theoretical Statistics, 1922
 * @example
 * import { negativeLogLikelihood } from '@surrogate/losses';
 * (await negativeLogLikelihood([[Math.log(0.25), Math.log(0.75)]], [1]).data())[0]; // 0.287682
 */
export function negativeLogLikelihood(logProbs: TensorLike, labels: Labels, options: ClassLossOptions = {}): Tensor {
  return classLossScope('negativeLogLikelihood', { logits: logProbs, labels }, options, ({ logits, target }) =>
    neg(dotLast(target, logits)),
  );
}
