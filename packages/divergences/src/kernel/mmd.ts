/** @file Distances between samples: maximum mean discrepancy and energy distance. */
import { add, concat, div, mean, mul, reshape, scalar, slice, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkOneOf, fail, pairwiseSquaredDistances, safeSqrt, type Kernel, type TensorLike } from '@surrogate/core';
import { medianKernel, twoSamples } from './samples.js';

/** Options of {@link squaredMmd}. */
export interface MmdOptions {
  /** Any positive definite kernel. Default a Gaussian as wide as the median distance of the two samples put together. */
  kernel?: Kernel | undefined;
  /** With each point's likeness to itself (never negative), without it, or without it in linear time from disjoint pairs (which wants samples of one even size). Default biased. */
  estimator?: 'biased' | 'unbiased' | 'linear' | undefined;
}

/** Options of {@link energyDistance}. */
export interface EnergyDistanceOptions {
  /** With each point's distance to itself, which is 0 (never negative), or without it. Default biased. */
  estimator?: 'biased' | 'unbiased' | undefined;
}

/** The mean over pairs of different points; `itself` is what each point has with itself. */
function meanOfPairs(matrix: Tensor, itself: Tensor | undefined): Tensor {
  if (itself === undefined) return mean(matrix);
  const n = matrix.shape[0];
  return div(sub(sum(matrix), sum(itself)), n * (n - 1));
}

/** Over disjoint pairs of consecutive rows; each kernel value is used once. */
function linearTime(x: Tensor, y: Tensor, kernel: Kernel): Tensor {
  const [n, d] = x.shape as [number, number];
  if (n !== y.shape[0] || n % 2 !== 0)
    fail('shape', 'squaredMmd', 'y', `must have as many rows as x, an even number, for the linear estimator, got ${y.shape[0]} and ${n}`);
  const half = (a: Tensor, i: number) => reshape(slice(reshape(a, [n / 2, 2, d]), [0, i, 0], [n / 2, 1, d]), [n / 2, d]);
  const [x1, x2, y1, y2] = [half(x, 0), half(x, 1), half(y, 0), half(y, 1)];
  const signs = [1, 1, -1, -1];
  const pairs = kernel.paired(concat([x1, y1, x1, x2], 0), concat([x2, y2, y2, y1], 0));
  return signs.map((sign, i) => mul(sign, mean(slice(pairs, [(i * n) / 2], [n / 2])))).reduce((a, b) => add(a, b));
}

/**
 * The squared maximum mean discrepancy between two samples: how far apart their mean embeddings are in the kernel's space.
 *
 * $$ \operatorname{MMD}^2 = \mathbb{E}\, k(x, x') + \mathbb{E}\, k(y, y') - 2\, \mathbb{E}\, k(x, y) $$
 *
 * The unbiased and the linear estimate may be negative. The default kernel's length scale is a constant to gradients.
 *
 * @param x float32 `[N, D]`, one point a row.
 * @param y float32 `[M, D]`.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length, two rows or more where the estimator needs them, `range` for another estimator, `dtype`, `disposed`.
 * @see Gretton, Borgwardt, Rasch, Schölkopf, Smola: A Kernel Two-Sample Test, 2012
 * @example
 * import { rbfKernel } from '@surrogate/core';
 * import { squaredMmd } from '@surrogate/divergences';
 * (await squaredMmd([[0], [1]], [[1], [2]], { kernel: rbfKernel() }).data())[0]; // 0.432332
 */
export function squaredMmd(x: TensorLike, y: TensorLike, options: MmdOptions = {}): Tensor {
  const { estimator = 'biased', kernel } = options;
  checkOneOf('squaredMmd', 'estimator', estimator, ['biased', 'unbiased', 'linear']);
  return tidy(() => {
    const [a, b] = twoSamples('squaredMmd', { x, y }, estimator === 'biased' ? 1 : 2);
    const k = kernel ?? medianKernel(a, b);
    if (estimator === 'linear') return linearTime(a, b, k);
    const within = (z: Tensor) => meanOfPairs(k.between(z), estimator === 'biased' ? undefined : k.paired(z));
    return sub(add(within(a), within(b)), mul(2, mean(k.between(a, b))));
  });
}

/**
 * The energy distance between two samples, which is the squared discrepancy under the kernel -|x - y|; in one dimension, twice the squared L² distance of the distribution functions.
 *
 * $$ 2\, \mathbb{E} \lVert x - y \rVert - \mathbb{E} \lVert x - x' \rVert - \mathbb{E} \lVert y - y' \rVert $$
 *
 * The unbiased estimate may be negative.
 *
 * @param x float32 `[N, D]`, one point a row.
 * @param y float32 `[M, D]`.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length, two rows or more for the unbiased estimate, `range` for another estimator, `dtype`, `disposed`.
 * @see Székely, Rizzo: Energy statistics, 2013. doi:10.1016/j.jspi.2013.03.018
 * @example
 * import { energyDistance } from '@surrogate/divergences';
 * (await energyDistance([[0], [1]], [[1], [2]]).data())[0]; // 1
 */
export function energyDistance(x: TensorLike, y: TensorLike, options: EnergyDistanceOptions = {}): Tensor {
  const { estimator = 'biased' } = options;
  checkOneOf('energyDistance', 'estimator', estimator, ['biased', 'unbiased']);
  return tidy(() => {
    const [a, b] = twoSamples('energyDistance', { x, y }, estimator === 'biased' ? 1 : 2);
    const distances = (u: Tensor, v?: Tensor) => safeSqrt(pairwiseSquaredDistances(u, v));
    const itself = estimator === 'biased' ? undefined : scalar(0);
    const within = (z: Tensor) => meanOfPairs(distances(z), itself);
    return sub(mul(2, mean(distances(a, b))), add(within(a), within(b)));
  });
}
