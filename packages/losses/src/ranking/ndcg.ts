/** @file Losses of ranked lists by pairs and by gain: RankNet, LambdaRank, approximate NDCG. */
import { checkAbove, detach, exp, log1p, sigmoid, softplus, type TensorLike } from '@surrogate/core';
import { abs, add, cast, div, expandDims, greater, logicalAnd, mul, neg, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { among, differences, listScope, overItems, placesOf, ratioOf, type ListOptions, type Lists } from './lists.js';

/** Options of {@link approxNdcgLoss}. */
export interface ApproxNdcgOptions extends ListOptions {
  /** How soft ranks are, > 0; towards 0 the loss is one minus NDCG. Default 0.1. */
  temperature?: number | undefined;
}

/** 2^r - 1, and 0 for what is absent. */
const gains = (relevance: Tensor, present: Tensor) => among(sub(exp(mul(Math.LN2, relevance)), 1), present, 0);

/** 1 / log2(2 + place). */
const discounts = (place: Tensor) => div(Math.LN2, log1p(add(place, 1)));

/** The largest discounted gain that a list allows. */
const idealGain = (gain: Tensor, { relevance, present }: Lists) => overItems(mul(gain, discounts(placesOf(relevance, present))));

/** 1 for pairs of present items of which the first is more relevant. */
const ordered = ({ relevance, present }: Lists): Tensor =>
  cast(
    logicalAnd(
      greater(differences(relevance), 0),
      logicalAnd(cast(expandDims(present, -1), 'bool'), cast(expandDims(present, -2), 'bool')),
    ),
    'float32',
  );

const overPairs = (x: Tensor): Tensor => sum(x, [-2, -1]);

/**
 * RankNet: the logistic loss of every pair of items of different relevance, their mean.
 *
 * $$ \ell(s, r) = \frac{1}{|P|} \sum_{(i, j) \in P} \log\left( 1 + e^{-(s_i - s_j)} \right), \qquad P = \lbrace (i, j) : r_i > r_j \rbrace $$
 *
 * @param scores float32 `[..., L]`.
 * @param relevance float32 `[..., L]`.
 * @param options which items there are, and what every loss takes; a row is a list.
 * @returns a scalar, or `[...]` with `reduction: 'none'`; 0 for lists without an ordered pair.
 * @throws SurrogateError `shape` when the shapes differ or items do not broadcast.
 * @see Burges, Shaked, Renshaw, Lazier, Deeds, Hamilton, Hullender: Learning to Rank using Gradient Descent, 2005
 * @example
 * import { rankNetLoss } from '@surrogate/losses';
 * (await rankNetLoss([[0, 0, 0]], [[2, 1, 0]]).data())[0]; // 0.693147
 */
export function rankNetLoss(scores: TensorLike, relevance: TensorLike, options: ListOptions = {}): Tensor {
  return listScope('rankNetLoss', scores, relevance, options, (lists) => {
    const pairs = ordered(lists);
    return ratioOf(overPairs(mul(pairs, softplus(neg(differences(lists.scores))))), overPairs(pairs));
  });
}

/**
 * LambdaRank: RankNet with each pair weighted by how much NDCG would change if the two changed places; the weights are constants to gradients.
 *
 * $$ \ell(s, r) = \sum_{(i, j) \in P} |\Delta \text{NDCG}_{ij}| \log\left( 1 + e^{-(s_i - s_j)} \right) $$
 *
 * @param scores float32 `[..., L]`.
 * @param relevance float32 `[..., L]`, >= 0; the gain of an item is 2^r - 1.
 * @param options which items there are, and what every loss takes; a row is a list.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ or items do not broadcast.
 * @see Burges, Ragno, Le: Learning to Rank with Nonsmooth Cost Functions, 2006
 * @see Wang, Li, Golbandi, Bendersky, Najork: The LambdaLoss Framework for Ranking Metric Optimization, 2018
 * @example
 * import { lambdaRankLoss } from '@surrogate/losses';
 * (await lambdaRankLoss([[0, 0]], [[1, 0]]).data())[0]; // 0.255818
 */
export function lambdaRankLoss(scores: TensorLike, relevance: TensorLike, options: ListOptions = {}): Tensor {
  return listScope('lambdaRankLoss', scores, relevance, options, (lists) => {
    const gain = gains(lists.relevance, lists.present);
    const discount = discounts(placesOf(lists.scores, lists.present));
    const change = mul(abs(differences(gain)), abs(differences(discount)));
    const ideal = expandDims(expandDims(idealGain(gain, lists), -1), -1);
    const weights = detach(mul(ordered(lists), ratioOf(change, ideal)));
    return overPairs(mul(weights, softplus(neg(differences(lists.scores)))));
  });
}

/**
 * One minus NDCG with soft ranks.
 *
 * $$ \ell(s, r) = 1 - \frac{1}{\text{IDCG}} \sum_i \frac{2^{r_i} - 1}{\log_2(1 + \hat\pi_i)}, \qquad \hat\pi_i = 1 + \sum_{j \ne i} \sigma\left( \frac{s_j - s_i}{T} \right) $$
 *
 * @param scores float32 `[..., L]`.
 * @param relevance float32 `[..., L]`, >= 0.
 * @param options T, which items there are, and what every loss takes; a row is a list.
 * @returns a scalar, or `[...]` with `reduction: 'none'`; 1 for lists without anything relevant.
 * @throws SurrogateError `shape` when the shapes differ or items do not broadcast, `range` when temperature <= 0.
 * @see Qin, Liu, Li: A General Approximation Framework for Direct Optimization of Information Retrieval Measures, 2010
 * @example
 * import { approxNdcgLoss } from '@surrogate/losses';
 * (await approxNdcgLoss([[0, 5]], [[1, 0]]).data())[0]; // 0.36907
 */
export function approxNdcgLoss(scores: TensorLike, relevance: TensorLike, options: ApproxNdcgOptions = {}): Tensor {
  const { temperature = 0.1 } = options;
  checkAbove('approxNdcgLoss', 'temperature', temperature, 0);
  return listScope('approxNdcgLoss', scores, relevance, options, (lists) => {
    const gain = gains(lists.relevance, lists.present);
    const above = sigmoid(div(neg(differences(lists.scores)), temperature));
    // The item itself is one half above itself.
    const place = sub(sum(mul(above, cast(expandDims(lists.present, -2), 'float32')), -1), 0.5);
    return sub(1, ratioOf(overItems(mul(gain, discounts(among(place, lists.present, 0)))), idealGain(gain, lists)));
  });
}
