/** @file Maximum and minimum over axes, whose gradient is shared among ties. */
import { cast, div, equal, fill, max as tfMax, mul, neg, reshape, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable, noGrad } from '../gradients/tape.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { axesOf, keptShape } from './elementwise.js';

/** Over what a reduction goes. */
export interface ReduceOptions {
  /** One axis or several. Default all. */
  axis?: number | readonly number[] | undefined;
  /** Leave the reduced axes in place, with size 1. Default false. */
  keepDims?: boolean | undefined;
}

const largest = (fn: string, x: Tensor, { axis, keepDims = false }: ReduceOptions): Tensor => {
  const axes = axesOf(fn, axis, x.rank);
  const kept = keptShape(x.shape, axes);
  const shape = keepDims ? kept : x.shape.filter((_, i) => !axes.includes(i));
  if (axes.some((i) => x.shape[i] === 0)) return fill(shape, -Infinity);
  const value = differentiable(
    { x },
    (inputs) => (axes.length === 0 ? inputs.x.clone() : tfMax(inputs.x, axes, true)),
    (inputs, upstream) => ({
      x: () => {
        const shares = noGrad(() => {
          const ties = cast(equal(inputs.x, tfMax(inputs.x, axes, true)), 'float32');
          return div(ties, sum(ties, axes, true));
        });
        return mul(shares, upstream);
      },
    }),
  );
  return reshape(value, shape);
};

/**
 * The largest element over one or more axes; where several are largest, they share the gradient.
 *
 * $$ y = \max_k x_k, \qquad \frac{\partial y}{\partial x_k} = \frac{[x_k = y]}{\#\lbrace j : x_j = y \rbrace} $$
 *
 * @param x float32 of any shape.
 * @returns float32 without the reduced axes; -Infinity over nothing.
 * @throws SurrogateError `dtype`, `disposed`, `range` for an axis that is not there.
 * @example
 * import { max } from '@surrogate/core';
 * await max([[1, 3], [5, 2]], { axis: -1 }).data(); // [3, 5]
 */
export function max(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return tidy(() => largest('max', asTensor('max', 'x', x), options));
}

/**
 * The smallest element over one or more axes; where several are smallest, they share the gradient.
 *
 * $$ y = \min_k x_k, \qquad \frac{\partial y}{\partial x_k} = \frac{[x_k = y]}{\#\lbrace j : x_j = y \rbrace} $$
 *
 * @param x float32 of any shape.
 * @returns float32 without the reduced axes; Infinity over nothing.
 * @throws SurrogateError `dtype`, `disposed`, `range` for an axis that is not there.
 * @example
 * import { min } from '@surrogate/core';
 * await min([[1, 3], [5, 2]], { axis: -1 }).data(); // [1, 2]
 */
export function min(x: TensorLike, options: ReduceOptions = {}): Tensor {
  return tidy(() => neg(largest('min', neg(asTensor('min', 'x', x)), options)));
}
