/** @file Means and variances of what a mask leaves, and values in units of them. */
import {
  add,
  broadcastTo,
  cast,
  div,
  equal,
  fill,
  greater,
  mul,
  notEqual,
  reshape,
  square,
  sub,
  sum,
  tidy,
  zeros,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { detach } from '../gradients/tape.js';
import { checkAbove, checkAtLeast, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { axesOf, keptShape } from '../math/elementwise.js';
import { safeSqrt } from '../math/piecewise.js';
import { select } from '../math/select.js';

/** Over what a moment goes. */
export interface MomentOptions {
  /** bool or 0/1, broadcast to x: what counts. What does not may hold NaN. */
  mask?: TensorLike | undefined;
  /** One axis or several. Default all. */
  axis?: number | readonly number[] | undefined;
  /** Leave the reduced axes in place, with size 1. Default false. */
  keepDims?: boolean | undefined;
}

/** Options of {@link maskedVariance}. */
export interface VarianceOptions extends MomentOptions {
  /** What is taken from the count in the denominator: 1 for the sample variance, 0 for that of the population. Default 1. */
  ddof?: number | undefined;
}

/** Options of {@link standardize}. */
export interface StandardizeOptions extends Omit<VarianceOptions, 'keepDims'> {
  /** Added to the standard deviation, > 0. Default 1e-8. */
  eps?: number | undefined;
}

/** What counts, less a rough mean that gradients do not see (else rounding of the mean would show in the variance), and zeros elsewhere. */
interface Sample {
  readonly x: Tensor;
  readonly rough: Tensor;
  readonly alive: Tensor;
  readonly count: Tensor;
  readonly axes: number[];
}

function sampleOf(fn: string, x: TensorLike, { mask, axis }: MomentOptions): Sample {
  const given = asTensor(fn, 'x', x);
  const axes = axesOf(fn, axis, given.rank);
  const one = mask === undefined ? fill([], 1) : asTensor(fn, 'mask', mask);
  const offset = given.rank - one.rank;
  if (offset < 0 || one.shape.some((size, i) => size !== 1 && size !== given.shape[i + offset]))
    fail('shape', fn, 'mask', `must broadcast to shape [${given.shape.join(', ')}], got [${one.shape.join(', ')}]`);
  const alive = given.size === 0 ? cast(zerosLike(given), 'bool') : cast(broadcastTo(notEqual(one, 0), given.shape), 'bool');
  const kept = select(alive, given, zerosLike(given));
  const count = sumOver(cast(alive, 'float32'), axes);
  const rough = detach(div(sumOver(kept, axes), oneWhereZero(count)));
  return { x: onlyAlive(alive, sub(kept, rough)), rough, alive, count, axes };
}

const onlyAlive = (alive: Tensor, x: Tensor) => select(alive, x, zerosLike(x));

/** webgpu does not add up nothing. */
const sumOver = (x: Tensor, axes: number[]): Tensor => (x.size === 0 ? zeros(keptShape(x.shape, axes)) : sum(x, axes, true));

const oneWhereZero = (count: Tensor) => add(count, cast(equal(count, 0), 'float32'));

/** What the mean is beyond the rough one. */
const restOf = ({ x, count, axes }: Sample): Tensor => div(sumOver(x, axes), oneWhereZero(count));

const centredOf = (sample: Sample): Tensor => onlyAlive(sample.alive, sub(sample.x, restOf(sample)));

function varianceOf({ count, axes }: Sample, centred: Tensor, ddof: number): Tensor {
  const enough = cast(greater(count, ddof), 'float32');
  // Where there are too few, the divisor is 1 and the result 0.
  const divisor = add(mul(enough, sub(count, ddof)), sub(1, enough));
  return div(mul(enough, sumOver(square(centred), axes)), divisor);
}

const shaped = (kept: Tensor, axes: number[], shape: readonly number[], keepDims: boolean): Tensor =>
  reshape(kept, keepDims ? keptShape(shape, axes) : shape.filter((_, i) => !axes.includes(i)));

/**
 * The mean of what the mask leaves.
 *
 * $$ \bar x = \frac{\sum_i m_i x_i}{\sum_i m_i} \qquad (0 \text{ where nothing counts}) $$
 *
 * @param x float32 of any shape.
 * @returns float32 without the reduced axes.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where the mask does not broadcast to x, `range` for an axis that is not there.
 * @example
 * import { maskedMean } from '@surrogate/core';
 * (await maskedMean([1, 3, NaN], { mask: [1, 1, 0] }).data())[0]; // 2
 */
export function maskedMean(x: TensorLike, options: MomentOptions = {}): Tensor {
  return tidy(() => {
    const sample = sampleOf('maskedMean', x, options);
    return shaped(add(sample.rough, restOf(sample)), sample.axes, sample.x.shape, options.keepDims ?? false);
  });
}

/**
 * The variance of what the mask leaves.
 *
 * $$ s^2 = \frac{\sum_i m_i (x_i - \bar x)^2}{\sum_i m_i - \text{ddof}} \qquad (0 \text{ where no more than ddof count}) $$
 *
 * @param x float32 of any shape.
 * @returns float32 without the reduced axes, >= 0.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where the mask does not broadcast to x, `range` for an axis that is not there or ddof < 0.
 * @example
 * import { maskedVariance } from '@surrogate/core';
 * (await maskedVariance([1, 3, NaN], { mask: [1, 1, 0] }).data())[0]; // 2
 */
export function maskedVariance(x: TensorLike, options: VarianceOptions = {}): Tensor {
  const { ddof = 1, keepDims = false } = options;
  checkAtLeast('maskedVariance', 'ddof', ddof, 0);
  return tidy(() => {
    const sample = sampleOf('maskedVariance', x, options);
    return shaped(varianceOf(sample, centredOf(sample), ddof), sample.axes, sample.x.shape, keepDims);
  });
}

/**
 * Values less their mean, in standard deviations: whitened advantages, z-scores within a group.
 *
 * $$ z_i = \frac{x_i - \bar x}{s + \varepsilon} \qquad (0 \text{ where masked out, and where all values are equal}) $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape. The gradient flows through mean and deviation; detach x for a constant.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where the mask does not broadcast to x, `range` for an axis that is not there, ddof < 0 or eps <= 0.
 * @example
 * import { standardize } from '@surrogate/core';
 * await standardize([1, 2, 3]).data(); // [-1, 0, 1]
 */
export function standardize(x: TensorLike, options: StandardizeOptions = {}): Tensor {
  const { ddof = 1, eps = 1e-8 } = options;
  checkAtLeast('standardize', 'ddof', ddof, 0);
  checkAbove('standardize', 'eps', eps, 0);
  return tidy(() => {
    const sample = sampleOf('standardize', x, options);
    const centred = centredOf(sample);
    return div(centred, add(safeSqrt(varianceOf(sample, centred, ddof)), eps));
  });
}
