/** @file Double descent by closed forms: what an optimizer has fitted after so many steps, singular value by singular value. */
import { checkAbove, checkBetween, checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { checkMatrix, checkVector, matMul, svd, transpose, type Matrix } from '@surrogate/core/host';
import { checkRecord } from '../common/checkRecord.js';

/** The part, in [0, 1], of each component of the least-squares solution that has been fitted; by singular values, the largest first. */
export type SpectralFilter = (singularValues: Float64Array) => Float64Array;

/** Options of {@link gdSpectralFilter}. */
export interface DescentOptions {
  /** η, > 0. Default: one over the square of the largest singular value. */
  stepSize?: number | undefined;
}

/** Options of {@link momentumSpectralFilter}. */
export interface MomentumOptions extends DescentOptions {
  /** β, in [0, 1). Default: what is best for the condition number, with the step size that goes with it. */
  momentum?: number | undefined;
}

/** Rows and what is to be said of them. */
export interface RegressionData {
  /** n x d. */
  readonly x: Matrix;
  /** n. */
  readonly y: Float64Array;
}

/** What {@link doubleDescentSweep} is told. */
export interface SweepOptions {
  /** How many features, one number a model. */
  widths: readonly number[];
  /** The features of rows: n x d to n x p, the same at each call with one p. */
  features(x: Matrix, width: number): Matrix;
  /** How far the model is fitted. */
  filter: SpectralFilter;
}

/** One model of a sweep. */
export interface SweepPoint {
  /** How many features. */
  readonly width: number;
  /** The mean squared error on the data that it was fitted to. */
  readonly train: number;
  /** That on the other. */
  readonly test: number;
  /** The square of the largest singular value over the least one's that is not 0. */
  readonly condition: number;
}

/** A test of which singular values are not 0. */
const counts = (singularValues: Float64Array) => {
  const threshold = Math.max(0, ...singularValues) * singularValues.length * Number.EPSILON;
  return (s: number) => s > threshold;
};

/**
 * Gradient descent on least squares from 0, after so many steps.
 *
 * $$ 1 - (1 - \eta s_i^2)^T $$
 *
 * @param iterations T, >= 0.
 * @param options η.
 * @returns the filter.
 * @throws SurrogateError `range`.
 * @see Liu, Flanigan: Understanding the Role of Optimization in Double Descent, 2023. arXiv:2312.03951
 * @example
 * import { gdSpectralFilter } from '@surrogate/diagnostics';
 * gdSpectralFilter(3)(Float64Array.of(1, Math.SQRT1_2)); // [1, 0.875]
 */
export function gdSpectralFilter(iterations: number, { stepSize }: DescentOptions = {}): SpectralFilter {
  checkInteger('gdSpectralFilter', 'iterations', iterations);
  if (stepSize !== undefined) checkAbove('gdSpectralFilter', 'stepSize', stepSize, 0);
  return (s) => {
    const rate = stepSize ?? 1 / Math.max(...s) ** 2;
    return s.map((value) => {
      const step = rate * value ** 2;
      return step < 1 ? -Math.expm1(iterations * Math.log1p(-step)) : 1 - (1 - step) ** iterations;
    });
  };
}

/**
 * Heavy-ball momentum on least squares from 0, after so many steps: what takes gradient descent κ steps takes it √κ.
 *
 * $$ 1 - e_T, \qquad e_{t+1} = (1 + \beta - \eta s_i^2)\, e_t - \beta e_{t-1},\ e_0 = e_{-1} = 1 $$
 *
 * @param iterations T, >= 0.
 * @param options β and η; by default those of Polyak, β = ((s₁ - sₙ) / (s₁ + sₙ))² and η = 4 / (s₁ + sₙ)² with the least singular value that is not 0.
 * @returns the filter.
 * @throws SurrogateError `range`.
 * @see Polyak: Some methods of speeding up the convergence of iteration methods, 1964; Liu, Flanigan, 2023. arXiv:2312.03951
 * @example
 * import { momentumSpectralFilter } from '@surrogate/diagnostics';
 * momentumSpectralFilter(2, { momentum: 0.5, stepSize: 0.5 })(Float64Array.of(1)); // [1]
 */
export function momentumSpectralFilter(iterations: number, { momentum, stepSize }: MomentumOptions = {}): SpectralFilter {
  const fn = 'momentumSpectralFilter';
  checkInteger(fn, 'iterations', iterations);
  if (momentum !== undefined) checkBetween(fn, 'momentum', momentum, 0, 1);
  if (stepSize !== undefined) checkAbove(fn, 'stepSize', stepSize, 0);
  return (s) => {
    const [most, least] = [Math.max(...s), Math.min(...s.filter(counts(s)))];
    const beta = momentum ?? ((most - least) / (most + least)) ** 2;
    const rate = stepSize ?? 4 / (most + least) ** 2;
    return s.map((value) => {
      let [before, now] = [1, 1];
      for (let t = 0; t < iterations; t++) [before, now] = [now, (1 + beta - rate * value ** 2) * now - beta * before];
      return 1 - now;
    });
  };
}

/**
 * The least-squares solution of smallest length itself: gradient descent without end.
 *
 * @returns the filter: 1 where a singular value is not 0.
 * @see Liu, Flanigan: Understanding the Role of Optimization in Double Descent, 2023. arXiv:2312.03951
 * @example
 * import { pinvSpectralFilter } from '@surrogate/diagnostics';
 * pinvSpectralFilter()(Float64Array.of(2, 0)); // [1, 0]
 */
export const pinvSpectralFilter = (): SpectralFilter => (s) => {
  const real = counts(s);
  return s.map((value) => (real(value) ? 1 : 0));
};

/** The weights, and the condition number, of features that are fitted by their singular values. */
function fitted(features: Matrix, y: Float64Array, filter: SpectralFilter): { weights: Float64Array; condition: number } {
  const { u, values, v } = svd(features);
  const part = filter(values);
  const real = counts(values);
  const along = matMul(transpose(u), y).map((value, i) => (real(values[i]!) ? (value * part[i]!) / values[i]! : 0));
  return { weights: matMul(v, along), condition: (Math.max(...values) / Math.min(...values.filter(real))) ** 2 };
}

/** @internal Refuses what is no regression data. */
export function checkRegressionData(fn: string, argument: string, data: RegressionData): void {
  checkRecord(fn, argument, data, 'rows x and targets y');
  checkMatrix(fn, `${argument}.x`, data.x);
  if (data.x.rows === 0) fail('shape', fn, `${argument}.x`, 'must have a row, got none');
  checkVector(fn, `${argument}.y`, data.y, data.x.rows);
}

function checkFilter(fn: string, filter: SpectralFilter): void {
  if (typeof filter !== 'function') fail('dtype', fn, 'filter', `must be a function of singular values, got ${typeof filter}`);
}

/**
 * Least squares as far as an optimizer gets: the weights after its steps, without taking them.
 *
 * $$ \theta = \sum_i \frac{\phi_i}{s_i}\, v_i u_i^\top y, \qquad X = \sum_i s_i u_i v_i^\top $$
 *
 * @param data n x d rows, and n targets.
 * @param filter φ: `gdSpectralFilter(1000)`, `momentumSpectralFilter(100)`, `pinvSpectralFilter()`, or a function of your own.
 * @returns d weights.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Liu, Flanigan: Understanding the Role of Optimization in Double Descent, 2023. arXiv:2312.03951
 * @example
 * import { gdSpectralFilter, spectralRegression } from '@surrogate/diagnostics';
 * import { matrixFromRows } from '@surrogate/core/host';
 * spectralRegression({ x: matrixFromRows([[2, 0], [0, 1]]), y: Float64Array.of(2, 4) }, gdSpectralFilter(1)); // [1, 1]
 */
export function spectralRegression(data: RegressionData, filter: SpectralFilter): Float64Array {
  checkRegressionData('spectralRegression', 'data', data);
  checkFilter('spectralRegression', filter);
  return fitted(data.x, data.y, filter).weights;
}

/**
 * Random features of rectified units. Those of fewer units are among those of more.
 *
 * $$ \phi(x) = \frac{1}{\sqrt p} \max(0, x V), \qquad V_{ij} \sim \mathcal{N}(0, 1) $$
 *
 * @param inputs d.
 * @param most how many units there are.
 * @param rng the generator; it moves on.
 * @returns a function of n x d rows and a number p of units, which gives n x p.
 * @throws SurrogateError `range`, `dtype`; by what is returned also `shape`.
 * @see Rahimi, Recht: Random Features for Large-Scale Kernel Machines, 2007
 * @example
 * import { rng } from '@surrogate/core';
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { randomReluFeatures } from '@surrogate/diagnostics';
 * randomReluFeatures(2, 8, rng(0))(matrixFromRows([[1, 2]]), 5).cols; // 5
 */
export function randomReluFeatures(inputs: number, most: number, rng: Rng): (x: Matrix, width: number) => Matrix {
  const fn = 'randomReluFeatures';
  checkInteger(fn, 'inputs', inputs, 1);
  checkInteger(fn, 'most', most, 1);
  checkRng(fn, 'rng', rng);
  // A row a unit, so that fewer units are the first rows.
  const units = rng.fillNormal(new Float64Array(most * inputs));
  return (x, width) => {
    checkInteger(fn, 'width', width, 1);
    if (width > most) fail('range', fn, 'width', `must be at most ${most}, got ${width}`);
    const projected = matMul(x, transpose({ rows: width, cols: inputs, data: units.subarray(0, width * inputs) }));
    return { ...projected, data: projected.data.map((value) => Math.max(0, value) / Math.sqrt(width)) };
  };
}

/**
 * Test and training errors by the number of features, for one optimizer: the peak where there are as many features as examples is there only if the optimizer gets to the
 * bottom, which takes it as many steps as the problem is ill-conditioned.
 *
 * @param train n x d rows and n targets.
 * @param test others.
 * @param options the numbers of features, the features, and the filter of the optimizer.
 * @returns a point a number of features.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Liu, Flanigan: Understanding the Role of Optimization in Double Descent, 2023. arXiv:2312.03951
 * @example
 * import { doubleDescentSweep, pinvSpectralFilter } from '@surrogate/diagnostics';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const data = { x: matrixFromRows([[1], [2]]), y: Float64Array.of(2, 4) };
 * doubleDescentSweep(data, data, { widths: [1], features: (x) => x, filter: pinvSpectralFilter() })[0].test; // 0
 */
export function doubleDescentSweep(train: RegressionData, test: RegressionData, { widths, features, filter }: SweepOptions): SweepPoint[] {
  const fn = 'doubleDescentSweep';
  checkRegressionData(fn, 'train', train);
  checkRegressionData(fn, 'test', test);
  checkFilter(fn, filter);
  if (typeof features !== 'function') fail('dtype', fn, 'features', `must be a function of rows and a width, got ${typeof features}`);
  widths.forEach((width, i) => checkInteger(fn, `widths[${i}]`, width, 1));
  return widths.map((width) => {
    const seen = features(train.x, width);
    const { weights, condition } = fitted(seen, train.y, filter);
    const error = (z: Matrix, y: Float64Array) => matMul(z, weights).reduce((sum, value, i) => sum + (value - y[i]!) ** 2 / y.length, 0);
    return { width, train: error(seen, train.y), test: error(features(test.x, width), test.y), condition };
  });
}
