/** @file Binary cross-entropy from logits, one decision an element: binary and multi-label classification. */
import { asTensor, checkBetween, lossScope, softplus, type LossOptions, type TensorLike } from '@surrogate/core';
import { add, mul, neg, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkBroadcast } from '../common/checks.js';
import { weigh } from '../common/weigh.js';

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** float32, broadcast to the logits: how much a positive counts; negatives over positives balances a rare label. Default 1. */
  posWeight?: TensorLike | undefined;
  /** Mass of each label that is moved halfway to the other side, in [0, 1). Default 0. */
  labelSmoothing?: number | undefined;
}

/**
 * Binary cross-entropy of independent decisions, from logits.
 *
 * $$ \ell(z, y) = w_+\, \tilde y \operatorname{softplus}(-z) + (1 - \tilde y) \operatorname{softplus}(z), \qquad \tilde y = (1 - s)\, y + s / 2 $$
 *
 * @param logits float32 of any shape; sigmoid of them are the probabilities.
 * @param labels of the same shape, in [0, 1].
 * @param options the weight w₊ of positives, smoothing s, and what every loss takes.
 * @returns a scalar, or the logits' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ or posWeight does not broadcast, `range` for a smoothing outside [0, 1).
 * @see Good: Rational Decisions, 1952 (the logarithmic score)
 * @example
 * import { binaryCrossEntropy } from '@surrogate/losses';
 * (await binaryCrossEntropy([0, 2], [1, 1]).data())[0]; // 0.410038
 */
export function binaryCrossEntropy(logits: TensorLike, labels: TensorLike, options: BinaryCrossEntropyOptions = {}): Tensor {
  const fn = 'binaryCrossEntropy';
  const { posWeight, labelSmoothing: s = 0 } = options;
  checkBetween(fn, 'labelSmoothing', s, 0, 1);
  return tidy(() => {
    const positives = posWeight === undefined ? undefined : asTensor(fn, 'posWeight', posWeight);
    return lossScope(fn, { logits, labels }, options, (rows) => {
      if (positives !== undefined) checkBroadcast(fn, 'posWeight', positives, rows.logits.shape);
      const y = s === 0 ? rows.labels : add(mul(rows.labels, 1 - s), s / 2);
      const hit = positives === undefined ? y : mul(y, positives);
      return add(weigh(hit, softplus(neg(rows.logits))), weigh(sub(1, y), softplus(rows.logits)));
    });
  });
}
