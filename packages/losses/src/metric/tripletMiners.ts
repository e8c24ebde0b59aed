/** @file Miners of triplets. */
import {
  checkBetween,
  checkAbove,
  checkFinite,
  checkOneOf,
  checkRng,
  cumsum,
  exp,
  fail,
  l2Normalize,
  max,
  minimum,
  pairwiseSquaredDistances,
  safeSqrt,
  type Rng,
} from '@surrogate/core';
import {
  add,
  expandDims,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  maximum,
  mul,
  sub,
  sum,
  tensor2d,
  tensor3d,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { overNonZero } from './distances.js';
import { among } from './hardMiners.js';
import { farness, float, tripletsOf, type PairMiner, type Pairs } from './pairs.js';

/** Options of {@link tripletMarginMiner}. */
export interface TripletMarginMinerOptions {
  /** By how much farther negatives should be. Default 0.2. */
  margin?: number | undefined;
  /** Which triplets: all that violate the margin, of those the hard ones (the negative is no farther than the positive) or the semi-hard (it is), or the easy ones that violate nothing. Default all. */
  kind?: 'all' | 'hard' | 'semihard' | 'easy' | undefined;
}

/**
 * Keeps triplets by how far the negative is beyond the positive.
 *
 * @param options the margin, and which triplets.
 * @returns the record of the miner.
 * @throws SurrogateError `range`.
 * @see Schroff, Kalenichenko, Philbin: FaceNet: A Unified Embedding for Face Recognition and Clustering, 2015. arXiv:1503.03832
 * @example
 * import { tripletMarginMiner } from '@surrogate/losses';
 * tripletMarginMiner({ kind: 'semihard' }).name; // 'tripletMargin'
 */
export function tripletMarginMiner({ margin = 0.2, kind = 'all' }: TripletMarginMinerOptions = {}): PairMiner {
  const fn = 'tripletMarginMiner';
  checkFinite(fn, 'margin', margin);
  checkOneOf(fn, 'kind', kind, ['all', 'hard', 'semihard', 'easy']);
  return {
    name: 'tripletMargin',
    mine: (pairs) => {
      const far = farness(pairs);
      const beyond = sub(expandDims(far, 1), expandDims(far, 2));
      const violates = float(lessEqual(beyond, margin));
      const chosen = {
        all: () => violates,
        hard: () => mul(violates, float(lessEqual(beyond, 0))),
        semihard: () => mul(violates, float(greater(beyond, 0))),
        easy: () => sub(1, violates),
      }[kind]();
      return { triplets: mul(tripletsOf(pairs), chosen) };
    },
  };
}

/** Options of {@link angularMiner}. */
export interface AngularMinerOptions {
  /** The least angle at the negative, in radians, in (0, π/2). Default 0.349 (20 degrees). */
  angle?: number | undefined;
}

/** Squared Euclidean distances between unit vectors: anchors to references, and references among each other. */
function unitDistances({ anchors, references, own }: Pairs): [Tensor, Tensor] {
  const a = l2Normalize(anchors);
  const r = own ? a : l2Normalize(references);
  const among = pairwiseSquaredDistances(r);
  return [own ? among : pairwiseSquaredDistances(a, r), among];
}

/**
 * Keeps triplets in which the negative sees the positive pair under a wide angle, between unit vectors.
 *
 * $$ \arctan \frac{\lVert x_a - x_p \rVert}{2 \lVert x_n - c \rVert} > \alpha, \qquad c = \frac{x_a + x_p}{2} $$
 *
 * @param options the angle α.
 * @returns the record of the miner.
 * @throws SurrogateError `range`.
 * @see Wang, Zhou, Wen, Liu, Lin: Deep Metric Learning with Angular Loss, 2017. arXiv:1708.01682
 * @example
 * import { angularMiner } from '@surrogate/losses';
 * angularMiner({ angle: Math.PI / 6 }).name; // 'angular'
 */
export function angularMiner({ angle = Math.PI / 9 }: AngularMinerOptions = {}): PairMiner {
  checkAbove('angularMiner', 'angle', angle, 0);
  checkBetween('angularMiner', 'angle', angle, 0, Math.PI / 2);
  return {
    name: 'angular',
    mine: (pairs) => {
      const [toAnchor, between] = unitDistances(pairs);
      const side = expandDims(toAnchor, 2);
      // Apollonius: the median of a triangle from its sides.
      const median = sub(mul(2, add(expandDims(toAnchor, 1), expandDims(between, 0))), side);
      const wide = float(greater(safeSqrt(side), mul(Math.tan(angle), safeSqrt(median))));
      return { triplets: mul(tripletsOf(pairs), wide) };
    },
  };
}

/** Options of {@link distanceWeightedMiner}. */
export interface DistanceWeightedMinerOptions {
  /** Distances below this count as this, in (0, 2). Default 0.5. */
  cutoff?: number | undefined;
  /** Negatives at this distance or farther are never taken, > 0. Default 1.4. */
  farthest?: number | undefined;
}

/**
 * Draws one negative for each positive pair, so that all distances from an anchor are about equally likely, where uniform draws would hardly give any but the usual one.
 *
 * $$ P(n) \propto q(\max(d_{an}, c))^{-1}, \qquad q(d) = d^{D-2} \Big(1 - \frac{d^2}{4}\Big)^{(D-3)/2} $$
 *
 * @param rng what draws.
 * @param options the cutoff c, and how far negatives may be; distances are Euclidean between unit vectors.
 * @returns the record of the miner, which draws anew in every batch.
 * @throws SurrogateError `dtype` when that is no generator, `range`.
 * @see Wu, Manmatha, Smola, Krähenbühl: Sampling Matters in Deep Embedding Learning, 2017. arXiv:1706.07567
 * @example
 * import { rng } from '@surrogate/core';
 * import { distanceWeightedMiner, embeddingMarginLoss } from '@surrogate/losses';
 * const miner = distanceWeightedMiner(rng(0));
 * (await embeddingMarginLoss([[1, 0, 0], [0, 1, 0], [1, 0, 0]], [0, 0, 1], { miner }).data())[0]; // 0.907107
 */
export function distanceWeightedMiner(rng: Rng, { cutoff = 0.5, farthest = 1.4 }: DistanceWeightedMinerOptions = {}): PairMiner {
  const fn = 'distanceWeightedMiner';
  checkRng(fn, 'rng', rng);
  checkAbove(fn, 'cutoff', cutoff, 0);
  checkBetween(fn, 'cutoff', cutoff, 0, 2);
  checkAbove(fn, 'farthest', farthest, 0);
  return {
    name: 'distanceWeighted',
    mine: (pairs) => {
      const [count, others] = pairs.values.shape as [number, number];
      const width = pairs.anchors.shape[1]!;
      const d = safeSqrt(unitDistances(pairs)[0]);
      const taken = mul(pairs.negative, float(less(d, farthest)));
      const held = maximum(d, cutoff);
      // Opposite vectors are as far as can be; their weight must not be infinite.
      const rest = maximum(sub(1, mul(0.25, mul(held, held))), 1e-6);
      const logWeights = sub(mul(2 - width, log(held)), mul((width - 3) / 2, log(rest)));
      const largest = max(among(logWeights, taken, -Infinity), { axis: 1, keepDims: true });
      const weights = mul(taken, exp(minimum(sub(logWeights, maximum(largest, -1e30)), 0)));
      const probs = overNonZero(weights, sum(weights, 1, true));
      const upper = cumsum(probs);
      const draws = tensor2d(
        Array.from({ length: count * others }, () => rng.uniform()),
        [count, others],
      );
      const drawn = mul(
        float(less(expandDims(draws, 2), expandDims(upper, 1))),
        float(greaterEqual(expandDims(draws, 2), expandDims(sub(upper, probs), 1))),
      );
      return { triplets: mul(mul(expandDims(pairs.positive, 2), expandDims(float(greater(probs, 0)), 1)), drawn) };
    },
  };
}

/**
 * Takes the triplets that it is given, whatever the labels say.
 *
 * @param triplets int32 `[T, 3]`: the places of anchor, positive and negative in the batch (of the last two in the reference, where there is one).
 * @returns the record of the miner.
 * @throws SurrogateError `shape` unless there are three places each, `dtype`; from the loss `range` for a place that is not there.
 * @example
 * import { givenTriplets, tripletLoss } from '@surrogate/losses';
 * (await tripletLoss([[1, 0], [0, 1], [1, 0]], [7, 7, 7], { miner: givenTriplets([[0, 1, 2]]) }).data())[0]; // 1.464214
 */
export function givenTriplets(triplets: readonly (readonly [number, number, number])[]): PairMiner {
  const fn = 'givenTriplets';
  triplets.forEach((places, i) => {
    if (!Array.isArray(places) || places.length !== 3)
      fail('shape', fn, 'triplets', `must have three places each, got ${String(places)} at [${i}]`);
    if (!places.every((place) => Number.isSafeInteger(place) && place >= 0))
      fail('range', fn, 'triplets', `must be places from 0 on, got [${places.join(', ')}] at [${i}]`);
  });
  return {
    name: 'given',
    mine: ({ values }) => {
      const [count, others] = values.shape as [number, number];
      const outside = triplets.find(([a, p, n]) => a >= count || p >= others || n >= others);
      if (outside !== undefined)
        fail('range', fn, 'triplets', `must be places in a batch of ${count} against ${others}, got [${outside.join(', ')}]`);
      const mask = new Float32Array(count * others * others);
      triplets.forEach(([a, p, n]) => (mask[(a * others + p) * others + n] = 1));
      return { triplets: tensor3d(mask, [count, others, others]) };
    },
  };
}
