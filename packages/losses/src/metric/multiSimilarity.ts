/** @file Multi-similarity loss (Wang et al. 2019): each pair weighs by its own similarity and by how it stands among the others. */
import { checkAbove, checkFinite, softplus, type TensorLike } from '@surrogate/core';
import { add, div, mul, type Tensor } from '@tensorflow/tfjs-core';
import { logSumOver } from './anchors.js';
import { cosineSimilarity } from './distances.js';
import { multiSimilarityMiner } from './hardMiners.js';
import { farther } from './pairs.js';
import { meanReducer } from './reducers.js';
import { lossOf, type PairLossOptions, type PairWeighting } from './weighting.js';

/** Options of {@link multiSimilarityWeighting}. */
export interface MultiSimilarityWeightingOptions {
  /** How sharply positives are told apart, > 0. Default 2. */
  alpha?: number | undefined;
  /** How sharply negatives are told apart, > 0. Default 50. */
  beta?: number | undefined;
  /** The similarity λ where pairs begin to matter. Default 0.5. */
  base?: number | undefined;
}

/** Options of {@link multiSimilarityLoss}. */
export interface MultiSimilarityOptions extends MultiSimilarityWeightingOptions, PairLossOptions {}

function multiSimilarity(fn: string, { alpha = 2, beta = 50, base = 0.5 }: MultiSimilarityWeightingOptions): PairWeighting {
  checkAbove(fn, 'alpha', alpha, 0);
  checkAbove(fn, 'beta', beta, 0);
  checkFinite(fn, 'base', base);
  return {
    name: 'multiSimilarity',
    distance: cosineSimilarity,
    reducer: meanReducer,
    miner: multiSimilarityMiner(),
    terms: (pairs) => {
      const near = softplus(logSumOver(mul(alpha, farther(pairs, pairs.values, base)), pairs.positive));
      const far = softplus(logSumOver(mul(beta, farther(pairs, base, pairs.values)), pairs.negative));
      return { loss: { losses: add(div(near, alpha), div(far, beta)), present: pairs.present } };
    },
  };
}

/**
 * The weighting of {@link multiSimilarityLoss}.
 *
 * $$ w^+_{ij} = \frac{e^{-\alpha (s_{ij} - \lambda)}}{1 + \sum_{P_i} e^{-\alpha (s_{ik} - \lambda)}}, \qquad w^-_{ij} = \frac{e^{\beta (s_{ij} - \lambda)}}{1 + \sum_{N_i} e^{\beta (s_{ik} - \lambda)}} $$
 *
 * @param options α, β and λ.
 * @returns the record, with the term `loss` of anchors.
 * @throws SurrogateError `range`.
 * @example
 * import { multiSimilarityWeighting } from '@surrogate/losses';
 * multiSimilarityWeighting().miner?.name; // 'multiSimilarity'
 */
export const multiSimilarityWeighting = (options: MultiSimilarityWeightingOptions = {}): PairWeighting =>
  multiSimilarity('multiSimilarityWeighting', options);

/**
 * Multi-similarity loss: soft extremes over the positives and the negatives of each anchor, after the uninformative ones are mined away.
 *
 * $$ L = \frac1N \sum_i \frac1\alpha \log\Big[1 + \sum_{P_i} e^{-\alpha (s_{ij} - \lambda)}\Big] + \frac1\beta \log\Big[1 + \sum_{N_i} e^{\beta (s_{ij} - \lambda)}\Big] $$
 *
 * The mean is over all anchors, also those of which no pair is left. `miner: allPairs` leaves the mining out. The paper's code has β = 40; this is the default of pytorch-metric-learning.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`: any numbers; equal ones belong together.
 * @param options α, β and λ, and the parts of every loss of pairs; the miner is {@link multiSimilarityMiner}.
 * @returns a scalar.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Wang, Han, Huang, Dong, Scott: Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning, 2019. arXiv:1904.06627
 * @example
 * import { multiSimilarityLoss } from '@surrogate/losses';
 * (await multiSimilarityLoss([[1, 0], [1, 0], [-1, 0], [-1, 0]], [0, 0, 1, 1]).data())[0]; // 0
 */
export function multiSimilarityLoss(embeddings: TensorLike, labels: TensorLike, options: MultiSimilarityOptions = {}): Tensor {
  const fn = 'multiSimilarityLoss';
  return lossOf(fn, embeddings, labels, multiSimilarity(fn, options), options);
}
