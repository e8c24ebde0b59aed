/** @file Margin heads: softmax over cosines to class centres, in which the own class must win by a margin. */
import {
  asTensor,
  checkAbove,
  checkBetween,
  checkFinite,
  checkInteger,
  checkRank,
  asClassTarget,
  clip,
  detach,
  dotLast,
  noGrad,
  oneHotMask,
  safeSqrt,
  select,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { acos, add, cast, expandDims, floor, greater, mod, mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checks.js';
import { crossEntropyRows } from '../common/crossEntropyRows.js';
import { centerScope, cosinesOf, type CenterLossOptions } from './centers.js';

/** What becomes of the cosine between an embedding and the centre of its own class. */
export interface MarginHead {
  /** What it is called. */
  readonly name: string;
  /** From the cosine, of any shape, to what takes its place. */
  own(cosine: Tensor): Tensor;
}

/** Options of {@link cosFace} and {@link arcFace}. */
export interface FaceMarginOptions {
  /** The margin: of the cosine for cosFace (default 0.35), of the angle in radians for arcFace (default 0.5). */
  margin?: number | undefined;
}

/** The first cosines beside ±1 whose sine does not vanish in float32. */
const nearlyOne = 1 - 1e-7;

/**
 * The CosFace head: the own cosine less a margin.
 *
 * $$ \cos\theta_y - m $$
 *
 * @param options the margin m.
 * @returns the record of the head.
 * @throws SurrogateError `range`.
 * @see Wang, Wang, Zhou, Ji, Gong, Zhou, Li, Liu: CosFace: Large Margin Cosine Loss for Deep Face Recognition, 2018. arXiv:1801.09414
 * @example
 * import { cosFace } from '@surrogate/losses';
 * import { scalar } from '@tensorflow/tfjs-core';
 * (await cosFace({ margin: 0.25 }).own(scalar(1)).data())[0]; // 0.75
 */
export function cosFace({ margin = 0.35 }: FaceMarginOptions = {}): MarginHead {
  checkFinite('cosFace', 'margin', margin);
  return { name: 'cosFace', own: (c) => sub(c, margin) };
}

/**
 * The ArcFace head: the own angle with a margin added.
 *
 * $$ \cos(\theta_y + m) \ \text{ where } \theta_y \le \pi - m, \quad \text{else } \cos\theta_y - m \sin m $$
 *
 * @param options the margin m in radians, in [0, π).
 * @returns the record of the head.
 * @throws SurrogateError `range`.
 * @see Deng, Guo, Xue, Zafeiriou: ArcFace: Additive Angular Margin Loss for Deep Face Recognition, 2019. arXiv:1801.07698
 * @example
 * import { arcFace } from '@surrogate/losses';
 * import { scalar } from '@tensorflow/tfjs-core';
 * (await arcFace({ margin: Math.PI / 3 }).own(scalar(0.5)).data())[0]; // -0.5
 */
export function arcFace({ margin = 0.5 }: FaceMarginOptions = {}): MarginHead {
  checkBetween('arcFace', 'margin', margin, 0, Math.PI);
  return {
    name: 'arcFace',
    own: (c) =>
      tidy(() => {
        const held = clip(c, -nearlyOne, nearlyOne);
        const sine = safeSqrt(mul(sub(1, held), add(1, held)));
        const turned = sub(mul(held, Math.cos(margin)), mul(sine, Math.sin(margin)));
        // Beyond, adding to the angle would raise the cosine again.
        const inside = cast(greater(detach(c), -Math.cos(margin)), 'bool');
        return select(inside, turned, sub(c, margin * Math.sin(margin)));
      }),
  };
}

/** Options of {@link sphereFace}. */
export interface SphereFaceHeadOptions {
  /** What the angle is multiplied by, an integer >= 1. Default 4. */
  margin?: number | undefined;
}

/** The cosine of a multiple of the angle (Chebyshev). */
function multiplied(c: Tensor, times: number): Tensor {
  let [previous, current]: [Tensor | number, Tensor] = [1, c];
  for (let i = 1; i < times; i++) [previous, current] = [current, sub(mul(mul(2, c), current), previous)];
  return current;
}

/**
 * The SphereFace head, of large-margin softmax as well: the own angle multiplied, continued so that it falls from 0 to π.
 *
 * $$ \psi(\theta) = (-1)^k \cos(m \theta) - 2k, \qquad \theta \in [k \pi / m, (k + 1) \pi / m] $$
 *
 * @param options the factor m.
 * @returns the record of the head.
 * @throws SurrogateError `range`.
 * @see Liu, Wen, Yu, Li, Raj, Song: SphereFace: Deep Hypersphere Embedding for Face Recognition, 2017. arXiv:1704.08063
 * @example
 * import { sphereFace } from '@surrogate/losses';
 * import { scalar } from '@tensorflow/tfjs-core';
 * (await sphereFace({ margin: 2 }).own(scalar(0)).data())[0]; // -1
 */
export function sphereFace({ margin = 4 }: SphereFaceHeadOptions = {}): MarginHead {
  checkInteger('sphereFace', 'margin', margin, 1);
  return {
    name: 'sphereFace',
    own: (c) =>
      tidy(() => {
        const piece = noGrad(() => floor(mul(acos(clip(detach(c), -1, nearlyOne)), margin / Math.PI)));
        const sign = sub(1, mul(2, mod(piece, 2)));
        return sub(mul(sign, multiplied(c, margin)), mul(2, piece));
      }),
  };
}

/** Cosines with a margin on the own class. */
export function withMargin(cosine: Tensor, target: Tensor, head: MarginHead): Tensor {
  const own = dotLast(target, cosine);
  return add(cosine, mul(target, expandDims(sub(head.own(own), own), -1)));
}

/**
 * Puts a margin between each embedding and its own class: the logits of ArcFace, CosFace or SphereFace, before they are scaled.
 *
 * @param cosine float32 `[..., K]`: cosines to the centres of the classes.
 * @param labels int32 `[...]` class ids, or one-hot.
 * @param head {@link arcFace}, {@link cosFace} or {@link sphereFace}.
 * @returns float32 `[..., K]`.
 * @throws SurrogateError `shape` when labels do not fit, `dtype`, `range` for ids outside [0, K).
 * @example
 * import { cosFace, marginLogits } from '@surrogate/losses';
 * await marginLogits([[0.5, 0.25]], [0], cosFace({ margin: 0.5 })).data(); // [0, 0.25]
 */
export function marginLogits(cosine: TensorLike, labels: Labels, head: MarginHead): Tensor {
  const fn = 'marginLogits';
  checkRecord(fn, 'head', head, ['own']);
  return tidy(() => {
    const c = asTensor(fn, 'cosine', cosine);
    checkRank(fn, 'cosine', c.shape, 1, Infinity);
    const { ids, soft } = asClassTarget(fn, labels, c.shape);
    return withMargin(c, soft ?? oneHotMask(ids, c.shape.at(-1)!), head);
  });
}

/** Options of {@link marginHeadLoss}. */
export interface MarginHeadOptions extends CenterLossOptions {
  /** The margin. Default {@link arcFace}. */
  head?: MarginHead | undefined;
  /** What cosines are multiplied by, > 0. Default 64. */
  scale?: number | undefined;
}

/** Cross-entropy over cosines with a margin, in the name of a public function. */
export function headLoss(
  fn: string,
  inputs: Parameters<typeof centerScope>[1],
  head: MarginHead,
  scale: number,
  options: CenterLossOptions,
): Tensor {
  checkAbove(fn, 'scale', scale, 0);
  return centerScope(fn, inputs, options, cosinesOf, (rows) =>
    crossEntropyRows(rows, mul(scale, withMargin(rows.logits, rows.target, head))),
  );
}

/**
 * Cross-entropy over scaled cosines to class centres, with any margin on the own class.
 *
 * $$ \ell = -\log \frac{e^{s\, h(\cos\theta_y)}}{e^{s\, h(\cos\theta_y)} + \sum_{k \ne y} e^{s \cos\theta_k}} $$
 *
 * @param embeddings float32 `[B, D]`.
 * @param centers float32 `[K, D]`: trained along; both are brought to length 1.
 * @param labels int32 `[B]` class ids, or one-hot.
 * @param options the head h, the scale s, and what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K) or options outside their range.
 * @example
 * import { cosFace, marginHeadLoss } from '@surrogate/losses';
 * (await marginHeadLoss([[1, 0]], [[1, 0], [0, 1]], [0], { head: cosFace({ margin: 1 }), scale: 1 }).data())[0]; // 0.693147
 */
export function marginHeadLoss(embeddings: TensorLike, centers: TensorLike, labels: Labels, options: MarginHeadOptions = {}): Tensor {
  const fn = 'marginHeadLoss';
  const { head = arcFace(), scale = 64 } = options;
  checkRecord(fn, 'head', head, ['own']);
  return headLoss(fn, { embeddings, centers, labels }, head, scale, options);
}
