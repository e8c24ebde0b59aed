/** @file Distances between samples: maximum mean discrepancy and energy distance. */
import {
  add,
  broadcastTo,
  concat,
  div,
  equal,
  expandDims,
  eye,
  fill,
  mean,
  mul,
  neg,
  reshape,
  slice,
  square,
  sub,
  sum,
  tidy,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { asTensor, checkInteger, checkOneOf, checkShape, energyKernel, fail, select, type Kernel, type TensorLike } from '@surrogate/core';
import { medianKernel, twoSamples } from './samples.js';

/** Options of {@link squaredMmd}. */
export interface MmdOptions {
  /** Any positive definite kernel. Default a Gaussian as wide as the median distance of the two samples put together. */
  kernel?: Kernel | undefined;
  /** With each point's likeness to itself (never negative), without it, or without it within disjoint blocks of rows or, in linear time, pairs of rows (which want samples of one size, for pairs an even one). Default biased. */
  estimator?: 'biased' | 'unbiased' | 'block' | 'linear' | undefined;
  /** How many rows of each sample are a block, >= 2; rows that fill no block are left out. Default the root of their number. */
  blockSize?: number | undefined;
  /** float32 `[N]`, >= 0: how much each x counts, for the biased and the unbiased estimate with a kernel that is given. Default all alike. */
  xWeights?: TensorLike | undefined;
  /** float32 `[M]`, >= 0: how much each y counts. Default all alike. */
  yWeights?: TensorLike | undefined;
}

/** Options of {@link energyDistance}. */
export interface EnergyDistanceOptions {
  /** With each point's distance to itself, which is 0 (never negative), or without it. Default biased. */
  estimator?: 'biased' | 'unbiased' | undefined;
}

/** @internal The mean over pairs of different points; `itself` is what each point has with itself. */
export function meanOfPairs(matrix: Tensor, itself: Tensor | undefined): Tensor {
  if (itself === undefined) return mean(matrix);
  const n = matrix.shape[0];
  return div(sub(sum(matrix), sum(itself)), n * (n - 1));
}

/** Within disjoint blocks of consecutive rows, over the pairs of different places: an unbiased estimate each, of which this is the mean. In blocks of two each kernel value is used once. */
function blockwise(x: Tensor, y: Tensor, kernel: Kernel, size: number): Tensor {
  const n = x.shape[0];
  const signs = sub(1, eye(size));
  const coefficients = div(concat([concat([signs, neg(signs)], 1), concat([neg(signs), signs], 1)], 0), size * (size - 1));
  const blocks = Array.from({ length: Math.floor(n / size) }, (_, i) => {
    const rows = (z: Tensor) => slice(z, [i * size, 0], [size, -1]);
    return sum(mul(kernel.between(concat([rows(x), rows(y)], 0)), coefficients));
  });
  return div(
    blocks.reduce((a, b) => add(a, b)),
    blocks.length,
  );
}

/** In linear time: blocks of two, all of them at once. */
function linearTime(x: Tensor, y: Tensor, kernel: Kernel): Tensor {
  const [n, d] = x.shape as [number, number];
  const half = (a: Tensor, i: number) => reshape(slice(reshape(a, [n / 2, 2, d]), [0, i, 0], [n / 2, 1, d]), [n / 2, d]);
  const [x1, x2, y1, y2] = [half(x, 0), half(x, 1), half(y, 0), half(y, 1)];
  const signs = [1, 1, -1, -1];
  const pairs = kernel.paired(concat([x1, y1, x1, x2], 0), concat([x2, y2, y2, y1], 0));
  return signs.map((sign, i) => mul(sign, mean(slice(pairs, [(i * n) / 2], [n / 2])))).reduce((a, b) => add(a, b));
}

/** A sample whose points count as their weights say; what has weight 0 is replaced, for it may hold anything. */
function weighed(fn: string, argument: string, points: Tensor, weights: TensorLike) {
  const w = asTensor(fn, argument, weights);
  checkShape(fn, argument, w.shape, [points.shape[0]]);
  const none = broadcastTo(expandDims(equal(w, 0), 1), points.shape);
  return { points: select(none, zerosLike(points), points), weights: div(w, sum(w)) };
}

/** The biased and the unbiased estimate over weighted points. */
function overWeighted(fn: string, x: Tensor, y: Tensor, kernel: Kernel, { estimator, xWeights, yWeights }: MmdOptions): Tensor {
  const equally = (z: Tensor) => fill([z.shape[0]], 1);
  const a = weighed(fn, 'xWeights', x, xWeights ?? equally(x));
  const b = weighed(fn, 'yWeights', y, yWeights ?? equally(y));
  const between = (u: typeof a, v: typeof a, gram: Tensor) => sum(mul(gram, mul(expandDims(u.weights, 1), expandDims(v.weights, 0))));
  const within = (u: typeof a) => {
    const all = between(u, u, kernel.between(u.points));
    if (estimator !== 'unbiased') return all;
    const squares = square(u.weights);
    return div(sub(all, sum(mul(squares, kernel.paired(u.points)))), sub(1, sum(squares)));
  };
  return sub(add(within(a), within(b)), mul(2, between(a, b, kernel.between(a.points, b.points))));
}

function checkSamples(fn: string, x: Tensor, y: Tensor, { estimator, blockSize, kernel, xWeights, yWeights }: MmdOptions): void {
  const weighted = xWeights !== undefined || yWeights !== undefined;
  if (weighted && kernel === undefined)
    fail('range', fn, 'kernel', 'must be given where points are weighed, since the median distance does not see weights, got undefined');
  if (estimator !== 'linear' && estimator !== 'block') return;
  if (weighted) fail('range', fn, 'estimator', `must be biased or unbiased where points are weighed, got ${estimator}`);
  const [n, m] = [x.shape[0], y.shape[0]];
  if (n !== m) fail('shape', fn, 'y', `must have as many rows as x for the ${estimator} estimator, got ${m} and ${n}`);
  if (estimator === 'linear' && n % 2 !== 0) fail('shape', fn, 'y', `must have an even number of rows for the linear estimator, got ${n}`);
  if (blockSize !== undefined && blockSize > n) fail('range', fn, 'blockSize', `must be at most the ${n} rows, got ${blockSize}`);
}

/**
 * The squared maximum mean discrepancy between two samples: how far apart their mean embeddings are in the kernel's space.
 *
 * $$ \operatorname{MMD}^2 = \mathbb{E}\, k(x, x') + \mathbb{E}\, k(y, y') - 2\, \mathbb{E}\, k(x, y) $$
 *
 * All estimates but the biased one may be negative. Blocks trade power for time: those of two rows are the linear estimate. The default kernel's length scale is a constant to gradients.
 *
 * @param x float32 `[N, D]`, one point a row.
 * @param y float32 `[M, D]`.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length, as many as the estimator needs, and weights fit; `range` for another estimator, for a block below 2 rows or above all, and for weights without a kernel or with blocks; `dtype`, `disposed`.
 * @see Gretton, Borgwardt, Rasch, Schölkopf, Smola: A Kernel Two-Sample Test, 2012
 * @see Zaremba, Gretton, Blaschko: B-tests: Low Variance Kernel Two-Sample Tests, 2013. arXiv:1307.1954 (blocks)
 * @example
 * import { rbfKernel } from '@surrogate/core';
 * import { squaredMmd } from '@surrogate/divergences';
 * (await squaredMmd([[0], [1]], [[1], [2]], { kernel: rbfKernel() }).data())[0]; // 0.432332
 */
export function squaredMmd(x: TensorLike, y: TensorLike, options: MmdOptions = {}): Tensor {
  const fn = 'squaredMmd';
  const { estimator = 'biased', kernel, blockSize, xWeights, yWeights } = options;
  checkOneOf(fn, 'estimator', estimator, ['biased', 'unbiased', 'block', 'linear']);
  if (blockSize !== undefined) checkInteger(fn, 'blockSize', blockSize, 2);
  return tidy(() => {
    const [a, b] = twoSamples(fn, { x, y }, estimator === 'biased' ? 1 : 2);
    checkSamples(fn, a, b, options);
    const k = kernel ?? medianKernel(a, b);
    if (estimator === 'linear') return linearTime(a, b, k);
    if (estimator === 'block') return blockwise(a, b, k, blockSize ?? Math.max(2, Math.floor(Math.sqrt(a.shape[0]))));
    if (xWeights !== undefined || yWeights !== undefined) return overWeighted(fn, a, b, k, options);
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
    return squaredMmd(a, b, { estimator, kernel: energyKernel() });
  });
}
