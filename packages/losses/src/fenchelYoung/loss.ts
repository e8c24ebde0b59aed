/** @file The losses that a regulariser of the prediction makes: Fenchel-Young in general, sparsemax and 1.5-entmax by name. */
import { classLossScope, type ClassLossOptions, type Labels, type TensorLike } from '@surrogate/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checks.js';
import { fenchelYoungRows, giniNegentropy, shannonNegentropy, tsallis15Negentropy, type Regularizer } from './record.js';

/** Options of {@link fenchelYoungLoss}. */
export interface FenchelYoungOptions extends ClassLossOptions {
  /** Ω, a record; a record with `conjugate` alone makes a loss of any function that maximises over structures. Default {@link shannonNegentropy}: cross-entropy. */
  regularizer?: Regularizer | undefined;
}

/**
 * Fenchel-Young loss: by how much the best regularised prediction beats the label, 0 only where the two are one.
 *
 * $$ \ell(z, y) = \Omega^\ast(z) + \Omega(y) - \langle z, y \rangle, \qquad \nabla_z \ell = \nabla \Omega^\ast(z) - y $$
 *
 * @param logits float32 `[..., K]`.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options Ω, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` for ids, `dtype` when the regularizer is no such record.
 * @see Blondel, Martins, Niculae: Learning with Fenchel-Young Losses, 2020. arXiv:1901.02324
 * @example
 * import { fenchelYoungLoss, giniNegentropy } from '@surrogate/losses';
 * (await fenchelYoungLoss([[1, 0.5, -1]], [1], { regularizer: giniNegentropy }).data())[0]; // 0.5625
 */
export function fenchelYoungLoss(logits: TensorLike, labels: Labels, options: FenchelYoungOptions = {}): Tensor {
  const { regularizer = shannonNegentropy } = options;
  checkRecord('fenchelYoungLoss', 'regularizer', regularizer, ['conjugate']);
  return classLossScope('fenchelYoungLoss', { logits, labels }, options, (rows) => fenchelYoungRows(regularizer, rows.logits, rows.target));
}

/**
 * Sparsemax loss: the cross-entropy of sparsemax, exactly 0 once the label leads by 1.
 *
 * $$ \ell(z, y) = \max_{p \in \Delta} \left( \langle z, p \rangle - \tfrac12 \lVert p \rVert^2 \right) + \tfrac12 \lVert y \rVert^2 - \langle z, y \rangle $$
 *
 * @param logits float32 `[..., K]`.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` for ids.
 * @see Martins, Astudillo: From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label Classification, 2016. arXiv:1602.02068
 * @example
 * import { sparsemaxLoss } from '@surrogate/losses';
 * await sparsemaxLoss([[1, 0.5, -1], [2, 1, 0]], [1, 0], { reduction: 'none' }).data(); // [0.5625, 0]
 */
export function sparsemaxLoss(logits: TensorLike, labels: Labels, options: ClassLossOptions = {}): Tensor {
  return classLossScope('sparsemaxLoss', { logits, labels }, options, (rows) => fenchelYoungRows(giniNegentropy, rows.logits, rows.target));
}

/**
 * 1.5-entmax loss: between cross-entropy and the sparsemax loss; exactly 0 once the label leads by 2.
 *
 * $$ \ell(z, y) = \max_{p \in \Delta} \left( \langle z, p \rangle - \Omega(p) \right) + \Omega(y) - \langle z, y \rangle, \qquad \Omega(p) = \tfrac43 \left( \textstyle\sum_k p_k^{1.5} - 1 \right) $$
 *
 * @param logits float32 `[..., K]`.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` for ids.
 * @see Peters, Niculae, Martins: Sparse Sequence-to-Sequence Models, 2019. arXiv:1905.05702
 * @example
 * import { entmax15Loss } from '@surrogate/losses';
 * await entmax15Loss([[2, 0, 0]], [0], { reduction: 'none' }).data(); // [0]
 */
export function entmax15Loss(logits: TensorLike, labels: Labels, options: ClassLossOptions = {}): Tensor {
  return classLossScope('entmax15Loss', { logits, labels }, options, (rows) =>
    fenchelYoungRows(tsallis15Negentropy, rows.logits, rows.target),
  );
}
