/** @file Random vectors: multivariate normal, and uniform on the sphere. */
import { checkInteger } from '../../inputs/checks.js';
import { checkMatrix, checkVector, dot, type Matrix } from '../linalg/matrix.js';
import { checkRng, type Rng } from '../random/rng.js';

/**
 * A vector of the multivariate normal distribution.
 *
 * @param rng the generator; it moves on.
 * @param mean a vector of length n.
 * @param factor the covariance's Cholesky factor L (of `cholesky`), n x n, lower triangular.
 * @returns mean + L z.
 * @throws SurrogateError `shape` when the sizes do not fit, `range` when a number is not finite, `dtype` for what is no generator.
 * @example
 * import { cholesky, matrixFromRows, rng, sampleMultivariateNormal } from '@surrogate/core/host';
 * const factor = cholesky(matrixFromRows([[2, 1], [1, 2]]));
 * sampleMultivariateNormal(rng(0), new Float64Array([0, 10]), factor).length; // 2
 */
export function sampleMultivariateNormal(rng: Rng, mean: Float64Array, factor: Matrix): Float64Array {
  checkRng('sampleMultivariateNormal', 'rng', rng);
  checkMatrix('sampleMultivariateNormal', 'factor', factor);
  checkVector('sampleMultivariateNormal', 'mean', mean, factor.rows);
  const z = rng.fillNormal(new Float64Array(factor.cols));
  return mean.map((value, i) => value + dot(factor.data, i * factor.cols, z, 0, Math.min(i + 1, factor.cols)));
}

/**
 * A point spread evenly over the unit sphere.
 *
 * @param rng the generator; it moves on.
 * @param dimension how many coordinates, at least 1.
 * @returns a vector of length 1.
 * @throws SurrogateError `range` when dimension is not an integer of at least 1, `dtype` for what is no generator.
 * @example
 * import { rng, sampleSphere } from '@surrogate/core/host';
 * Math.hypot(...sampleSphere(rng(0), 3)); // 1
 */
export function sampleSphere(rng: Rng, dimension: number): Float64Array {
  checkRng('sampleSphere', 'rng', rng);
  checkInteger('sampleSphere', 'dimension', dimension, 1);
  const point = new Float64Array(dimension);
  let square = 0;
  while (square === 0) square = dot(rng.fillNormal(point), 0, point, 0, dimension);
  return point.map((coordinate) => coordinate / Math.sqrt(square));
}
