/** @file Wasserstein distances on the line, and their mean or their largest over directions. */
import {
  cast,
  concat,
  div,
  less,
  matMul,
  mean,
  mul,
  reshape,
  slice,
  square,
  sub,
  sum,
  tensor,
  tidy,
  tile,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import {
  argsort,
  asTensor,
  checkAtLeast,
  checkInteger,
  checkRank,
  checkRng,
  checkShape,
  clip,
  cumsum,
  fail,
  l2Normalize,
  max,
  noGrad,
  pow,
  randomNormal,
  safeAbs,
  safeSqrt,
  sort,
  takeAlongAxis,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { twoSamples } from '../kernel/samples.js';

/** Options of {@link wasserstein1d}. */
export interface WassersteinOptions {
  /** The power of the distance, >= 1. Default 1, the earth mover's distance. */
  p?: number | undefined;
  /** float32 `[N]`, >= 0: how much each x counts. Default all alike. */
  xWeights?: TensorLike | undefined;
  /** float32 `[M]`, >= 0: how much each y counts. Default all alike. */
  yWeights?: TensorLike | undefined;
}

/** Options of {@link slicedWasserstein} and {@link maxSlicedWasserstein}. */
export interface SlicedWassersteinOptions {
  /** Draws the directions; it moves on. */
  rng: Rng;
  /** The power of the distance, >= 1. Default 2. */
  p?: number | undefined;
  /** How many directions. Default 64. */
  projections?: number | undefined;
}

const powered = (difference: Tensor, p: number): Tensor =>
  p === 1 ? safeAbs(difference) : p === 2 ? square(difference) : pow(safeAbs(difference), p);

const rooted = (x: Tensor, p: number): Tensor => (p === 1 ? x : p === 2 ? safeSqrt(x) : pow(x, 1 / p));

/** For two samples whose points all count alike: which quantile of each goes with which, and for how much. */
function steps(n: number, m: number) {
  const [left, right, widths]: [number[], number[], number[]] = [[], [], []];
  for (let [i, j, at] = [0, 0, 0]; i < n && j < m;) {
    const [next, other] = [(i + 1) * m, (j + 1) * n];
    const end = Math.min(next, other);
    left.push(i);
    right.push(j);
    widths.push((end - at) / (n * m));
    at = end;
    if (next === end) i++;
    if (other === end) j++;
  }
  return { left, right, widths };
}

/** The mean of |F⁻¹ - G⁻¹|^p for rows of sorted values. */
function betweenSorted(x: Tensor, y: Tensor, p: number): Tensor {
  const [rows, n] = x.shape as [number, number];
  const m = y.shape[1]!;
  if (n === m) return mean(powered(sub(x, y), p), -1);
  const { left, right, widths } = steps(n, m);
  const taken = (values: Tensor, at: number[]) => takeAlongAxis(values, tile(tensor(at, [1, at.length], 'int32'), [rows, 1]));
  return sum(mul(powered(sub(taken(x, left), taken(y, right)), p), tensor(widths)), -1);
}

/** Values in order with the distribution function after each. */
function distribution(fn: string, argument: string, x: Tensor, weights: TensorLike | undefined) {
  const n = x.shape[0];
  const order = argsort(x);
  const given = weights === undefined ? undefined : asTensor(fn, argument, weights);
  if (given !== undefined) checkShape(fn, argument, given.shape, [n]);
  const rising =
    given === undefined ? tensor(Float32Array.from({ length: n }, (_, i) => (i + 1) / n)) : cumsum(takeAlongAxis(given, order));
  return { values: takeAlongAxis(x, order), rising: given === undefined ? rising : div(rising, slice(rising, [n - 1], [1])) };
}

function betweenWeighted(x: ReturnType<typeof distribution>, y: ReturnType<typeof distribution>, p: number): Tensor {
  const [n, m] = [x.values.size, y.values.size];
  const levels = concat([x.rising, y.rising]);
  const order = argsort(levels);
  const [left, right] = noGrad(() =>
    tidy(() => {
      const fromX = cast(less(order, n), 'float32');
      const passed = (which: Tensor, last: number) => cast(clip(cumsum(which, { exclusive: true }), 0, last), 'int32');
      return [passed(fromX, n - 1), passed(sub(1, fromX), m - 1)] as [Tensor, Tensor];
    }),
  );
  const sorted = takeAlongAxis(levels, order);
  const widths = sub(sorted, concat([tensor([0]), slice(sorted, [0], [n + m - 1])]));
  return sum(mul(widths, powered(sub(takeAlongAxis(x.values, left), takeAlongAxis(y.values, right)), p)));
}

function points(fn: string, argument: string, value: TensorLike): Tensor {
  const given = asTensor(fn, argument, value);
  checkRank(fn, argument, given.shape, 1);
  if (given.size === 0) fail('shape', fn, argument, 'must not be empty, got 0 elements');
  return given;
}

/**
 * The Wasserstein distance between two samples on the line.
 *
 * $$ \left( \int_0^1 |F^{-1}(u) - G^{-1}(u)|^p\, du \right)^{1/p} $$
 *
 * @param x float32 `[N]`.
 * @param y float32 `[M]`.
 * @returns a float32 scalar, in the units of x; its gradient takes the order of the points as given.
 * @throws SurrogateError `shape` unless both are vectors with an element or more and the weights fit, `range` for p < 1, `dtype`, `disposed`.
 * @see Peyré, Cuturi: Computational Optimal Transport, 2019. arXiv:1803.00567, section 2.6
 * @example
 * import { wasserstein1d } from '@surrogate/divergences';
 * (await wasserstein1d([0, 1, 3], [5, 6, 8]).data())[0]; // 5
 */
export function wasserstein1d(x: TensorLike, y: TensorLike, options: WassersteinOptions = {}): Tensor {
  const fn = 'wasserstein1d';
  const { p = 1, xWeights, yWeights } = options;
  checkAtLeast(fn, 'p', p, 1);
  return tidy(() => {
    const [a, b] = [points(fn, 'x', x), points(fn, 'y', y)];
    if (xWeights === undefined && yWeights === undefined) {
      const row = (z: Tensor) => reshape(sort(z), [1, z.size]);
      return rooted(reshape(betweenSorted(row(a), row(b), p), []), p);
    }
    return rooted(betweenWeighted(distribution(fn, 'xWeights', a, xWeights), distribution(fn, 'yWeights', b, yWeights), p), p);
  });
}

/** The distances to the power p along random directions, put together. */
function overSlices(
  fn: string,
  x: TensorLike,
  y: TensorLike,
  { rng, p = 2, projections = 64 }: SlicedWassersteinOptions,
  together: (powers: Tensor) => Tensor,
): Tensor {
  checkRng(fn, 'rng', rng);
  checkAtLeast(fn, 'p', p, 1);
  checkInteger(fn, 'projections', projections, 1);
  return tidy(() => {
    const [a, b] = twoSamples(fn, { x, y });
    const directions = l2Normalize(randomNormal(rng, [projections, a.shape[1]!]));
    const along = (z: Tensor) => sort(matMul(directions as Tensor2D, z as Tensor2D, false, true));
    return rooted(together(betweenSorted(along(a), along(b), p)), p);
  });
}

/**
 * The sliced Wasserstein distance between two samples: what remains on the line in random directions.
 *
 * $$ \left( \mathbb{E}_\theta\, W_p^p(\theta^\top x, \theta^\top y) \right)^{1/p}, \qquad \lVert \theta \rVert = 1 $$
 *
 * @param x float32 `[N, D]`, one point a row.
 * @param y float32 `[M, D]`.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length, `range` for p < 1 or no projection, `dtype`, `disposed`.
 * @see Bonneel, Rabin, Peyré, Pfister: Sliced and Radon Wasserstein Barycenters of Measures, 2015
 * @example
 * import { rng } from '@surrogate/core';
 * import { slicedWasserstein } from '@surrogate/divergences';
 * (await slicedWasserstein([[0], [1]], [[3], [2]], { rng: rng(0) }).data())[0]; // 2
 */
export function slicedWasserstein(x: TensorLike, y: TensorLike, options: SlicedWassersteinOptions): Tensor {
  return overSlices('slicedWasserstein', x, y, options, mean);
}

/**
 * The max-sliced Wasserstein distance between two samples: the largest that remains on the line in any of some random directions. More directions never make it smaller; it is never above the distance itself.
 *
 * $$ \max_\theta W_p(\theta^\top x, \theta^\top y), \qquad \lVert \theta \rVert = 1 $$
 *
 * @param x float32 `[N, D]`, one point a row.
 * @param y float32 `[M, D]`.
 * @returns a float32 scalar; its gradient is that along the largest.
 * @throws SurrogateError as {@link slicedWasserstein}.
 * @see Deshpande, Hu, Sun, Pyrros, Siddiqui, Koyejo, Zhao, Forsyth, Schwing: Max-Sliced Wasserstein Distance and its use for GANs, 2019. arXiv:1904.05877
 * @example
 * import { rng } from '@surrogate/core';
 * import { maxSlicedWasserstein } from '@surrogate/divergences';
 * (await maxSlicedWasserstein([[0], [1]], [[3], [2]], { rng: rng(0) }).data())[0]; // 2
 */
export function maxSlicedWasserstein(x: TensorLike, y: TensorLike, options: SlicedWassersteinOptions): Tensor {
  return overSlices('maxSlicedWasserstein', x, y, options, max);
}
