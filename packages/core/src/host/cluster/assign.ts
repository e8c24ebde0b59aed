/** @file The cheapest matching of rows to columns. */
import { checkMatrix, transpose, type Matrix } from '../linalg/matrix.js';

/**
 * Assigns rows to columns, each at most once, at the least total cost (the Hungarian method, by shortest augmenting paths).
 *
 * The time grows with min(m, n)² max(m, n): 500 x 500 takes a fraction of a second.
 *
 * @param costs m x n, finite; negative costs are fine.
 * @returns the column of each row, length m; -1 for rows that are left over when m > n.
 * @throws SurrogateError `range` when a cost is not finite.
 * @see Jonker, Volgenant: A Shortest Augmenting Path Algorithm for Dense and Sparse Linear Assignment Problems, 1987
 * @example
 * import { assign, matrixFromRows } from '@surrogate/core/host';
 * Array.from(assign(matrixFromRows([[4, 1, 3], [2, 0, 5], [3, 2, 2]]))); // [1, 0, 2]
 */
export function assign(costs: Matrix): Int32Array {
  checkMatrix('assign', 'costs', costs);
  if (costs.rows <= costs.cols) return assignRows(costs);
  const rowOf = assignRows(transpose(costs));
  const columns = new Int32Array(costs.rows).fill(-1);
  rowOf.forEach((row, column) => (columns[row] = column));
  return columns;
}

function assignRows({ rows: m, cols: n, data }: Matrix): Int32Array {
  const rowPrice = new Float64Array(m);
  const columnPrice = new Float64Array(n);
  const rowOf = new Int32Array(n).fill(-1);
  const columnOf = new Int32Array(m).fill(-1);
  for (let start = 0; start < m; start++) {
    const distance = new Float64Array(n).fill(Infinity);
    const before = new Int32Array(n).fill(-1);
    const done = new Uint8Array(n);
    const visited = [start];
    let row = start;
    let reached = 0;
    let end = -1;
    while (end < 0) {
      let nearest = -1;
      for (let j = 0; j < n; j++) {
        if (done[j] === 1) continue;
        const length = reached + data[row * n + j]! - rowPrice[row]! - columnPrice[j]!;
        if (length < distance[j]!) [distance[j], before[j]] = [length, row];
        if (nearest < 0 || distance[j]! < distance[nearest]! || (distance[j] === distance[nearest] && rowOf[j]! < 0)) nearest = j;
      }
      done[nearest] = 1;
      reached = distance[nearest]!;
      if (rowOf[nearest]! < 0) end = nearest;
      else visited.push((row = rowOf[nearest]!));
    }
    rowPrice[start]! += reached;
    for (const i of visited.slice(1)) rowPrice[i]! += reached - distance[columnOf[i]!]!;
    for (let j = 0; j < n; j++) if (done[j] === 1) columnPrice[j]! -= reached - distance[j]!;
    for (let j = end; j >= 0;) {
      const i = before[j]!;
      const next = columnOf[i]!;
      [rowOf[j], columnOf[i]] = [i, j];
      j = i === start ? -1 : next;
    }
  }
  return columnOf;
}
