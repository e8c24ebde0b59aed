/** @file Losses of two views of the same examples, without negatives: VICReg and Barlow Twins. */
import { asTensor, checkAbove, checkAtLeast, checkRank, checkShape, fail, relu, safeSqrt, type TensorLike } from '@surrogate/core';
import { add, div, eye, matMul, mean, mul, square, sub, sum, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';

/** Options of {@link vicRegLoss}. */
export interface VicRegOptions {
  /** How much the views' difference counts, >= 0. Default 25. */
  invarianceWeight?: number | undefined;
  /** How much small standard deviations count, >= 0. Default 25. */
  varianceWeight?: number | undefined;
  /** How much correlations count, >= 0. Default 1. */
  covarianceWeight?: number | undefined;
  /** Added to variances, > 0. Default 1e-4. */
  eps?: number | undefined;
}

/** Options of {@link barlowTwinsLoss}. */
export interface BarlowTwinsOptions {
  /** How much correlations between features count, >= 0. Default 0.0051. */
  redundancyWeight?: number | undefined;
  /** Added to variances, > 0. Default 1e-5. */
  eps?: number | undefined;
}

function views(fn: string, first: TensorLike, second: TensorLike): [Tensor, Tensor] {
  const x = asTensor(fn, 'first', first);
  checkRank(fn, 'first', x.shape, 2);
  const y = asTensor(fn, 'second', second);
  checkShape(fn, 'second', y.shape, x.shape);
  if (x.shape[0] < 2 || x.shape[1] === 0)
    fail('shape', fn, 'first', `must have two examples and one feature or more, got shape [${x.shape.join(', ')}]`);
  return [x, y];
}

const centred = (x: Tensor): Tensor => sub(x, mean(x, 0, true));

/** x with itself, or with y, over the examples: `[D, D]`. */
const together = (x: Tensor, y = x): Tensor => matMul(x as Tensor2D, y as Tensor2D, true);

/** The sum of what is beside the diagonal of a square matrix. */
const beside = (x: Tensor): Tensor => sum(mul(x, sub(1, eye(x.shape[0]))));

/**
 * VICReg loss: views agree, every feature keeps a standard deviation of 1, and features do not correlate.
 *
 * $$ L = \frac{\lambda}{N D} \lVert X - Y \rVert^2 + \frac{\mu}{2 D} \sum_{Z} \sum_d \Big(1 - \sqrt{\operatorname{Var}(z_d) + \varepsilon}\Big)_+ + \frac{\nu}{D} \sum_{Z} \sum_{c \ne d} \operatorname{Cov}(z_c, z_d)^2 $$
 *
 * Sums over Z are over the two views.
 *
 * @param first float32 `[N, D]`, N >= 2: embeddings of one view.
 * @param second float32 `[N, D]`: of the other.
 * @param options the three weights λ, μ and ν, and ε.
 * @returns a scalar.
 * @throws SurrogateError `shape`, `dtype`, `range` for weights below 0 or an ε that is not positive.
 * @see Bardes, Ponce, LeCun: VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning, 2022. arXiv:2105.04906
 * @example
 * import { vicRegLoss } from '@surrogate/losses';
 * (await vicRegLoss([[2, 0], [0, 2]], [[2, 0], [0, 2]]).data())[0]; // 8
 */
export function vicRegLoss(first: TensorLike, second: TensorLike, options: VicRegOptions = {}): Tensor {
  const fn = 'vicRegLoss';
  const { invarianceWeight = 25, varianceWeight = 25, covarianceWeight = 1, eps = 1e-4 } = options;
  checkAtLeast(fn, 'invarianceWeight', invarianceWeight, 0);
  checkAtLeast(fn, 'varianceWeight', varianceWeight, 0);
  checkAtLeast(fn, 'covarianceWeight', covarianceWeight, 0);
  checkAbove(fn, 'eps', eps, 0);
  return tidy(() => {
    const [x, y] = views(fn, first, second);
    const [count, width] = x.shape as [number, number];
    const invariance = mean(square(sub(x, y)));
    const spread = (z: Tensor) => mean(relu(sub(1, safeSqrt(add(div(sum(square(z), 0), count - 1), eps)))));
    const overlap = (z: Tensor) => div(beside(square(div(together(z), count - 1))), width);
    const [a, b] = [centred(x), centred(y)];
    const variance = div(add(spread(a), spread(b)), 2);
    const covariance = add(overlap(a), overlap(b));
    return add(add(mul(invarianceWeight, invariance), mul(varianceWeight, variance)), mul(covarianceWeight, covariance));
  });
}

/**
 * Barlow Twins loss: the correlations between the features of two views should be the identity.
 *
 * $$ L = \sum_d (1 - C_{dd})^2 + \lambda \sum_{c \ne d} C_{cd}^2, \qquad C = \tfrac1N \tilde X^\top \tilde Y $$
 *
 * Features are standardised over the batch.
 *
 * @param first float32 `[N, D]`, N >= 2: embeddings of one view.
 * @param second float32 `[N, D]`: of the other.
 * @param options the weight λ, and what is added to variances.
 * @returns a scalar.
 * @throws SurrogateError `shape`, `dtype`, `range` for a weight below 0 or an eps that is not positive.
 * @see Zbontar, Jing, Misra, LeCun, Deny: Barlow Twins: Self-Supervised Learning via Redundancy Reduction, 2021. arXiv:2103.03230
 * @example
 * import { barlowTwinsLoss } from '@surrogate/losses';
 * (await barlowTwinsLoss([[1], [-1]], [[-1], [1]]).data())[0]; // 3.99996
 */
export function barlowTwinsLoss(first: TensorLike, second: TensorLike, options: BarlowTwinsOptions = {}): Tensor {
  const fn = 'barlowTwinsLoss';
  const { redundancyWeight = 0.0051, eps = 1e-5 } = options;
  checkAtLeast(fn, 'redundancyWeight', redundancyWeight, 0);
  checkAbove(fn, 'eps', eps, 0);
  return tidy(() => {
    const [x, y] = views(fn, first, second);
    const standard = (z: Tensor) => {
      const middle = centred(z);
      return div(middle, safeSqrt(add(mean(square(middle), 0, true), eps)));
    };
    const c = div(together(standard(x), standard(y)), x.shape[0]);
    const diagonal = sum(mul(square(sub(1, c)), eye(x.shape[1]!)));
    return add(diagonal, mul(redundancyWeight, beside(square(c))));
  });
}
