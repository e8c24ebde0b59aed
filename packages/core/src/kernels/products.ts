/** @file Kernels of the inner product: linear and polynomial. */
import { add, mul, square, sum, type Tensor } from '@tensorflow/tfjs-core';
import { gramMatrix } from '../distances/pairwise.js';
import { checkInteger } from '../inputs/checks.js';
import type { TensorLike } from '../inputs/tensors.js';
import { nonNegative, positive, type Kernel } from './record.js';

/** Options of {@link linearKernel}. */
export interface LinearKernelOptions {
  /** c, added to the inner product, >= 0. Default 0. */
  offset?: TensorLike | undefined;
}

/** Options of {@link polynomialKernel}. */
export interface PolynomialKernelOptions {
  /** The power, a whole number of at least 1. Default 3. */
  degree?: number | undefined;
  /** s, what the inner product is multiplied by, > 0. Default 1. */
  scale?: TensorLike | undefined;
  /** c, added to the inner product, >= 0. Default 1. */
  offset?: TensorLike | undefined;
}

/**
 * The linear kernel.
 *
 * $$ k(x, y) = x \cdot y + c $$
 *
 * @returns the record.
 * @throws SurrogateError `range` for a negative offset.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { kernelMatrix, linearKernel } from '@surrogate/core';
 * await kernelMatrix(linearKernel(), [[1, 2]], [[3, 4]]).data(); // [11]
 */
export function linearKernel({ offset = 0 }: LinearKernelOptions = {}): Kernel {
  const c = nonNegative('linearKernel', 'offset', offset);
  return {
    name: 'linear',
    between: (x, y) => add(gramMatrix(x, y), c()),
    paired: (x, y = x) => add(sum(mul(x, y), -1), c()),
  };
}

/** A whole power by squaring: a base may be negative, and derivatives are those of products. */
const power = (x: Tensor, degree: number): Tensor =>
  degree === 1 ? x : degree % 2 === 0 ? power(square(x), degree / 2) : mul(x, power(x, degree - 1));

/**
 * The polynomial kernel.
 *
 * $$ k(x, y) = (s\, x \cdot y + c)^m $$
 *
 * @returns the record.
 * @throws SurrogateError `range` for a degree that is no whole number of at least 1, a scale that is not positive, a negative offset.
 * @see Schölkopf, Smola: Learning with Kernels, 2002
 * @example
 * import { kernelMatrix, polynomialKernel } from '@surrogate/core';
 * await kernelMatrix(polynomialKernel({ degree: 2 }), [[1, 2]], [[3, -1]]).data(); // [4]
 */
export function polynomialKernel({ degree = 3, scale = 1, offset = 1 }: PolynomialKernelOptions = {}): Kernel {
  checkInteger('polynomialKernel', 'degree', degree, 1);
  const s = positive('polynomialKernel', 'scale', scale);
  const c = nonNegative('polynomialKernel', 'offset', offset);
  const shape = (products: Tensor) => power(add(mul(products, s()), c()), degree);
  return {
    name: `polynomial(${degree})`,
    between: (x, y) => shape(gramMatrix(x, y)),
    paired: (x, y = x) => shape(sum(mul(x, y), -1)),
  };
}
