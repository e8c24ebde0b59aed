/** @file Losses in which positives compete with negatives in a softmax: NT-Xent, supervised contrastive, NCA, N-pair, tuplet margin. */
import { checkAbove, checkAtLeast, logSumExp, safeSqrt, softplus, type TensorLike } from '@surrogate/core';
import { add, div, expandDims, eye, less, matMul, mul, range, sub, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { countOf, having, logSumOver } from './anchors.js';
import { cosineSimilarity, dotProductSimilarity, lpDistance, overNonZero } from './distances.js';
import { among } from './hardMiners.js';
import { closeness, float, type Pairs } from './pairs.js';
import { avgNonZeroReducer, meanReducer } from './reducers.js';
import { lossOf, type PairLossOptions, type PairWeighting } from './weighting.js';

/** Options of {@link ntXentWeighting} and {@link supConWeighting}. */
export interface TemperatureWeightingOptions {
  /** What similarities are divided by, > 0. Default 0.07 for NT-Xent, 0.1 for SupCon. */
  temperature?: number | undefined;
}

/** Options of {@link ntXentLoss} and {@link supConLoss}. */
export interface TemperatureOptions extends TemperatureWeightingOptions, PairLossOptions {}

function ntXent(fn: string, { temperature = 0.07 }: TemperatureWeightingOptions): PairWeighting {
  checkAbove(fn, 'temperature', temperature, 0);
  return {
    name: 'ntXent',
    distance: cosineSimilarity,
    reducer: meanReducer,
    terms: (pairs) => {
      const s = div(closeness(pairs), temperature);
      const rivals = expandDims(logSumOver(s, pairs.negative), 1);
      return { loss: { losses: softplus(sub(rivals, s)), present: pairs.positive } };
    },
  };
}

/**
 * The weighting of {@link ntXentLoss}.
 *
 * @param options the temperature.
 * @returns the record, with the term `loss` of positive pairs.
 * @throws SurrogateError `range`.
 * @example
 * import { ntXentWeighting } from '@surrogate/losses';
 * ntXentWeighting().name; // 'ntXent'
 */
export const ntXentWeighting = (options: TemperatureWeightingOptions = {}): PairWeighting => ntXent('ntXentWeighting', options);

/**
 * NT-Xent (InfoNCE) loss: each positive pair must win against all negatives of its anchor.
 *
 * $$ L = \operatorname{mean}_{P} - \log \frac{e^{s_{ij} / \tau}}{e^{s_{ij} / \tau} + \sum_{k \in N_i} e^{s_{ik} / \tau}} $$
 *
 * For two views of each example, stack them and give both the example's number as label; or give the second view as `reference`.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the temperature τ, and the parts of every loss of pairs.
 * @returns a scalar; 0 where there are no positives.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Chen, Kornblith, Norouzi, Hinton: A Simple Framework for Contrastive Learning of Visual Representations, 2020. arXiv:2002.05709
 * @see van den Oord, Li, Vinyals: Representation Learning with Contrastive Predictive Coding, 2018. arXiv:1807.03748
 * @example
 * import { ntXentLoss } from '@surrogate/losses';
 * (await ntXentLoss([[1, 0], [1, 0], [0, 1]], [0, 0, 1], { temperature: 1 }).data())[0]; // 0.313262
 */
export function ntXentLoss(embeddings: TensorLike, labels: TensorLike, options: TemperatureOptions = {}): Tensor {
  const fn = 'ntXentLoss';
  return lossOf(fn, embeddings, labels, ntXent(fn, options), options);
}

function supCon(fn: string, { temperature = 0.1 }: TemperatureWeightingOptions): PairWeighting {
  checkAbove(fn, 'temperature', temperature, 0);
  return {
    name: 'supCon',
    distance: cosineSimilarity,
    reducer: avgNonZeroReducer,
    terms: (pairs) => {
      const { positive, negative } = pairs;
      const s = div(closeness(pairs), temperature);
      const all = logSumOver(s, add(positive, negative));
      const reached = overNonZero(sum(mul(positive, s), 1), countOf(positive));
      return { loss: { losses: sub(all, reached), present: having(positive) } };
    },
  };
}

/**
 * The weighting of {@link supConLoss}.
 *
 * @param options the temperature.
 * @returns the record, with the term `loss` of anchors.
 * @throws SurrogateError `range`.
 * @example
 * import { supConWeighting } from '@surrogate/losses';
 * supConWeighting().name; // 'supCon'
 */
export const supConWeighting = (options: TemperatureWeightingOptions = {}): PairWeighting => supCon('supConWeighting', options);

/**
 * Supervised contrastive loss: the mean log-probability of an anchor's positives, in a softmax over all others.
 *
 * $$ L = \operatorname{avg}_i - \frac{1}{|P_i|} \sum_{j \in P_i} \log \frac{e^{s_{ij} / \tau}}{\sum_{k \ne i} e^{s_{ik} / \tau}} $$
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the temperature τ, and the parts of every loss of pairs.
 * @returns a scalar; 0 where there are no positives.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Khosla, Teterwak, Wang, Sarna, Tian, Isola, Maschinot, Liu, Krishnan: Supervised Contrastive Learning, 2020. arXiv:2004.11362
 * @example
 * import { supConLoss } from '@surrogate/losses';
 * (await supConLoss([[1, 0], [1, 0], [0, 1]], [0, 0, 1], { temperature: 1 }).data())[0]; // 0.313262
 */
export function supConLoss(embeddings: TensorLike, labels: TensorLike, options: TemperatureOptions = {}): Tensor {
  const fn = 'supConLoss';
  return lossOf(fn, embeddings, labels, supCon(fn, options), options);
}

/** Options of {@link ncaWeighting}. */
export interface NcaWeightingOptions {
  /** What distances are multiplied by in the softmax, > 0. Default 1. */
  scale?: number | undefined;
}

/** Options of {@link ncaLoss}. */
export interface NcaOptions extends NcaWeightingOptions, PairLossOptions {}

function nca(fn: string, { scale = 1 }: NcaWeightingOptions): PairWeighting {
  checkAbove(fn, 'scale', scale, 0);
  return {
    name: 'nca',
    distance: lpDistance({ power: 2 }),
    reducer: meanReducer,
    terms: (pairs) => {
      const s = mul(scale, closeness(pairs));
      // How much weight of the softmax goes elsewhere, beside what goes to positives.
      const reached = having(pairs.positive);
      const odds = sub(logSumOver(s, pairs.negative), among(logSumOver(s, pairs.positive), reached, 0));
      return { loss: { losses: softplus(odds), present: reached } };
    },
  };
}

/**
 * The weighting of {@link ncaLoss}.
 *
 * @param options the scale.
 * @returns the record, with the term `loss` of anchors.
 * @throws SurrogateError `range`.
 * @example
 * import { ncaWeighting } from '@surrogate/losses';
 * ncaWeighting().distance.name; // 'lp'
 */
export const ncaWeighting = (options: NcaWeightingOptions = {}): PairWeighting => nca('ncaWeighting', options);

/**
 * Neighbourhood components loss: the negative log-probability that a neighbour drawn by distance has the anchor's label.
 *
 * $$ L = \operatorname{mean}_i - \log \frac{\sum_{j \in P_i} e^{-\sigma d_{ij}}}{\sum_{k \ne i} e^{-\sigma d_{ik}}} $$
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the scale σ, and the parts of every loss of pairs; the distance is the squared Euclidean one between unit vectors.
 * @returns a scalar; anchors without positives are left out.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Goldberger, Roweis, Hinton, Salakhutdinov: Neighbourhood Components Analysis, 2004
 * @example
 * import { ncaLoss } from '@surrogate/losses';
 * (await ncaLoss([[1, 0], [1, 0], [0, 1]], [0, 0, 1]).data())[0]; // 0.126928
 */
export function ncaLoss(embeddings: TensorLike, labels: TensorLike, options: NcaOptions = {}): Tensor {
  const fn = 'ncaLoss';
  return lossOf(fn, embeddings, labels, nca(fn, options), options);
}

/** For each label its first embedding that has a positive, 0/1 `[N]`, and the first of those positives, 0/1 `[N, N]`. */
function leaders({ positive }: Pairs): { first: Tensor; partner: Tensor } {
  const count = positive.shape[0];
  const place = range(0, count, 1, 'int32');
  const earlier = float(less(expandDims(place, 0), expandDims(place, 1)));
  const first = mul(having(positive), sub(1, having(mul(positive, earlier))));
  // Of the positives of a row, the one before which there is no other.
  const before = matMul(positive as Tensor2D, float(less(expandDims(place, 1), expandDims(place, 0))) as Tensor2D);
  const partner = mul(mul(positive, float(less(before, 1))), expandDims(first, 1));
  return { first, partner };
}

/**
 * The weighting of {@link nPairLoss}.
 *
 * @returns the record, with the term `loss` of anchors.
 * @example
 * import { nPairWeighting } from '@surrogate/losses';
 * nPairWeighting().distance.name; // 'dotProduct'
 */
export const nPairWeighting = (): PairWeighting => ({
  name: 'nPair',
  distance: dotProductSimilarity,
  reducer: meanReducer,
  ownOnly: true,
  terms: (pairs) => {
    const { first, partner } = leaders(pairs);
    // Each anchor against the partner of each label.
    const logits = matMul(closeness(pairs) as Tensor2D, partner as Tensor2D, false, true);
    const own = sum(mul(logits, eye(logits.shape[0])), 1);
    return { loss: { losses: sub(logSumExp(logits, { mask: expandDims(first, 0) }), own), present: first } };
  },
});

/**
 * N-pair loss: one pair of each label; each anchor must choose its own positive among those of all labels.
 *
 * $$ L = \operatorname{mean}_i - \log \frac{e^{x_i \cdot x^+_i}}{\sum_j e^{x_i \cdot x^+_j}} $$
 *
 * Of each label the first two embeddings make the pair. The paper adds a small penalty on the squared norms; inner products are of embeddings as they are, unless another distance is given.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the parts of every loss of pairs.
 * @returns a scalar; 0 where no label occurs twice.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range` where a reference is given.
 * @see Sohn: Improved Deep Metric Learning with Multi-class N-pair Loss Objective, 2016
 * @example
 * import { nPairLoss } from '@surrogate/losses';
 * (await nPairLoss([[1, 0], [1, 0], [0, 1], [0, 1]], [0, 0, 1, 1]).data())[0]; // 0.313262
 */
export function nPairLoss(embeddings: TensorLike, labels: TensorLike, options: PairLossOptions = {}): Tensor {
  return lossOf('nPairLoss', embeddings, labels, nPairWeighting(), options);
}

/** Options of {@link tupletMarginWeighting}. */
export interface TupletMarginWeightingOptions {
  /** The angle in radians that positives must be nearer, >= 0. Default 0.1 (5.73 degrees). */
  margin?: number | undefined;
  /** What cosines are multiplied by, > 0. Default 64. */
  scale?: number | undefined;
}

/** Options of {@link tupletMarginLoss}. */
export interface TupletMarginOptions extends TupletMarginWeightingOptions, PairLossOptions {}

function tupletMargin(fn: string, { margin = 0.1, scale = 64 }: TupletMarginWeightingOptions): PairWeighting {
  checkAtLeast(fn, 'margin', margin, 0);
  checkAbove(fn, 'scale', scale, 0);
  return {
    name: 'tupletMargin',
    distance: cosineSimilarity,
    reducer: meanReducer,
    terms: (pairs) => {
      const s = closeness(pairs);
      const sine = safeSqrt(mul(sub(1, s), add(1, s)));
      // The cosine of the angle less the margin.
      const eased = add(mul(s, Math.cos(margin)), mul(sine, Math.sin(margin)));
      const rivals = expandDims(logSumOver(mul(scale, s), pairs.negative), 1);
      return { loss: { losses: softplus(sub(rivals, mul(scale, eased))), present: pairs.positive } };
    },
  };
}

/**
 * The weighting of {@link tupletMarginLoss}.
 *
 * @param options the margin and the scale.
 * @returns the record, with the term `loss` of positive pairs.
 * @throws SurrogateError `range`.
 * @example
 * import { tupletMarginWeighting } from '@surrogate/losses';
 * tupletMarginWeighting().name; // 'tupletMargin'
 */
export const tupletMarginWeighting = (options: TupletMarginWeightingOptions = {}): PairWeighting =>
  tupletMargin('tupletMarginWeighting', options);

/**
 * Tuplet margin loss: a positive pair against all negatives of its anchor, where the pair may be a slack of angle apart.
 *
 * $$ L = \operatorname{mean}_P \log\Big[1 + \sum_{k \in N_i} e^{s (\cos \theta_{ik} - \cos(\theta_{ij} - \beta))}\Big] $$
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the margin β and the scale s, and the parts of every loss of pairs; the distance must be the cosine.
 * @returns a scalar; 0 where there are no positives.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Yu, Tao: Deep Metric Learning with Tuplet Margin Loss, 2019
 * @example
 * import { tupletMarginLoss } from '@surrogate/losses';
 * (await tupletMarginLoss([[1, 0], [1, 0], [0, 1]], [0, 0, 1], { scale: 1, margin: 0 }).data())[0]; // 0.313262
 */
export function tupletMarginLoss(embeddings: TensorLike, labels: TensorLike, options: TupletMarginOptions = {}): Tensor {
  const fn = 'tupletMarginLoss';
  return lossOf(fn, embeddings, labels, tupletMargin(fn, options), options);
}
