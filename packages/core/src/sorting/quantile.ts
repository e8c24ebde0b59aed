/** @file Medians and quantiles over axes, with gradients to the elements that they lie between. */
import { add, fill, isNaN as tfIsNaN, mul, reshape, slice, stack, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { checkBetween, checkOneOf, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { axesOf, keptShape } from '../math/elementwise.js';
import { select } from '../math/select.js';
import type { ReduceOptions } from '../math/reductions.js';
import { sort } from './sort.js';

/** Options of {@link quantile}. */
export interface QuantileOptions extends ReduceOptions {
  /** What stands between two elements. Default `linear`. */
  interpolation?: 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest' | undefined;
}

/** Each place as (index, share of the next); halves go to the even one, as in NumPy. */
function placeOf(position: number, interpolation: NonNullable<QuantileOptions['interpolation']>): [index: number, share: number] {
  const index = Math.floor(position);
  const share = position - index;
  if (share === 0) return [index, 0];
  switch (interpolation) {
    case 'linear':
      return [index, share];
    case 'lower':
      return [index, 0];
    case 'higher':
      return [index + 1, 0];
    case 'midpoint':
      return [index, 0.5];
    case 'nearest':
      return [share > 0.5 || (share === 0.5 && index % 2 === 1) ? index + 1 : index, 0];
  }
}

/**
 * Quantiles over one or more axes.
 *
 * $$ q \mapsto x_{(\lfloor h \rfloor)} + (h - \lfloor h \rfloor)(x_{(\lfloor h \rfloor + 1)} - x_{(\lfloor h \rfloor)}), \qquad h = q\,(n - 1) $$
 *
 * @param x float32 of any shape.
 * @param q a number in [0, 1], or several.
 * @returns float32 without the reduced axes (default: all), and with one more axis in front where q is an array; NaN over nothing and where x holds NaN.
 * @throws SurrogateError `dtype`, `disposed`, `range` for a q outside [0, 1] or an axis that is not there.
 * @example
 * import { quantile } from '@surrogate/core';
 * (await quantile([1, 2, 3, 4], 0.25).data())[0]; // 1.75
 */
export function quantile(x: TensorLike, q: number | readonly number[], options: QuantileOptions = {}): Tensor {
  const fn = 'quantile';
  const { axis, keepDims = false, interpolation = 'linear' } = options;
  checkOneOf(fn, 'interpolation', interpolation, ['linear', 'lower', 'higher', 'midpoint', 'nearest']);
  const several = typeof q !== 'number';
  const wanted = several ? [...q] : [q];
  if (wanted.length === 0) fail('shape', fn, 'q', 'must hold a number at least, got none');
  wanted.forEach((one, i) => checkBetween(fn, several ? `q[${i}]` : 'q', one, 0, 1, true));
  return tidy(() => {
    const made = quantilesOf(fn, x, wanted, { axis, keepDims, interpolation });
    return several ? stack(made) : made[0]!;
  });
}

/**
 * The median over one or more axes; of an even number of elements the mean of the middle two, as in NumPy.
 *
 * @param x float32 of any shape.
 * @returns float32 without the reduced axes (default: all); NaN over nothing and where x holds NaN.
 * @throws SurrogateError `dtype`, `disposed`, `range` for an axis that is not there.
 * @example
 * import { median } from '@surrogate/core';
 * (await median([5, 1, 2, 4]).data())[0]; // 3
 */
export function median(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return tidy(() => quantilesOf('median', x, [0.5], { ...options, interpolation: 'linear' })[0]!);
}

function quantilesOf(fn: string, x: TensorLike, wanted: readonly number[], options: QuantileOptions): Tensor[] {
  const given = asTensor(fn, 'x', x);
  const axes = axesOf(fn, options.axis, given.rank);
  const rest = given.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const shape = options.keepDims ? keptShape(given.shape, axes) : rest.map((i) => given.shape[i]!);
  const count = axes.reduce((size, i) => size * given.shape[i]!, 1);
  const rows = rest.reduce((size, i) => size * given.shape[i]!, 1);
  if (count === 0 || rows === 0) return wanted.map(() => fill(shape, NaN));
  const sorted = sort(reshape(given.rank < 2 ? given : transpose(given, [...rest, ...axes]), [rows, count]));
  const at = (index: number) => reshape(slice(sorted, [0, index], [rows, 1]), shape);
  // NaN counts as the largest: where there is one, it is last.
  const last = at(count - 1);
  return wanted.map((q) => {
    const [index, share] = placeOf(q * (count - 1), options.interpolation ?? 'linear');
    // A share of 0 leaves the other element out: 0 · Infinity is no 0.
    const value = share === 0 ? at(index) : add(mul(at(index), 1 - share), mul(at(index + 1), share));
    return select(tfIsNaN(last), last, value);
  });
}
