/** @file What training at the edge of float32 looks like: examples without a gradient, weights that only grow. */
import { cast, div, equal, add, fill, greater, lessEqual, mul, neg, sub, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import {
  classLossScope,
  dotLast,
  logSumExp,
  select,
  treeDot,
  treeNorm,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
  type TensorTree,
} from '@surrogate/core';

/** Half of what float32 resolves at 1: less than that added to 1 is 1. */
const halfUlp = -24 * Math.LN2;

/**
 * The share of examples for which the softmax of float32 is exactly 1 at the label, so that cross-entropy has no gradient left: softmax collapse.
 *
 * $$ \frac1B \sum_i \Big[ \sum_{k \ne y_i} e^{z_{ik} - z_{i y_i}} \le 2^{-24} \Big] $$
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot `[..., K]`.
 * @param options masks and weights as of a loss; `reduction: 'none'` gives 1 for each collapsed example and 0 for the others.
 * @returns a scalar in [0, 1], or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `range`.
 * @see Prieto, Barsbey, Mediano, Birdal: Grokking at the Edge of Numerical Stability, 2025. arXiv:2501.04697
 * @example
 * import { softmaxCollapseRate } from '@surrogate/diagnostics';
 * await softmaxCollapseRate([[17, 0], [16, 0]], [0, 0]).data(); // [0.5]
 */
export function softmaxCollapseRate(logits: TensorLike, labels: Labels, options: ClassLossOptions = {}): Tensor {
  return classLossScope('softmaxCollapseRate', { logits, labels }, options, ({ logits: z, target }) => {
    const others = select(greater(target, 0), fill(z.shape, -Infinity), z);
    return cast(lessEqual(sub(logSumExp(others), dotLast(target, z)), halfUlp), 'float32');
  });
}

/**
 * How much a step of gradient descent only makes the weights longer: near 1, the loss falls by scaling the logits up, and nothing is learnt (naive loss minimisation).
 *
 * $$ \cos(-g, \theta) = -\frac{\langle g, \theta \rangle}{\lVert g \rVert \lVert \theta \rVert} $$
 *
 * @param grads g, a tree of float32 tensors.
 * @param params θ, a tree of the same form.
 * @returns a scalar in [-1, 1]; 0 where either has no length.
 * @throws SurrogateError `shape`, `dtype`, `disposed`.
 * @see Prieto, Barsbey, Mediano, Birdal: Grokking at the Edge of Numerical Stability, 2025. arXiv:2501.04697
 * @example
 * import { nlmAlignment } from '@surrogate/diagnostics';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await nlmAlignment({ w: tensor([-3, 0]) }, { w: tensor([1, 1]) }).data(); // [0.707107]
 */
export function nlmAlignment<P extends TensorTree<P>>(grads: P, params: P): Scalar {
  return tidy(() => {
    const lengths = mul(treeNorm(grads), treeNorm(params));
    return div<Scalar>(neg(treeDot(grads, params)), add(lengths, cast(equal(lengths, 0), 'float32')));
  });
}
