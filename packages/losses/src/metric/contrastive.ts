/** @file Losses in which each pair stands by itself: contrastive, in several metrics, and the variance of similarities. */
import { checkAtLeast, checkFinite, relu, type TensorLike } from '@surrogate/core';
import { mul, square, sum, type Tensor } from '@tensorflow/tfjs-core';
import { cosineSimilarity, lpDistance, overNonZero, snrDistance } from './distances.js';
import { farther, type Pairs } from './pairs.js';
import { avgNonZeroReducer, meanReducer } from './reducers.js';
import { lossOf, type PairLossOptions, type PairWeighting } from './weighting.js';

/** Options of {@link contrastiveWeighting}. */
export interface ContrastiveWeightingOptions {
  /** How near positives must be, in units of the distance. Default 0: together. */
  positiveMargin?: number | undefined;
  /** How far negatives must be. Default 1. */
  negativeMargin?: number | undefined;
}

/** Options of {@link contrastiveLoss} and {@link snrContrastiveLoss}. */
export interface ContrastiveOptions extends ContrastiveWeightingOptions, PairLossOptions {}

/** How far each pair is from where it should be. */
const shortfalls = (pairs: Pairs, positiveMargin: number, negativeMargin: number) => ({
  positive: { losses: relu(farther(pairs, pairs.values, positiveMargin)), present: pairs.positive },
  negative: { losses: relu(farther(pairs, negativeMargin, pairs.values)), present: pairs.negative },
});

function contrastive(fn: string, { positiveMargin = 0, negativeMargin = 1 }: ContrastiveWeightingOptions): PairWeighting {
  checkFinite(fn, 'positiveMargin', positiveMargin);
  checkFinite(fn, 'negativeMargin', negativeMargin);
  return {
    name: 'contrastive',
    distance: lpDistance(),
    reducer: avgNonZeroReducer,
    terms: (pairs) => shortfalls(pairs, positiveMargin, negativeMargin),
  };
}

/**
 * The weighting of {@link contrastiveLoss}: every pair on the wrong side of its margin counts alike.
 *
 * @param options the margins.
 * @returns the record, with terms `positive` and `negative` of pairs.
 * @throws SurrogateError `range` for margins that are not finite.
 * @example
 * import { contrastiveWeighting } from '@surrogate/losses';
 * contrastiveWeighting().distance.name; // 'lp'
 */
export const contrastiveWeighting = (options: ContrastiveWeightingOptions = {}): PairWeighting =>
  contrastive('contrastiveWeighting', options);

/**
 * Contrastive loss: pairs of one label should be nearer than a margin, all others farther than another.
 *
 * $$ L = \operatorname{avg}_{P} (d_{ij} - m_+)_+ + \operatorname{avg}_{N} (m_- - d_{ij})_+ $$
 *
 * Averages are over what is above 0. With a similarity the margins are similarities, such as 1 and 0.5, and the differences turn round.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`: any numbers; equal ones belong together.
 * @param options the margins, and the parts of every loss of pairs; the distance is Euclidean between unit vectors.
 * @returns a scalar; 0 where there are no pairs.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range` for margins that are not finite.
 * @see Hadsell, Chopra, LeCun: Dimensionality Reduction by Learning an Invariant Mapping, 2006
 * @example
 * import { contrastiveLoss } from '@surrogate/losses';
 * (await contrastiveLoss([[1, 0], [0, 1]], [0, 0]).data())[0]; // 1.414214
 */
export function contrastiveLoss(embeddings: TensorLike, labels: TensorLike, options: ContrastiveOptions = {}): Tensor {
  const fn = 'contrastiveLoss';
  return lossOf(fn, embeddings, labels, contrastive(fn, options), options);
}

