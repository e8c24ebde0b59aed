/** @file Losses of histograms of distances: FastAP, and the overlap of positives with negatives. */
import { checkInteger, cumsum, relu, safeAbs, type TensorLike } from '@surrogate/core';
import { div, expandDims, linspace, mul, sub, sum, add, scalar, type Tensor } from '@tensorflow/tfjs-core';
import { countOf, having } from './anchors.js';
import { cosineSimilarity, lpDistance, overNonZero } from './distances.js';
import { closeness, farness } from './pairs.js';
import { meanReducer, sumReducer } from './reducers.js';
import { lossOf, type PairLossOptions, type PairWeighting } from './weighting.js';

/** Options of {@link fastApWeighting} and {@link histogramWeighting}. */
export interface HistogramWeightingOptions {
  /** How many bins there are between the least and the largest value, >= 1. Default 10 for FastAP, 100 for the histogram loss. */
  bins?: number | undefined;
}

/** Options of {@link fastApLoss} and {@link histogramLoss}. */
export interface HistogramLossOptions extends HistogramWeightingOptions, PairLossOptions {}

/** How much of each value falls to each of the bins' ends, `[..., bins + 1]`: shared between its two neighbours. */
function shares(values: Tensor, low: number, high: number, bins: number): Tensor {
  const steps = div(safeAbs(sub(expandDims(values, -1), linspace(low, high, bins + 1))), (high - low) / bins);
  return relu(sub(1, steps));
}

function fastAp(fn: string, { bins = 10 }: HistogramWeightingOptions): PairWeighting {
  checkInteger(fn, 'bins', bins, 1);
  return {
    name: 'fastAp',
    distance: lpDistance({ power: 2 }),
    reducer: meanReducer,
    terms: (pairs) => {
      const held = shares(farness(pairs), 0, 4, bins);
      const count = (mask: Tensor) => sum(mul(held, expandDims(mask, -1)), 1);
      const positives = count(pairs.positive);
      const all = add(positives, count(pairs.negative));
      const precision = overNonZero(mul(positives, cumsum(positives)), cumsum(all));
      const average = overNonZero(sum(precision, 1), countOf(pairs.positive));
      return { loss: { losses: sub(1, average), present: having(pairs.positive) } };
    },
  };
}

/**
 * The weighting of {@link fastApLoss}.
 *
 * @param options the number of bins.
 * @returns the record, with the term `loss` of anchors.
 * @throws SurrogateError `range`.
 * @example
 * import { fastApWeighting } from '@surrogate/losses';
 * fastApWeighting().name; // 'fastAp'
 */
export const fastApWeighting = (options: HistogramWeightingOptions = {}): PairWeighting => fastAp('fastApWeighting', options);

/**
 * FastAP loss: one minus the average precision of each anchor's ranking, from soft histograms of distances.
 *
 * $$ \ell_i = 1 - \frac{1}{|P_i|} \sum_b \frac{h^+_b H^+_b}{H_b} $$
 *
 * h counts the positives, and H all, up to bin b; a distance is shared between the two nearest ends of bins.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the number of bins, and the parts of every loss of pairs; the distance must be the squared Euclidean one between unit vectors, in [0, 4].
 * @returns a scalar; anchors without positives are left out.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Cakir, He, Xia, Kulis, Sclaroff: Deep Metric Learning to Rank, 2019
 * @example
 * import { fastApLoss } from '@surrogate/losses';
 * (await fastApLoss([[1, 0], [1, 0], [-1, 0]], [0, 0, 1]).data())[0]; // 0
 */
export function fastApLoss(embeddings: TensorLike, labels: TensorLike, options: HistogramLossOptions = {}): Tensor {
  const fn = 'fastApLoss';
  return lossOf(fn, embeddings, labels, fastAp(fn, options), options);
}

function histogramOverlap(fn: string, { bins = 100 }: HistogramWeightingOptions): PairWeighting {
  checkInteger(fn, 'bins', bins, 1);
  return {
    name: 'histogram',
    distance: cosineSimilarity,
    reducer: sumReducer,
    terms: (pairs) => {
      const held = shares(closeness(pairs), -1, 1, bins);
      const density = (mask: Tensor) => overNonZero(sum(mul(held, expandDims(mask, -1)), [0, 1]), sum(mask));
      return { loss: { losses: sum(mul(density(pairs.negative), cumsum(density(pairs.positive)))), present: scalar(1) } };
    },
  };
}

/**
 * The weighting of {@link histogramLoss}.
 *
 * @param options the number of bins.
 * @returns the record, with the term `loss` of the batch.
 * @throws SurrogateError `range`.
 * @example
 * import { histogramWeighting } from '@surrogate/losses';
 * histogramWeighting().name; // 'histogram'
 */
export const histogramWeighting = (options: HistogramWeightingOptions = {}): PairWeighting =>
  histogramOverlap('histogramWeighting', options);

/**
 * Histogram loss: the probability that a random negative pair is more similar than a random positive pair, from soft histograms of the batch.
 *
 * $$ L = \sum_b h^-_b \sum_{c \le b} h^+_c $$
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the number of bins, and the parts of every loss of pairs; the distance must be the cosine.
 * @returns a scalar; 0 where a kind of pair is missing.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Ustinova, Lempitsky: Learning Deep Embeddings with Histogram Loss, 2016. arXiv:1611.00822
 * @example
 * import { histogramLoss } from '@surrogate/losses';
 * (await histogramLoss([[1, 0], [0, 1], [1, 0]], [0, 0, 1], { bins: 10 }).data())[0]; // 1
 */
export function histogramLoss(embeddings: TensorLike, labels: TensorLike, options: HistogramLossOptions = {}): Tensor {
  const fn = 'histogramLoss';
  return lossOf(fn, embeddings, labels, histogramOverlap(fn, options), options);
}
