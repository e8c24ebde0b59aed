/** @file Blocks whose coordinates form a forest: their systems are solved in linear time, however large they are. */
import { checkInteger, fail } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';
import { vectorOf } from '../host/vectors.js';

function checkSquare(fn: string, a: Matrix): void {
  if (typeof a !== 'object' || !(a?.data instanceof Float64Array)) fail('dtype', fn, 'a', `must be a matrix, got ${typeof a}`);
  if (a.rows !== a.cols) fail('shape', fn, 'a', `must be square, got ${a.rows} x ${a.cols}`);
}

/**
 * Grows a set of coordinates, the highest score first, whose entries of a sparse matrix form a forest: one that would close a cycle is left out.
 *
 * @param a a symmetric matrix, n x n; what is not 0 off its diagonal is an edge.
 * @param scores n numbers.
 * @param limit how many coordinates at most. Default all.
 * @returns the coordinates, in the order in which they came in.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { forestBlock } from '@surrogate/optim';
 * forestBlock(matrixFromRows([[2, 1, 1], [1, 2, 1], [1, 1, 2]]), [1, 3, 2]); // [1, 2]
 */
export function forestBlock(a: Matrix, scores: ArrayLike<number>, limit = a.rows): number[] {
  const fn = 'forestBlock';
  checkSquare(fn, a);
  const n = a.rows;
  const s = vectorOf(fn, 'scores', scores, n);
  checkInteger(fn, 'limit', limit);
  const parent = Array.from({ length: n }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  const chosen: number[] = [];
  for (const i of Array.from(s, (_, k) => k).sort((k, l) => s[l]! - s[k]!)) {
    if (chosen.length >= limit) break;
    const touched = chosen.filter((j) => a.data[i * n + j] !== 0).map(root);
    if (new Set(touched).size < touched.length) continue;
    touched.forEach((tree) => (parent[tree] = i));
    chosen.push(i);
  }
  return chosen;
}

/**
 * Solves a symmetric system whose graph is a forest, from the leaves inwards and back.
 *
 * $$ A x = b $$
 *
 * @param a a symmetric positive definite matrix, n x n, without cycles among its entries off the diagonal.
 * @param b n numbers.
 * @returns x.
 * @throws SurrogateError `shape`, `range` where the entries close a cycle, `dtype`.
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { treeSolve } from '@surrogate/optim';
 * Array.from(treeSolve(matrixFromRows([[2, 1], [1, 3]]), [3, 4])); // [1, 1]
 */
export function treeSolve(a: Matrix, b: ArrayLike<number>): Float64Array {
  const fn = 'treeSolve';
  checkSquare(fn, a);
  const n = a.rows;
  const x = vectorOf(fn, 'b', b, n);
  const neighbors = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => j).filter((j) => j !== i && a.data[i * n + j] !== 0),
  );
  const order: number[] = [];
  const above = new Int32Array(n).fill(-2);
  for (let start = 0; start < n; start++) {
    if (above[start] !== -2) continue;
    above[start] = -1;
    order.push(start);
    for (let at = order.length - 1; at < order.length; at++) {
      const i = order[at]!;
      for (const j of neighbors[i]!) {
        if (j === above[i]) continue;
        if (above[j] !== -2) fail('range', fn, 'a', `must have no cycle, got one through [${i}, ${j}]`);
        above[j] = i;
        order.push(j);
      }
    }
  }
  const pivots = Float64Array.from({ length: n }, (_, i) => a.data[i * n + i]!);
  for (const i of [...order].reverse()) {
    const up = above[i]!;
    if (up < 0) continue;
    const factor = a.data[up * n + i]! / pivots[i]!;
    pivots[up]! -= factor * a.data[i * n + up]!;
    x[up]! -= factor * x[i]!;
  }
  for (const i of order) {
    const up = above[i]!;
    x[i] = (x[i]! - (up < 0 ? 0 : a.data[i * n + up]! * x[up]!)) / pivots[i]!;
  }
  return x;
}
