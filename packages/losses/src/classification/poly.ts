/** @file Poly-1 loss (Leng et al. 2022): cross-entropy whose first Taylor coefficient is tuned. */
import {
  checkFinite,
  classLossScope,
  dotLast,
  logSoftmax,
  oneMinusExp,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { mul, sub, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link polyLoss}. */
export interface PolyOptions extends ClassLossOptions {
  /** What is added to the coefficient of 1 - p in the series of -log p. Default 2. */
  epsilon?: number | undefined;
}

/**
 * Poly-1 loss: cross-entropy with more, or less, weight on the linear term of its expansion.
 *
 * $$ \ell(z, y) = \sum_k y_k \left( -\log p_k + \varepsilon (1 - p_k) \right), \qquad p = \operatorname{softmax}(z) $$
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options ε, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K) or epsilon is not finite.
 * @see Leng, Tan, Liu, Cubuk, Shi, Cheng, Anguelov: PolyLoss: A Polynomial Expansion Perspective of Classification Loss Functions, 2022. arXiv:2204.12511
 * @example
 * import { polyLoss } from '@surrogate/losses';
 * (await polyLoss([[0, 0]], [0]).data())[0]; // 1.693147
 */
export function polyLoss(logits: TensorLike, labels: Labels, options: PolyOptions = {}): Tensor {
  const { epsilon = 2 } = options;
  checkFinite('polyLoss', 'epsilon', epsilon);
  return classLossScope('polyLoss', { logits, labels }, options, (rows) => {
    const logProbs = logSoftmax(rows.logits);
    return sub(mul(epsilon, dotLast(rows.target, oneMinusExp(logProbs))), dotLast(rows.target, logProbs));
  });
}
