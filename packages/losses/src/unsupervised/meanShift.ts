/** @file Mean shift: points move to the middle of their neighbours, on the host. */
import { checkInteger, fail } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';

/** Options of {@link meanShift}. */
export interface MeanShiftOptions {
  /** How many neighbours a point moves to the middle of, itself included, >= 1. */
  k: number;
  /** How often all points move, >= 1. Default 1. */
  iterations?: number | undefined;
}

/** Options of {@link meanShiftQueries}. */
export interface MeanShiftQueryOptions {
  /** How many points a query moves to the middle of, itself included, >= 1. */
  k: number;
}

function checkPoints(fn: string, argument: string, points: Matrix): void {
  if (!(points?.data instanceof Float64Array)) fail('dtype', fn, argument, `must be a matrix, got ${typeof points}`);
}

/** The mean of a row of `points` and the `others` rows of `among` nearest to it; of those, `self` is left out. */
function shifted(points: Matrix, row: number, among: Matrix, others: number, self: number): Float64Array {
  const { cols } = points;
  const distances = Array.from({ length: among.rows }, (_, j) => {
    let total = 0;
    for (let i = 0; i < cols; i++) total += (points.data[row * cols + i]! - among.data[j * cols + i]!) ** 2;
    return { j, total };
  }).filter(({ j }) => j !== self);
  distances.sort((a, b) => a.total - b.total || a.j - b.j);
  const mean = points.data.slice(row * cols, (row + 1) * cols);
  for (const { j } of distances.slice(0, others)) for (let i = 0; i < cols; i++) mean[i]! += among.data[j * cols + i]!;
  return mean.map((value) => value / (others + 1));
}

const move = (points: Matrix, step: (row: number) => Float64Array): Matrix => {
  const data = new Float64Array(points.data.length);
  for (let row = 0; row < points.rows; row++) data.set(step(row), row * points.cols);
  return { rows: points.rows, cols: points.cols, data };
};

/**
 * Moves every point to the mean of its k nearest points, itself among them; points of a cluster gather, outliers travel.
 *
 * $$ x_i^{(m)} = \frac1k \sum_{j \in N_k(i)} x_j^{(m - 1)} $$
 *
 * How far a point is from where it was, or better its reconstruction from where it is now ({@link probabilisticReconstructionError} against the shifted data), tells outliers.
 *
 * @param points n x D, doubles. Time grows with n².
 * @param options how many neighbours, and how often.
 * @returns the points at every stage: as given first, moved last; {@link meanShiftQueries} moves new points along them.
 * @throws SurrogateError `range` for k outside 1 to n, `dtype` for what is no matrix.
 * @see Tan, Yang, Chen, Rahardja, Rahardja: MSS-PAE: Saving Autoencoder-based Outlier Detection from Unexpected Reconstruction, 2023. arXiv:2304.00709
 * @example
 * import { matrixFromRows, matrixToRows } from '@surrogate/core/host';
 * import { meanShift } from '@surrogate/losses';
 * matrixToRows(meanShift(matrixFromRows([[0], [1], [10]]), { k: 2 })[1]); // [[0.5], [0.5], [5.5]]
 */
export function meanShift(points: Matrix, { k, iterations = 1 }: MeanShiftOptions): Matrix[] {
  const fn = 'meanShift';
  checkPoints(fn, 'points', points);
  checkInteger(fn, 'k', k, 1);
  if (k > points.rows) fail('range', fn, 'k', `must be at most n = ${points.rows}, got ${k}`);
  checkInteger(fn, 'iterations', iterations, 1);
  const stages = [points];
  for (let m = 0; m < iterations; m++) {
    const last = stages[m]!;
    stages.push(move(last, (row) => shifted(last, row, last, k - 1, row)));
  }
  return stages;
}

/**
 * Moves new points as {@link meanShift} would: each to the mean of itself and its k - 1 nearest training points, stage by stage.
 *
 * @param queries m x D, doubles.
 * @param stages the training points at every stage, from {@link meanShift}.
 * @param options how many neighbours.
 * @returns the queries, moved as often as the training points.
 * @throws SurrogateError `range` for k outside 1 to n + 1, `shape` for another dimension or no stages, `dtype`.
 * @see Tan, Yang, Chen, Rahardja, Rahardja: MSS-PAE: Saving Autoencoder-based Outlier Detection from Unexpected Reconstruction, 2023. arXiv:2304.00709
 * @example
 * import { matrixFromRows, matrixToRows } from '@surrogate/core/host';
 * import { meanShift, meanShiftQueries } from '@surrogate/losses';
 * const stages = meanShift(matrixFromRows([[0], [1], [10]]), { k: 2 });
 * matrixToRows(meanShiftQueries(matrixFromRows([[4]]), stages, { k: 2 })); // [[2.5]]
 */
export function meanShiftQueries(queries: Matrix, stages: readonly Matrix[], { k }: MeanShiftQueryOptions): Matrix {
  const fn = 'meanShiftQueries';
  checkPoints(fn, 'queries', queries);
  if (!Array.isArray(stages) || stages.length < 2) fail('shape', fn, 'stages', `must be what meanShift returns, got ${typeof stages}`);
  const first = stages[0] as Matrix;
  if (first.cols !== queries.cols) fail('shape', fn, 'queries', `must have ${first.cols} columns, got ${queries.cols}`);
  checkInteger(fn, 'k', k, 1);
  if (k > first.rows + 1) fail('range', fn, 'k', `must be at most n + 1 = ${first.rows + 1}, got ${k}`);
  return stages.slice(0, -1).reduce<Matrix>((at, stage: Matrix) => move(at, (row) => shifted(at, row, stage, k - 1, -1)), queries);
}
