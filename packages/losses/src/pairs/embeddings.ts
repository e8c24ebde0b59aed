/** @file Losses of given pairs and triples of embeddings, as torch.nn has them; for those that a batch's labels make, see the metric folder. */
import {
  asTensor,
  checkBetween,
  checkBoolean,
  checkFinite,
  checkRank,
  dotLast,
  fail,
  l2Normalize,
  lossScope,
  minimum,
  relu,
  safeNorm,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, broadcastTo, expandDims, slice, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkBroadcast } from '../common/checks.js';
import { weigh } from '../common/weigh.js';

/** Options of {@link hingeEmbeddingLoss}. */
export interface HingeEmbeddingOptions extends LossOptions {
  /** How far apart pairs of label 0 should be. Default 1. */
  margin?: number | undefined;
}

/** Options of {@link cosineEmbeddingLoss}. */
export interface CosineEmbeddingOptions extends LossOptions {
  /** Up to which similarity pairs of label 0 cost nothing, in [-1, 1]. Default 0. */
  margin?: number | undefined;
}

/** Two embeddings a row, and whether they belong together. */
export interface EmbeddingPairs {
  /** float32 `[..., D]`. */
  first: TensorLike;
  /** float32 `[..., D]`. */
  second: TensorLike;
  /** 1 where the two belong together, 0 where not, `[...]`. */
  labels: TensorLike;
}

/** Options of {@link tripletMarginLoss}. */
export interface TripletMarginOptions extends LossOptions {
  /** By how much the negative must be farther than the positive. Default 1. */
  margin?: number | undefined;
  /** Takes the negative's distance from the positive where that is less than from the anchor. Default false. */
  swap?: boolean | undefined;
  /** The distance of vectors `[..., D]`, one number a row `[...]`. Default Euclidean. */
  distance?: ((a: Tensor, b: Tensor) => Tensor) | undefined;
}

/** Three embeddings a row. */
export interface EmbeddingTriples {
  /** float32 `[..., D]`. */
  anchors: TensorLike;
  /** float32 `[..., D]`: what belongs to the anchor. */
  positives: TensorLike;
  /** float32 `[..., D]`: what does not. */
  negatives: TensorLike;
}

/**
 * Hinge embedding loss of distances: pairs that belong together cost their distance, others what is missing to the margin.
 *
 * $$ \ell(d, y) = y\, d + (1 - y)\, (m - d)_+ $$
 *
 * @param distances float32 of any shape.
 * @param labels 1 or 0, of the same shape.
 * @param options the margin m, and what every loss takes.
 * @returns a scalar, or the distances' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when the margin is not finite.
 * @see Hadsell, Chopra, LeCun: Dimensionality Reduction by Learning an Invariant Mapping, 2006
 * @example
 * import { hingeEmbeddingLoss } from '@surrogate/losses';
 * await hingeEmbeddingLoss([0.3, 0.3, 2], [1, 0, 0], { reduction: 'none' }).data(); // [0.3, 0.7, 0]
 */
export function hingeEmbeddingLoss(distances: TensorLike, labels: TensorLike, options: HingeEmbeddingOptions = {}): Tensor {
  const fn = 'hingeEmbeddingLoss';
  const { margin = 1 } = options;
  checkFinite(fn, 'margin', margin);
  return lossScope(fn, { distances, labels }, options, ({ distances: d, labels: y }) =>
    add(weigh(y, d), weigh(sub(1, y), relu(sub(margin, d)))),
  );
}

/**
 * Cosine embedding loss: pairs that belong together cost their cosine distance, others what their similarity exceeds the margin by.
 *
 * $$ \ell = y\, (1 - \cos(a, b)) + (1 - y)\, (\cos(a, b) - m)_+ $$
 *
 * @param pairs the embeddings, of one shape, and a label a row.
 * @param options the margin m, and what every loss takes; a row is a pair.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes do not fit, `range` when the margin is outside [-1, 1].
 * @see Hadsell, Chopra, LeCun: Dimensionality Reduction by Learning an Invariant Mapping, 2006
 * @example
 * import { cosineEmbeddingLoss } from '@surrogate/losses';
 * const pairs = { first: [[1, 0], [1, 0]], second: [[3, 4], [3, 4]], labels: [1, 0] };
 * await cosineEmbeddingLoss(pairs, { reduction: 'none' }).data(); // [0.4, 0.6]
 */
export function cosineEmbeddingLoss({ first, second, labels }: EmbeddingPairs, options: CosineEmbeddingOptions = {}): Tensor {
  const fn = 'cosineEmbeddingLoss';
  const { margin = 0 } = options;
  checkBetween(fn, 'margin', margin, -1, 1, true);
  return tidy(() => {
    const a = asTensor(fn, 'first', first);
    checkRank(fn, 'first', a.shape, 1, 6);
    const rows = a.shape.slice(0, -1);
    const y = asTensor(fn, 'labels', labels);
    if (y.rank !== rows.length) fail('shape', fn, 'labels', `must have shape [${rows.join(', ')}], got [${y.shape.join(', ')}]`);
    checkBroadcast(fn, 'labels', y, rows);
    // As an input like the others, so that the frame shields it with its row.
    const spread: Tensor = broadcastTo(expandDims(y, -1), a.shape);
    return lossScope(
      fn,
      { first: a, second, labels: spread },
      options,
      (given) => {
        const similarity = dotLast(l2Normalize(given.first), l2Normalize(given.second));
        const together = firstOf(given.labels);
        return add(weigh(together, sub(1, similarity)), weigh(sub(1, together), relu(sub(similarity, margin))));
      },
      1,
    );
  });
}

const firstOf = (x: Tensor): Tensor => sum(slice(x, Array<number>(x.rank).fill(0), [...x.shape.slice(0, -1), 1]), -1);

const euclidean = (a: Tensor, b: Tensor): Tensor => safeNorm(sub(a, b), { axis: -1 });

/**
 * Triplet margin loss of given triples: the negative must be farther from the anchor than the positive, by a margin.
 *
 * $$ \ell = \left( d(a, p) - d(a, n) + m \right)_+ $$
 *
 * @param triples anchors, positives and negatives, of one shape.
 * @param options the margin m, the distance d, the swap, and what every loss takes; a row is a triple.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when the margin is not finite, `dtype` for a swap that is no boolean or a distance that is no function.
 * @see Schroff, Kalenichenko, Philbin: FaceNet: A Unified Embedding for Face Recognition and Clustering, 2015. arXiv:1503.03832
 * @example
 * import { tripletMarginLoss } from '@surrogate/losses';
 * (await tripletMarginLoss({ anchors: [[0, 0]], positives: [[3, 4]], negatives: [[0, 2]] }).data())[0]; // 4
 */
export function tripletMarginLoss({ anchors, positives, negatives }: EmbeddingTriples, options: TripletMarginOptions = {}): Tensor {
  const fn = 'tripletMarginLoss';
  const { margin = 1, swap = false, distance = euclidean } = options;
  checkFinite(fn, 'margin', margin);
  checkBoolean(fn, 'swap', swap);
  if (typeof distance !== 'function') fail('dtype', fn, 'distance', `must be a function, got ${typeof distance}`);
  return lossScope(
    fn,
    { anchors, positives, negatives },
    options,
    (rows) => {
      const far = distance(rows.anchors, rows.negatives);
      const apart = swap ? minimum(far, distance(rows.positives, rows.negatives)) : far;
      return relu(add(sub(distance(rows.anchors, rows.positives), apart), margin));
    },
    1,
  );
}
