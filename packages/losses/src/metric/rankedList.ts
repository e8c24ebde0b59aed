/** @file Ranked list loss (Wang et al. 2019): each class within a ball of its own, other classes beyond it. */
import { checkAbove, checkAtLeast, checkBetween, checkFinite, exp, type TensorLike } from '@surrogate/core';
import { add, div, greater, mul, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { lpDistance } from './distances.js';
import { among } from './hardMiners.js';
import { farness, float } from './pairs.js';
import { meanReducer } from './reducers.js';
import { lossOf, type PairLossOptions, type PairWeighting } from './weighting.js';

/** Options of {@link rankedListWeighting}. */
export interface RankedListWeightingOptions {
  /** The gap between the balls of positives and the negatives, > 0. Default 0.4. */
  margin?: number | undefined;
  /** How far negatives must be. Default 1 + margin / 2. */
  alpha?: number | undefined;
  /** How much negatives count beside positives, in [0, 1]. Default 0.5. */
  balance?: number | undefined;
  /** How much more the farthest positives weigh, >= 0. Default 0: all alike. */
  positiveTemperature?: number | undefined;
  /** How much more the nearest negatives weigh, >= 0. Default 10. */
  negativeTemperature?: number | undefined;
}

/** Options of {@link rankedListLoss}. */
export interface RankedListOptions extends RankedListWeightingOptions, PairLossOptions {}

/** Added to each weight below a fraction, so that none is 0 / 0. */
const leastWeight = 1e-5;

function rankedList(fn: string, options: RankedListWeightingOptions): PairWeighting {
  const { margin = 0.4, balance = 0.5, positiveTemperature = 0, negativeTemperature = 10 } = options;
  checkAbove(fn, 'margin', margin, 0);
  const { alpha = 1 + margin / 2 } = options;
  checkFinite(fn, 'alpha', alpha);
  checkBetween(fn, 'balance', balance, 0, 1, true);
  checkAtLeast(fn, 'positiveTemperature', positiveTemperature, 0);
  checkAtLeast(fn, 'negativeTemperature', negativeTemperature, 0);
  return {
    name: 'rankedList',
    distance: lpDistance(),
    reducer: meanReducer,
    terms: (pairs) => {
      const far = farness(pairs);
      // What is on the right side counts nothing, and its weight is not computed.
      const weighed = (excess: Tensor, mask: Tensor, temperature: number) => {
        const wrong = mul(mask, float(greater(excess, 0)));
        const held = among(excess, wrong, 0);
        const weights = mul(wrong, exp(mul(temperature, held)));
        return div(sum(mul(weights, held), 1), sum(add(weights, leastWeight), 1));
      };
      const near = weighed(sub(far, alpha - margin), pairs.positive, positiveTemperature);
      const away = weighed(sub(alpha, far), pairs.negative, negativeTemperature);
      return { loss: { losses: add(mul(1 - balance, near), mul(balance, away)), present: pairs.present } };
    },
  };
}

/**
 * The weighting of {@link rankedListLoss}.
 *
 * @param options the margin, the boundary, the balance and the temperatures.
 * @returns the record, with the term `loss` of anchors.
 * @throws SurrogateError `range`.
 * @example
 * import { rankedListWeighting } from '@surrogate/losses';
 * rankedListWeighting().name; // 'rankedList'
 */
export const rankedListWeighting = (options: RankedListWeightingOptions = {}): PairWeighting => rankedList('rankedListWeighting', options);

/**
 * Ranked list loss: positives within a ball of radius α - m, negatives beyond α; of what is wrong, the worst weighs most.
 *
 * $$ \ell_i = (1 - \lambda) \frac{\sum_{P^*_i} w_{ij} (d_{ij} - \alpha + m)}{\sum_{P^*_i} w_{ij}} + \lambda \frac{\sum_{N^*_i} w_{ij} (\alpha - d_{ij})}{\sum_{N^*_i} w_{ij}}, \qquad w = e^{T \cdot \text{excess}} $$
 *
 * P* and N* are the pairs on the wrong side. As in pytorch-metric-learning the gradient also flows through the weights, and 1e-5 for each of the M pairs is added below.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the margin m, α, the balance λ and the temperatures T, and the parts of every loss of pairs.
 * @returns a scalar.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Wang, Hua, Kodirov, Hu, Garnier, Robertson: Ranked List Loss for Deep Metric Learning, 2019. arXiv:1903.03238
 * @example
 * import { rankedListLoss } from '@surrogate/losses';
 * (await rankedListLoss([[1, 0], [0, 1]], [0, 0]).data())[0]; // 0.307101
 */
export function rankedListLoss(embeddings: TensorLike, labels: TensorLike, options: RankedListOptions = {}): Tensor {
  const fn = 'rankedListLoss';
  return lossOf(fn, embeddings, labels, rankedList(fn, options), options);
}
