/** @file Mixtures of Gaussians, fitted by expectation and maximisation. */
import { checkAbove, checkInteger, checkOneOf, fail } from '../../inputs/checks.js';
import { cholesky, choleskyLogDet, solveTriangular } from '../linalg/cholesky.js';
import { checkMatrix, type Matrix } from '../linalg/matrix.js';
import { checkRng, type Rng } from '../random/rng.js';
import { kMeans } from './kMeans.js';

/** How {@link gaussianMixture} fits. */
export interface GaussianMixtureOptions {
  /** The form of each covariance. Default `full`. */
  covariance?: 'full' | 'diagonal' | 'spherical' | undefined;
  /** Added to the variances, so that no component collapses onto a point; above 0. Default 1e-6. */
  ridge?: number | undefined;
  /** Stops when a round raises the mean log-likelihood by less. Default 1e-6. */
  tolerance?: number | undefined;
  /** How many rounds at most. Default 200. */
  maxSteps?: number | undefined;
}

/** A mixture of k Gaussians in d dimensions. */
export interface GaussianMixture {
  /** Length k, sums to 1. */
  readonly weights: Float64Array;
  /** k x d. */
  readonly means: Matrix;
  /** k matrices, d x d. */
  readonly covariances: readonly Matrix[];
  /** n x k: how much each point belongs to each component; rows sum to 1. */
  readonly responsibilities: Matrix;
  /** The mean log-likelihood of the points. */
  readonly logLikelihood: number;
  /** Whether the last round raised the mean log-likelihood by less than the tolerance. */
  readonly converged: boolean;
}

/**
 * Fits a mixture of Gaussians, from the clusters that k-means finds.
 *
 * @param points n x d, one point a row.
 * @param k how many components, 1 to n.
 * @param rng the generator; it moves on.
 * @returns the fitted mixture; the log-likelihood never falls from one round to the next.
 * @throws SurrogateError `range` when k is not in [1, n], a number is not finite or an option out of range, `dtype` for what is no generator.
 * @see Dempster, Laird, Rubin: Maximum Likelihood from Incomplete Data via the EM Algorithm, 1977
 * @example
 * import { gaussianMixture, matrixFromRows, rng } from '@surrogate/core/host';
 * const points = matrixFromRows([[0], [1], [2], [10], [11], [12]]);
 * const { weights } = gaussianMixture(points, 2, rng(0));
 * Array.from(weights); // [0.5, 0.5]
 */
export function gaussianMixture(points: Matrix, k: number, rng: Rng, options: GaussianMixtureOptions = {}): GaussianMixture {
  const { covariance = 'full', ridge = 1e-6, tolerance = 1e-6, maxSteps = 200 } = options;
  checkMatrix('gaussianMixture', 'points', points);
  checkInteger('gaussianMixture', 'k', k, 1);
  if (k > points.rows) fail('range', 'gaussianMixture', 'k', `must be at most the ${points.rows} points, got ${k}`);
  checkRng('gaussianMixture', 'rng', rng);
  checkOneOf('gaussianMixture', 'covariance', covariance, ['full', 'diagonal', 'spherical']);
  checkAbove('gaussianMixture', 'ridge', ridge, 0);
  checkAbove('gaussianMixture', 'tolerance', tolerance, 0);
  checkInteger('gaussianMixture', 'maxSteps', maxSteps, 1);
  const { labels } = kMeans(points, k, rng, { restarts: 3 });
  const hard = new Float64Array(points.rows * k);
  labels.forEach((label, i) => (hard[i * k + label] = 1));
  let parameters = maximize(points, { rows: points.rows, cols: k, data: hard }, covariance, ridge);
  let expected = expect(points, parameters);
  for (let step = 1; step <= maxSteps; step++) {
    parameters = maximize(points, expected.responsibilities, covariance, ridge);
    const next = expect(points, parameters);
    const gain = next.logLikelihood - expected.logLikelihood;
    expected = next;
    if (gain < tolerance) return { ...parameters, ...expected, converged: true };
  }
  return { ...parameters, ...expected, converged: false };
}

interface Parameters {
  readonly weights: Float64Array;
  readonly means: Matrix;
  readonly covariances: readonly Matrix[];
}

function maximize(points: Matrix, responsibilities: Matrix, form: 'full' | 'diagonal' | 'spherical', ridge: number): Parameters {
  const { rows: n, cols: d } = points;
  const k = responsibilities.cols;
  const mass = new Float64Array(k);
  const means = new Float64Array(k * d);
  for (let i = 0; i < n; i++)
    for (let c = 0; c < k; c++) {
      const share = responsibilities.data[i * k + c]!;
      mass[c]! += share;
      for (let j = 0; j < d; j++) means[c * d + j]! += share * points.data[i * d + j]!;
    }
  // A component that no point belongs to keeps a trace of mass, and with it a place at the origin of its sums.
  const safe = mass.map((value) => value + 10 * Number.EPSILON);
  for (let at = 0; at < means.length; at++) means[at]! /= safe[Math.floor(at / d)]!;
  const covariances = Array.from({ length: k }, (_, c) => {
    const data = new Float64Array(d * d);
    const centred = new Float64Array(d);
    for (let i = 0; i < n; i++) {
      const share = responsibilities.data[i * k + c]! / safe[c]!;
      for (let j = 0; j < d; j++) centred[j] = points.data[i * d + j]! - means[c * d + j]!;
      for (let a = 0; a < d; a++) for (let b = form === 'full' ? 0 : a; b <= a; b++) data[a * d + b]! += share * centred[a]! * centred[b]!;
    }
    let trace = 0;
    for (let a = 0; a < d; a++) trace += data[a * d + a]!;
    for (let a = 0; a < d; a++) {
      data[a * d + a] = (form === 'spherical' ? trace / d : data[a * d + a]!) + ridge;
      for (let b = 0; b < a; b++) data[b * d + a] = data[a * d + b]!;
    }
    return { rows: d, cols: d, data };
  });
  return { weights: mass.map((value) => value / n), means: { rows: k, cols: d, data: means }, covariances };
}

function expect(points: Matrix, { weights, means, covariances }: Parameters): { responsibilities: Matrix; logLikelihood: number } {
  const { rows: n, cols: d } = points;
  const k = weights.length;
  const logs = new Float64Array(n * k);
  covariances.forEach((covariance, c) => {
    const factor = cholesky(covariance);
    const constant = Math.log(weights[c]!) - 0.5 * (choleskyLogDet(factor) + d * Math.log(2 * Math.PI));
    const centred = new Float64Array(d * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) centred[j * n + i] = points.data[i * d + j]! - means.data[c * d + j]!;
    const whitened = solveTriangular(factor, { rows: d, cols: n, data: centred });
    for (let i = 0; i < n; i++) {
      let square = 0;
      for (let j = 0; j < d; j++) square += whitened.data[j * n + i]! ** 2;
      logs[i * k + c] = constant - 0.5 * square;
    }
  });
  let total = 0;
  for (let i = 0; i < n; i++) {
    const row = logs.subarray(i * k, (i + 1) * k);
    const highest = row.reduce((most, log) => Math.max(most, log), -Infinity);
    const sum = row.reduce((mass, log) => mass + Math.exp(log - highest), 0);
    total += highest + Math.log(sum);
    row.forEach((log, c) => (row[c] = Math.exp(log - highest) / sum));
  }
  return { responsibilities: { rows: n, cols: k, data: logs }, logLikelihood: total / n };
}
