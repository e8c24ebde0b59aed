/** @file Learning from aggregate responses (Javanmard et al. 2024): each bag of examples is known by its mean response alone. */
import {
  asClassTarget,
  asTensor,
  checkBetween,
  checkRank,
  fail,
  lossScope,
  segmentMean,
  segmentSum,
  select,
  takeAlongAxis,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, cast, mul, notEqual, ones, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { checkBroadcast, checkRecord } from '../common/checks.js';
import { squaredResponse, type ResponseLoss } from './record.js';

/** Options of {@link bagLevelLoss} and {@link instanceLevelLoss}; the mask and the weights are of bags. */
export interface BagOptions extends LossOptions {
  /** What a prediction costs against a mean response. Default {@link squaredResponse}. */
  loss?: ResponseLoss | undefined;
}

/** Options of {@link aggregateLoss}. */
export interface AggregateOptions extends BagOptions {
  /** From the loss of the bags' means (0) to that of the single predictions (1), in [0, 1]. Default 0.1. */
  rho?: number | undefined;
}

interface Bags {
  readonly predictions: TensorLike;
  readonly bags: TensorLike;
  readonly responses: TensorLike;
}

/** A bag costs (1 - ρ) l(its mean prediction) + ρ (mean of l), and counts by its size, so that unequal bags keep the identities of equal ones. */
function bagScope(
  fn: string,
  { predictions, bags, responses }: Bags,
  { loss = squaredResponse, ...options }: BagOptions,
  rho: number,
): Tensor {
  checkRecord(fn, 'loss', loss, ['of']);
  return tidy(() => {
    const f = asTensor(fn, 'predictions', predictions);
    const y = asTensor(fn, 'responses', responses);
    checkRank(fn, 'predictions', f.shape, 1);
    checkRank(fn, 'responses', y.shape, 1);
    const count = y.size;
    const { ids } = asClassTarget(fn, bags, [f.size, count], undefined, 'bags');
    if (ids === undefined) fail('shape', fn, 'bags', `must have shape [${f.size}], got [${f.size}, ${count}]`);
    const sizes = segmentSum(ones(f.shape), ids, count);
    const weights = options.weights === undefined ? sizes : mul(sizes, weightsOf(fn, options.weights, sizes));
    // What belongs to a bag that does not count may hold NaN: it is replaced before anything is made of it.
    const alive = options.mask === undefined ? undefined : maskOf(fn, options.mask, sizes);
    const ofBag = (x: Tensor) => takeAlongAxis(x, ids);
    const seen = (x: Tensor, kept: Tensor | undefined) => (kept === undefined ? x : select(cast(kept, 'bool'), x, zerosLike(x)));
    const clean = seen(f, alive === undefined ? undefined : ofBag(alive));
    const target = seen(y, alive);
    const means = segmentMean(clean, ids, count);
    const within = rho === 0 ? zerosLike(y) : segmentMean(loss.of(clean, ofBag(target)), ids, count);
    return lossScope(fn, { responses: target, means, within }, { ...options, weights, mask: alive }, (rows) =>
      rho === 1 ? rows.within : add(mul(1 - rho, loss.of(rows.means, rows.responses)), mul(rho, rows.within)),
    );
  });
}

const weightsOf = (fn: string, weights: TensorLike, sizes: Tensor): Tensor => {
  const given = asTensor(fn, 'weights', weights);
  checkBroadcast(fn, 'weights', given, sizes.shape);
  return given;
};

const maskOf = (fn: string, mask: TensorLike, sizes: Tensor): Tensor => {
  const given = asTensor(fn, 'mask', mask);
  checkBroadcast(fn, 'mask', given, sizes.shape);
  return mul(cast(notEqual(given, 0), 'float32'), ones(sizes.shape));
};

/**
 * Bag-level loss: the mean prediction of each bag against its response; unbiased, and of large variance.
 *
 * $$ \ell = \sum_a \frac{k_a}{N}\, l\left( \bar f_a,\ \bar y_a \right), \qquad \bar f_a = \frac{1}{k_a} \sum_{i \in a} f_i $$
 *
 * @param predictions float32 `[N]`.
 * @param bags int32 `[N]`: the bag of each prediction, in [0, M).
 * @param responses float32 `[M]`: the mean response of each bag.
 * @param options the loss l, and what every loss takes; a row is a bag, and counts by its size.
 * @returns a scalar, or `[M]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the predictions and the bags differ or are no vectors, `range` for a bag outside [0, M), `dtype` when the loss is no such record.
 * @see Javanmard, Chen, Mirrokni, Badanidiyuru, Fu: Learning from Aggregate Responses: Instance Level versus Bag Level Loss Functions, 2024. arXiv:2401.11081
 * @example
 * import { bagLevelLoss } from '@surrogate/losses';
 * (await bagLevelLoss([0, 1, 2, 5], [0, 0, 1, 1], [1, 3]).data())[0]; // 0.25
 */
export function bagLevelLoss(predictions: TensorLike, bags: TensorLike, responses: TensorLike, options: BagOptions = {}): Tensor {
  return bagScope('bagLevelLoss', { predictions, bags, responses }, options, 0);
}

/**
 * Instance-level loss: each prediction against the response of its bag; of small variance, and pulled towards the mean of all.
 *
 * $$ \ell = \frac1N \sum_a \sum_{i \in a} l\left( f_i,\ \bar y_a \right) $$
 *
 * @param predictions float32 `[N]`.
 * @param bags int32 `[N]`: the bag of each prediction, in [0, M).
 * @param responses float32 `[M]`: the mean response of each bag.
 * @param options the loss l, and what every loss takes; a row is a bag, and counts by its size.
 * @returns a scalar, or `[M]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the predictions and the bags differ or are no vectors, `range` for a bag outside [0, M), `dtype` when the loss is no such record.
 * @see Javanmard, Chen, Mirrokni, Badanidiyuru, Fu: Learning from Aggregate Responses: Instance Level versus Bag Level Loss Functions, 2024. arXiv:2401.11081
 * @example
 * import { instanceLevelLoss } from '@surrogate/losses';
 * (await instanceLevelLoss([0, 1, 2, 5], [0, 0, 1, 1], [1, 3]).data())[0]; // 1.5
 */
export function instanceLevelLoss(predictions: TensorLike, bags: TensorLike, responses: TensorLike, options: BagOptions = {}): Tensor {
  return bagScope('instanceLevelLoss', { predictions, bags, responses }, options, 1);
}

/**
 * Interpolated aggregate loss: the bag-level loss, regularised by the instance-level one; for squared errors that is ρ times the variance within the bags.
 *
 * $$ \ell = (1 - \rho)\, \ell_{\text{bag}} + \rho\, \ell_{\text{instance}} $$
 *
 * @param predictions float32 `[N]`.
 * @param bags int32 `[N]`: the bag of each prediction, in [0, M).
 * @param responses float32 `[M]`: the mean response of each bag.
 * @param options ρ, the loss l, and what every loss takes; a row is a bag, and counts by its size.
 * @returns a scalar, or `[M]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the predictions and the bags differ or are no vectors, `range` for a bag outside [0, M) or rho outside [0, 1], `dtype` when the loss is no such record.
 * @see Javanmard, Chen, Mirrokni, Badanidiyuru, Fu: Learning from Aggregate Responses: Instance Level versus Bag Level Loss Functions, 2024. arXiv:2401.11081
 * @example
 * import { aggregateLoss } from '@surrogate/losses';
 * (await aggregateLoss([0, 1, 2, 5], [0, 0, 1, 1], [1, 3], { rho: 0.3 }).data())[0]; // 0.625
 */
export function aggregateLoss(predictions: TensorLike, bags: TensorLike, responses: TensorLike, options: AggregateOptions = {}): Tensor {
  const { rho = 0.1, ...rest } = options;
  checkBetween('aggregateLoss', 'rho', rho, 0, 1, true);
  return bagScope('aggregateLoss', { predictions, bags, responses }, rest, rho);
}
