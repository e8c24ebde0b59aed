/** @file Focal loss over sigmoids (Lin et al. 2017), as detectors use it: one decision an element. */
import { checkAtLeast, checkBetween, lossScope, pow, sigmoid, softplus, type LossOptions, type TensorLike } from '@surrogate/core';
import { add, mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { weigh } from '../common/weigh.js';

/** Options of {@link sigmoidFocalLoss}. */
export interface SigmoidFocalOptions extends LossOptions {
  /** How fast easy examples fade, >= 0; 0 is binary cross-entropy. Default 2. */
  gamma?: number | undefined;
  /** Weight of positives against 1 - alpha of negatives, in [0, 1]; the paper has 0.25. Without it all count 1. */
  alpha?: number | undefined;
}

/**
 * Focal loss of independent decisions, from logits.
 *
 * $$ \ell(z, y) = \alpha_y\, (1 - p_y)^\gamma \operatorname{BCE}(z, y), \qquad p_y = y\,\sigma(z) + (1 - y)\,\sigma(-z), \quad \alpha_y = \alpha y + (1 - \alpha)(1 - y) $$
 *
 * @param logits float32 of any shape.
 * @param labels of the same shape, in [0, 1].
 * @param options γ, α, and what every loss takes.
 * @returns a scalar, or the logits' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when gamma < 0 or alpha is outside [0, 1].
 * @see Lin, Goyal, Girshick, He, Dollár: Focal Loss for Dense Object Detection, 2017. arXiv:1708.02002
 * @example
 * import { sigmoidFocalLoss } from '@surrogate/losses';
 * (await sigmoidFocalLoss([0, 2], [1, 1], { alpha: 0.25 }).data())[0]; // 0.0218854
 */
export function sigmoidFocalLoss(logits: TensorLike, labels: TensorLike, options: SigmoidFocalOptions = {}): Tensor {
  const fn = 'sigmoidFocalLoss';
  const { gamma = 2, alpha } = options;
  checkAtLeast(fn, 'gamma', gamma, 0);
  if (alpha !== undefined) checkBetween(fn, 'alpha', alpha, 0, 1, true);
  return lossScope(fn, { logits, labels }, options, ({ logits: z, labels: y }) => {
    const miss = sub(1, y);
    const wrong = add(mul(y, sigmoid(neg(z))), mul(miss, sigmoid(z)));
    const balance = alpha === undefined ? 1 : add(mul(y, alpha), mul(miss, 1 - alpha));
    const weight = mul(pow(wrong, gamma), balance);
    return add(weigh(mul(weight, y), softplus(neg(z))), weigh(mul(weight, miss), softplus(z)));
  });
}
