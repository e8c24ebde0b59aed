/** @file Instance loss (Zheng et al. 2017), as pytorch-metric-learning has it: the batch itself stands for the classes. */
import { checkAbove, logSumExp, type TensorLike } from '@surrogate/core';
import { equal, expandDims, less, mul, range, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { having } from './anchors.js';
import { cosineSimilarity } from './distances.js';
import { closeness, float, type Pairs } from './pairs.js';
import { meanReducer } from './reducers.js';
import { lossOf, type PairLossOptions, type PairWeighting } from './weighting.js';

/** Options of {@link instanceWeighting}. */
export interface InstanceWeightingOptions {
  /** What cosines are multiplied by, > 0. Default 64. */
  scale?: number | undefined;
}

/** Options of {@link instanceLoss}. */
export interface InstanceOptions extends InstanceWeightingOptions, PairLossOptions {}

/** 0/1 `[N, N]`: for each anchor the embedding at the place that its label has among the labels of the batch. */
function stands({ labels, positive, present }: Pairs): Tensor {
  const count = labels.shape[0];
  const place = range(0, count, 1, 'int32');
  const earlier = mul(positive, float(less(expandDims(place, 0), expandDims(place, 1))));
  const first = mul(present, sub(1, having(earlier)));
  const below = sum(mul(float(less(expandDims(labels, 0), expandDims(labels, 1))), expandDims(first, 0)), 1);
  return mul(float(equal(expandDims(below, 1), float(place))), expandDims(present, 0));
}

function instance(fn: string, { scale = 64 }: InstanceWeightingOptions): PairWeighting {
  checkAbove(fn, 'scale', scale, 0);
  return {
    name: 'instance',
    distance: cosineSimilarity,
    reducer: meanReducer,
    ownOnly: true,
    terms: (pairs) => {
      const logits = mul(scale, closeness(pairs));
      const target = stands(pairs);
      const losses = sub(logSumExp(logits, { mask: expandDims(pairs.present, 0) }), sum(mul(target, logits), 1));
      return { loss: { losses, present: mul(pairs.present, having(target)) } };
    },
  };
}

/**
 * The weighting of {@link instanceLoss}.
 *
 * @param options the scale.
 * @returns the record, with the term `loss` of anchors.
 * @throws SurrogateError `range`.
 * @example
 * import { instanceWeighting } from '@surrogate/losses';
 * instanceWeighting().name; // 'instance'
 */
export const instanceWeighting = (options: InstanceWeightingOptions = {}): PairWeighting => instance('instanceWeighting', options);

/**
 * Instance loss: cross-entropy over the scaled cosines to all embeddings of the batch, of which the k-th stands for the k-th label.
 *
 * $$ \ell_i = -\log \frac{e^{\gamma s_{i, k(i)}}}{\sum_j e^{\gamma s_{ij}}} $$
 *
 * k(i) is the place of the anchor's label among the different labels of the batch, in order. So it is in pytorch-metric-learning, and makes sense only for batches that begin with one embedding of each label, in order.
 * For the loss of the paper, with a classifier that two modalities share, give {@link normalizedSoftmaxLoss} the examples' numbers as labels.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the scale γ, and the parts of every loss of pairs.
 * @returns a scalar.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Zheng, Zheng, Garrett, Yang, Xu, Shen: Dual-Path Convolutional Image-Text Embeddings with Instance Loss, 2017. arXiv:1711.05535
 * @example
 * import { instanceLoss } from '@surrogate/losses';
 * (await instanceLoss([[1, 0], [0, 1]], [3, 8], { scale: 1 }).data())[0]; // 0.313262
 */
export function instanceLoss(embeddings: TensorLike, labels: TensorLike, options: InstanceOptions = {}): Tensor {
  const fn = 'instanceLoss';
  return lossOf(fn, embeddings, labels, instance(fn, options), options);
}
