/** @file How far a sample is from a distribution of which only the score is known. */
import { add, expandDims, fill, mul, square, sub, sum, tidy, zeros, div, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkOneOf,
  checkShape,
  fail,
  gramMatrix,
  inverseMultiquadricKernel,
  medianHeuristic,
  pairwiseSquaredDistances,
  type Kernel,
  type TensorLike,
} from '@surrogate/core';
import { meanOfPairs } from './mmd.js';
import { pairedSamples } from './samples.js';

/** Options of {@link kernelSteinDiscrepancy}. */
export interface SteinOptions {
  /** A smooth kernel of the distance alone: `rbfKernel`, `rationalQuadraticKernel`, `inverseMultiquadricKernel`, `maternKernel` with smoothness 2.5. Default an inverse multiquadric as wide as the median distance. */
  kernel?: Kernel | undefined;
  /** With each point's own term (the V-statistic, never negative) or without it (the U-statistic). Default biased. */
  estimator?: 'biased' | 'unbiased' | undefined;
}

/**
 * The kernelized Stein discrepancy of a sample from a distribution that is known by its score, no normaliser wanted. It is 0, in expectation, for samples of that distribution.
 *
 * $$ \mathbb{E}\left[ s^\top s' k + s^\top \nabla_{x'} k + s'^\top \nabla_x k + \operatorname{tr} \nabla_x \nabla_{x'} k \right], \qquad s = \nabla \log p(x) $$
 *
 * It is the squared norm, as in Liu et al. The default kernel's length scale is a constant to gradients.
 *
 * @param x float32 `[N, D]`, one point a row.
 * @param scores float32 `[N, D]`, the gradient of log p at each point.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` unless both are matrices of one shape, with two rows or more for the unbiased estimate and the default kernel, `range` for another estimator or a kernel that is no smooth one of the distance, `dtype`, `disposed`.
 * @see Liu, Lee, Jordan: A Kernelized Stein Discrepancy for Goodness-of-fit Tests, 2016. arXiv:1602.03253
 * @see Gorham, Mackey: Measuring Sample Quality with Kernels, 2017. arXiv:1703.01717 (the default kernel)
 * @example
 * import { rbfKernel } from '@surrogate/core';
 * import { kernelSteinDiscrepancy } from '@surrogate/divergences';
 * // Two points, and a standard normal.
 * (await kernelSteinDiscrepancy([[1], [-1]], [[-1], [1]], { kernel: rbfKernel() }).data())[0]; // 0.458659
 */
export function kernelSteinDiscrepancy(x: TensorLike, scores: TensorLike, options: SteinOptions = {}): Tensor {
  const fn = 'kernelSteinDiscrepancy';
  const { kernel, estimator = 'biased' } = options;
  checkOneOf(fn, 'estimator', estimator, ['biased', 'unbiased']);
  if (kernel !== undefined && kernel.radial === undefined)
    fail('range', fn, 'kernel', `must be a smooth kernel of the distance, got ${String(kernel.name)}`);
  return tidy(() => {
    const [points, given] = pairedSamples(fn, { x, scores }, estimator === 'biased' && kernel !== undefined ? 1 : 2) as [Tensor, Tensor];
    checkShape(fn, 'scores', given.shape, points.shape);
    const [n, d] = points.shape as [number, number];
    const { scale, at } = (kernel ?? inverseMultiquadricKernel({ lengthScale: medianHeuristic(points) })).radial!;
    // In units of the length scale, in which the derivatives by x are those by s times what x does to s.
    const unit = scale(points);
    const [z, slopes] = [div(points, unit), div(given, unit)];
    const stretch = sum(div(fill([d], 1), square(unit)));
    const squares = pairwiseSquaredDistances(z);
    const own = sum(mul(slopes, z), 1);
    const crossed = gramMatrix(slopes, z);
    const drift = sub(add(expandDims(own, 1), expandDims(own, 0)), add(crossed, gramMatrix(z, slopes)));
    const { value, slope, bend } = at(squares);
    const products = add(mul(gramMatrix(given), value), mul(-2, mul(slope, add(drift, stretch))));
    const all = sub(products, mul(4, mul(bend, pairwiseSquaredDistances(div(z, unit)))));
    if (estimator === 'biased') return meanOfPairs(all, undefined);
    const still = at(zeros([n]));
    return meanOfPairs(all, add(mul(sum(square(given), 1), still.value), mul(-2, mul(still.slope, stretch))));
  });
}
