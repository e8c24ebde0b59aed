/** @file Cross-entropy that does not let confidence grow without end. */
import {
  checkAtLeast,
  classLossScope,
  dotLast,
  log1p,
  logSoftmax,
  softmax,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { add, mul, neg, square, sum, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link marginControlledLoss}. */
export interface MarginControlledOptions extends ClassLossOptions {
  /** λ, what confidence costs, >= 0; 0 is cross-entropy. Default 0.03. */
  penalty?: number | undefined;
}

/**
 * Cross-entropy with a price on confidence, by which clients of federated training stay closer to one another.
 *
 * $$ \ell(z, y) = -\sum_k y_k \log p_k + \lambda \log\big(1 + \lVert p \rVert^2\big), \qquad p = \operatorname{softmax}(z) $$
 *
 * The price is each row's own; the authors' code takes one norm over the whole batch, which is the same for a batch of one and grows with the batch.
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options λ, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K) or penalty < 0.
 * @see Zeng et al.: Tackling Data Heterogeneity in Federated Learning via Loss Decomposition, 2024. arXiv:2408.12300
 * @example
 * import { marginControlledLoss } from '@surrogate/losses';
 * (await marginControlledLoss([[2, 1, 0]], [0], { penalty: 0.1 }).data())[0]; // 0.448853
 */
export function marginControlledLoss(logits: TensorLike, labels: Labels, options: MarginControlledOptions = {}): Tensor {
  const { penalty = 0.03 } = options;
  checkAtLeast('marginControlledLoss', 'penalty', penalty, 0);
  return classLossScope('marginControlledLoss', { logits, labels }, options, (rows) =>
    add(neg(dotLast(rows.target, logSoftmax(rows.logits))), mul(log1p(sum(square(softmax(rows.logits)), -1)), penalty)),
  );
}
