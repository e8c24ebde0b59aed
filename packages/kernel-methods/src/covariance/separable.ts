/** @file Covariances that are products over the dimensions: Laplacian and periodic. */
import type { Matrix } from '@surrogate/core/host';
import { asRow, checkAlike, namesOf, scalesOf, splitParameters, type Covariance } from './record.js';
import { positiveScales, type LengthScaleOptions } from './stationary.js';

/** Options of {@link periodicCovariance}. */
export interface PeriodicCovarianceOptions extends LengthScaleOptions {
  /** After what distance it repeats, > 0; or one for each dimension. Default 1. */
  period?: number | readonly number[] | undefined;
}

/** What a difference in one dimension costs, h of exp(-Σ h), and its derivatives by the difference and by the logarithms of the parameters. */
interface Cost {
  value(difference: number, parameters: readonly number[]): number;
  slope(difference: number, parameters: readonly number[]): number;
  bends: readonly ((difference: number, parameters: readonly number[]) => number)[];
}

interface Family {
  readonly fn: string;
  readonly name: string;
  readonly parameterNames: readonly string[];
  readonly cost: Cost;
}

function separable(family: Family, given: readonly (readonly number[])[]): Covariance {
  const { fn, name, parameterNames, cost } = family;
  const sizes = given.map((scales) => scales.length);
  /** The parameters of each dimension. */
  const byDimension = (x: Matrix) => {
    const lists = given.map((scales, p) => scalesOf(fn, parameterNames[p]!, scales, x.cols));
    return Array.from({ length: x.cols }, (_, d) => lists.map((list) => list[d]!));
  };
  const likeness = (x: Matrix, i: number, y: Matrix, j: number, parameters: readonly (readonly number[])[]) => {
    let sum = 0;
    for (let d = 0; d < x.cols; d++) sum += cost.value(x.data[i * x.cols + d]! - y.data[j * x.cols + d]!, parameters[d]!);
    return Math.exp(-sum);
  };
  return {
    name,
    parameterNames: given.flatMap((scales, p) => namesOf(parameterNames[p]!, scales)),
    logParameters: Float64Array.from(given.flat(), Math.log),
    withLogParameters: (logParameters) =>
      separable(
        family,
        splitParameters(fn, logParameters, sizes).map((part) => Array.from(part, Math.exp)),
      ),
    between(x, y) {
      checkAlike(fn, x, y);
      const parameters = byDimension(x);
      const data = new Float64Array(x.rows * y.rows);
      for (let i = 0, at = 0; i < x.rows; i++) for (let j = 0; j < y.rows; j++, at++) data[at] = likeness(x, i, y, j, parameters);
      return { rows: x.rows, cols: y.rows, data };
    },
    diagonal: (x) => new Float64Array(x.rows).fill(1),
    parameterGradient(x, weights) {
      const parameters = byDimension(x);
      const parts = sizes.map((size) => new Float64Array(size));
      for (let i = 0, at = 0; i < x.rows; i++)
        for (let j = 0; j < x.rows; j++, at++) {
          const pull = -weights.data[at]! * likeness(x, i, x, j, parameters);
          for (let d = 0; d < x.cols; d++) {
            const difference = x.data[i * x.cols + d]! - x.data[j * x.cols + d]!;
            parts.forEach((part, p) => (part[part.length === 1 ? 0 : d]! += pull * cost.bends[p]!(difference, parameters[d]!)));
          }
        }
      return Float64Array.from(parts.flatMap((part) => Array.from(part)));
    },
    inputGradient(x, y) {
      const point = asRow(x);
      checkAlike(fn, point, y);
      const parameters = byDimension(point);
      const data = new Float64Array(y.data.length);
      for (let j = 0, at = 0; j < y.rows; j++) {
        const value = likeness(point, 0, y, j, parameters);
        for (let d = 0; d < y.cols; d++, at++) data[at] = -value * cost.slope(x[d]! - y.data[at]!, parameters[d]!);
      }
      return { rows: y.rows, cols: y.cols, data };
    },
  };
}

const laplacian: Family = {
  fn: 'laplacianCovariance',
  name: 'laplacian',
  parameterNames: ['lengthScale'],
  cost: {
    value: (difference, [scale]) => Math.abs(difference) / scale!,
    slope: (difference, [scale]) => Math.sign(difference) / scale!,
    bends: [(difference, [scale]) => -Math.abs(difference) / scale!],
  },
};

/**
 * The Laplacian covariance: rough functions, independent along the dimensions.
 *
 * $$ k(x, y) = \exp\Bigl(-\sum_d \frac{\lvert x_d - y_d \rvert}{\ell_d}\Bigr) $$
 *
 * @returns the record; its hyper-parameters are the length scales.
 * @throws SurrogateError `range` for a length scale that is not positive.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { laplacianCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const x = matrixFromRows([[0, 0], [1, -2]]);
 * laplacianCovariance({ lengthScale: 3 }).between(x, x).data[1]; // 0.3678794
 */
export function laplacianCovariance({ lengthScale = 1 }: LengthScaleOptions = {}): Covariance {
  return separable(laplacian, [positiveScales('laplacianCovariance', 'lengthScale', lengthScale)]);
}

const wave = (difference: number, period: number) => Math.sin((Math.PI * difference) / period);
/** The derivative of sin² by its angle. */
const swing = (difference: number, period: number) => Math.sin((2 * Math.PI * difference) / period);

const periodic: Family = {
  fn: 'periodicCovariance',
  name: 'periodic',
  parameterNames: ['lengthScale', 'period'],
  cost: {
    value: (difference, [scale, period]) => 2 * (wave(difference, period!) / scale!) ** 2,
    slope: (difference, [scale, period]) => (2 * Math.PI * swing(difference, period!)) / (period! * scale! ** 2),
    bends: [
      (difference, [scale, period]) => -4 * (wave(difference, period!) / scale!) ** 2,
      (difference, [scale, period]) => (-2 * Math.PI * difference * swing(difference, period!)) / (period! * scale! ** 2),
    ],
  },
};

/**
 * The periodic covariance: functions that repeat.
 *
 * $$ k(x, y) = \exp\Bigl(-2 \sum_d \frac{\sin^2(\pi (x_d - y_d) / p_d)}{\ell_d^2}\Bigr) $$
 *
 * @returns the record; its hyper-parameters are the length scales, then the periods.
 * @throws SurrogateError `range` for a length scale or a period that is not positive.
 * @see MacKay: Introduction to Gaussian Processes, 1998; Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { periodicCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const x = matrixFromRows([[0], [2], [3]]);
 * periodicCovariance({ period: 4 }).between(x, x).data.slice(1, 3); // [0.1353353, 0.3678794]
 */
export function periodicCovariance({ lengthScale = 1, period = 1 }: PeriodicCovarianceOptions = {}): Covariance {
  const fn = 'periodicCovariance';
  return separable(periodic, [positiveScales(fn, 'lengthScale', lengthScale), positiveScales(fn, 'period', period)]);
}
