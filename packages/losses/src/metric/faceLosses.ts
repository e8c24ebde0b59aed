/** @file Softmax losses over angles to class centres: ArcFace, CosFace, sub-center ArcFace, SphereFace and large-margin softmax. */
import { checkAbove, checkBetween, checkFinite, checkInteger, max, safeNorm, type Labels, type TensorLike } from '@surrogate/core';
import { expandDims, mul, type Tensor } from '@tensorflow/tfjs-core';
import { crossEntropyRows } from '../common/crossEntropyRows.js';
import { centerScope, cosinesOf, manyCosinesOf, type CenterLossOptions } from './centers.js';
import {
  arcFace,
  cosFace,
  headLoss,
  sphereFace,
  withMargin,
  type FaceMarginOptions,
  type MarginHead,
  type SphereFaceHeadOptions,
} from './heads.js';

/** Options of {@link arcFaceLoss}, {@link cosFaceLoss} and {@link subCenterArcFaceLoss}. */
export interface FaceLossOptions extends CenterLossOptions, FaceMarginOptions {
  /** What cosines are multiplied by, > 0. Default 64. */
  scale?: number | undefined;
}

/** The margin of an angle, in the name of a loss. */
function arcHead(fn: string, margin = 0.5): MarginHead {
  checkBetween(fn, 'margin', margin, 0, Math.PI);
  return arcFace({ margin });
}

/**
 * ArcFace loss: cross-entropy over cosines to class centres, with an angle added to the own one.
 *
 * $$ \ell = -\log \frac{e^{s \cos(\theta_y + m)}}{e^{s \cos(\theta_y + m)} + \sum_{k \ne y} e^{s \cos\theta_k}} $$
 *
 * @param embeddings float32 `[B, D]`.
 * @param centers float32 `[K, D]`: trained along.
 * @param labels int32 `[B]` class ids, or one-hot.
 * @param options the margin m in radians, the scale s, and what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K) or options outside their range.
 * @see Deng, Guo, Xue, Zafeiriou: ArcFace: Additive Angular Margin Loss for Deep Face Recognition, 2019. arXiv:1801.07698
 * @example
 * import { arcFaceLoss } from '@surrogate/losses';
 * (await arcFaceLoss([[1, 1]], [[1, 0], [0, 1]], [0], { margin: 0, scale: 1 }).data())[0]; // 0.693147
 */
export function arcFaceLoss(embeddings: TensorLike, centers: TensorLike, labels: Labels, options: FaceLossOptions = {}): Tensor {
  const fn = 'arcFaceLoss';
  return headLoss(fn, { embeddings, centers, labels }, arcHead(fn, options.margin), options.scale ?? 64, options);
}

/**
 * CosFace loss: cross-entropy over cosines to class centres, with a margin taken from the own one.
 *
 * $$ \ell = -\log \frac{e^{s (\cos\theta_y - m)}}{e^{s (\cos\theta_y - m)} + \sum_{k \ne y} e^{s \cos\theta_k}} $$
 *
 * @param embeddings float32 `[B, D]`.
 * @param centers float32 `[K, D]`: trained along.
 * @param labels int32 `[B]` class ids, or one-hot.
 * @param options the margin m, the scale s, and what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K) or options outside their range.
 * @see Wang, Wang, Zhou, Ji, Gong, Zhou, Li, Liu: CosFace: Large Margin Cosine Loss for Deep Face Recognition, 2018. arXiv:1801.09414
 * @example
 * import { cosFaceLoss } from '@surrogate/losses';
 * (await cosFaceLoss([[1, 0]], [[1, 0], [0, 1]], [0], { margin: 1, scale: 1 }).data())[0]; // 0.693147
 */
export function cosFaceLoss(embeddings: TensorLike, centers: TensorLike, labels: Labels, options: FaceLossOptions = {}): Tensor {
  const fn = 'cosFaceLoss';
  const { margin = 0.35, scale = 64 } = options;
  checkFinite(fn, 'margin', margin);
  return headLoss(fn, { embeddings, centers, labels }, cosFace({ margin }), scale, options);
}

/**
 * Sub-center ArcFace loss: each class has several centres, of which the nearest counts, so that noisy examples gather around one of their own.
 *
 * $$ \ell = -\log \frac{e^{s \cos(\theta_y + m)}}{e^{s \cos(\theta_y + m)} + \sum_{k \ne y} e^{s \cos\theta_k}}, \qquad \cos\theta_k = \max_c \cos\theta_{kc} $$
 *
 * @param embeddings float32 `[B, D]`.
 * @param centers float32 `[K, C, D]`: C centres a class, trained along; the paper has 3.
 * @param labels int32 `[B]` class ids, or one-hot.
 * @param options the margin m in radians, the scale s, and what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K) or options outside their range.
 * @see Deng, Guo, Liu, Gong, Zafeiriou: Sub-center ArcFace: Boosting Face Recognition by Large-Scale Noisy Web Faces, 2020
 * @example
 * import { subCenterArcFaceLoss } from '@surrogate/losses';
 * (await subCenterArcFaceLoss([[1, 0]], [[[0, 1], [1, 0]], [[1, 0], [0, 1]]], [0], { margin: 0 }).data())[0]; // 0.693147
 */
