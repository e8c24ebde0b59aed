/** @file What a covariance function is on the host: a kernel in doubles, with hyper-parameters that a fit can move. */
import { fail } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';

/** A covariance function k(x, y), symmetric and positive definite, in doubles. Its hyper-parameters are positive and are moved by their logarithms. */
export interface Covariance {
  /** What it is called in reports and messages. */
  readonly name: string;
  /** What the hyper-parameters are called, in order. */
  readonly parameterNames: readonly string[];
  /** Their logarithms, in that order. */
  readonly logParameters: Float64Array;
  /** The same function with other hyper-parameters, given by their logarithms. */
  withLogParameters(logParameters: Float64Array): Covariance;
  /** k(x_i, y_j): N x D and M x D to N x M. */
  between(x: Matrix, y: Matrix): Matrix;
  /** k(x_i, x_i): N x D to length N. */
  diagonal(x: Matrix): Float64Array;
  /** Σ_ij w_ij ∂k(x_i, x_j)/∂ log θ_p: N x D and N x N to one number a hyper-parameter. */
  parameterGradient(x: Matrix, weights: Matrix): Float64Array;
  /** ∂k(x, y_j)/∂x: length D and M x D to M x D. */
  inputGradient(x: Float64Array, y: Matrix): Matrix;
}

/** @internal One scale for all dimensions, or one for each. */
export type Scales = number | readonly number[];

/** @internal The scale of each dimension, or an error where there are too few or too many. */
export function scalesOf(fn: string, argument: string, scales: readonly number[], dimensions: number): Float64Array {
  if (scales.length !== 1 && scales.length !== dimensions)
    fail('shape', fn, argument, `must be one number or one for each of the ${dimensions} dimensions, got ${scales.length}`);
  return Float64Array.from({ length: dimensions }, (_, d) => scales[scales.length === 1 ? 0 : d]!);
}

/** @internal What scales are called: by their dimension where there is one for each. */
export const namesOf = (argument: string, scales: readonly number[]): string[] =>
  scales.length === 1 ? [argument] : scales.map((_, d) => `${argument}[${d}]`);

/** @internal Throws unless the points have as many dimensions. */
export function checkAlike(fn: string, x: Matrix, y: Matrix): void {
  if (x.cols !== y.cols) fail('shape', fn, 'y', `must have ${x.cols} columns, as x has, got ${y.cols}`);
}

/** @internal One point as a matrix of one row. */
export const asRow = (x: Float64Array): Matrix => ({ rows: 1, cols: x.length, data: x });

/** @internal Splits hyper-parameters, or an error where they are not as many as are wanted. */
export function splitParameters(fn: string, logParameters: Float64Array, sizes: readonly number[]): Float64Array[] {
  const wanted = sizes.reduce((sum, size) => sum + size, 0);
  if (logParameters.length !== wanted)
    fail('shape', fn, 'logParameters', `must have one number for each of the ${wanted} hyper-parameters, got ${logParameters.length}`);
  let from = 0;
  return sizes.map((size) => logParameters.slice(from, (from += size)));
}
