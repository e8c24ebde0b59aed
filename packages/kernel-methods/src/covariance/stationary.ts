/** @file Covariances of the distance in length scales: squared exponential, Matérn, rational quadratic. */
import { checkAbove, fail } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';
import { asRow, checkAlike, namesOf, scalesOf, splitParameters, type Covariance, type Scales } from './record.js';

/** Options of {@link rbfCovariance}. */
export interface LengthScaleOptions {
  /** The distance over which the covariance falls, > 0; or one for each dimension. Default 1. */
  lengthScale?: number | readonly number[] | undefined;
}

/** Options of {@link maternCovariance}. */
export interface MaternCovarianceOptions extends LengthScaleOptions {
  /** ν, how smooth the functions are: 0.5, 1.5 or 2.5. Default 2.5. */
  smoothness?: 0.5 | 1.5 | 2.5 | undefined;
}

/** Options of {@link rationalQuadraticCovariance}. */
export interface RationalQuadraticCovarianceOptions extends LengthScaleOptions {
  /** How alike the mixed length scales are, > 0. Default 1. */
  alpha?: number | undefined;
}

/** A function of the squared distance s, with its derivatives. */
interface Shape {
  value(s: number): number;
  slope(s: number): number;
  /** By the logarithm of a further hyper-parameter. */
  bend?(s: number): number;
}

/** @internal Checks scales, and makes a list of them. */
export function positiveScales(fn: string, argument: string, scales: Scales): readonly number[] {
  if (typeof scales === 'number') {
    checkAbove(fn, argument, scales, 0);
    return [scales];
  }
  if (!Array.isArray(scales) || scales.length === 0)
    fail('dtype', fn, argument, `must be a number or an array of numbers, got ${typeof scales}`);
  scales.forEach((scale: number, d) => checkAbove(fn, `${argument}[${d}]`, scale, 0));
  return scales as readonly number[];
}

/** The squared distance of two rows, with each dimension multiplied by its weight. */
function squaredDistance(x: Matrix, i: number, y: Matrix, j: number, inverse: Float64Array): number {
  let sum = 0;
  for (let d = 0, a = i * x.cols, b = j * y.cols; d < inverse.length; d++, a++, b++) {
    const unit = (x.data[a]! - y.data[b]!) * inverse[d]!;
    sum += unit * unit;
  }
  return sum;
}

interface Family {
  readonly fn: string;
  readonly name: string;
  /** What the further hyper-parameter is called. */
  readonly further?: string;
  shape(further: number): Shape;
}

function stationary(family: Family, scales: readonly number[], further: number): Covariance {
  const { fn, name } = family;
  const shape = family.shape(further);
  const extra = family.further === undefined ? [] : [further];
  const inverses = (x: Matrix) => scalesOf(fn, 'lengthScale', scales, x.cols).map((scale) => 1 / scale);
  return {
    name,
    parameterNames: [...namesOf('lengthScale', scales), ...(family.further === undefined ? [] : [family.further])],
    logParameters: Float64Array.from([...scales, ...extra], Math.log),
    withLogParameters(logParameters) {
      const [lengths, rest] = splitParameters(fn, logParameters, [scales.length, extra.length]) as [Float64Array, Float64Array];
      return stationary(family, Array.from(lengths, Math.exp), rest.length === 0 ? further : Math.exp(rest[0]!));
    },
    between(x, y) {
      checkAlike(fn, x, y);
      const inverse = inverses(x);
      const data = new Float64Array(x.rows * y.rows);
      for (let i = 0, at = 0; i < x.rows; i++)
        for (let j = 0; j < y.rows; j++, at++) data[at] = shape.value(squaredDistance(x, i, y, j, inverse));
      return { rows: x.rows, cols: y.rows, data };
    },
    diagonal: (x) => new Float64Array(x.rows).fill(1),
    parameterGradient(x, weights) {
      const inverse = inverses(x);
      const gradient = new Float64Array(scales.length + extra.length);
      for (let i = 0, at = 0; i < x.rows; i++)
        for (let j = 0; j < x.rows; j++, at++) {
          const weight = weights.data[at]!;
          const s = squaredDistance(x, i, x, j, inverse);
          if (shape.bend !== undefined) gradient[scales.length]! += weight * shape.bend(s);
          if (s === 0) continue;
          const pull = -2 * weight * shape.slope(s);
          for (let d = 0; d < x.cols; d++) {
            const unit = (x.data[i * x.cols + d]! - x.data[j * x.cols + d]!) * inverse[d]!;
            gradient[scales.length === 1 ? 0 : d]! += pull * unit * unit;
          }
        }
      return gradient;
    },
    inputGradient(x, y) {
      const point = asRow(x);
      checkAlike(fn, point, y);
      const inverse = inverses(point);
      const data = new Float64Array(y.data.length);
      for (let j = 0, at = 0; j < y.rows; j++) {
        const s = squaredDistance(point, 0, y, j, inverse);
        const slope = s === 0 ? 0 : 2 * shape.slope(s);
        for (let d = 0; d < y.cols; d++, at++) data[at] = slope * (x[d]! - y.data[at]!) * inverse[d]! ** 2;
      }
      return { rows: y.rows, cols: y.cols, data };
    },
  };
}

