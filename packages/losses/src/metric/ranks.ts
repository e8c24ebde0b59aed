/** @file Losses of soft ranks: SmoothAP, and PNP, which only looks at the negatives before each positive. */
import { checkAbove, log1p, pow, sigmoid, type TensorLike } from '@surrogate/core';
import { add, clone, div, expandDims, eye, mul, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checks.js';
import { countOf, having } from './anchors.js';
import { cosineSimilarity, overNonZero } from './distances.js';
import { closeness, type Pairs } from './pairs.js';
import { meanReducer } from './reducers.js';
import { lossOf, type PairLossOptions, type PairWeighting } from './weighting.js';

/** Options of {@link smoothApWeighting}. */
export interface SmoothApWeightingOptions {
  /** How soft a comparison of similarities is, > 0. Default 0.01. */
  temperature?: number | undefined;
}

/** Options of {@link smoothApLoss}. */
export interface SmoothApOptions extends SmoothApWeightingOptions, PairLossOptions {}

/** For each anchor i and other j, how many k of a mask are before j: `[N, M]`. */
function before(s: Tensor, mask: Tensor, temperature: number): Tensor {
  const ahead = sigmoid(div(sub(expandDims(s, 1), expandDims(s, 2)), temperature));
  return sum(mul(ahead, expandDims(mask, 1)), 2);
}

/** The positives of each anchor, and itself, which is the first of every ranking. */
const withSelf = ({ positive, present, own }: Pairs): Tensor =>
  own ? add(positive, mul(eye(positive.shape[0]), expandDims(present, 1))) : positive;

function smoothAp(fn: string, { temperature = 0.01 }: SmoothApWeightingOptions): PairWeighting {
  checkAbove(fn, 'temperature', temperature, 0);
  return {
    name: 'smoothAp',
    distance: cosineSimilarity,
    reducer: meanReducer,
    terms: (pairs) => {
      const s = closeness(pairs);
      const relevant = withSelf(pairs);
      // A place is not before itself: what the comparison with itself adds is a half.
      const place = add(before(s, relevant, temperature), 0.5);
      const overall = add(place, before(s, pairs.negative, temperature));
      const precision = overNonZero(sum(mul(relevant, div(place, overall)), 1), countOf(relevant));
      return { loss: { losses: sub(1, precision), present: having(relevant) } };
    },
  };
}

/**
 * The weighting of {@link smoothApLoss}.
 *
 * @param options the temperature.
 * @returns the record, with the term `loss` of anchors.
 * @throws SurrogateError `range`.
 * @example
 * import { smoothApWeighting } from '@surrogate/losses';
 * smoothApWeighting().name; // 'smoothAp'
 */
export const smoothApWeighting = (options: SmoothApWeightingOptions = {}): PairWeighting => smoothAp('smoothApWeighting', options);

/**
 * SmoothAP loss: one minus the average precision of each anchor's ranking, with sigmoids in place of comparisons.
 *
 * $$ \ell_i = 1 - \frac{1}{|P_i|} \sum_{j \in P_i} \frac{1 + \sum_{k \in P_i} \sigma((s_{ik} - s_{ij}) / \tau)}{1 + \sum_{k} \sigma((s_{ik} - s_{ij}) / \tau)}, \quad k \ne j $$
 *
 * As in the authors' code the anchor itself is one of its positives. Classes may be of any sizes.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the temperature τ, and the parts of every loss of pairs; the distance must be the cosine.
 * @returns a scalar.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Brown, Xie, Kalogeiton, Zisserman: Smooth-AP: Smoothing the Path Towards Large-Scale Image Retrieval, 2020. arXiv:2007.12163
 * @example
 * import { smoothApLoss } from '@surrogate/losses';
 * (await smoothApLoss([[1, 0], [1, 0], [-1, 0], [-1, 0]], [0, 0, 1, 1]).data())[0]; // 0
 */
export function smoothApLoss(embeddings: TensorLike, labels: TensorLike, options: SmoothApOptions = {}): Tensor {
  const fn = 'smoothApLoss';
  return lossOf(fn, embeddings, labels, smoothAp(fn, options), options);
}

/** What a positive costs that has so many negatives before it: rising from 0. */
export interface PnpPenalty {
  /** What it is called. */
  readonly name: string;
  /** The cost of each number of negatives ahead, which may be a fraction. */
  of(ahead: Tensor): Tensor;
}

/**
 * The number of negatives itself.
 *
 * @example
 * import { pnpOriginal } from '@surrogate/losses';
 * import { scalar } from '@tensorflow/tfjs-core';
 * (await pnpOriginal.of(scalar(3)).data())[0]; // 3
 */
export const pnpOriginal: PnpPenalty = { name: 'O', of: (ahead) => clone(ahead) };

/**
 * Rises ever more steeply, and without bound: (1 + r) log(1 + r).
 *
 * @example
 * import { pnpIncreasing } from '@surrogate/losses';
 * import { scalar } from '@tensorflow/tfjs-core';
 * (await pnpIncreasing.of(scalar(1)).data())[0]; // 1.386294
 */
export const pnpIncreasing: PnpPenalty = { name: 'Iu', of: (ahead) => tidy(() => mul(add(1, ahead), log1p(ahead))) };

/**
 * Rises more steeply, towards a constant slope: (b r - log(1 + b r)) / b².
 *
 * @param b how soon, > 0. Default 2.
 * @returns the record of the penalty.
 * @throws SurrogateError `range`.
 * @example
 * import { pnpBounded } from '@surrogate/losses';
 * import { scalar } from '@tensorflow/tfjs-core';
 * (await pnpBounded(1).of(scalar(1)).data())[0]; // 0.306853
 */
export function pnpBounded(b = 2): PnpPenalty {
  checkAbove('pnpBounded', 'b', b, 0);
  return { name: 'Ib', of: (ahead) => tidy(() => div(sub(mul(b, ahead), log1p(mul(b, ahead))), b * b)) };
}

/**
 * Rises ever more slowly: log(1 + r).
 *
 * @example
 * import { pnpDecreasing } from '@surrogate/losses';
 * import { scalar } from '@tensorflow/tfjs-core';
 * (await pnpDecreasing.of(scalar(1)).data())[0]; // 0.693147
 */
export const pnpDecreasing: PnpPenalty = { name: 'Ds', of: (ahead) => log1p(ahead) };

/**
 * Rises quickly to 1: 1 - (1 + r)^(-α).
 *
 * @param alpha how quickly, > 0. Default 1.
 * @returns the record of the penalty.
 * @throws SurrogateError `range`.
 * @example
 * import { pnpSaturating } from '@surrogate/losses';
 * import { scalar } from '@tensorflow/tfjs-core';
 * (await pnpSaturating().of(scalar(1)).data())[0]; // 0.5
 */
export function pnpSaturating(alpha = 1): PnpPenalty {
  checkAbove('pnpSaturating', 'alpha', alpha, 0);
  return { name: 'Dq', of: (ahead) => tidy(() => sub(1, pow(add(1, ahead), -alpha))) };
}

/** Options of {@link pnpWeighting}. */
export interface PnpWeightingOptions {
  /** What negatives before a positive cost. Default their number. */
  penalty?: PnpPenalty | undefined;
  /** How soft a comparison of similarities is, > 0. Default 0.01. */
  temperature?: number | undefined;
}

/** Options of {@link pnpLoss}. */
export interface PnpOptions extends PnpWeightingOptions, PairLossOptions {}

function pnp(fn: string, { penalty = pnpOriginal, temperature = 0.01 }: PnpWeightingOptions): PairWeighting {
  checkRecord(fn, 'penalty', penalty, ['of']);
  checkAbove(fn, 'temperature', temperature, 0);
  return {
    name: 'pnp',
    distance: cosineSimilarity,
    reducer: meanReducer,
    terms: (pairs) => {
      const relevant = withSelf(pairs);
      const costs = penalty.of(before(closeness(pairs), pairs.negative, temperature));
      const average = overNonZero(sum(mul(relevant, costs), 1), countOf(relevant));
      return { loss: { losses: average, present: having(relevant) } };
    },
  };
}

/**
 * The weighting of {@link pnpLoss}.
 *
 * @param options the penalty and the temperature.
 * @returns the record, with the term `loss` of anchors.
 * @throws SurrogateError `range`, `dtype` for a penalty that is no record.
 * @example
 * import { pnpWeighting } from '@surrogate/losses';
 * pnpWeighting().name; // 'pnp'
 */
export const pnpWeighting = (options: PnpWeightingOptions = {}): PairWeighting => pnp('pnpWeighting', options);

/**
 * Penalising negatives before positives: what each positive of a ranking pays for the negatives ahead of it.
 *
 * $$ \ell_i = \frac{1}{|P_i|} \sum_{j \in P_i} \phi\Big( \sum_{k \in N_i} \sigma\big((s_{ik} - s_{ij}) / \tau\big) \Big) $$
 *
 * As in the authors' code the anchor itself is one of its positives. The paper's five variants are the penalties φ: {@link pnpOriginal}, {@link pnpIncreasing}, {@link pnpBounded}, {@link pnpDecreasing} and {@link pnpSaturating}.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the penalty φ and the temperature τ, and the parts of every loss of pairs; the distance must be the cosine.
 * @returns a scalar.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Li, Min, Song, Zhu, Kang, Wei, Wei, Jiang: Rethinking the Optimization of Average Precision: Only Penalizing Negative Instances before Positive Ones is Enough, 2022. arXiv:2102.04640
 * @example
 * import { pnpLoss } from '@surrogate/losses';
 * (await pnpLoss([[1, 0], [1, 0], [-1, 0], [-1, 0]], [0, 0, 1, 1]).data())[0]; // 0
 */
export function pnpLoss(embeddings: TensorLike, labels: TensorLike, options: PnpOptions = {}): Tensor {
  const fn = 'pnpLoss';
  return lossOf(fn, embeddings, labels, pnp(fn, options), options);
}
