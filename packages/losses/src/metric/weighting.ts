/** @file General pair weighting (Wang et al. 2019): every loss of pairs is a weighting of similarities; distance, weighting, miner and reducer are parts. */
import type { TensorLike } from '@surrogate/core';
import { abs, add, grad, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { fail } from '@surrogate/core';
import { checkRecord } from '../common/checks.js';
import type { PairDistance } from './distances.js';
import { nothing, pairScope, type PairMiner, type Pairs, type PairSource } from './pairs.js';
import type { PairReducer, PairTerm } from './reducers.js';

/** A loss of the pairs of a batch. How it weighs each pair is the size of its slope there. */
export interface PairWeighting {
  /** What it is called. */
  readonly name: string;
  /** What it is meant for, where the caller chooses nothing else. */
  readonly distance: PairDistance;
  /** How its losses become one number, where the caller chooses nothing else. */
  readonly reducer: PairReducer;
  /** What its paper mines with; default all pairs. */
  readonly miner?: PairMiner | undefined;
  /** Whether it only works where a batch is compared with itself. */
  readonly ownOnly?: boolean | undefined;
  /** The losses by name. */
  terms(pairs: Pairs): Readonly<Record<string, PairTerm>>;
}

/** The parts of a loss of pairs, besides what the loss itself has. */
export interface PairLossOptions extends PairSource {
  /** How the losses of pairs become one number. */
  reducer?: PairReducer | undefined;
}

/** Options of {@link pairWeightingLoss} and {@link pairWeights}. */
export interface PairWeightingOptions extends PairLossOptions {
  /** How pairs are weighed. */
  weighting: PairWeighting;
}

/** A weighting with the caller's choices in place of its own. */
function parts(fn: string, weighting: PairWeighting, options: PairLossOptions) {
  checkRecord(fn, 'weighting', weighting, ['terms']);
  const { distance = weighting.distance, reducer = weighting.reducer, miner = weighting.miner, reference, mask } = options;
  checkRecord(fn, 'reducer', reducer, ['reduce']);
  if (weighting.ownOnly && reference !== undefined)
    fail('range', fn, 'reference', `must be left out where the weighting compares a batch with itself, got one for ${weighting.name}`);
  const source = { distance, miner, reference, mask };
  const reduced = (pairs: Pairs): Tensor =>
    Object.entries(weighting.terms(pairs))
      .map(([name, term]) => reducer.reduce(term, pairs.labels, name))
      .reduce((a, b) => add(a, b));
  return { source, reduced };
}

/** The loss of a weighting, in the name of a public function. */
export function lossOf(fn: string, embeddings: TensorLike, labels: TensorLike, weighting: PairWeighting, options: PairLossOptions): Tensor {
  const { source, reduced } = parts(fn, weighting, options);
  return pairScope<Tensor>(fn, embeddings, labels, source, reduced, nothing);
}

/**
 * A loss of the pairs of a batch, put together from its parts.
 *
 * $$ L = \sum_{\text{terms}} \operatorname{reduce}\big(\operatorname{weighting}(\operatorname{mine}(d(x_i, x_j), y))\big) $$
 *
 * Each part is a record that also works alone: `distance.between`, {@link minePairs}, {@link pairWeights}, `reducer.reduce`. Losses of triplets hold N·M·M numbers.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`: any numbers; equal ones belong together.
 * @param options the weighting; and the distance, miner and reducer where they are not to be the weighting's own.
 * @returns a scalar; 0 with gradient 0 where there are no pairs.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype` for labels that are not integers or parts that are no records, `range` for a reference where the weighting takes none.
 * @see Wang, Han, Huang, Dong, Scott: Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning, 2019. arXiv:1904.06627
 * @example
 * import { contrastiveWeighting, cosineSimilarity, meanReducer, pairMarginMiner, pairWeightingLoss } from '@surrogate/losses';
 * const loss = pairWeightingLoss([[1, 0], [0, 1], [1, 0]], [0, 0, 1], {
 *   weighting: contrastiveWeighting({ positiveMargin: 1, negativeMargin: 0 }),
 *   distance: cosineSimilarity,
 *   miner: pairMarginMiner({ positiveMargin: 0.8, negativeMargin: 0.2 }),
 *   reducer: meanReducer,
 * });
 * (await loss.data())[0]; // 2
 */
export function pairWeightingLoss(embeddings: TensorLike, labels: TensorLike, options: PairWeightingOptions): Tensor {
  return lossOf('pairWeightingLoss', embeddings, labels, options.weighting, options);
}

/**
 * How much a loss weighs each pair: the size of its slope by the similarity or distance of that pair.
 *
 * $$ w_{ij} = \left| \frac{\partial L}{\partial d_{ij}} \right| $$
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options as for {@link pairWeightingLoss}.
 * @returns float32 `[N, M]`, without gradient.
 * @throws SurrogateError as {@link pairWeightingLoss}.
 * @see Wang, Han, Huang, Dong, Scott: Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning, 2019. arXiv:1904.06627
 * @example
 * import { contrastiveWeighting, cosineSimilarity, pairWeights, sumReducer } from '@surrogate/losses';
 * const weighting = contrastiveWeighting({ positiveMargin: 1, negativeMargin: 0.5 });
 * await pairWeights([[1, 0], [0, 1]], [0, 0], { weighting, distance: cosineSimilarity, reducer: sumReducer }).data(); // [0, 1, 1, 0]
 */
export function pairWeights(embeddings: TensorLike, labels: TensorLike, options: PairWeightingOptions): Tensor {
  const fn = 'pairWeights';
  const { source, reduced } = parts(fn, options.weighting, options);
  return pairScope<Tensor>(
    fn,
    embeddings,
    labels,
    source,
    (pairs) => abs(grad((values: Tensor) => reduced({ ...pairs, values }))(pairs.values)),
    (_inputs, shape) => zeros([...shape]),
  );
}
