/** @file Hinge losses over classes: Crammer-Singer, Weston-Watkins, and the ranking of labels. */
import {
  checkAtLeast,
  classLossScope,
  dotLast,
  fail,
  lossScope,
  max,
  relu,
  type ClassLossOptions,
  type Labels,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, div, expandDims, mul, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link multiclassHingeLoss}. */
export interface MulticlassHingeOptions extends ClassLossOptions {
  /** By how much the label must win, >= 0; 0 is the perceptron's loss. Default 1. */
  margin?: number | undefined;
}

/** Options of {@link multiMarginLoss}. */
export interface MultiMarginOptions extends ClassLossOptions {
  /** By how much the label must win, >= 0. Default 1. */
  margin?: number | undefined;
  /** The power of each violation, 1 or 2. Default 1. */
  p?: 1 | 2 | undefined;
}

/**
 * Multiclass hinge loss: by how much the strongest rival comes within the margin of the label.
 *
 * $$ \ell(z, y) = \max_k \left( z_k + m\,[k \ne y] \right) - z_y $$
 *
 * @param logits float32 `[..., K]`.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options the margin m, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K) or margin < 0.
 * @see Crammer, Singer: On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines, 2001
 * @example
 * import { multiclassHingeLoss } from '@surrogate/losses';
 * await multiclassHingeLoss([[2, 1.5, 0], [3, 1, 0]], [0, 0], { reduction: 'none' }).data(); // [0.5, 0]
 */
export function multiclassHingeLoss(logits: TensorLike, labels: Labels, options: MulticlassHingeOptions = {}): Tensor {
  const { margin = 1 } = options;
  checkAtLeast('multiclassHingeLoss', 'margin', margin, 0);
  return classLossScope('multiclassHingeLoss', { logits, labels }, options, ({ logits: z, target }) =>
    sub(max(add(z, mul(margin, sub(1, target))), { axis: -1 }), dotLast(target, z)),
  );
}

/**
 * Multi-margin loss: every class that comes within the margin of the label costs.
 *
 * $$ \ell(z, y) = \frac1K \sum_{k \ne y} (m - z_y + z_k)_+^p $$
 *
 * @param logits float32 `[..., K]`.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options the margin m, the power p, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K), margin < 0 or p is neither 1 nor 2.
 * @see Weston, Watkins: Support Vector Machines for Multi-Class Pattern Recognition, 1999
 * @example
 * import { multiMarginLoss } from '@surrogate/losses';
 * (await multiMarginLoss([[1, 0.5, 0.3]], [0]).data())[0]; // 0.266667
 */
export function multiMarginLoss(logits: TensorLike, labels: Labels, options: MultiMarginOptions = {}): Tensor {
  const fn = 'multiMarginLoss';
  const { margin = 1, p = 1 } = options;
  checkAtLeast(fn, 'margin', margin, 0);
  if (p !== 1 && p !== 2) fail('range', fn, 'p', `must be 1 or 2, got ${String(p)}`);
  return classLossScope(fn, { logits, labels }, options, ({ logits: z, target }) => {
    const short = relu(sub(add(z, margin), expandDims(dotLast(target, z), -1)));
    return div(dotLast(sub(1, target), p === 1 ? short : square(short)), z.shape.at(-1)!);
  });
}

/**
 * Multi-label margin loss: every pair of a label that holds and one that does not must be a margin of 1 apart.
 *
 * $$ \ell(z, y) = \frac1K \sum_{j : y_j = 1} \sum_{k : y_k = 0} (1 - z_j + z_k)_+ $$
 *
 * @param logits float32 `[..., K]`.
 * @param labels 0 or 1, of the same shape.
 * @param options what every loss takes; a row is a vector of labels.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ or are scalars.
 * @see Elisseeff, Weston: A Kernel Method for Multi-Labelled Classification, 2001
 * @example
 * import { multiLabelMarginLoss } from '@surrogate/losses';
 * (await multiLabelMarginLoss([[0.1, 0.2, 0.4, 0.8]], [[1, 0, 0, 1]]).data())[0]; // 0.85
 */
export function multiLabelMarginLoss(logits: TensorLike, labels: TensorLike, options: LossOptions = {}): Tensor {
  return lossScope(
    'multiLabelMarginLoss',
    { logits, labels },
    options,
    ({ logits: z, labels: y }) => {
      const short = relu(sub(add(1, expandDims(z, -2)), expandDims(z, -1)));
      const pairs = mul(expandDims(y, -1), expandDims(sub(1, y), -2));
      return div(sum(mul(pairs, short), [-2, -1]), z.shape.at(-1)!);
    },
    1,
  );
}