export function subCenterArcFaceLoss(embeddings: TensorLike, centers: TensorLike, labels: Labels, options: FaceLossOptions = {}): Tensor {
  const fn = 'subCenterArcFaceLoss';
  const { scale = 64 } = options;
  const head = arcHead(fn, options.margin);
  checkAbove(fn, 'scale', scale, 0);
  return centerScope(
    fn,
    { embeddings, centers, labels },
    options,
    (inputs) => max(manyCosinesOf(inputs), { axis: -1 }),
    (rows) => crossEntropyRows(rows, mul(scale, withMargin(rows.logits, rows.target, head))),
    { perClass: true },
  );
}

/** Options of {@link sphereFaceLoss} and {@link largeMarginSoftmaxLoss}. */
export interface SphereFaceOptions extends CenterLossOptions, SphereFaceHeadOptions {
  /** What logits are multiplied by, > 0. Default 1. */
  scale?: number | undefined;
}

function lengthScaled(
  fn: string,
  inputs: Parameters<typeof centerScope>[1],
  options: SphereFaceOptions,
  lengths: (inputs: { embeddings: Tensor; centers: Tensor }) => Tensor,
): Tensor {
  const { margin = 4, scale = 1 } = options;
  checkInteger(fn, 'margin', margin, 1);
  checkAbove(fn, 'scale', scale, 0);
  const head = sphereFace({ margin });
  return centerScope(fn, inputs, options, cosinesOf, (rows, shown) =>
    crossEntropyRows(rows, mul(mul(scale, lengths(shown)), withMargin(rows.logits, rows.target, head))),
  );
}

/**
 * SphereFace loss: cross-entropy over the lengths of embeddings times cosines to class centres, with the own angle multiplied.
 *
 * $$ \ell = -\log \frac{e^{\lVert x \rVert \psi(\theta_y)}}{e^{\lVert x \rVert \psi(\theta_y)} + \sum_{k \ne y} e^{\lVert x \rVert \cos\theta_k}} $$
 *
 * The papers begin with a mixture of plain softmax, which is not part of this loss.
 *
 * @param embeddings float32 `[B, D]`.
 * @param centers float32 `[K, D]`: trained along; brought to length 1.
 * @param labels int32 `[B]` class ids, or one-hot.
 * @param options the margin, the scale, and what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K) or options outside their range.
 * @see Liu, Wen, Yu, Li, Raj, Song: SphereFace: Deep Hypersphere Embedding for Face Recognition, 2017. arXiv:1704.08063
 * @example
 * import { sphereFaceLoss } from '@surrogate/losses';
 * (await sphereFaceLoss([[1, 1]], [[1, 0], [0, 1]], [0], { margin: 1 }).data())[0]; // 0.693147
 */
export function sphereFaceLoss(embeddings: TensorLike, centers: TensorLike, labels: Labels, options: SphereFaceOptions = {}): Tensor {
  const lengths = (inputs: { embeddings: Tensor }) => safeNorm(inputs.embeddings, { axis: 1, keepDims: true });
  return lengthScaled('sphereFaceLoss', { embeddings, centers, labels }, options, lengths);
}

/**
 * Large-margin softmax loss: as {@link sphereFaceLoss}, with the lengths of the centres as well.
 *
 * $$ \ell = -\log \frac{e^{\lVert w_y \rVert \lVert x \rVert \psi(\theta_y)}}{e^{\lVert w_y \rVert \lVert x \rVert \psi(\theta_y)} + \sum_{k \ne y} e^{w_k \cdot x}} $$
 *
 * @param embeddings float32 `[B, D]`.
 * @param centers float32 `[K, D]`: the weights of the last layer, trained along.
 * @param labels int32 `[B]` class ids, or one-hot.
 * @param options the margin, the scale, and what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`; plain softmax for a margin of 1.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K) or options outside their range.
 * @see Liu, Wen, Yu, Yang: Large-Margin Softmax Loss for Convolutional Neural Networks, 2016. arXiv:1612.02295
 * @example
 * import { largeMarginSoftmaxLoss } from '@surrogate/losses';
 * (await largeMarginSoftmaxLoss([[1, 0]], [[1, 0], [0, 1]], [0], { margin: 1 }).data())[0]; // 0.313262
 */
export function largeMarginSoftmaxLoss(
  embeddings: TensorLike,
  centers: TensorLike,
  labels: Labels,
  options: SphereFaceOptions = {},
): Tensor {
  const lengths = ({ embeddings: x, centers: w }: { embeddings: Tensor; centers: Tensor }) =>
    mul(safeNorm(x, { axis: 1, keepDims: true }), expandDims(safeNorm(w, { axis: 1 }), 0));
  return lengthScaled('largeMarginSoftmaxLoss', { embeddings, centers, labels }, options, lengths);
}
