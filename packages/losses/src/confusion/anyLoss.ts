/** @file Any metric of the confusion matrix as a loss (Han et al. 2024). */
import { asTensor, checkAbove, checkFinite, lossScope, sigmoid, type LossOptions, type TensorLike } from '@surrogate/core';
import { mul, sub, sum, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checks.js';
import { fBeta, type ConfusionMetric, type SoftConfusion } from './record.js';
import { decisionRows, type BatchRows } from './rows.js';

/** What weighs the rows of a loss of the whole batch. */
export type BatchOptions = Omit<LossOptions, 'reduction'>;

/** Options of {@link confusionLoss}. */
export interface ConfusionLossOptions extends BatchOptions {
  /** The metric. Default the F1 measure. */
  metric?: ConfusionMetric | undefined;
}

/** Options of {@link amplify}. */
export interface AmplifyOptions {
  /** How steeply probabilities turn into decisions, > 0. Default 73, which makes .5 ± .05 nearly 0 and 1. */
  steepness?: number | undefined;
  /** Where they turn. Default 0.5. */
  threshold?: number | undefined;
}

/** Options of {@link anyLoss}. */
export interface AnyLossOptions extends ConfusionLossOptions, AmplifyOptions {}

/** Weighted counts a class. */
export function countsOf({ predictions: p, labels: y, weights: w }: BatchRows): SoftConfusion {
  const total = (a: Tensor, b: Tensor) => sum(mul(w, mul(a, b)), 0);
  const [q, no] = [sub(1, p), sub(1, y)];
  return { tp: total(p, y), fn: total(q, y), fp: total(p, no), tn: total(q, no) };
}

/** The loss of no rows: 0, with a gradient of 0 by the predictions. */
export const nothing = (fn: string, name: string, predictions: TensorLike): Tensor =>
  lossScope(fn, { [name]: predictions }, { reduction: 'sum' }, () => zeros([]));

/**
 * Soft confusion counts of probabilities against binary labels.
 *
 * $$ tp = \sum_i w_i p_i y_i, \quad fn = \sum_i w_i (1 - p_i) y_i, \quad fp = \sum_i w_i p_i (1 - y_i), \quad tn = \sum_i w_i (1 - p_i)(1 - y_i) $$
 *
 * @param probs float32 of any shape, in [0, 1].
 * @param labels of the same shape, in [0, 1].
 * @param options what weighs.
 * @returns four scalars.
 * @throws SurrogateError `shape` when the shapes differ.
 * @see Han, Moniz, Chawla: AnyLoss: Transforming Classification Metrics into Loss Functions, 2024. arXiv:2405.14745
 * @example
 * import { softConfusion } from '@surrogate/losses';
 * const { tp, fp } = softConfusion([0.9, 0.2], [1, 0]);
 * [(await tp.data())[0], (await fp.data())[0]]; // [0.9, 0.2]
 */
export function softConfusion(probs: TensorLike, labels: TensorLike, options: BatchOptions = {}): SoftConfusion {
  return tidy(() => {
    const rows = decisionRows('softConfusion', ['probs', probs], labels, options);
    if (rows === undefined) return { tp: zeros([]), fn: zeros([]), fp: zeros([]), tn: zeros([]) };
    const { tp, fn, fp, tn } = countsOf(rows);
    const scalar = (x: Tensor) => sum(x);
    return { tp: scalar(tp), fn: scalar(fn), fp: scalar(fp), tn: scalar(tn) };
  });
}

function lossOf(fn: string, probs: TensorLike, labels: TensorLike, options: ConfusionLossOptions, change: (p: Tensor) => Tensor): Tensor {
  const { metric = fBeta(1) } = options;
  checkRecord(fn, 'metric', metric, ['of']);
  return tidy(() => {
    const rows = decisionRows(fn, ['probs', probs], labels, options);
    if (rows === undefined) return nothing(fn, 'probs', probs);
    return sum(sub(1, metric.of(countsOf({ ...rows, predictions: change(rows.predictions) }))));
  });
}

/**
 * One minus a metric of the soft confusion counts, over the whole batch.
 *
 * $$ L = 1 - M(tp, fn, fp, tn) $$
 *
 * Use full or large stratified batches: the metric of a batch is no mean over its rows, and a class that does not occur has no gradient.
 *
 * @param probs float32 of any shape, in [0, 1].
 * @param labels of the same shape, in [0, 1].
 * @param options the metric, and what weighs.
 * @returns a scalar.
 * @throws SurrogateError `shape` when the shapes differ, `dtype` when the metric is no such record.
 * @see Han, Moniz, Chawla: AnyLoss: Transforming Classification Metrics into Loss Functions, 2024. arXiv:2405.14745
 * @example
 * import { confusionLoss, jaccard } from '@surrogate/losses';
 * (await confusionLoss([1, 1, 0], [1, 0, 0], { metric: jaccard }).data())[0]; // 0.5
 */
export function confusionLoss(probs: TensorLike, labels: TensorLike, options: ConfusionLossOptions = {}): Tensor {
  return lossOf('confusionLoss', probs, labels, options, (p) => p);
}

/**
 * Turns probabilities into nearly hard decisions that still have a gradient.
 *
 * $$ A(p) = \sigma(L (p - \theta)) $$
 *
 * @param probs float32 of any shape.
 * @param options steepness L and threshold θ.
 * @returns float32 of the same shape.
 * @throws SurrogateError `range`, `dtype`, `disposed`.
 * @see Han, Moniz, Chawla: AnyLoss: Transforming Classification Metrics into Loss Functions, 2024. arXiv:2405.14745
 * @example
 * import { amplify } from '@surrogate/losses';
 * await amplify([0.9, 0.4], { steepness: 10 }).data(); // [0.982014, 0.268941]
 */
export function amplify(probs: TensorLike, options: AmplifyOptions = {}): Tensor {
  const { steepness = 73, threshold = 0.5 } = options;
  checkAbove('amplify', 'steepness', steepness, 0);
  checkFinite('amplify', 'threshold', threshold);
  return tidy(() => sigmoid(mul(steepness, sub(asTensor('amplify', 'probs', probs), threshold))));
}

/**
 * AnyLoss: any metric of the confusion matrix of amplified probabilities as a loss.
 *
 * $$ L = 1 - M(\text{counts of } A(p) \text{ against } y) $$
 *
 * At the default steepness the gradient is gone beyond ±0.1 of the threshold; begin with 10 to 30 where training starts from scratch.
 *
 * @param probs float32 of any shape, in [0, 1].
 * @param labels of the same shape, 0 or 1.
 * @param options the metric, the amplification, and what weighs.
 * @returns a scalar.
 * @throws SurrogateError `shape` when the shapes differ, `dtype` when the metric is no such record, `range`.
 * @see Han, Moniz, Chawla: AnyLoss: Transforming Classification Metrics into Loss Functions, 2024. arXiv:2405.14745
 * @example
 * import { anyLoss } from '@surrogate/losses';
 * (await anyLoss([0.9, 0.6, 0.4, 0.2], [1, 0, 1, 0], { steepness: 10 }).data())[0]; // 0.379092
 */
export function anyLoss(probs: TensorLike, labels: TensorLike, options: AnyLossOptions = {}): Tensor {
  const { steepness = 73, threshold = 0.5 } = options;
  checkAbove('anyLoss', 'steepness', steepness, 0);
  checkFinite('anyLoss', 'threshold', threshold);
  return lossOf('anyLoss', probs, labels, options, (p) => amplify(p, { steepness, threshold }));
}
