/** @file How well two clusterings of the same items agree, whatever their labels are called. */
import { fail } from '../../inputs/checks.js';
import type { Matrix } from '../linalg/matrix.js';
import { assign } from './assign.js';

/** How many items have label i in the first and j in the second clustering, with the sums of rows and columns. */
function contingency(
  fn: string,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  [first, second]: readonly [string, string] = ['a', 'b'],
): { table: Matrix; rows: Float64Array; cols: Float64Array; n: number } {
  const n = a.length;
  if (b.length !== n) fail('shape', fn, second, `must have the length ${n} of ${first}, got ${b.length}`);
  const index = (labels: ArrayLike<number>, name: string) => {
    const seen = new Map<number, number>();
    for (let i = 0; i < n; i++) {
      if (Number.isNaN(labels[i])) fail('range', fn, name, `must hold labels, got NaN at [${i}]`);
      if (!seen.has(labels[i]!)) seen.set(labels[i]!, seen.size);
    }
    return seen;
  };
  const [left, right] = [index(a, first), index(b, second)];
  const table = { rows: left.size, cols: right.size, data: new Float64Array(left.size * right.size) };
  const [rows, cols] = [new Float64Array(left.size), new Float64Array(right.size)];
  for (let i = 0; i < n; i++) {
    const [row, col] = [left.get(a[i]!)!, right.get(b[i]!)!];
    table.data[row * table.cols + col]!++;
    rows[row]!++;
    cols[col]!++;
  }
  return { table, rows, cols, n };
}

const pairs = (counts: Float64Array) => counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);

/**
 * The adjusted Rand index: the share of pairs that two clusterings treat alike, 0 for what chance gives and 1 for equal ones.
 *
 * @param a a label an item.
 * @param b a label an item.
 * @returns at most 1; 1 also for two clusterings of no or one item.
 * @throws SurrogateError `shape` when the lengths differ, `range` for NaN.
 * @see Hubert, Arabie: Comparing Partitions, 1985
 * @example
 * import { adjustedRandIndex } from '@surrogate/core/host';
 * adjustedRandIndex([0, 0, 1, 1], [5, 5, 3, 3]); // 1
 * adjustedRandIndex([0, 0, 1, 2], [0, 0, 1, 1]); // 0.57142857
 */
export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const { table, rows, cols, n } = contingency('adjustedRandIndex', a, b);
  const [both, left, right, all] = [pairs(table.data), pairs(rows), pairs(cols), (n * (n - 1)) / 2];
  const expected = all === 0 ? 0 : (left * right) / all;
  const most = (left + right) / 2;
  return most === expected ? 1 : (both - expected) / (most - expected);
}

const entropy = (counts: Float64Array, n: number) =>
  counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / n) * Math.log(count / n)), 0);

/**
 * The mutual information of two clusterings, over the mean of their entropies.
 *
 * @param a a label an item.
 * @param b a label an item.
 * @returns a number in [0, 1]; 1 for two clusterings that have one cluster each.
 * @throws SurrogateError `shape` when the lengths differ, `range` for NaN.
 * @see Strehl, Ghosh: Cluster Ensembles, 2002
 * @example
 * import { normalizedMutualInformation } from '@surrogate/core/host';
 * normalizedMutualInformation([0, 0, 1, 2], [0, 0, 1, 1]); // 0.8
 */
export function normalizedMutualInformation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const { table, rows, cols, n } = contingency('normalizedMutualInformation', a, b);
  if (n === 0) return 1;
  const [left, right] = [entropy(rows, n), entropy(cols, n)];
  if (left === 0 && right === 0) return 1;
  const information = left + right - entropy(table.data, n);
  return Math.min(1, Math.max(0, (2 * information) / (left + right)));
}

/**
 * The share of items whose cluster is their class, under the best matching of clusters to classes.
 *
 * @param labels the true class of each item.
 * @param clusters the cluster of each item.
 * @returns a number in (0, 1]; 1 for no item.
 * @throws SurrogateError `shape` when the lengths differ, `range` for NaN.
 * @example
 * import { clusteringAccuracy } from '@surrogate/core/host';
 * clusteringAccuracy([0, 0, 1, 1], [1, 1, 0, 1]); // 0.75
 */
export function clusteringAccuracy(labels: ArrayLike<number>, clusters: ArrayLike<number>): number {
  const { table, n } = contingency('clusteringAccuracy', labels, clusters, ['labels', 'clusters']);
  if (n === 0) return 1;
  const matching = assign({ ...table, data: table.data.map((count) => -count) });
  return matching.reduce((sum, col, row) => (col < 0 ? sum : sum + table.data[row * table.cols + col]!), 0) / n;
}
