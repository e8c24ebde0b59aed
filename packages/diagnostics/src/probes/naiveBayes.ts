/** @file Gaussian naive Bayes with one variance a feature: a linear probe that needs few examples, fitted in one pass over a stream. */
import { asTensor, checkAtLeast, checkInteger, checkShape, oneHotMask, select, type TensorLike } from '@surrogate/core';
import {
  add,
  cast,
  div,
  equal,
  expandDims,
  fill,
  greater,
  log,
  matMul,
  mul,
  onesLike,
  square,
  sub,
  sum,
  tidy,
  transpose,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checkRecord.js';
import { classIds, featuresOf, type LinearProbe } from './linearProbe.js';

/** What naive Bayes needs to know of the examples that it has seen. */
export interface ClassMoments {
  /** float32 `[K]`: how many there were of each class. */
  readonly counts: Tensor;
  /** float32 `[K, d]`: the mean of each feature; 0 of a class without examples. */
  readonly means: Tensor;
  /** float32 `[K, d]`: the sums of the squared deviations from it. */
  readonly squares: Tensor;
}

/** How {@link naiveBayesProbe} is fitted. */
export interface NaiveBayesOptions {
  /** What is added to each variance, >= 0. Default 1e-9. */
  varianceFloor?: number | undefined;
}

/** a / b, and 0 where both are. */
const divOrZero = (a: Tensor, b: Tensor) => div(a, add(b, cast(equal(b, 0), 'float32')));

/**
 * Counts, means and squared deviations of the features of each class.
 *
 * $$ n_k = \sum_{y_i = k} 1, \qquad \mu_k = \frac{1}{n_k} \sum_{y_i = k} x_i, \qquad S_k = \sum_{y_i = k} (x_i - \mu_k)^2 $$
 *
 * @param features float32 `[n, d]`.
 * @param labels int32 class ids `[n]`.
 * @param classes K, >= 1; a class may have no example.
 * @returns the moments, which are the caller's.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` for a class id outside [0, K).
 * @see Zheng, Zhao, Li, Chen, Zhu: Revisiting Discriminative vs. Generative Classifiers: Theory and Implications, 2023. arXiv:2302.02334
 * @example
 * import { classMoments } from '@surrogate/diagnostics';
 * const { means } = classMoments([[0, 0], [2, 0], [4, 4], [6, 8]], [0, 0, 1, 1], 2);
 * await means.data(); // [1, 0, 5, 6]
 */
export function classMoments(features: TensorLike, labels: TensorLike, classes: number): ClassMoments {
  const fn = 'classMoments';
  checkInteger(fn, 'classes', classes, 1);
  return tidy(() => {
    const x = featuresOf(fn, features);
    const ids = classIds(fn, labels, x.shape[0], classes);
    if (x.size === 0) return { counts: zeros([classes]), means: zeros([classes, x.shape[1]!]), squares: zeros([classes, x.shape[1]!]) };
    const target = oneHotMask(ids, classes);
    const byClass = transpose(target);
    const counts = sum(target, 0);
    const means = divOrZero(matMul(byClass, x), expandDims(counts, 1));
    // About the means themselves: a difference of two large sums would lose float32's digits.
    return { counts, means, squares: matMul(byClass, square(sub(x, matMul(target, means)))) };
  });
}

function momentsOf(fn: string, argument: string, moments: ClassMoments): ClassMoments {
  checkRecord(fn, argument, moments, '{ counts, means, squares }');
  const means = asTensor(fn, `${argument}.means`, moments.means);
  const counts = asTensor(fn, `${argument}.counts`, moments.counts);
  const squares = asTensor(fn, `${argument}.squares`, moments.squares);
  checkShape(fn, `${argument}.counts`, counts.shape, [null]);
  checkShape(fn, `${argument}.means`, means.shape, [counts.shape[0], null]);
  checkShape(fn, `${argument}.squares`, squares.shape, means.shape);
  return { counts, means, squares };
}

/**
 * The moments of two sets of examples together, so that a stream is seen chunk by chunk; a chunk need not hold every class.
 *
 * $$ \mu = \mu_a + \frac{n_b}{n_a + n_b} (\mu_b - \mu_a), \qquad S = S_a + S_b + \frac{n_a n_b}{n_a + n_b} (\mu_a - \mu_b)^2 $$
 *
 * @param a moments of some examples.
 * @param b moments of others, of the same shape.
 * @returns new moments, which are the caller's; a and b stay as they are.
 * @throws SurrogateError `shape` where the two differ in it, `dtype`, `disposed`.
 * @see Chan, Golub, LeVeque: Algorithms for Computing the Sample Variance: Analysis and Recommendations, 1983
 * @example
 * import { classMoments, mergeClassMoments } from '@surrogate/diagnostics';
 * const { counts } = mergeClassMoments(classMoments([[0]], [0], 2), classMoments([[2], [5]], [0, 1], 2));
 * await counts.data(); // [2, 1]
 */
export function mergeClassMoments(a: ClassMoments, b: ClassMoments): ClassMoments {
  const fn = 'mergeClassMoments';
  return tidy(() => {
    const [left, right] = [momentsOf(fn, 'a', a), momentsOf(fn, 'b', b)];
    checkShape(fn, 'b.means', right.means.shape, left.means.shape);
    const counts = add(left.counts, right.counts);
    const share = expandDims(divOrZero(right.counts, counts), 1);
    const apart = sub(right.means, left.means);
    return {
      counts,
      means: add(left.means, mul(share, apart)),
      squares: add(add(left.squares, right.squares), mul(mul(share, expandDims(left.counts, 1)), square(apart))),
    };
  });
}

/**
 * Gaussian naive Bayes as a linear probe: features are independent and normal within a class, with a variance that all classes share, which is what makes it linear.
 *
 * $$ W_{jk} = \frac{\mu_{kj}}{v_j}, \qquad b_k = \log\frac{n_k}{n} - \frac12 \sum_j \frac{\mu_{kj}^2}{v_j}, \qquad v = \frac1n \sum_k S_k $$
 *
 * Its logits are log p(x, k) up to a term that all classes share. It comes close to its best with a number of examples that grows with log d, logistic regression
 * with d; in the limit logistic regression is the better of the two.
 *
 * @param moments what {@link classMoments} counts.
 * @returns the probe; a class without examples has bias -Infinity.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` for a negative floor.
 * @see Zheng, Zhao, Li, Chen, Zhu: Revisiting Discriminative vs. Generative Classifiers: Theory and Implications, 2023. arXiv:2302.02334
 * @example
 * import { classMoments, naiveBayesProbe } from '@surrogate/diagnostics';
 * const { weights } = naiveBayesProbe(classMoments([[0, 0], [2, 0], [4, 4], [6, 8]], [0, 0, 1, 1], 2));
 * await weights.data(); // [1, 5, 0, 3]
 */
export function naiveBayesProbe(moments: ClassMoments, options: NaiveBayesOptions = {}): LinearProbe {
  const fn = 'naiveBayesProbe';
  const { varianceFloor = 1e-9 } = options;
  checkAtLeast(fn, 'varianceFloor', varianceFloor, 0);
  return tidy(() => {
    const { counts, means, squares } = momentsOf(fn, 'moments', moments);
    const total = sum(counts);
    const variances = add(divOrZero(sum(squares, 0), total), varianceFloor);
    const scaled = div(means, variances);
    const seen = greater(counts, 0);
    const logPriors = select(seen, log(divOrZero(select(seen, counts, onesLike(counts)), total)), fill(counts.shape, -Infinity));
    return { weights: transpose(scaled), bias: sub(logPriors, mul(0.5, sum(mul(means, scaled), 1))) };
  });
}
