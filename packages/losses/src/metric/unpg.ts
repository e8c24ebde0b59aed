/** @file Unified negative pair generation (Jung et al. 2022): the negatives of the batch join those of the class centres in one softmax. */
import {
  checkAbove,
  detach,
  checkAtLeast,
  dotLast,
  fail,
  logAddExp,
  logSumExp,
  noGrad,
  sort,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  equal,
  expandDims,
  floor,
  greaterEqual,
  less,
  lessEqual,
  matMul,
  mul,
  range,
  reshape,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checks.js';
import { centerScope, cosinesOf, type CenterLossOptions } from './centers.js';
import { cosineSimilarity } from './distances.js';
import { among } from './hardMiners.js';
import { cosFace, marginLogits, type MarginHead } from './heads.js';
import { float } from './pairs.js';

/** Options of {@link unifiedNegativePairLoss}. */
export interface UnifiedNegativePairOptions extends CenterLossOptions {
  /** The margin on the own class. Default cosFace with a margin of 0.5. */
  head?: MarginHead | undefined;
  /** What cosines are multiplied by, > 0. Default 64. */
  scale?: number | undefined;
  /** How many interquartile ranges beyond the quartiles a negative may be, >= 0; null keeps all. Default 1.5. */
  whisker?: number | null | undefined;
}

/**
 * The bounds beyond which values are outliers of a box plot.
 *
 * $$ [q_1 - w\, (q_3 - q_1),\ q_3 + w\, (q_3 - q_1)] $$
 *
 * @param values numbers; the quartiles are elements at a quarter and three quarters of the sorted list.
 * @param whisker how many interquartile ranges, w >= 0. Default 1.5.
 * @returns the lower and the upper bound.
 * @throws SurrogateError `shape` without values, `range`.
 * @example
 * import { boxWhiskerBounds } from '@surrogate/losses';
 * boxWhiskerBounds([1, 2, 3, 4]); // [-1, 7]
 */
export function boxWhiskerBounds(values: readonly number[] | Float32Array, whisker = 1.5): [number, number] {
  const fn = 'boxWhiskerBounds';
  checkAtLeast(fn, 'whisker', whisker, 0);
  if (values.length === 0) fail('shape', fn, 'values', 'must hold a number or more, got none');
  const ordered = Array.from(values).sort((a, b) => a - b);
  const [low, high] = [0.25, 0.75].map((part) => ordered[Math.floor(part * ordered.length)]!) as [number, number];
  return [low - whisker * (high - low), high + whisker * (high - low)];
}

/** The same bounds for the values under a mask, as a mask of what is within; without reading. */
function withinWhiskers(values: Tensor, mask: Tensor, whisker: number): Tensor {
  const size = values.size;
  const ordered = sort(reshape(among(values, mask, Infinity), [size]));
  const count = sum(mask);
  const at = (part: number) => dotLast(float(equal(range(0, size), floor(mul(part, count)))), ordered);
  const [low, high] = [at(0.25), at(0.75)];
  const reach = mul(whisker, sub(high, low));
  return mul(mask, mul(float(greaterEqual(values, sub(low, reach))), float(lessEqual(values, add(high, reach)))));
}

/** Which pairs of the batch are negatives, each counted once, `[B, B]`. */
function negativePairs(target: Tensor, present: Tensor): Tensor {
  const count = target.shape[0];
  const same = matMul(target as Tensor2D, target as Tensor2D, false, true);
  const place = range(0, count, 1, 'int32');
  const once = float(less(expandDims(place, 1), expandDims(place, 0)));
  return mul(mul(once, float(less(same, 0.5))), mul(expandDims(present, 1), expandDims(present, 0)));
}

/**
 * Cross-entropy with a margin head, in whose softmax the similarities of negative pairs of the batch stand beside those to the other centres.
 *
 * $$ \ell_i = -s\, h(c_{i y}) + \log \Big( e^{s\, h(c_{iy})} + \sum_{k \ne y} e^{s c_{ik}} + \sum_{n \in N'} e^{s n} \Big) $$
 *
 * N' are the cosines of all pairs of two labels in the batch but those that a box plot calls outliers; which ones is a constant to gradients.
 *
 * @param embeddings float32 `[B, D]`.
 * @param centers float32 `[K, D]`: trained along.
 * @param labels int32 `[B]` class ids, or one-hot.
 * @param options the head h, the scale s and the whisker, and what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`; the head's own loss where the batch has one label only.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K) or options outside their range.
 * @see Jung, Lee, Oh, Park, Park, Son: Unified Negative Pair Generation toward Well-discriminative Feature Space for Face Recognition, 2022. arXiv:2203.11593
 * @example
 * import { cosFace, unifiedNegativePairLoss } from '@surrogate/losses';
 * const options = { head: cosFace({ margin: 0 }), scale: 1, whisker: null };
 * (await unifiedNegativePairLoss([[1, 0], [0, 1]], [[1, 0], [0, 1]], [0, 1], options).data())[0]; // 0.551445
 */
export function unifiedNegativePairLoss(
  embeddings: TensorLike,
  centers: TensorLike,
  labels: Labels,
  options: UnifiedNegativePairOptions = {},
): Tensor {
  const fn = 'unifiedNegativePairLoss';
  const { head = cosFace({ margin: 0.5 }), scale = 64, whisker = 1.5 } = options;
  checkRecord(fn, 'head', head, ['own']);
  checkAbove(fn, 'scale', scale, 0);
  if (whisker !== null) checkAtLeast(fn, 'whisker', whisker, 0);
  return centerScope(fn, { embeddings, centers, labels }, options, cosinesOf, (rows, { embeddings: x, present }) => {
    const similarities = cosineSimilarity.between(x);
    const kept = noGrad(() => {
      const fixed = detach(similarities);
      const negatives = negativePairs(rows.target, present);
      return whisker === null ? negatives : withinWhiskers(fixed, negatives, whisker);
    });
    const size = similarities.size;
    const pool = logSumExp(reshape(mul(scale, similarities), [size]), { mask: reshape(kept, [size]) });
    const logits = mul(scale, marginLogits(rows.logits, rows.ids ?? rows.target, head));
    return sub(logAddExp(logSumExp(logits), pool), dotLast(rows.target, logits));
  });
}
