/** @file Asymmetric loss (Ridnik et al. 2021) for many labels, most of them negative. */
import {
  checkAtLeast,
  checkBetween,
  log1p,
  lossScope,
  pow,
  relu,
  sigmoid,
  softplus,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { weigh } from '../common/weigh.js';

/** Options of {@link asymmetricLoss}. */
export interface AsymmetricOptions extends LossOptions {
  /** How fast easy positives fade, >= 0. Default 1. */
  gammaPositive?: number | undefined;
  /** How fast easy negatives fade, >= 0. Default 4. */
  gammaNegative?: number | undefined;
  /** The probability below which a negative does not count at all, in [0, 1). Default 0.05. */
  clip?: number | undefined;
}

/**
 * Asymmetric loss of independent decisions: negatives fade faster than positives, and the easiest of them vanish.
 *
 * $$ \ell(z, y) = -y (1 - p)^{\gamma_+} \log p - (1 - y)\, p_m^{\gamma_-} \log(1 - p_m), \qquad p = \sigma(z), \quad p_m = (p - m)_+ $$
 *
 * The gradient flows through the focal weights; the authors' code can also stop it there. With m = 0 and equal γ this is the focal loss.
 *
 * @param logits float32 of any shape.
 * @param labels of the same shape, in [0, 1].
 * @param options γ₊, γ₋, the clip m, and what every loss takes.
 * @returns a scalar, or the logits' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when an option is outside its range.
 * @see Ridnik, Ben-Baruch, Zamir, Noy, Friedman, Protter, Zelnik-Manor: Asymmetric Loss for Multi-Label Classification, 2021. arXiv:2009.14119
 * @example
 * import { asymmetricLoss } from '@surrogate/losses';
 * await asymmetricLoss([0, -4], [1, 0], { reduction: 'none' }).data(); // [0.346574, 0]
 */
export function asymmetricLoss(logits: TensorLike, labels: TensorLike, options: AsymmetricOptions = {}): Tensor {
  const fn = 'asymmetricLoss';
  const { gammaPositive = 1, gammaNegative = 4, clip = 0.05 } = options;
  checkAtLeast(fn, 'gammaPositive', gammaPositive, 0);
  checkAtLeast(fn, 'gammaNegative', gammaNegative, 0);
  checkBetween(fn, 'clip', clip, 0, 1);
  return lossScope(fn, { logits, labels }, options, ({ logits: z, labels: y }) => {
    const shifted = relu(sub(sigmoid(z), clip));
    const ofNegative = clip === 0 ? softplus(z) : neg(log1p(neg(shifted)));
    return add(
      weigh(mul(y, pow(sigmoid(neg(z)), gammaPositive)), softplus(neg(z))),
      weigh(mul(sub(1, y), pow(shifted, gammaNegative)), ofNegative),
    );
  });
}