const rbf: Family = {
  fn: 'rbfCovariance',
  name: 'rbf',
  shape: () => ({ value: (s) => Math.exp(-s / 2), slope: (s) => -Math.exp(-s / 2) / 2 }),
};

/**
 * The squared exponential covariance: very smooth functions.
 *
 * $$ k(x, y) = \exp\Bigl(-\tfrac12 \sum_d \frac{(x_d - y_d)^2}{\ell_d^2}\Bigr) $$
 *
 * @returns the record; its hyper-parameters are the length scales.
 * @throws SurrogateError `range` for a length scale that is not positive.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { rbfCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const x = matrixFromRows([[0], [2]]);
 * rbfCovariance({ lengthScale: 2 }).between(x, x).data[1]; // 0.6065307
 */
export function rbfCovariance({ lengthScale = 1 }: LengthScaleOptions = {}): Covariance {
  return stationary(rbf, positiveScales('rbfCovariance', 'lengthScale', lengthScale), 0);
}

const decay = (s: number, c: number) => Math.exp(-Math.sqrt(c * s));
const materns: Readonly<Record<number, Shape>> = {
  0.5: { value: (s) => decay(s, 1), slope: (s) => -decay(s, 1) / (2 * Math.sqrt(s)) },
  1.5: { value: (s) => (1 + Math.sqrt(3 * s)) * decay(s, 3), slope: (s) => -1.5 * decay(s, 3) },
  2.5: {
    value: (s) => (1 + Math.sqrt(5 * s) + (5 * s) / 3) * decay(s, 5),
    slope: (s) => (-5 / 6) * (1 + Math.sqrt(5 * s)) * decay(s, 5),
  },
};

/**
 * The Matérn covariance: functions that are differentiable once (ν = 1.5), twice (2.5), or not at all (0.5).
 *
 * $$ k(r) = e^{-r}, \quad (1 + \sqrt3 r) e^{-\sqrt3 r}, \quad (1 + \sqrt5 r + \tfrac53 r^2) e^{-\sqrt5 r}, \qquad r^2 = \sum_d \frac{(x_d - y_d)^2}{\ell_d^2} $$
 *
 * @returns the record; its hyper-parameters are the length scales.
 * @throws SurrogateError `range` for a length scale that is not positive, or another smoothness.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { maternCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const x = matrixFromRows([[0], [1]]);
 * maternCovariance({ smoothness: 1.5 }).between(x, x).data[1]; // 0.4833577
 */
export function maternCovariance({ lengthScale = 1, smoothness = 2.5 }: MaternCovarianceOptions = {}): Covariance {
  const fn = 'maternCovariance';
  const shape = materns[smoothness] ?? fail('range', fn, 'smoothness', `must be 0.5, 1.5 or 2.5, got ${String(smoothness)}`);
  return stationary({ fn, name: `matern(${smoothness})`, shape: () => shape }, positiveScales(fn, 'lengthScale', lengthScale), 0);
}

const rationalQuadratic: Family = {
  fn: 'rationalQuadraticCovariance',
  name: 'rationalQuadratic',
  further: 'alpha',
  shape: (alpha) => {
    const power = (s: number, exponent: number) => Math.exp(-exponent * Math.log1p(s / (2 * alpha)));
    return {
      value: (s) => power(s, alpha),
      slope: (s) => -power(s, alpha + 1) / 2,
      bend: (s) => power(s, alpha) * (s / (2 + s / alpha) - alpha * Math.log1p(s / (2 * alpha))),
    };
  },
};

/**
 * The rational quadratic covariance: squared exponentials of many length scales.
 *
 * $$ k(x, y) = \Bigl(1 + \frac{1}{2\alpha} \sum_d \frac{(x_d - y_d)^2}{\ell_d^2}\Bigr)^{-\alpha} $$
 *
 * @returns the record; its hyper-parameters are the length scales, then alpha.
 * @throws SurrogateError `range` for a length scale or an alpha that is not positive.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { rationalQuadraticCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const x = matrixFromRows([[0], [1]]);
 * rationalQuadraticCovariance({ alpha: 0.5 }).between(x, x).data[1]; // 0.7071068
 */
export function rationalQuadraticCovariance({ lengthScale = 1, alpha = 1 }: RationalQuadraticCovarianceOptions = {}): Covariance {
  const fn = 'rationalQuadraticCovariance';
  const scales = positiveScales(fn, 'lengthScale', lengthScale);
  checkAbove(fn, 'alpha', alpha, 0);
  return stationary(rationalQuadratic, scales, alpha);
}
