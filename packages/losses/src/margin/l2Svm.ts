/** @file The one-against-rest L2 support vector machine as the head of a network (Tang 2013; Agarap 2018). */
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkBoolean,
  classLossScope,
  fail,
  relu,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { add, mul, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link l2SvmLoss}. */
export interface L2SvmOptions extends ClassLossOptions {
  /** Weight of violations against the head's norm, > 0. Default 0.5. */
  c?: number | undefined;
  /** Squared violations (L2-SVM) instead of plain ones (L1-SVM). Default true. */
  squared?: boolean | undefined;
  /** float32: the weights of the head, whose half squared norm is added to the sum; to the mean it is added over `examples`. */
  headWeights?: TensorLike | undefined;
  /** Size of the training set, by which the norm is divided with reduction `mean`, so that `c` means the same under both. Default 1. */
  examples?: number | undefined;
}

/**
 * L2-SVM loss: each class against the rest, with squared violations; a row whose margins are all met has no gradient at all.
 *
 * $$ \ell(z, y) = C \sum_k (1 - t_k z_k)_+^2, \qquad t_k = 2 y_k - 1; \qquad \text{sum: } \tfrac12 \lVert W \rVert^2 + \sum_i \ell_i $$
 *
 * @param logits float32 `[..., K]`: the head's scores.
 * @param labels int32 class ids `[...]`, or one-hot labels of the logits' shape.
 * @param options C, the head's weights, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` for ids or options outside their range, and for head weights with reduction `none`.
 * @see Agarap: A Neural Network Architecture Combining Gated Recurrent Unit (GRU) and Support Vector Machine (SVM) for Intrusion Detection in Network Traffic Data, 2018. arXiv:1709.03082
 * @see Tang: Deep Learning using Linear Support Vector Machines, 2013. arXiv:1306.0239
 * @example
 * import { l2SvmLoss } from '@surrogate/losses';
 * (await l2SvmLoss([[0.5, -0.2]], [0]).data())[0]; // 0.445
 */
export function l2SvmLoss(logits: TensorLike, labels: Labels, options: L2SvmOptions = {}): Tensor {
  const fn = 'l2SvmLoss';
  const { c = 0.5, squared = true, headWeights, examples = 1, reduction = 'mean' } = options;
  checkAbove(fn, 'c', c, 0);
  checkBoolean(fn, 'squared', squared);
  checkAtLeast(fn, 'examples', examples, 1);
  if (headWeights !== undefined && reduction === 'none')
    fail('range', fn, 'headWeights', "need reduction 'mean' or 'sum', got 'none': their norm belongs to no row");
  return tidy(() => {
    const norm = headWeights === undefined ? undefined : mul(0.5, sum(square(asTensor(fn, 'headWeights', headWeights))));
    const violations = classLossScope(fn, { logits, labels }, options, ({ logits: z, target }) => {
      const short = relu(sub(1, mul(sub(mul(2, target), 1), z)));
      return mul(c, sum(squared ? square(short) : short, -1));
    });
    return norm === undefined ? violations : add(violations, reduction === 'mean' ? mul(norm, 1 / examples) : norm);
  });
}
