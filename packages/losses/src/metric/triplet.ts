/** @file Losses of triplets: a positive should be nearer to its anchor than a negative is. */
import {
  checkAtLeast,
  checkBoolean,
  checkFinite,
  asTensor,
  checkRank,
  detach,
  maximum,
  minimum,
  oneHotMask,
  relu,
  softplus,
  type TensorLike,
} from '@surrogate/core';
import { add, expandDims, greater, matMul, mul, onesLike, reshape, scalar, sum, type Tensor } from '@tensorflow/tfjs-core';
import { lpDistance } from './distances.js';
import { farther, float, tripletsOf, type Pairs } from './pairs.js';
import { avgNonZeroReducer, divisorReducer, type PairTerm } from './reducers.js';
import { lossOf, type PairLossOptions, type PairWeighting } from './weighting.js';

/** Options of {@link tripletWeighting}. */
export interface TripletWeightingOptions {
  /** By how much farther negatives must be. Default 0.05. */
  margin?: number | undefined;
  /** Measure from the positive to the negative where that is shorter than from the anchor. Default false. */
  swap?: boolean | undefined;
  /** A softplus in place of the hinge. Default false. */
  smooth?: boolean | undefined;
}

/** Options of {@link tripletLoss}. */
export interface TripletOptions extends TripletWeightingOptions, PairLossOptions {}

/** From each positive to each negative, where that is the shorter way to the negative. */
function shortest(pairs: Pairs, toNegative: Tensor): Tensor {
  const { distance, references, values, own } = pairs;
  const others = expandDims(own ? values : distance.between(references), 0);
  return distance.similarity ? maximum(toNegative, others) : minimum(toNegative, others);
}

function triplet(fn: string, { margin = 0.05, swap = false, smooth = false }: TripletWeightingOptions): PairWeighting {
  checkFinite(fn, 'margin', margin);
  checkBoolean(fn, 'swap', swap);
  checkBoolean(fn, 'smooth', smooth);
  return {
    name: 'triplet',
    distance: lpDistance(),
    reducer: avgNonZeroReducer,
    terms: (pairs) => {
      const toPositive = expandDims(pairs.values, 2);
      const toNegative = expandDims(pairs.values, 1);
      const violation = add(farther(pairs, toPositive, swap ? shortest(pairs, toNegative) : toNegative), margin);
      return { loss: { losses: smooth ? softplus(violation) : relu(violation), present: tripletsOf(pairs) } };
    },
  };
}

/**
 * The weighting of {@link tripletLoss}: a pair weighs as many violated triplets as it is in.
 *
 * @param options the margin, and how distances and violations are taken.
 * @returns the record, with the term `loss` of triplets.
 * @throws SurrogateError `range` for a margin that is not finite, `dtype`.
 * @example
 * import { tripletWeighting } from '@surrogate/losses';
 * tripletWeighting().reducer.name; // 'avgNonZero'
 */
export const tripletWeighting = (options: TripletWeightingOptions = {}): PairWeighting => triplet('tripletWeighting', options);

/**
 * Triplet loss: every negative should be farther from an anchor than every positive, by a margin.
 *
 * $$ L = \operatorname{avg}_{a,p,n} (d_{ap} - d_{an} + m)_+ $$
 *
 * Averaged over the triplets that violate the margin. Which triplets there are is the miner's part: none for all of them, {@link tripletMarginMiner} for hard, semi-hard and easy ones,
 * {@link batchHardMiner} and {@link batchEasyHardMiner} for one an anchor, {@link givenTriplets} for your own.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`: any numbers; equal ones belong together.
 * @param options the margin, swap and smooth, and the parts of every loss of pairs; the distance is Euclidean between unit vectors.
 * @returns a scalar; 0 where there are no triplets.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range` for a margin that is not finite.
 * @see Schroff, Kalenichenko, Philbin: FaceNet: A Unified Embedding for Face Recognition and Clustering, 2015. arXiv:1503.03832
 * @see Hermans, Beyer, Leibe: In Defense of the Triplet Loss for Person Re-Identification, 2017. arXiv:1703.07737
 * @example
 * import { batchHardMiner, tripletLoss } from '@surrogate/losses';
 * (await tripletLoss([[1, 0], [0, 1], [1, 0]], [0, 0, 1], { miner: batchHardMiner() }).data())[0]; // 0.757107
 */
