/** @file LDAM (Cao et al. 2019): rarer classes get larger margins. */
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkShape,
  classLossScope,
  max,
  pow,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { div, mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { crossEntropyRows } from '../common/crossEntropyRows.js';

/** Options of {@link ldamLoss}. */
export interface LdamOptions extends ClassLossOptions {
  /** The margin of the rarest class, >= 0. Default 0.5. */
  maxMargin?: number | undefined;
  /** What the logits are multiplied by after the margin, > 0. Default 30. */
  scale?: number | undefined;
}

/**
 * Label-distribution-aware margin loss: cross-entropy after each label's logit has been lowered by a margin that shrinks with the class's count.
 *
 * $$ \ell(z, y) = \operatorname{CE}(s (z - m_y e_y), y), \qquad m_k = C n_k^{-1/4}, \quad \max_k m_k = \text{maxMargin} $$
 *
 * Made for cosine logits (unit features and unit class vectors); defaults are those of the authors' code.
 *
 * @param logits float32 `[..., K]`.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape, which share the margin.
 * @param counts float32 `[K]`, > 0: how often each class occurs.
 * @param options the margin, the scale, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form or counts are not one a class, `range` for ids or options outside their range.
 * @see Cao, Wei, Gaidon, Arechiga, Ma: Learning Imbalanced Datasets with Label-Distribution-Aware Margin Loss, 2019. arXiv:1906.07413
 * @example
 * import { ldamLoss } from '@surrogate/losses';
 * (await ldamLoss([[0.5, 0]], [0], [1, 16], { scale: 1 }).data())[0]; // 0.693147
 */
export function ldamLoss(logits: TensorLike, labels: Labels, counts: TensorLike, options: LdamOptions = {}): Tensor {
  const fn = 'ldamLoss';
  const { maxMargin = 0.5, scale = 30 } = options;
  checkAtLeast(fn, 'maxMargin', maxMargin, 0);
  checkAbove(fn, 'scale', scale, 0);
  return tidy(() => {
    const rarity = pow(asTensor(fn, 'counts', counts), -0.25);
    const margins = mul(maxMargin, div(rarity, max(rarity)));
    return classLossScope(fn, { logits, labels }, options, (rows) => {
      checkShape(fn, 'counts', margins.shape, rows.logits.shape.slice(-1));
      return crossEntropyRows(rows, mul(scale, sub(rows.logits, mul(rows.target, margins))));
    });
  });
}
