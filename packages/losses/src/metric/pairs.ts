/** @file The pairs of a batch: which embeddings belong together, which do not, and how far apart they are. */
import { asTensor, checkRank, checkShape, detach, differentiable, max, noGrad, select, type TensorLike } from '@surrogate/core';
import {
  broadcastTo,
  cast,
  clone,
  equal,
  expandDims,
  eye,
  mul,
  neg,
  notEqual,
  ones,
  scalar,
  sub,
  tidy,
  zeros,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checks.js';
import type { PairDistance } from './distances.js';

/** All pairs of N anchors with M references, by default of a batch with itself. */
export interface Pairs {
  /** How the embeddings were compared. */
  readonly distance: PairDistance;
  /** float32 `[N, M]`: the similarity or distance of each pair. */
  readonly values: Tensor;
  /** 0/1 `[N, M]`: pairs of one label; never an embedding with itself. */
  readonly positive: Tensor;
  /** 0/1 `[N, M]`: pairs of two labels. */
  readonly negative: Tensor;
  /** 0/1 `[N, M, M]`, where a miner chose triplets: anchor, positive, negative. */
  readonly triplets?: Tensor | undefined;
  /** 0/1 `[N]`: which anchors are there. */
  readonly present: Tensor;
  /** float32 `[N, D]`. */
  readonly anchors: Tensor;
  /** float32 `[M, D]`. */
  readonly references: Tensor;
  /** int32 `[N]`. */
  readonly labels: Tensor;
  /** Whether the references are the anchors themselves. */
  readonly own: boolean;
}

/** What a miner leaves of the pairs; what it does not name stays. */
export type Mined = Partial<Pick<Pairs, 'positive' | 'negative' | 'triplets'>>;

/** Chooses among the pairs of a batch. What it chooses is a constant to gradients. */
export interface PairMiner {
  /** What it is called. */
  readonly name: string;
  /** The masks of what is kept; those that it does not name stay. */
  mine(pairs: Pairs): Mined;
}

/** Embeddings of their own to compare the batch with: another modality, a memory of earlier batches. */
export interface PairReference {
  /** float32 `[M, D]`. */
  readonly embeddings: TensorLike;
  /** int32 `[M]`. */
  readonly labels: TensorLike;
}

/** What the pairs of a batch are made from. */
export interface PairSource {
  /** How embeddings are compared. */
  distance?: PairDistance | undefined;
  /** Which pairs or triplets count. Default all. */
  miner?: PairMiner | undefined;
  /** What the batch is compared with, in place of itself. */
  reference?: PairReference | undefined;
  /** bool or 0/1 `[N]`: which embeddings are there at all; the rest may hold NaN. */
  mask?: TensorLike | undefined;
}

/** 1 or -1: what makes of a difference of values one of distances. */
const sign = ({ similarity }: PairDistance) => (similarity ? -1 : 1);

/** By how much a is farther than b, whichever way the values run. */
export const farther = ({ distance }: Pairs, a: Tensor | number, b: Tensor | number): Tensor =>
  distance.similarity ? sub(b, a) : sub(a, b);

/** The values as similarities: larger is closer. */
export const closeness = ({ distance, values }: Pairs): Tensor => (distance.similarity ? values : neg(values));

/** The values as distances: larger is farther. */
export const farness = ({ distance, values }: Pairs): Tensor => mul(values, sign(distance));

/** 0/1 `[N, M, M]`: the triplets that a miner chose, or each positive with each negative of the same anchor. */
export const tripletsOf = ({ triplets, positive, negative }: Pairs): Tensor =>
  triplets ?? mul(expandDims(positive, 2), expandDims(negative, 1));

/** Bool as 0/1. */
export const float = (x: Tensor): Tensor => cast(x, 'float32');

/** The loss of nothing: 0, with gradient 0. */
export const nothing = (inputs: readonly Tensor[]): Tensor =>
  differentiable(
    Object.fromEntries(inputs.map((x, i) => [i, x])),
    () => scalar(0),
    () => ({}),
  );

/** x with the rows that are not there replaced by zeros. */
function shielded(x: Tensor, alive: Tensor | undefined): Tensor {
  return alive === undefined ? x : select(broadcastTo(expandDims(alive, -1), x.shape), x, zerosLike(x));
}

/** The same pairs, cut off from what made them. */
const constant = (pairs: Pairs): Pairs => ({
  ...pairs,
  values: detach(pairs.values),
  anchors: detach(pairs.anchors),
  references: detach(pairs.references),
});

/** The pairs that are left after mining; a triplet's anchor is paired with both of its others. */
function mined(fn: string, pairs: Pairs, miner: PairMiner | undefined): Pairs {
  if (miner === undefined) return pairs;
  checkRecord(fn, 'miner', miner, ['mine']);
  return noGrad(() => {
    const { triplets, ...masks } = miner.mine(constant(pairs));
    const kept = { ...pairs, ...masks };
    if (triplets === undefined) return kept;
    return { ...kept, triplets, positive: max(triplets, { axis: 2 }), negative: max(triplets, { axis: 1 }) };
  });
}

interface Embedded {
  readonly x: Tensor;
  readonly labels: Tensor;
  readonly alive: Tensor | undefined;
}

function embedded(fn: string, embeddings: TensorLike, labels: TensorLike, mask: TensorLike | undefined): Embedded {
  const x = asTensor(fn, 'embeddings', embeddings);
  checkRank(fn, 'embeddings', x.shape, 2);
  const ids = asTensor(fn, 'labels', labels, 'int32');
  checkShape(fn, 'labels', ids.shape, [x.shape[0]]);
  if (mask === undefined) return { x, labels: ids, alive: undefined };
  const given = asTensor(fn, 'mask', mask);
  checkShape(fn, 'mask', given.shape, [x.shape[0]]);
  const alive: Tensor = cast(notEqual(given, 0), 'bool');
  return { x: shielded(x, alive), labels: ids, alive };
}

function referred(fn: string, { embeddings, labels }: PairReference, width: number): Embedded {
  const x = asTensor(fn, 'reference.embeddings', embeddings);
  checkShape(fn, 'reference.embeddings', x.shape, [null, width]);
  const ids = asTensor(fn, 'reference.labels', labels, 'int32');
  checkShape(fn, 'reference.labels', ids.shape, [x.shape[0]]);
  return { x, labels: ids, alive: undefined };
}

/**
 * Makes the pairs of a batch, mines them, and runs a body on what is left, inside a tidy.
 *
 * @param fn the public function.
 * @param source how pairs are made; a distance is needed.
 * @param body is given the mined pairs.
 * @param empty what comes of a batch without pairs. Default 0.
 */
export function pairScope<T extends Tensor | object>(
  fn: string,
  embeddings: TensorLike,
  labels: TensorLike,
  { distance, miner, reference, mask }: PairSource & { distance: PairDistance },
  body: (pairs: Pairs) => T,
  empty: (inputs: readonly Tensor[], shape: readonly [number, number]) => T,
): T {
  checkRecord(fn, 'distance', distance, ['between']);
  return tidy(() => {
    const { x, labels: ids, alive } = embedded(fn, embeddings, labels, mask);
    const other = reference === undefined ? undefined : referred(fn, reference, x.shape[1]!);
    const count = (other?.x ?? x).shape[0];
    if (x.size === 0 || count === 0) return empty(other === undefined ? [x] : [x, other.x], [x.shape[0], count]) as never;
    const there = alive === undefined ? ones([x.shape[0]]) : float(alive);
    const same = float(equal(expandDims(ids, 1), expandDims(other?.labels ?? ids, 0)));
    const both = other === undefined ? mul(expandDims(there, 1), expandDims(there, 0)) : expandDims(there, 1);
    const apart = other === undefined ? sub(1, eye(count)) : scalar(1);
    const pairs: Pairs = {
      distance,
      values: distance.between(x, other?.x),
      positive: mul(mul(same, both), apart),
      negative: mul(sub(1, same), both),
      present: there,
      anchors: x,
      references: other?.x ?? x,
      labels: ids,
      own: other === undefined,
    };
    return body(mined(fn, pairs, miner)) as never;
  });
}

/** Options of {@link minePairs}. */
export interface MinePairsOptions extends PairSource {
  distance: PairDistance;
}

/** What {@link minePairs} finds. */
export interface MinedPairs {
  /** 0/1 `[N, M]`. */
  readonly positive: Tensor;
  /** 0/1 `[N, M]`. */
  readonly negative: Tensor;
  /** 0/1 `[N, M, M]`: anchor, positive, negative; from miners of triplets only. */
  readonly triplets?: Tensor;
}

/**
 * The pairs, and triplets, that a miner chooses, as masks.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`: any numbers; equal ones belong together.
 * @param options the distance, the miner (default all pairs), what to compare with, and which embeddings are there.
 * @returns masks without gradient.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `disposed`.
 * @example
 * import { cosineSimilarity, minePairs, multiSimilarityMiner } from '@surrogate/losses';
 * const { positive } = minePairs([[1, 0], [1, 0], [-1, 0]], [0, 0, 1], { distance: cosineSimilarity, miner: multiSimilarityMiner() });
 * (await positive.sum().data())[0]; // 0
 */
export function minePairs(embeddings: TensorLike, labels: TensorLike, options: MinePairsOptions): MinedPairs {
  const masks = (positive: Tensor, negative: Tensor, triplets?: Tensor) => ({
    positive,
    negative,
    ...(triplets === undefined ? {} : { triplets }),
  });
  return pairScope<MinedPairs>(
    'minePairs',
    embeddings,
    labels,
    options,
    ({ positive, negative, triplets }) => masks(clone(positive), clone(negative), triplets && clone(triplets)),
    (_inputs, shape) => masks(zeros([...shape]), zeros([...shape])),
  );
}