export function tripletLoss(embeddings: TensorLike, labels: TensorLike, options: TripletOptions = {}): Tensor {
  const fn = 'tripletLoss';
  return lossOf(fn, embeddings, labels, triplet(fn, options), options);
}

/** Options of {@link marginWeighting}. */
export interface MarginWeightingOptions {
  /** Half the width of the band that must be free, around β. Default 0.2. */
  margin?: number | undefined;
  /** Where positives and negatives part: a number, or float32 `[K]` for classes 0 to K - 1; a tensor is differentiated, and so trained. Default 1.2. */
  beta?: TensorLike | undefined;
  /** How much a large β costs, >= 0. Default 0. */
  nu?: number | undefined;
}

/** Options of {@link marginLoss} for embeddings. */
export interface EmbeddingMarginOptions extends MarginWeightingOptions, PairLossOptions {}

function margins(fn: string, { margin = 0.2, beta = 1.2, nu = 0 }: MarginWeightingOptions): PairWeighting {
  checkFinite(fn, 'margin', margin);
  checkAtLeast(fn, 'nu', nu, 0);
  return {
    name: 'margin',
    distance: lpDistance(),
    reducer: divisorReducer,
    terms: (pairs) => {
      const boundary = asTensor(fn, 'beta', beta);
      checkRank(fn, 'beta', boundary.shape, 0, 1);
      const many = boundary.rank === 1 && boundary.size > 1;
      const column = reshape(boundary, [boundary.size, 1]);
      const ofAnchor: Tensor = many ? matMul(oneHotMask(pairs.labels, boundary.size), column) : column;
      const present = tripletsOf(pairs);
      const near = relu(add(farther(pairs, pairs.values, ofAnchor), margin));
      const far = relu(add(farther(pairs, ofAnchor, pairs.values), margin));
      const violated = (loss: Tensor) => float(greater(detach(loss), 0));
      const counts = add(expandDims(violated(near), 2), expandDims(violated(far), 1));
      const divisor = sum(mul(present, counts));
      const terms: Record<string, PairTerm> = { loss: { losses: add(expandDims(near, 2), expandDims(far, 1)), present, divisor } };
      if (nu === 0) return terms;
      const price = many
        ? { losses: mul(nu, mul(ofAnchor, reshape(sum(present, [1, 2]), [-1, 1]))), present: onesLike(ofAnchor), divisor }
        : { losses: mul(nu, reshape(boundary, [])), present: scalar(1) };
      return { ...terms, beta: price };
    },
  };
}

/**
 * The weighting of {@link embeddingMarginLoss}.
 *
 * @param options the margin, the boundary β and its price.
 * @returns the record, with the term `loss` of triplets, and `beta` where β has a price.
 * @throws SurrogateError `range`, `shape` for a β that is neither a number nor a vector.
 * @example
 * import { marginWeighting } from '@surrogate/losses';
 * marginWeighting().reducer.name; // 'divisor'
 */
export const marginWeighting = (options: MarginWeightingOptions = {}): PairWeighting => margins('marginWeighting', options);

/**
 * Margin loss of embeddings: positives nearer than β - m, negatives farther than β + m, with a boundary β that can be learned for each class.
 *
 * $$ L = \frac{\sum_{a,p,n} (d_{ap} - \beta_a + m)_+ + (\beta_a - d_{an} + m)_+}{\#\text{violated}} + \nu \beta $$
 *
 * The paper draws the triplets with {@link distanceWeightedMiner}.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`; class ids in [0, K) where β is by class.
 * @param options the margin, β and ν, and the parts of every loss of pairs.
 * @returns a scalar; 0 where nothing is violated.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Wu, Manmatha, Smola, Krähenbühl: Sampling Matters in Deep Embedding Learning, 2017. arXiv:1706.07567
 * @example
 * import { embeddingMarginLoss } from '@surrogate/losses';
 * (await embeddingMarginLoss([[1, 0], [0, 1], [1, 0]], [0, 0, 1]).data())[0]; // 0.742809
 */
export function embeddingMarginLoss(embeddings: TensorLike, labels: TensorLike, options: EmbeddingMarginOptions = {}): Tensor {
  const fn = 'embeddingMarginLoss';
  return lossOf(fn, embeddings, labels, margins(fn, options), options);
}
