/** @file The loss of binary scores under any margin loss. */
import { lossScope, type LossOptions, type TensorLike } from '@surrogate/core';
import { add, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checks.js';
import { weigh } from '../common/weigh.js';
import { logistic, type MarginLoss } from './record.js';

/** Options of {@link marginLoss}. */
export interface MarginLossOptions extends LossOptions {
  /** The member of the family: `hinge`, `squaredHinge`, `logistic` ... Default `logistic`. */
  loss?: MarginLoss | undefined;
}

/**
 * The loss of binary scores under a margin loss φ.
 *
 * $$ \ell(s, y) = y\, \varphi(s) + (1 - y)\, \varphi(-s) $$
 *
 * @param scores float32 of any shape; positive for class 1.
 * @param labels of the same shape, in [0, 1] (not ±1).
 * @param options φ, and what every loss takes.
 * @returns a scalar, or the scores' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `dtype` when the loss is no such record.
 * @see Bartlett, Jordan, McAuliffe: Convexity, Classification, and Risk Bounds, 2006
 * @example
 * import { hinge, marginLoss } from '@surrogate/losses';
 * await marginLoss([0.5, 2], [1, 0], { loss: hinge, reduction: 'none' }).data(); // [0.5, 3]
 */
export function marginLoss(scores: TensorLike, labels: TensorLike, options: MarginLossOptions = {}): Tensor {
  const { loss = logistic } = options;
  checkRecord('marginLoss', 'loss', loss, ['phi', 'slope']);
  return lossScope('marginLoss', { scores, labels }, options, ({ scores: s, labels: y }) =>
    add(weigh(y, loss.phi(s)), weigh(sub(1, y), loss.phi(neg(s)))),
  );
}