/**
 * Contrastive loss in the signal-to-noise distance.
 *
 * $$ L = \operatorname{avg}_{P} (d_{ij} - m_+)_+ + \operatorname{avg}_{N} (m_- - d_{ij})_+, \qquad d_{ij} = \operatorname{Var}(x_i - x_j) / \operatorname{Var}(x_i) $$
 *
 * The regulariser that the paper adds keeps embeddings centred; add it where embeddings are not normalised.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the margins, and the parts of every loss of pairs.
 * @returns a scalar; 0 where there are no pairs.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range` for margins that are not finite.
 * @see Yuan, Deng, Tang, Tang, Chen: Signal-To-Noise Ratio: A Robust Distance Metric for Deep Metric Learning, 2019. arXiv:1904.02616
 * @example
 * import { snrContrastiveLoss } from '@surrogate/losses';
 * (await snrContrastiveLoss([[1, 0], [0, 1]], [0, 0]).data())[0]; // 4
 */
export function snrContrastiveLoss(embeddings: TensorLike, labels: TensorLike, options: ContrastiveOptions = {}): Tensor {
  const fn = 'snrContrastiveLoss';
  return lossOf(fn, embeddings, labels, { ...contrastive(fn, options), distance: snrDistance() }, options);
}

/** Options of {@link thresholdConsistentMarginWeighting}. */
export interface ThresholdConsistentMarginWeightingOptions {
  /** Positives below this cosine count. Default 0.9. */
  positiveMargin?: number | undefined;
  /** Negatives above this cosine count. Default 0.5. */
  negativeMargin?: number | undefined;
  /** How much positives weigh, >= 0. Default 1. */
  positiveWeight?: number | undefined;
  /** How much negatives weigh, >= 0. Default 1. */
  negativeWeight?: number | undefined;
}

/** Options of {@link thresholdConsistentMarginLoss}. */
export interface ThresholdConsistentMarginOptions extends ThresholdConsistentMarginWeightingOptions, PairLossOptions {}

function thresholdConsistent(fn: string, options: ThresholdConsistentMarginWeightingOptions): PairWeighting {
  const { positiveMargin = 0.9, negativeMargin = 0.5, positiveWeight = 1, negativeWeight = 1 } = options;
  checkFinite(fn, 'positiveMargin', positiveMargin);
  checkFinite(fn, 'negativeMargin', negativeMargin);
  checkAtLeast(fn, 'positiveWeight', positiveWeight, 0);
  checkAtLeast(fn, 'negativeWeight', negativeWeight, 0);
  return {
    name: 'thresholdConsistentMargin',
    distance: cosineSimilarity,
    reducer: avgNonZeroReducer,
    terms: (pairs) => {
      const { positive, negative } = shortfalls(pairs, positiveMargin, negativeMargin);
      return {
        positive: { ...positive, losses: mul(positive.losses, positiveWeight) },
        negative: { ...negative, losses: mul(negative.losses, negativeWeight) },
      };
    },
  };
}

/**
 * The weighting of {@link thresholdConsistentMarginLoss}.
 *
 * @param options the margins and the weights.
 * @returns the record, with terms `positive` and `negative` of pairs.
 * @throws SurrogateError `range`.
 * @example
 * import { thresholdConsistentMarginWeighting } from '@surrogate/losses';
 * thresholdConsistentMarginWeighting().distance.name; // 'cosine'
 */
export const thresholdConsistentMarginWeighting = (options: ThresholdConsistentMarginWeightingOptions = {}): PairWeighting =>
  thresholdConsistent('thresholdConsistentMarginWeighting', options);

/**
 * Threshold-consistent margin regulariser: hard pairs of all classes are pushed over the same two thresholds, so that one threshold serves every class. It stands beside another loss.
 *
 * $$ L = \lambda_+ \operatorname{avg}_{P: s \le m_+} (m_+ - s_{ij}) + \lambda_- \operatorname{avg}_{N: s \ge m_-} (s_{ij} - m_-) $$
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the margins and weights, and the parts of every loss of pairs.
 * @returns a scalar; 0 where there are no pairs.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Zhang, Xu, Tang, Fang, Wu, Tighe, Xing: Threshold-Consistent Margin Loss for Open-World Deep Metric Learning, 2023. arXiv:2307.04047
 * @example
 * import { thresholdConsistentMarginLoss } from '@surrogate/losses';
 * (await thresholdConsistentMarginLoss([[1, 0], [0, 1]], [0, 0]).data())[0]; // 0.9
 */
