/** @file Lifted structure losses: a positive pair against a soft minimum over negatives. */
import { checkFinite, logAddExp, relu, type TensorLike } from '@surrogate/core';
import { add, div, expandDims, square, type Tensor } from '@tensorflow/tfjs-core';
import { logSumOver } from './anchors.js';
import { lpDistance } from './distances.js';
import { farther } from './pairs.js';
import { meanReducer } from './reducers.js';
import { lossOf, type PairLossOptions, type PairWeighting } from './weighting.js';

/** Options of {@link liftedStructureWeighting} and {@link generalizedLiftedStructureWeighting}. */
export interface LiftedWeightingOptions {
  /** How near positives may be for nothing, in units of the distance. Default 0. */
  positiveMargin?: number | undefined;
  /** How far negatives must be. Default 1. */
  negativeMargin?: number | undefined;
}

/** Options of {@link liftedStructureLoss} and {@link generalizedLiftedStructureLoss}. */
export interface LiftedOptions extends LiftedWeightingOptions, PairLossOptions {}

function checkMargins(fn: string, { positiveMargin = 0, negativeMargin = 1 }: LiftedWeightingOptions) {
  checkFinite(fn, 'positiveMargin', positiveMargin);
  checkFinite(fn, 'negativeMargin', negativeMargin);
  return { positiveMargin, negativeMargin };
}

function lifted(fn: string, options: LiftedWeightingOptions): PairWeighting {
  const { positiveMargin, negativeMargin } = checkMargins(fn, options);
  return {
    name: 'liftedStructure',
    distance: lpDistance(),
    reducer: meanReducer,
    terms: (pairs) => {
      const nearest = logSumOver(farther(pairs, negativeMargin, pairs.values), pairs.negative);
      const ofAnchor = expandDims(nearest, 1);
      // References of their own have no negatives here: then the anchor's count alone.
      const ofPair = pairs.own ? logAddExp(ofAnchor, expandDims(nearest, 0)) : ofAnchor;
      const losses = relu(add(ofPair, farther(pairs, pairs.values, positiveMargin)));
      return { loss: { losses: div(square(losses), 2), present: pairs.positive } };
    },
  };
}

/**
 * The weighting of {@link liftedStructureLoss}.
 *
 * @param options the margins.
 * @returns the record, with the term `loss` of positive pairs.
 * @throws SurrogateError `range`.
 * @example
 * import { liftedStructureWeighting } from '@surrogate/losses';
 * liftedStructureWeighting().name; // 'liftedStructure'
 */
export const liftedStructureWeighting = (options: LiftedWeightingOptions = {}): PairWeighting =>
  lifted('liftedStructureWeighting', options);

/**
 * Lifted structure loss: each positive pair against all negatives of both its ends.
 *
 * $$ L = \frac{1}{2 |P|} \sum_{(i,j) \in P} \Big( \log \sum_{k \in N_i \cup N_j} e^{m_- - d_k} + d_{ij} - m_+ \Big)_+^2 $$
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the margins, and the parts of every loss of pairs; the distance is Euclidean between unit vectors.
 * @returns a scalar; 0 where there are no positives; a pair without negatives costs nothing.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Oh Song, Xiang, Jegelka, Savarese: Deep Metric Learning via Lifted Structured Feature Embedding, 2016. arXiv:1511.06452
 * @example
 * import { liftedStructureLoss } from '@surrogate/losses';
 * (await liftedStructureLoss([[1, 0], [1, 0], [-1, 0]], [0, 0, 1], { negativeMargin: 3 }).data())[0]; // 1.43337
 */
export function liftedStructureLoss(embeddings: TensorLike, labels: TensorLike, options: LiftedOptions = {}): Tensor {
  const fn = 'liftedStructureLoss';
  return lossOf(fn, embeddings, labels, lifted(fn, options), options);
}

function generalizedLifted(fn: string, options: LiftedWeightingOptions): PairWeighting {
  const { positiveMargin, negativeMargin } = checkMargins(fn, options);
  return {
    name: 'generalizedLiftedStructure',
    distance: lpDistance(),
    reducer: meanReducer,
    terms: (pairs) => {
      const farthest = logSumOver(farther(pairs, pairs.values, positiveMargin), pairs.positive);
      const nearest = logSumOver(farther(pairs, negativeMargin, pairs.values), pairs.negative);
      return { loss: { losses: relu(add(farthest, nearest)), present: pairs.present } };
    },
  };
}

/**
 * The weighting of {@link generalizedLiftedStructureLoss}.
 *
 * @param options the margins.
 * @returns the record, with the term `loss` of anchors.
 * @throws SurrogateError `range`.
 * @example
 * import { generalizedLiftedStructureWeighting } from '@surrogate/losses';
 * generalizedLiftedStructureWeighting().name; // 'generalizedLiftedStructure'
 */
export const generalizedLiftedStructureWeighting = (options: LiftedWeightingOptions = {}): PairWeighting =>
  generalizedLifted('generalizedLiftedStructureWeighting', options);

/**
 * Generalized lifted structure loss: for each anchor a soft maximum over its positives against a soft minimum over its negatives.
 *
 * $$ L = \frac1N \sum_i \Big( \log \sum_{P_i} e^{d_{ij} - m_+} + \log \sum_{N_i} e^{m_- - d_{ij}} \Big)_+ $$
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the margins, and the parts of every loss of pairs; the distance is Euclidean between unit vectors.
 * @returns a scalar; an anchor without positives, or without negatives, costs nothing.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @see Hermans, Beyer, Leibe: In Defense of the Triplet Loss for Person Re-Identification, 2017. arXiv:1703.07737
 * @example
 * import { generalizedLiftedStructureLoss } from '@surrogate/losses';
 * (await generalizedLiftedStructureLoss([[1, 0], [1, 0], [-1, 0]], [0, 0, 1], { negativeMargin: 3 }).data())[0]; // 0.666667
 */
export function generalizedLiftedStructureLoss(embeddings: TensorLike, labels: TensorLike, options: LiftedOptions = {}): Tensor {
  const fn = 'generalizedLiftedStructureLoss';
  return lossOf(fn, embeddings, labels, generalizedLifted(fn, options), options);
}
