/** @file Kernel density estimates on tensors: log-densities, how wide the bumps should be, draws. */
import {
  asTensor,
  checkAbove,
  checkInteger,
  checkRank,
  checkRng,
  checkShape,
  fail,
  gatherNd,
  logSumExp,
  randomNormal,
  select,
  pairwiseSquaredDistances,
  safeSqrt,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { add, broadcastTo, div, expandDims, eye, greater, log, mean, mul, onesLike, square, sub, sum } from '@tensorflow/tfjs-core';
import { tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { gaussianBump, type DensityKernel } from './kernels.js';

/** Options of {@link leaveOneOutLogDensity}. */
export interface BumpOptions {
  /** How wide each point's bump is, > 0: a number or a scalar tensor, or one for each dimension `[D]`, such as `scottBandwidth(data)`. Default 1. */
  bandwidth?: TensorLike | undefined;
  /** The bump. Default `gaussianBump`. */
  kernel?: DensityKernel | undefined;
}

/** Options of {@link logKernelDensity}. */
export interface LogKernelDensityOptions extends BumpOptions {
  /** How much each point of the data counts, >= 0, float32 `[N]`; a point of weight 0 may hold anything. Default 1 each. */
  weights?: TensorLike | undefined;
}

/** Options of {@link sampleKernelDensity}. */
export interface SampleKernelDensityOptions {
  /** How wide each point's Gaussian is, > 0: a number or a scalar tensor, or one for each dimension `[D]`. Default 1. */
  bandwidth?: TensorLike | undefined;
}

function rowsOf(fn: string, argument: string, value: TensorLike, least: number): Tensor {
  const given = asTensor(fn, argument, value);
  checkRank(fn, argument, given.shape, 2);
  if (given.shape[0] < least) fail('shape', fn, argument, `must have ${least} rows or more, got ${given.shape[0]}`);
  return given;
}

/** A bandwidth for rows of so many dimensions. */
function widthOf(fn: string, bandwidth: TensorLike, dimensions: number): Tensor {
  const given = asTensor(fn, 'bandwidth', bandwidth);
  if (given.rank > 1) checkRank(fn, 'bandwidth', given.shape, 0, 1);
  if (given.rank === 1 && given.size !== 1) checkShape(fn, 'bandwidth', given.shape, [dimensions]);
  return given;
}

function checkBandwidth(fn: string, bandwidth: TensorLike): void {
  if (typeof bandwidth === 'number') checkAbove(fn, 'bandwidth', bandwidth, 0);
  else if (Array.isArray(bandwidth))
    bandwidth.forEach((one: unknown, d) => {
      if (typeof one === 'number') checkAbove(fn, `bandwidth[${d}]`, one, 0);
    });
}

/** The logarithm of what a bump integrates to in these units. */
function logVolume(kernel: DensityKernel, width: Tensor, dimensions: number): Tensor {
  const logs = sum(log(width));
  return add(width.size === 1 ? mul(dimensions, logs) : logs, kernel.logVolume(dimensions));
}

/**
 * The logarithm of a density estimate: a bump around each point of the data, their mean.
 *
 * $$ \log \hat p(x) = \log \sum_i w_i K(\lVert x - x_i \rVert / h) - \log \sum_i w_i - D \log h - \log \int K $$
 *
 * @param x float32 `[M, D]`, where the density is asked for.
 * @param data float32 `[N, D]`, one point a row.
 * @returns float32 `[M]`, in nats; -Infinity where no bump reaches. Differentiable by x, the data, the weights and the bandwidth.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length and the data has a row, `range` for a bandwidth that is not positive, `dtype`, `disposed`.
 * @see Silverman: Density Estimation for Statistics and Data Analysis, 1986
 * @example
 * import { logKernelDensity } from '@surrogate/kernel-methods';
 * await logKernelDensity([[0.2]], [[0], [1], [3]], { bandwidth: 0.5 }).data(); // [-1.141121]
 */
export function logKernelDensity(x: TensorLike, data: TensorLike, options: LogKernelDensityOptions = {}): Tensor {
  const fn = 'logKernelDensity';
  const { bandwidth = 1, kernel = gaussianBump, weights } = options;
  checkBandwidth(fn, bandwidth);
  return tidy(() => {
    const places = rowsOf(fn, 'x', x, 0);
    const given = rowsOf(fn, 'data', data, 1);
    const [n, dimensions] = given.shape as [number, number];
    checkShape(fn, 'x', places.shape, [null, dimensions]);
    const width = widthOf(fn, bandwidth, dimensions);
    const counts = weights === undefined ? undefined : asTensor(fn, 'weights', weights);
    if (counts !== undefined) checkShape(fn, 'weights', counts.shape, [n]);
    const alive = counts === undefined ? undefined : greater(counts, 0);
    const points = alive === undefined ? given : select(broadcastTo(expandDims(alive, 1), given.shape), given, zerosLike(given));
    const bumps = kernel.logBump(pairwiseSquaredDistances(div(places, width), div(points, width)));
    const volume = logVolume(kernel, width, dimensions);
    if (counts === undefined || alive === undefined) return sub(logSumExp(bumps), add(volume, Math.log(n)));
    const logCounts = log(select(alive, counts, onesLike(counts)));
    const total = logSumExp(logCounts, { mask: alive });
    return sub(logSumExp(add(bumps, logCounts), { mask: alive }), add(volume, total));
  });
}

/**
 * The logarithm of the density estimate at each point of the data, made of all the others: its mean is what a good bandwidth makes large.
 *
 * $$ \log \hat p_{-i}(x_i) = \log \sum_{j \ne i} K(\lVert x_i - x_j \rVert / h) - \log(N - 1) - D \log h - \log \int K $$
 *
 * @param data float32 `[N, D]`, one point a row, two or more.
 * @returns float32 `[N]`, in nats; -Infinity where no other bump reaches. Differentiable by the data and the bandwidth.
 * @throws SurrogateError `shape` unless the data is a matrix of two rows or more, `range` for a bandwidth that is not positive, `dtype`, `disposed`.
 * @see Duin: On the Choice of Smoothing Parameters for Parzen Estimators of Probability Density Functions, 1976
 * @example
 * import { leaveOneOutLogDensity } from '@surrogate/kernel-methods';
 * await leaveOneOutLogDensity([[0], [1]], { bandwidth: 1 }).data(); // [-1.418939, -1.418939]
 */
export function leaveOneOutLogDensity(data: TensorLike, { bandwidth = 1, kernel = gaussianBump }: BumpOptions = {}): Tensor {
  const fn = 'leaveOneOutLogDensity';
  checkBandwidth(fn, bandwidth);
  return tidy(() => {
    const points = rowsOf(fn, 'data', data, 2);
    const [n, dimensions] = points.shape as [number, number];
    const width = widthOf(fn, bandwidth, dimensions);
    const bumps = kernel.logBump(pairwiseSquaredDistances(div(points, width)));
    const others = logSumExp(bumps, { mask: sub(1, eye(n)) });
    return sub(others, add(logVolume(kernel, width, dimensions), Math.log(n - 1)));
  });
}

/** The standard deviation of each dimension times a number. */
function ofSpread(fn: string, data: TensorLike, factor: (n: number, d: number) => number): Tensor {
  return tidy(() => {
    const points = rowsOf(fn, 'data', data, 2);
    const [n, d] = points.shape as [number, number];
    const variance = mul(mean(square(sub(points, mean(points, 0, true))), 0), n / (n - 1));
    return mul(safeSqrt(variance), factor(n, d));
  });
}

/**
 * Scott's rule: the bandwidth that is best where the data is Gaussian, nearly.
 *
 * $$ h_d = \hat\sigma_d\, N^{-1/(D + 4)} $$
 *
 * @param data float32 `[N, D]`, one point a row, two or more.
 * @returns float32 `[D]`, one bandwidth for each dimension; with one dimension that of scipy's `gaussian_kde`.
 * @throws SurrogateError `shape` unless the data is a matrix of two rows or more, `dtype`, `disposed`.
 * @see Scott: Multivariate Density Estimation, 1992
 * @example
 * import { scottBandwidth } from '@surrogate/kernel-methods';
 * await scottBandwidth([[0], [1], [3]]).data(); // [1.22621]
 */
export const scottBandwidth = (data: TensorLike): Tensor => ofSpread('scottBandwidth', data, (n, d) => n ** (-1 / (d + 4)));

/**
 * Silverman's rule: the bandwidth that is best where the data is Gaussian.
 *
 * $$ h_d = \hat\sigma_d \Bigl(\frac{N (D + 2)}{4}\Bigr)^{-1/(D + 4)} $$
 *
 * @param data float32 `[N, D]`, one point a row, two or more.
 * @returns float32 `[D]`, one bandwidth for each dimension.
 * @throws SurrogateError `shape` unless the data is a matrix of two rows or more, `dtype`, `disposed`.
 * @see Silverman: Density Estimation for Statistics and Data Analysis, 1986
 * @example
 * import { silvermanBandwidth } from '@surrogate/kernel-methods';
 * await silvermanBandwidth([[0], [1], [3]]).data(); // [1.29883]
 */
export const silvermanBandwidth = (data: TensorLike): Tensor =>
  ofSpread('silvermanBandwidth', data, (n, d) => ((n * (d + 2)) / 4) ** (-1 / (d + 4)));

/**
 * Draws from a density estimate with Gaussian bumps: a point of the data, and noise.
 *
 * $$ x = x_i + h \varepsilon, \qquad i \sim U\lbrace 1, \dots, N \rbrace,\ \varepsilon \sim \mathcal N(0, I) $$
 *
 * @param rng the generator; it moves on.
 * @param data float32 `[N, D]`, one point a row.
 * @param count how many draws, at least 1.
 * @returns float32 `[count, D]`.
 * @throws SurrogateError `shape` unless the data is a matrix with a row, `range` for a bandwidth that is not positive or a count that is no whole number of at least 1, `dtype`, `disposed`.
 * @example
 * import { rng } from '@surrogate/core';
 * import { sampleKernelDensity } from '@surrogate/kernel-methods';
 * sampleKernelDensity(rng(0), [[0], [1], [3]], 5, { bandwidth: 0.5 }).shape; // [5, 1]
 */
export function sampleKernelDensity(rng: Rng, data: TensorLike, count: number, { bandwidth = 1 }: SampleKernelDensityOptions = {}): Tensor {
  const fn = 'sampleKernelDensity';
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'count', count, 1);
  checkBandwidth(fn, bandwidth);
  return tidy(() => {
    const points = rowsOf(fn, 'data', data, 1);
    const [n, dimensions] = points.shape as [number, number];
    const width = widthOf(fn, bandwidth, dimensions);
    const chosen = Array.from({ length: count }, () => [rng.integer(0, n)]);
    return add(gatherNd(points, chosen), mul(width, randomNormal(rng, [count, dimensions])));
  });
}
