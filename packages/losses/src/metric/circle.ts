/** @file Circle loss (Sun et al. 2020): each similarity is pulled as hard as it is far from its optimum. */
import { checkAbove, checkFinite, detach, relu, softplus, type TensorLike } from '@surrogate/core';
import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { complete, logSumOver } from './anchors.js';
import { cosineSimilarity } from './distances.js';
import { closeness } from './pairs.js';
import { avgNonZeroReducer } from './reducers.js';
import { lossOf, type PairLossOptions, type PairWeighting } from './weighting.js';

/** Options of {@link circleWeighting}. */
export interface CircleWeightingOptions {
  /** The relaxation m: positives aim at 1 + m, negatives at -m. Default 0.4. */
  margin?: number | undefined;
  /** The scale γ, > 0. Default 80. */
  scale?: number | undefined;
}

/** Options of {@link circleLoss}. */
export interface CircleOptions extends CircleWeightingOptions, PairLossOptions {}

function circle(fn: string, { margin = 0.4, scale = 80 }: CircleWeightingOptions): PairWeighting {
  checkFinite(fn, 'margin', margin);
  checkAbove(fn, 'scale', scale, 0);
  return {
    name: 'circle',
    distance: cosineSimilarity,
    reducer: avgNonZeroReducer,
    terms: (pairs) => {
      const s = closeness(pairs);
      const fixed = detach(s);
      const pull = mul(mul(-scale, relu(sub(1 + margin, fixed))), sub(s, 1 - margin));
      const push = mul(mul(scale, relu(add(fixed, margin))), sub(s, margin));
      const losses = softplus(add(logSumOver(pull, pairs.positive), logSumOver(push, pairs.negative)));
      return { loss: { losses, present: complete(pairs) } };
    },
  };
}

/**
 * The weighting of {@link circleLoss}.
 *
 * @param options the margin and the scale.
 * @returns the record, with the term `loss` of anchors.
 * @throws SurrogateError `range`.
 * @example
 * import { circleWeighting } from '@surrogate/losses';
 * circleWeighting().name; // 'circle'
 */
export const circleWeighting = (options: CircleWeightingOptions = {}): PairWeighting => circle('circleWeighting', options);

/**
 * Circle loss over labels: positives and negatives of an anchor, each weighted by its own distance from where it should be.
 *
 * $$ \ell_i = \log\Big[1 + \sum_{N_i} e^{\gamma \alpha^-_{ij} (s_{ij} - m)} \sum_{P_i} e^{-\gamma \alpha^+_{ij} (s_{ij} - 1 + m)}\Big], \qquad \alpha^+ = (1 + m - s)_+, \quad \alpha^- = (s + m)_+ $$
 *
 * No gradient flows through α. Averaged over the anchors whose loss is above 0.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the margin m and the scale γ, and the parts of every loss of pairs; the distance must be the cosine.
 * @returns a scalar; 0 where no anchor has both kinds of pairs.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Sun, Cheng, Zhang, Zhang, Zheng, Wang, Wei: Circle Loss: A Unified Perspective of Pair Similarity Optimization, 2020. arXiv:2002.10857
 * @example
 * import { circleLoss } from '@surrogate/losses';
 * (await circleLoss([[1, 0], [0, 1], [1, 0]], [0, 0, 1], { scale: 1 }).data())[0]; // 1.47038
 */
export function circleLoss(embeddings: TensorLike, labels: TensorLike, options: CircleOptions = {}): Tensor {
  const fn = 'circleLoss';
  return lossOf(fn, embeddings, labels, circle(fn, options), options);
}
