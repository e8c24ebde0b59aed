/** @file Miners of pairs by how hard they are. */
import { argsort, checkAbove, checkAtLeast, checkBetween, checkFinite, max, min, select } from '@surrogate/core';
import { add, cast, ceil, fill, greater, less, mul, neg, reshape, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { farness, farther, float, type PairMiner } from './pairs.js';

/** x where the mask is 1, else a filler. */
export const among = (x: Tensor, mask: Tensor, filler: number): Tensor => select(cast(greater(mask, 0), 'bool'), x, fill(x.shape, filler));

/**
 * Keeps every pair: for losses that would mine by themselves.
 *
 * @example
 * import { allPairs, multiSimilarityLoss } from '@surrogate/losses';
 * (await multiSimilarityLoss([[1, 0], [1, 0], [-1, 0]], [0, 0, 1], { miner: allPairs }).data())[0]; // 0.104421
 */
export const allPairs: PairMiner = { name: 'all', mine: () => ({}) };

/** Options of {@link multiSimilarityMiner}. */
export interface MultiSimilarityMinerOptions {
  /** By how much a pair may be easier than the hardest of the other kind, >= 0. Default 0.1. */
  epsilon?: number | undefined;
}

/**
 * Keeps negatives that are nearer than the farthest positive of the anchor, and positives that are farther than its nearest negative, with some slack.
 *
 * $$ N_i: s_{ij} + \varepsilon > \min_{P_i} s_{ik}, \qquad P_i: s_{ij} - \varepsilon < \max_{N_i} s_{ik} $$
 *
 * @param options the slack ε.
 * @returns the record of the miner.
 * @throws SurrogateError `range`.
 * @see Wang, Han, Huang, Dong, Scott: Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning, 2019. arXiv:1904.06627
 * @example
 * import { multiSimilarityMiner } from '@surrogate/losses';
 * multiSimilarityMiner({ epsilon: 0.2 }).name; // 'multiSimilarity'
 */
export function multiSimilarityMiner({ epsilon = 0.1 }: MultiSimilarityMinerOptions = {}): PairMiner {
  checkAtLeast('multiSimilarityMiner', 'epsilon', epsilon, 0);
  return {
    name: 'multiSimilarity',
    mine: (pairs) => {
      const { positive, negative } = pairs;
      const far = farness(pairs);
      const farthest = max(among(far, positive, -Infinity), { axis: 1, keepDims: true });
      const nearest = min(among(far, negative, Infinity), { axis: 1, keepDims: true });
      return {
        positive: mul(positive, float(greater(add(far, epsilon), nearest))),
        negative: mul(negative, float(less(sub(far, epsilon), farthest))),
      };
    },
  };
}

/** Options of {@link pairMarginMiner}. */
export interface PairMarginMinerOptions {
  /** Positives farther than this are kept, in units of the distance. Default 0.2. */
  positiveMargin?: number | undefined;
  /** Negatives nearer than this are kept. Default 0.8. */
  negativeMargin?: number | undefined;
}

/**
 * Keeps positives that are farther than a margin, and negatives that are nearer than another.
 *
 * @param options the margins; similarities where the distance is one.
 * @returns the record of the miner.
 * @throws SurrogateError `range`.
 * @example
 * import { pairMarginMiner } from '@surrogate/losses';
 * pairMarginMiner().name; // 'pairMargin'
 */
export function pairMarginMiner({ positiveMargin = 0.2, negativeMargin = 0.8 }: PairMarginMinerOptions = {}): PairMiner {
  const fn = 'pairMarginMiner';
  checkFinite(fn, 'positiveMargin', positiveMargin);
  checkFinite(fn, 'negativeMargin', negativeMargin);
  return {
    name: 'pairMargin',
    mine: (pairs) => ({
      positive: mul(pairs.positive, float(greater(farther(pairs, pairs.values, positiveMargin), 0))),
      negative: mul(pairs.negative, float(greater(farther(pairs, negativeMargin, pairs.values), 0))),
    }),
  };
}

/** Options of {@link hardestPartMiner}. */
export interface HardestPartMinerOptions {
  /** Which part of the pairs of either kind is kept, in (0, 1]. Default 0.5. */
  part?: number | undefined;
}

/** 0/1: the hardest part of the pairs under a mask, where the largest values are hard. */
function hardest(hardness: Tensor, mask: Tensor, part: number): Tensor {
  const size = hardness.size;
  const order = argsort(reshape(among(hardness, mask, -Infinity), [size]), { descending: true });
  const place = reshape(argsort(cast(order, 'float32')), hardness.shape);
  return mul(mask, float(less(cast(place, 'float32'), ceil(mul(part, sum(mask))))));
}

/**
 * Keeps the farthest part of all positives and the nearest part of all negatives of the batch.
 *
 * @param options which part.
 * @returns the record of the miner.
 * @throws SurrogateError `range`.
 * @see Yuan, Yang, Zhang: Hard-Aware Deeply Cascaded Embedding, 2017. arXiv:1611.05720
 * @example
 * import { hardestPartMiner } from '@surrogate/losses';
 * hardestPartMiner({ part: 0.25 }).name; // 'hardestPart'
 */
export function hardestPartMiner({ part = 0.5 }: HardestPartMinerOptions = {}): PairMiner {
  checkAbove('hardestPartMiner', 'part', part, 0);
  checkBetween('hardestPartMiner', 'part', part, 0, 1);
  return {
    name: 'hardestPart',
    mine: (pairs) => {
      const far = farness(pairs);
      return { positive: hardest(far, pairs.positive, part), negative: hardest(neg(far), pairs.negative, part) };
    },
  };
}
