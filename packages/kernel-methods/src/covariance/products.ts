/** @file Covariances of the inner product: linear and polynomial. */
import { checkAbove, checkAtLeast, checkInteger } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';
import { asRow, checkAlike, splitParameters, type Covariance } from './record.js';

/** Options of {@link linearCovariance}. */
export interface LinearCovarianceOptions {
  /** c, added to the inner product, >= 0; a hyper-parameter unless it is 0. Default 0. */
  offset?: number | undefined;
}

/** Options of {@link polynomialCovariance}. */
export interface PolynomialCovarianceOptions {
  /** m, a whole number of at least 1. Default 3. */
  degree?: number | undefined;
  /** s, what the inner product is multiplied by, > 0. Default 1. */
  scale?: number | undefined;
  /** c, added to the inner product, >= 0; a hyper-parameter unless it is 0. Default 1. */
  offset?: number | undefined;
}

interface Shape {
  readonly fn: string;
  readonly name: string;
  readonly degree: number;
  /** Whether the scale is a hyper-parameter. */
  readonly scaled: boolean;
}

function inner(x: Matrix, i: number, y: Matrix, j: number): number {
  let sum = 0;
  for (let d = 0; d < x.cols; d++) sum += x.data[i * x.cols + d]! * y.data[j * x.cols + d]!;
  return sum;
}

function ofProduct(shape: Shape, scale: number, offset: number): Covariance {
  const { fn, name, degree, scaled } = shape;
  const value = (product: number) => (scale * product + offset) ** degree;
  const slope = (product: number) => degree * (scale * product + offset) ** (degree - 1);
  const parameters = [...(scaled ? [['scale', scale] as const] : []), ...(offset > 0 ? [['offset', offset] as const] : [])];
  return {
    name,
    parameterNames: parameters.map(([parameter]) => parameter),
    logParameters: Float64Array.from(parameters, ([, number]) => Math.log(number)),
    withLogParameters(logParameters) {
      const [scales, offsets] = splitParameters(fn, logParameters, [scaled ? 1 : 0, offset > 0 ? 1 : 0]) as [Float64Array, Float64Array];
      return ofProduct(shape, scaled ? Math.exp(scales[0]!) : scale, offset > 0 ? Math.exp(offsets[0]!) : 0);
    },
    between(x, y) {
      checkAlike(fn, x, y);
      const data = new Float64Array(x.rows * y.rows);
      for (let i = 0, at = 0; i < x.rows; i++) for (let j = 0; j < y.rows; j++, at++) data[at] = value(inner(x, i, y, j));
      return { rows: x.rows, cols: y.rows, data };
    },
    diagonal: (x) => Float64Array.from({ length: x.rows }, (_, i) => value(inner(x, i, x, i))),
    parameterGradient(x, weights) {
      let [byScale, byOffset] = [0, 0];
      for (let i = 0, at = 0; i < x.rows; i++)
        for (let j = 0; j < x.rows; j++, at++) {
          const product = inner(x, i, x, j);
          const pull = weights.data[at]! * slope(product);
          byScale += pull * scale * product;
          byOffset += pull * offset;
        }
      return Float64Array.from([...(scaled ? [byScale] : []), ...(offset > 0 ? [byOffset] : [])]);
    },
    inputGradient(x, y) {
      const point = asRow(x);
      checkAlike(fn, point, y);
      const data = y.data.slice();
      for (let j = 0, at = 0; j < y.rows; j++) {
        const steepness = scale * slope(inner(point, 0, y, j));
        for (let d = 0; d < y.cols; d++, at++) data[at]! *= steepness;
      }
      return { rows: y.rows, cols: y.cols, data };
    },
  };
}

/**
 * The linear covariance: Bayesian linear regression, with a prior of variance 1 on each slope and of variance c on the constant.
 *
 * $$ k(x, y) = x \cdot y + c $$
 *
 * @returns the record; its hyper-parameter is the offset, where that is not 0.
 * @throws SurrogateError `range` for a negative offset.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { linearCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * linearCovariance({ offset: 1 }).between(matrixFromRows([[1, 2]]), matrixFromRows([[3, 4]])).data[0]; // 12
 */
export function linearCovariance({ offset = 0 }: LinearCovarianceOptions = {}): Covariance {
  checkAtLeast('linearCovariance', 'offset', offset, 0);
  return ofProduct({ fn: 'linearCovariance', name: 'linear', degree: 1, scaled: false }, 1, offset);
}

/**
 * The polynomial covariance: regression on all monomials up to a degree.
 *
 * $$ k(x, y) = (s\, x \cdot y + c)^m $$
 *
 * @returns the record; its hyper-parameters are the scale, and the offset where that is not 0.
 * @throws SurrogateError `range` for a degree that is no whole number of at least 1, a scale that is not positive, a negative offset.
 * @see Schölkopf, Smola: Learning with Kernels, 2002
 * @example
 * import { polynomialCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * polynomialCovariance({ degree: 2 }).between(matrixFromRows([[1, 2]]), matrixFromRows([[3, -1]])).data[0]; // 4
 */
export function polynomialCovariance({ degree = 3, scale = 1, offset = 1 }: PolynomialCovarianceOptions = {}): Covariance {
  const fn = 'polynomialCovariance';
  checkInteger(fn, 'degree', degree, 1);
  checkAbove(fn, 'scale', scale, 0);
  checkAtLeast(fn, 'offset', offset, 0);
  return ofProduct({ fn, name: `polynomial(${degree})`, degree, scaled: true }, scale, offset);
}
