/** @file Focal loss (Lin et al. 2017): cross-entropy that looks away from what is already right. */
import {
  checkAtLeast,
  classLossScope,
  dotLast,
  logSoftmax,
  oneMinusExp,
  pow,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { mul, neg, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link focalLoss}. */
export interface FocalOptions extends ClassLossOptions {
  /** How fast easy examples fade, >= 0; 0 is cross-entropy. Default 2. */
  gamma?: number | undefined;
}

/**
 * Focal loss: cross-entropy weighted by how wrong the prediction still is.
 *
 * $$ \ell(z, y) = -\sum_k y_k (1 - p_k)^\gamma \log p_k, \qquad p = \operatorname{softmax}(z) $$
 *
 * The balance α of the paper is `classWeights`.
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options γ, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K) or gamma < 0.
 * @see Lin, Goyal, Girshick, He, Dollár: Focal Loss for Dense Object Detection, 2017. arXiv:1708.02002
 * @example
 * import { focalLoss } from '@surrogate/losses';
 * (await focalLoss([[2, 1, 0]], [0]).data())[0]; // 0.0456778
 */
export function focalLoss(logits: TensorLike, labels: Labels, options: FocalOptions = {}): Tensor {
  const { gamma = 2 } = options;
  checkAtLeast('focalLoss', 'gamma', gamma, 0);
  return classLossScope('focalLoss', { logits, labels }, options, (rows) => {
    const logProbs = logSoftmax(rows.logits);
    // The power belongs to the weights: dotLast lets a weight of 0 outweigh a log-probability of -Infinity, also in the gradient.
    return neg(dotLast(mul(rows.target, pow(oneMinusExp(logProbs), gamma)), logProbs));
  });
}
