/** @file Angular loss (Wang et al. 2017): the angle at the negative of a triangle, which does not depend on scale. */
import { checkAbove, checkBetween, logSumExp, softplus, type TensorLike } from '@surrogate/core';
import { add, expandDims, mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from './distances.js';
import { closeness } from './pairs.js';
import { meanReducer } from './reducers.js';
import { lossOf, type PairLossOptions, type PairWeighting } from './weighting.js';

/** Options of {@link angularWeighting}. */
export interface AngularWeightingOptions {
  /** The largest angle at a negative, in radians, in (0, π/2). Default 0.698 (40 degrees). */
  angle?: number | undefined;
}

/** Options of {@link angularLoss}. */
export interface AngularOptions extends AngularWeightingOptions, PairLossOptions {}

function angular(fn: string, { angle = (2 * Math.PI) / 9 }: AngularWeightingOptions): PairWeighting {
  checkAbove(fn, 'angle', angle, 0);
  checkBetween(fn, 'angle', angle, 0, Math.PI / 2);
  const squaredTangent = Math.tan(angle) ** 2;
  return {
    name: 'angular',
    distance: cosineSimilarity,
    reducer: meanReducer,
    terms: (pairs) => {
      const s = closeness(pairs);
      const between = pairs.own ? s : closeness({ ...pairs, values: pairs.distance.between(pairs.references) });
      // What anchor and positive together have in common with each negative.
      const shared = add(expandDims(s, 1), expandDims(between, 0));
      const excess = sub(mul(4 * squaredTangent, shared), mul(2 * (1 + squaredTangent), expandDims(s, 2)));
      const losses = softplus(logSumExp(excess, { mask: expandDims(pairs.negative, 1) }));
      return { loss: { losses, present: pairs.positive } };
    },
  };
}

/**
 * The weighting of {@link angularLoss}.
 *
 * @param options the angle.
 * @returns the record, with the term `loss` of positive pairs.
 * @throws SurrogateError `range`.
 * @example
 * import { angularWeighting } from '@surrogate/losses';
 * angularWeighting().name; // 'angular'
 */
export const angularWeighting = (options: AngularWeightingOptions = {}): PairWeighting => angular('angularWeighting', options);

/**
 * Angular loss: for each positive pair, the angle under which each negative sees it must stay below a bound.
 *
 * $$ L = \operatorname{mean}_P \log\Big[1 + \sum_{n \in N_a} e^{4 \tan^2\!\alpha\, (x_a + x_p) \cdot x_n - 2 (1 + \tan^2\!\alpha)\, x_a \cdot x_p}\Big] $$
 *
 * @param embeddings float32 `[N, D]`; compared as unit vectors.
 * @param labels int32 `[N]`.
 * @param options the angle α, and the parts of every loss of pairs; the distance must be the cosine.
 * @returns a scalar; 0 where there are no positives.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Wang, Zhou, Wen, Liu, Lin: Deep Metric Learning with Angular Loss, 2017. arXiv:1708.01682
 * @example
 * import { angularLoss } from '@surrogate/losses';
 * (await angularLoss([[1, 0], [1, 0], [0, 1]], [0, 0, 1], { angle: Math.PI / 4 }).data())[0]; // 0.01815
 */
export function angularLoss(embeddings: TensorLike, labels: TensorLike, options: AngularOptions = {}): Tensor {
  const fn = 'angularLoss';
  return lossOf(fn, embeddings, labels, angular(fn, options), options);
}
