/** @file Nearest neighbours, and the graph that they make. */
import { checkBoolean, checkInteger, fail } from '../../inputs/checks.js';
import { checkMatrix, type Matrix } from '../linalg/matrix.js';
import { rowDistance } from './points.js';

/** What {@link nearestNeighbors} finds. */
export interface Neighbors {
  /** n x k, row by row, nearest first; of equally near ones the one that comes first. */
  readonly indices: Int32Array;
  /** n x k: the Euclidean distances. */
  readonly distances: Matrix;
}

/**
 * The k nearest other points of each point, by comparing all pairs.
 *
 * @param points n x d, one point a row.
 * @param k how many, 1 to n - 1.
 * @returns their indices and distances.
 * @throws SurrogateError `range` when k is not in [1, n - 1] or a number is not finite.
 * @example
 * import { matrixFromRows, nearestNeighbors } from '@surrogate/core/host';
 * Array.from(nearestNeighbors(matrixFromRows([[0], [1], [5]]), 1).indices); // [1, 0, 1]
 */
export function nearestNeighbors(points: Matrix, k: number): Neighbors {
  checkMatrix('nearestNeighbors', 'points', points);
  return neighbors('nearestNeighbors', points, k);
}

function neighbors(fn: string, points: Matrix, k: number): Neighbors {
  checkInteger(fn, 'k', k, 1);
  const n = points.rows;
  if (k >= n) fail('range', fn, 'k', `must be less than the ${n} points, got ${k}`);
  const indices = new Int32Array(n * k);
  const distances = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const squares = Float64Array.from({ length: n }, (_, j) => rowDistance(points, i, points, j));
    const order = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
    order.sort((a, b) => squares[a]! - squares[b]! || a - b);
    for (let place = 0; place < k; place++) {
      indices[i * k + place] = order[place]!;
      distances[i * k + place] = Math.sqrt(squares[order[place]!]!);
    }
  }
  return { indices, distances: { rows: n, cols: k, data: distances } };
}

/** Which neighbours {@link neighborGraph} joins. */
export interface NeighborGraphOptions {
  /** Join two points only if each is a neighbour of the other; else if one is. Default false. */
  mutual?: boolean | undefined;
}

/**
 * The symmetric graph of nearest neighbours.
 *
 * @param points n x d, one point a row.
 * @param k how many neighbours, 1 to n - 1.
 * @returns its adjacency, n x n of 0 and 1, with 0 on the diagonal.
 * @throws SurrogateError `range` when k is not in [1, n - 1] or a number is not finite.
 * @example
 * import { matrixFromRows, matrixToRows, neighborGraph } from '@surrogate/core/host';
 * matrixToRows(neighborGraph(matrixFromRows([[0], [1], [5]]), 1)); // [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
 */
export function neighborGraph(points: Matrix, k: number, options: NeighborGraphOptions = {}): Matrix {
  const { mutual = false } = options;
  checkBoolean('neighborGraph', 'mutual', mutual);
  checkMatrix('neighborGraph', 'points', points);
  const { indices } = neighbors('neighborGraph', points, k);
  const n = points.rows;
  const votes = new Uint8Array(n * n);
  indices.forEach((j, at) => {
    const i = Math.floor(at / k);
    votes[i * n + j]!++;
    votes[j * n + i]!++;
  });
  return { rows: n, cols: n, data: Float64Array.from(votes, (vote) => (vote >= (mutual ? 2 : 1) ? 1 : 0)) };
}
