/** @file Losses of ranked lists by likelihood: softmax, ListNet, ListMLE. */
import { dotLast, logSoftmax, logSumExp, softmax, type TensorLike } from '@surrogate/core';
import { broadcastTo, cast, expandDims, greaterEqual, logicalAnd, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { among, listScope, overItems, placesOf, type ListOptions } from './lists.js';

/**
 * Softmax ranking loss: cross-entropy of the relevances, as they are, against the softmax of a list's scores.
 *
 * $$ \ell(s, r) = -\sum_i r_i \log \operatorname{softmax}(s)_i $$
 *
 * @param scores float32 `[..., L]`.
 * @param relevance float32 `[..., L]`, >= 0.
 * @param options which items there are, and what every loss takes; a row is a list.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ or items do not broadcast.
 * @see Bruch, Wang, Bendersky, Najork: An Analysis of the Softmax Cross Entropy Loss for Learning-to-Rank with Binary Relevance, 2019
 * @example
 * import { rankingSoftmaxLoss } from '@surrogate/losses';
 * (await rankingSoftmaxLoss([[0, 0]], [[1, 2]]).data())[0]; // 2.079442
 */
export function rankingSoftmaxLoss(scores: TensorLike, relevance: TensorLike, options: ListOptions = {}): Tensor {
  return listScope('rankingSoftmaxLoss', scores, relevance, options, ({ scores: s, relevance: r, present }) =>
    neg(dotLast(r, logSoftmax(among(s, present, -Infinity)))),
  );
}

/**
 * ListNet: cross-entropy between the chances of each item to come first under the relevances and under the scores.
 *
 * $$ \ell(s, r) = -\sum_i \operatorname{softmax}(r)_i \log \operatorname{softmax}(s)_i $$
 *
 * @param scores float32 `[..., L]`.
 * @param relevance float32 `[..., L]`.
 * @param options which items there are, and what every loss takes; a row is a list.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ or items do not broadcast.
 * @see Cao, Qin, Liu, Tsai, Li: Learning to Rank: From Pairwise Approach to Listwise Approach, 2007
 * @example
 * import { listNetLoss } from '@surrogate/losses';
 * (await listNetLoss([[0, 0]], [[1, 2]]).data())[0]; // 0.693147
 */
export function listNetLoss(scores: TensorLike, relevance: TensorLike, options: ListOptions = {}): Tensor {
  return listScope('listNetLoss', scores, relevance, options, ({ scores: s, relevance: r, present }) =>
    neg(dotLast(softmax(among(r, present, -Infinity)), logSoftmax(among(s, present, -Infinity)))),
  );
}

/**
 * ListMLE: the negative log-likelihood of the right order under the Plackett-Luce model of the scores; equal relevances keep the order in which they come.
 *
 * $$ \ell(s, r) = \sum_i \left( \log \sum_{j \ge i} e^{s_{\pi(j)}} - s_{\pi(i)} \right), \qquad \pi = \text{the order by falling relevance} $$
 *
 * @param scores float32 `[..., L]`.
 * @param relevance float32 `[..., L]`.
 * @param options which items there are, and what every loss takes; a row is a list.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ or items do not broadcast.
 * @see Xia, Liu, Wang, Zhang, Li: Listwise Approach to Learning to Rank: Theory and Algorithm, 2008
 * @example
 * import { listMleLoss } from '@surrogate/losses';
 * (await listMleLoss([[0, 0, 0]], [[3, 1, 2]]).data())[0]; // 1.791759
 */
export function listMleLoss(scores: TensorLike, relevance: TensorLike, options: ListOptions = {}): Tensor {
  return listScope('listMleLoss', scores, relevance, options, ({ scores: s, relevance: r, present }) => {
    const place = placesOf(r, present);
    const left = logicalAnd(greaterEqual(expandDims(place, -2), expandDims(place, -1)), cast(expandDims(present, -2), 'bool'));
    const table: Tensor = broadcastTo(expandDims(s, -2), [...s.shape, s.shape.at(-1)!]);
    const rest = logSumExp(table, { mask: left });
    return overItems(among(sub(among(rest, present, 0), s), present, 0));
  });
}
