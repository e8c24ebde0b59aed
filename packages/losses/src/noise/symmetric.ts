/** @file Symmetric cross-entropy (Wang et al. 2019): cross-entropy plus its reverse, which noisy labels do not mislead. */
import {
  checkAtLeast,
  classLossScope,
  dotLast,
  fail,
  maximum,
  softmax,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { add, log, mul, neg, type Tensor } from '@tensorflow/tfjs-core';
import { crossEntropyRows } from '../common/crossEntropyRows.js';

/** Options of {@link symmetricCrossEntropy}. */
export interface SymmetricCrossEntropyOptions extends ClassLossOptions {
  /** Weight of cross-entropy, >= 0. Default 0.1. */
  alpha?: number | undefined;
  /** Weight of reverse cross-entropy, >= 0. Default 1. */
  beta?: number | undefined;
  /** What stands for log 0 in the reverse part, < 0. Default -4. */
  logOfZero?: number | undefined;
}

/**
 * Symmetric cross-entropy: cross-entropy plus reverse cross-entropy, in which the labels are judged by the predictions.
 *
 * $$ \ell(z, y) = -\alpha \sum_k y_k \log p_k - \beta \sum_k p_k \max(\log y_k, A), \qquad p = \operatorname{softmax}(z) $$
 *
 * For a class id the second sum is A (1 - p_y): a mean absolute error.
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options α, β, A, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K), a weight is negative or logOfZero is not.
 * @see Wang, Ma, Chen, Luo, Yi, Bailey: Symmetric Cross Entropy for Robust Learning with Noisy Labels, 2019. arXiv:1908.06112
 * @example
 * import { symmetricCrossEntropy } from '@surrogate/losses';
 * (await symmetricCrossEntropy([[0, 0]], [0]).data())[0]; // 2.069315
 */
export function symmetricCrossEntropy(logits: TensorLike, labels: Labels, options: SymmetricCrossEntropyOptions = {}): Tensor {
  const fn = 'symmetricCrossEntropy';
  const { alpha = 0.1, beta = 1, logOfZero = -4 } = options;
  checkAtLeast(fn, 'alpha', alpha, 0);
  checkAtLeast(fn, 'beta', beta, 0);
  if (!(Number.isFinite(logOfZero) && logOfZero < 0)) fail('range', fn, 'logOfZero', `must be less than 0, got ${String(logOfZero)}`);
  return classLossScope(fn, { logits, labels }, options, (rows) => {
    const logLabels = log(maximum(rows.target, Math.exp(logOfZero)));
    const reverse = neg(dotLast(softmax(rows.logits), logLabels));
    return add(mul(alpha, crossEntropyRows(rows)), mul(beta, reverse));
  });
}
