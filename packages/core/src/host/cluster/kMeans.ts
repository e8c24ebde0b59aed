/** @file k-means clustering. */
import { checkInteger, fail } from '../../inputs/checks.js';
import { checkMatrix, type Matrix } from '../linalg/matrix.js';
import { checkRng, type Rng } from '../random/rng.js';
import { rowDistance } from './points.js';

/** How long {@link kMeans} looks. */
export interface KMeansOptions {
  /** How many times it starts anew; the tightest result counts. Default 10. */
  restarts?: number | undefined;
  /** How many rounds a start may take. Default 300. */
  maxSteps?: number | undefined;
}

/** What {@link kMeans} finds. */
export interface KMeansResult {
  /** k x d. */
  readonly centers: Matrix;
  /** The cluster of each point, in [0, k). */
  readonly labels: Int32Array;
  /** The sum of the squared distances to the own centre. */
  readonly inertia: number;
}

/**
 * Groups points around k centres, by Lloyd's rounds from k-means++ starts.
 *
 * A cluster that loses all its points moves to the point that is farthest from its own centre.
 *
 * @param points n x d, one point a row.
 * @param k how many clusters, 1 to n.
 * @param rng the generator; it moves on.
 * @returns the tightest clustering of all starts.
 * @throws SurrogateError `range` when k is not in [1, n] or a number is not finite, `dtype` for what is no generator.
 * @see Arthur, Vassilvitskii: k-means++: The Advantages of Careful Seeding, 2007
 * @example
 * import { kMeans, matrixFromRows, rng } from '@surrogate/core/host';
 * const { labels, inertia } = kMeans(matrixFromRows([[0], [1], [10], [11]]), 2, rng(0));
 * labels[0] === labels[1] && labels[1] !== labels[2]; // true
 * inertia; // 1
 */
export function kMeans(points: Matrix, k: number, rng: Rng, options: KMeansOptions = {}): KMeansResult {
  const { restarts = 10, maxSteps = 300 } = options;
  checkMatrix('kMeans', 'points', points);
  checkInteger('kMeans', 'k', k, 1);
  if (k > points.rows) fail('range', 'kMeans', 'k', `must be at most the ${points.rows} points, got ${k}`);
  checkRng('kMeans', 'rng', rng);
  checkInteger('kMeans', 'restarts', restarts, 1);
  checkInteger('kMeans', 'maxSteps', maxSteps, 1);
  let best = lloyd(points, kMeansPlusPlus(points, k, rng), maxSteps);
  for (let start = 1; start < restarts; start++) {
    const next = lloyd(points, kMeansPlusPlus(points, k, rng), maxSteps);
    if (next.inertia < best.inertia) best = next;
  }
  return best;
}

/** Each next centre is a point drawn with a probability in proportion to its squared distance from those before. */
function kMeansPlusPlus(points: Matrix, k: number, rng: Rng): Matrix {
  const { rows: n, cols: d } = points;
  const data = new Float64Array(k * d);
  const nearest = new Float64Array(n).fill(Infinity);
  let chosen = rng.integer(0, n);
  for (let c = 0; c < k; c++) {
    data.set(points.data.subarray(chosen * d, (chosen + 1) * d), c * d);
    let total = 0;
    for (let i = 0; i < n; i++) total += nearest[i] = Math.min(nearest[i]!, rowDistance(points, i, points, chosen));
    let left = rng.uniform() * total;
    chosen = nearest.findIndex((distance) => distance > 0 && (left -= distance) < 0);
    if (chosen < 0) chosen = rng.integer(0, n);
  }
  return { rows: k, cols: d, data };
}

function lloyd(points: Matrix, start: Matrix, maxSteps: number): KMeansResult {
  let centers = start;
  let { labels, distances } = nearestCenters(points, centers);
  for (let step = 0; step < maxSteps; step++) {
    centers = means(points, labels, distances, centers.rows);
    const next = nearestCenters(points, centers);
    const settled = next.labels.every((label, i) => label === labels[i]);
    ({ labels, distances } = next);
    if (settled) break;
  }
  return { centers, labels, inertia: distances.reduce((sum, distance) => sum + distance, 0) };
}

function nearestCenters(points: Matrix, centers: Matrix): { labels: Int32Array; distances: Float64Array } {
  const labels = new Int32Array(points.rows);
  const distances = new Float64Array(points.rows).fill(Infinity);
  for (let i = 0; i < points.rows; i++)
    for (let c = 0; c < centers.rows; c++) {
      const distance = rowDistance(points, i, centers, c);
      if (distance < distances[i]!) [labels[i], distances[i]] = [c, distance];
    }
  return { labels, distances };
}

function means(points: Matrix, labels: Int32Array, distances: Float64Array, k: number): Matrix {
  const d = points.cols;
  const data = new Float64Array(k * d);
  const counts = new Int32Array(k);
  labels.forEach((label, i) => {
    counts[label]!++;
    for (let j = 0; j < d; j++) data[label * d + j]! += points.data[i * d + j]!;
  });
  const far = distances.slice();
  counts.forEach((count, c) => {
    if (count > 0) {
      for (let j = 0; j < d; j++) data[c * d + j]! /= count;
      return;
    }
    const farthest = far.reduce((most, distance, i) => (distance > far[most]! ? i : most), 0);
    far[farthest] = 0;
    data.set(points.data.subarray(farthest * d, (farthest + 1) * d), c * d);
  });
  return { rows: k, cols: d, data };
}
