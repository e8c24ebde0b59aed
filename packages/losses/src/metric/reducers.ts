/** @file From the losses of pairs, triplets or anchors to one number. */
import { asTensor, checkRank, detach, fail, oneHotMask, reduceLoss, select, type TensorLike } from '@surrogate/core';
import {
  cast,
  greater,
  less,
  matMul,
  mul,
  notEqual,
  onesLike,
  reshape,
  sum,
  tidy,
  zerosLike,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checks.js';
import { overNonZero } from './distances.js';
import { float } from './pairs.js';

/** Losses of one kind: `[N]` an anchor, `[N, M]` a pair, `[N, M, M]` a triplet, or one number of the whole batch. */
export interface PairTerm {
  /** float32: one loss each; what is not there may hold anything finite. */
  readonly losses: Tensor;
  /** 0/1 of the same shape: which of them there are. */
  readonly present: Tensor;
  /** What {@link divisorReducer} divides their sum by. Default how many there are. */
  readonly divisor?: Tensor | undefined;
}

/** How a term becomes one number; 0 with gradient 0 where there is nothing. */
export interface PairReducer {
  /** What it is called. */
  readonly name: string;
  /**
   * One number from the losses of a term.
   *
   * @param losses the losses, and which there are.
   * @param labels int32 `[N]`: the labels of the anchors.
   * @param term its name among those of the loss.
   */
  reduce(losses: PairTerm, labels: Tensor, term: string): Tensor;
}

/** What is there; the rest as 0. */
const shown = ({ losses, present }: PairTerm): Tensor => select(cast(notEqual(present, 0), 'bool'), losses, zerosLike(losses));

/**
 * The mean of the losses that there are.
 *
 * @example
 * import { meanReducer } from '@surrogate/losses';
 * import { tensor } from '@tensorflow/tfjs-core';
 * (await meanReducer.reduce({ losses: tensor([1, 3, 9]), present: tensor([1, 1, 0]) }, tensor([0, 0, 1], [3], 'int32'), 'loss').data())[0]; // 2
 */
export const meanReducer: PairReducer = { name: 'mean', reduce: (term) => tidy(() => reduceLoss(shown(term), term.present)) };

/**
 * The sum of the losses that there are.
 *
 * @example
 * import { sumReducer } from '@surrogate/losses';
 * import { tensor } from '@tensorflow/tfjs-core';
 * (await sumReducer.reduce({ losses: tensor([1, 3, 9]), present: tensor([1, 1, 0]) }, tensor([0, 0, 1], [3], 'int32'), 'loss').data())[0]; // 4
 */
export const sumReducer: PairReducer = { name: 'sum', reduce: (term) => tidy(() => sum(shown(term))) };

/** Options of {@link thresholdReducer}. */
export interface ThresholdReducerOptions {
  /** Losses must be above this to count. Default no bound. */
  low?: number | undefined;
  /** Losses must be below this to count. Default no bound. */
  high?: number | undefined;
}

/**
 * The mean of the losses between two bounds.
 *
 * @param options the bounds; one at least.
 * @returns the record of the reducer.
 * @throws SurrogateError `range` where there is no bound, or one is NaN.
 * @example
 * import { thresholdReducer } from '@surrogate/losses';
 * import { ones, tensor } from '@tensorflow/tfjs-core';
 * (await thresholdReducer({ high: 5 }).reduce({ losses: tensor([1, 3, 9]), present: ones([3]) }, tensor([0, 0, 1], [3], 'int32'), 'loss').data())[0]; // 2
 */
export function thresholdReducer({ low, high }: ThresholdReducerOptions): PairReducer {
  const fn = 'thresholdReducer';
  if (low === undefined && high === undefined) fail('range', fn, 'low', 'must be a number, or high must, got neither');
  for (const [name, bound] of Object.entries({ low, high }))
    if (bound !== undefined && (typeof bound !== 'number' || Number.isNaN(bound)))
      fail('range', fn, name, `must be a number, got ${String(bound)}`);
  return {
    name: 'threshold',
    reduce: (term, labels, name) =>
      tidy(() => {
        const fixed = detach(term.losses);
        const above = low === undefined ? term.present : mul(term.present, float(greater(fixed, low)));
        const between = high === undefined ? above : mul(above, float(less(fixed, high)));
        return meanReducer.reduce({ ...term, present: between }, labels, name);
      }),
  };
}

/**
 * The mean of the losses above 0: what is satisfied does not dilute what is not.
 *
 * @example
 * import { avgNonZeroReducer } from '@surrogate/losses';
 * import { ones, tensor } from '@tensorflow/tfjs-core';
 * (await avgNonZeroReducer.reduce({ losses: tensor([1, 3, 0]), present: ones([3]) }, tensor([0, 0, 1], [3], 'int32'), 'loss').data())[0]; // 2
 */
export const avgNonZeroReducer: PairReducer = {
  name: 'avgNonZero',
  reduce: (term, labels, name) =>
    tidy(() => meanReducer.reduce({ ...term, present: mul(term.present, float(greater(detach(term.losses), 0))) }, labels, name)),
};

/**
 * The sum over a divisor that the loss names: for the margin loss the number of margins that are violated.
 *
 * @example
 * import { divisorReducer } from '@surrogate/losses';
 * import { ones, scalar, tensor } from '@tensorflow/tfjs-core';
 * (await divisorReducer.reduce({ losses: tensor([1, 3, 0]), present: ones([3]), divisor: scalar(2) }, tensor([0, 0, 1], [3], 'int32'), 'loss').data())[0]; // 2
 */
export const divisorReducer: PairReducer = {
  name: 'divisor',
  reduce: (term) => tidy(() => overNonZero(sum(shown(term)), term.divisor ?? sum(term.present))),
};

/** One value an anchor, in the shape of a term. */
const anchored = (x: Tensor, { losses }: PairTerm): Tensor => reshape(x, [x.size, ...Array<number>(losses.rank - 1).fill(1)]);

/**
 * The mean of losses that are first multiplied by the weight of their anchor's class.
 *
 * @param weights float32 `[K]`; the labels are then class ids in [0, K).
 * @returns the record of the reducer.
 * @throws SurrogateError `shape` unless the weights are a vector, `dtype`, `disposed`.
 * @example
 * import { classWeightedReducer } from '@surrogate/losses';
 * import { ones, tensor } from '@tensorflow/tfjs-core';
 * (await classWeightedReducer([1, 0]).reduce({ losses: tensor([1, 3]), present: ones([2]) }, tensor([0, 1], [2], 'int32'), 'loss').data())[0]; // 0.5
 */
export function classWeightedReducer(weights: TensorLike): PairReducer {
  const fn = 'classWeightedReducer';
  tidy(() => checkRank(fn, 'weights', asTensor(fn, 'weights', weights).shape, 1));
  return {
    name: 'classWeighted',
    reduce: (term, labels, name) =>
      tidy(() => {
        if (term.losses.rank === 0) return meanReducer.reduce(term, labels, name);
        const byClass = asTensor(fn, 'weights', weights);
        const hot = oneHotMask(labels, byClass.size) as Tensor2D;
        const ofAnchor = matMul(hot, reshape(byClass, [byClass.size, 1]));
        return meanReducer.reduce({ ...term, losses: mul(shown(term), anchored(ofAnchor, term)) }, labels, name);
      }),
  };
}

/**
 * Averages the pairs of each anchor first, so that anchors with many pairs count no more than others; an anchor without pairs is a 0.
 *
 * @param reducer what reduces the anchors. Default the mean.
 * @returns the record of the reducer.
 * @throws SurrogateError `dtype` when that is no reducer.
 * @example
 * import { perAnchorReducer } from '@surrogate/losses';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const term = { losses: tensor([[1, 3], [4, 9]]), present: tensor([[1, 1], [1, 0]]) };
 * (await perAnchorReducer().reduce(term, tensor([0, 1], [2], 'int32'), 'loss').data())[0]; // 3
 */
export function perAnchorReducer(reducer: PairReducer = meanReducer): PairReducer {
  checkRecord('perAnchorReducer', 'reducer', reducer, ['reduce']);
  return {
    name: 'perAnchor',
    reduce: (term, labels, name) =>
      tidy(() => {
        if (term.losses.rank < 2) return reducer.reduce(term, labels, name);
        const axes = term.losses.shape.map((_, i) => i).slice(1);
        const counts = sum(term.present, axes);
        const losses = overNonZero(sum(shown(term), axes), counts);
        return reducer.reduce({ losses, present: onesLike(losses) }, labels, name);
      }),
  };
}

/**
 * Reduces each term of a loss in its own way.
 *
 * @param reducers by the name of the term: `positive` and `negative` for a contrastive loss.
 * @param fallback for terms that are not named. Default the mean.
 * @returns the record of the reducer.
 * @throws SurrogateError `dtype` when one is no reducer.
 * @example
 * import { contrastiveLoss, reducerByTerm, sumReducer } from '@surrogate/losses';
 * const loss = contrastiveLoss([[1, 0], [0, 1]], [0, 0], { reducer: reducerByTerm({ positive: sumReducer }) });
 * (await loss.data())[0]; // 2.828427
 */
export function reducerByTerm(reducers: Readonly<Record<string, PairReducer>>, fallback: PairReducer = meanReducer): PairReducer {
  const fn = 'reducerByTerm';
  checkRecord(fn, 'fallback', fallback, ['reduce']);
  for (const [name, reducer] of Object.entries(reducers)) checkRecord(fn, `reducers.${name}`, reducer, ['reduce']);
  return { name: 'byTerm', reduce: (term, labels, name) => (reducers[name] ?? fallback).reduce(term, labels, name) };
}
