/** @file Losses of the spherical family on logits; by name the Z-loss (de Brébisson, Vincent 2016), which sees neither their shift nor their scale. */
import { classLossScope, type ClassLossOptions, type Labels, type TensorLike } from '@surrogate/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checks.js';
import { sphericalZFor, type SphericalLoss, type SphericalZOptions } from './record.js';

/** Options of {@link zLoss}. */
export interface ZLossOptions extends ClassLossOptions, SphericalZOptions {}

/** Options of {@link sphericalLoss}. */
export interface SphericalOptions extends ClassLossOptions {
  /** The member of the family. Default `sphericalZ()`. */
  loss?: SphericalLoss | undefined;
}

/**
 * Z-loss: by how many standard deviations the label's logit stands out of the row, through a softplus.
 *
 * $$ \ell(z, y) = \frac1a \operatorname{softplus}\left( a\, (b - \hat z_y) \right), \qquad \hat z = \frac{z - \bar z}{\sqrt{\operatorname{var}(z) + \varepsilon}} $$
 *
 * @param logits float32 `[..., K]`, finite.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options a, b, ε, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` for ids or options outside their range.
 * @see de Brébisson, Vincent: The Z-loss: a shift and scale invariant classification loss belonging to the Spherical Family, 2016. arXiv:1604.08859
 * @example
 * import { zLoss } from '@surrogate/losses';
 * (await zLoss([[2, 1, 0]], [0], { sharpness: 1, location: 1 }).data())[0]; // 0.587076
 */
export function zLoss(logits: TensorLike, labels: Labels, options: ZLossOptions = {}): Tensor {
  const member = sphericalZFor('zLoss', options);
  return classLossScope('zLoss', { logits, labels }, options, (rows) => member.rows(rows.logits, rows.target));
}

/**
 * A loss of the spherical family: one that sees a row of outputs through its sum, its squared norm and the label's output alone.
 *
 * $$ \ell(z, y) = L\left( z_y,\ \textstyle\sum_k z_k,\ \sum_k z_k^2 \right) $$
 *
 * For such a loss a linear output layer over any number of classes can be trained at a cost that does not depend on that number: {@link sphericalHead}.
 *
 * @param logits float32 `[..., K]`, finite.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options the member, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` for ids, `dtype` when the loss is no such record.
 * @see Vincent, de Brébisson, Bouthillier: Efficient Exact Gradient Update for Training Deep Networks with Very Large Sparse Targets, 2015. arXiv:1412.7091
 * @example
 * import { logTaylorSoftmax, sphericalLoss } from '@surrogate/losses';
 * (await sphericalLoss([[2, 1, 0]], [0], { loss: logTaylorSoftmax }).data())[0]; // 0.530628
 */
export function sphericalLoss(logits: TensorLike, labels: Labels, options: SphericalOptions = {}): Tensor {
  const { loss = sphericalZFor('sphericalLoss', {}) } = options;
  checkRecord('sphericalLoss', 'loss', loss, ['rows', 'ofSums']);
  return classLossScope('sphericalLoss', { logits, labels }, options, (rows) => loss.rows(rows.logits, rows.target));
}