export function thresholdConsistentMarginLoss(
  embeddings: TensorLike,
  labels: TensorLike,
  options: ThresholdConsistentMarginOptions = {},
): Tensor {
  const fn = 'thresholdConsistentMarginLoss';
  return lossOf(fn, embeddings, labels, thresholdConsistent(fn, options), options);
}

/** Options of {@link intraPairVarianceWeighting}. */
export interface IntraPairVarianceWeightingOptions {
  /** How far below their mean positives may be, as a part of it, >= 0. Default 0.01. */
  positiveSlack?: number | undefined;
  /** How far above their mean negatives may be, as a part of it, >= 0. Default 0.01. */
  negativeSlack?: number | undefined;
}

/** Options of {@link intraPairVarianceLoss}. */
export interface IntraPairVarianceOptions extends IntraPairVarianceWeightingOptions, PairLossOptions {}

function intraPairVariance(fn: string, { positiveSlack = 0.01, negativeSlack = 0.01 }: IntraPairVarianceWeightingOptions): PairWeighting {
  checkAtLeast(fn, 'positiveSlack', positiveSlack, 0);
  checkAtLeast(fn, 'negativeSlack', negativeSlack, 0);
  return {
    name: 'intraPairVariance',
    distance: cosineSimilarity,
    reducer: meanReducer,
    terms: (pairs) => {
      const { values, positive, negative, distance } = pairs;
      const centre = (present: Tensor) => overNonZero(sum(mul(present, values)), sum(present));
      // The slack is towards the side that needs no push, whichever way the values run.
      const side = (slack: number, up: boolean) => (up === distance.similarity ? 1 - slack : 1 + slack);
      return {
        positive: {
          losses: square(relu(farther(pairs, values, mul(side(positiveSlack, true), centre(positive))))),
          present: positive,
        },
        negative: {
          losses: square(relu(farther(pairs, mul(side(negativeSlack, false), centre(negative)), values))),
          present: negative,
        },
      };
    },
  };
}

/**
 * The weighting of {@link intraPairVarianceLoss}.
 *
 * @param options the slacks.
 * @returns the record, with terms `positive` and `negative` of pairs.
 * @throws SurrogateError `range`.
 * @example
 * import { intraPairVarianceWeighting } from '@surrogate/losses';
 * intraPairVarianceWeighting().reducer.name; // 'mean'
 */
export const intraPairVarianceWeighting = (options: IntraPairVarianceWeightingOptions = {}): PairWeighting =>
  intraPairVariance('intraPairVarianceWeighting', options);

/**
 * Intra-pair variance loss: positives that lag behind the mean of positives, and negatives that are nearer than the mean of negatives, count by their square. It stands beside another loss.
 *
 * $$ L = \operatorname{mean}_P \big((1 - \varepsilon_+) \mu_P - s_{ij}\big)_+^2 + \operatorname{mean}_N \big(s_{ij} - (1 + \varepsilon_-) \mu_N\big)_+^2 $$
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the slacks, and the parts of every loss of pairs.
 * @returns a scalar; 0 where there are no pairs.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Yu, Tao: Deep Metric Learning with Tuplet Margin Loss, 2019
 * @example
 * import { intraPairVarianceLoss } from '@surrogate/losses';
 * (await intraPairVarianceLoss([[1, 0], [0, 1], [1, 0]], [0, 0, 0], { positiveSlack: 0 }).data())[0]; // 0.074074
 */
export function intraPairVarianceLoss(embeddings: TensorLike, labels: TensorLike, options: IntraPairVarianceOptions = {}): Tensor {
  const fn = 'intraPairVarianceLoss';
  return lossOf(fn, embeddings, labels, intraPairVariance(fn, options), options);
}
