/** @file Small linear programmes, by the simplex method in two phases. */
import { fail } from '../../inputs/checks.js';
import { checkMatrix, checkVector, type Matrix } from '../linalg/matrix.js';

/** What limits the solution of {@link linearProgram}, beside x >= 0. */
export interface LinearConstraints {
  /** A x <= b: m x n and length m. */
  atMost?: { readonly a: Matrix; readonly b: Float64Array } | undefined;
  /** A x = b: m x n and length m. */
  equal?: { readonly a: Matrix; readonly b: Float64Array } | undefined;
  /** Which coordinates may be negative. Default none. */
  free?: readonly number[] | undefined;
}

/** What {@link linearProgram} finds. */
export type LinearSolution =
  { readonly status: 'optimal'; readonly x: Float64Array; readonly value: number } | { readonly status: 'infeasible' | 'unbounded' };

const eps = 1e-10;

/**
 * Minimises c · x under linear constraints, x >= 0 where it is not said to be free.
 *
 * Dense, for some hundred variables and constraints; Bland's rule breaks ties, so that it ends on degenerate programmes too.
 *
 * @param c a vector of length n.
 * @param constraints inequalities, equalities and free coordinates.
 * @returns an optimal vertex and its value, or that there is none.
 * @throws SurrogateError `shape` when the sizes do not fit, `range` when a number is not finite or `free` names no coordinate.
 * @see Bland: New Finite Pivoting Rules for the Simplex Method, 1977
 * @example
 * import { linearProgram, matrixFromRows } from '@surrogate/core/host';
 * const atMost = { a: matrixFromRows([[1, 2], [3, 1]]), b: Float64Array.of(4, 6) };
 * linearProgram(Float64Array.of(-1, -1), { atMost }).value; // -2.8
 */
export function linearProgram(c: Float64Array, constraints: LinearConstraints): LinearSolution {
  const n = c.length;
  checkVector('linearProgram', 'c', c, n);
  const { atMost, equal, free = [] } = constraints;
  for (const [name, part] of Object.entries({ atMost, equal })) {
    if (part === undefined) continue;
    checkMatrix('linearProgram', `${name}.a`, part.a);
    if (part.a.cols !== n) fail('shape', 'linearProgram', `${name}.a`, `must have ${n} columns, got ${part.a.cols}`);
    checkVector('linearProgram', `${name}.b`, part.b, part.a.rows);
  }
  const stray = free.find((i) => !Number.isInteger(i) || i < 0 || i >= n);
  if (stray !== undefined) fail('range', 'linearProgram', 'free', `must be coordinates in [0, ${n}), got ${stray}`);
  return solve(c, atMost, equal, free);
}

type Rows = LinearConstraints['atMost'];

/** Columns: x, the negative parts of free coordinates, slacks, artificial variables, the right hand side. The last two rows are the two phases' costs. */
function solve(c: Float64Array, atMost: Rows, equal: Rows, free: readonly number[]): LinearSolution {
  const n = c.length;
  const slacks = atMost?.b.length ?? 0;
  const m = slacks + (equal?.b.length ?? 0);
  const real = n + free.length + slacks;
  const width = real + m + 1;
  const scale = Math.max(1, ...[atMost, equal].flatMap((part) => (part === undefined ? [] : Array.from(part.a.data, Math.abs))));
  const table = Array.from({ length: m }, (_, i) => {
    const part = i < slacks ? atMost! : equal!;
    const at = i < slacks ? i : i - slacks;
    const row = new Float64Array(width);
    for (let j = 0; j < n; j++) row[j] = part.a.data[at * n + j]! / scale;
    free.forEach((j, k) => (row[n + k] = -row[j]!));
    if (i < slacks) row[n + free.length + i] = 1;
    row[width - 1] = part.b[at]! / scale;
    if (row[width - 1]! < 0) row.forEach((value, j) => (row[j] = -value));
    row[real + i] = 1;
    return row;
  });
  const cost = new Float64Array(width);
  cost.set(c);
  free.forEach((j, k) => (cost[n + k] = -c[j]!));
  const artificial = new Float64Array(width);
  for (const row of table) for (let j = 0; j < width; j++) if (j < real || j === width - 1) artificial[j]! -= row[j]!;
  const basis = table.map((_, i) => real + i);
  const rows = [...table, cost, artificial];

  pivotToOptimum(rows, basis, artificial, real);
  const size = Math.max(1, ...table.map((row) => Math.abs(row[width - 1]!)));
  if (artificial[width - 1]! < -1e-8 * size) return { status: 'infeasible' };
  // An artificial variable that is still in the basis, at 0, leaves it; a row without another entry is redundant.
  basis.forEach((variable, i) => {
    const column = variable < real ? -1 : table[i]!.findIndex((value, j) => j < real && Math.abs(value) > 1e-9);
    if (column >= 0) pivot(rows, basis, i, column);
  });
  if (!pivotToOptimum(rows, basis, cost, real)) return { status: 'unbounded' };
  const x = new Float64Array(n + free.length + slacks + m);
  basis.forEach((variable, i) => (x[variable] = table[i]![width - 1]!));
  free.forEach((j, k) => (x[j]! -= x[n + k]!));
  const solution = x.slice(0, n);
  return { status: 'optimal', x: solution, value: solution.reduce((sum, value, j) => sum + value * c[j]!, 0) };
}

/** Lowers one cost row to its optimum; false when it has none. */
function pivotToOptimum(rows: Float64Array[], basis: number[], cost: Float64Array, real: number): boolean {
  const largest = cost.reduce((most, value, j) => (j < real ? Math.max(most, Math.abs(value)) : most), 1e-300);
  for (;;) {
    const column = cost.findIndex((value, j) => j < real && value < -eps * largest);
    if (column < 0) return true;
    let [leaving, least] = [-1, Infinity];
    basis.forEach((variable, i) => {
      const entry = rows[i]![column]!;
      if (entry <= eps) return;
      const ratio = Math.max(0, rows[i]!.at(-1)!) / entry;
      const tie = Math.abs(ratio - least) <= eps * Math.max(1, Math.abs(least)) && leaving >= 0;
      if (tie ? variable < basis[leaving]! : ratio < least) [leaving, least] = [i, Math.min(ratio, least)];
    });
    if (leaving < 0) return false;
    pivot(rows, basis, leaving, column);
  }
}

function pivot(rows: Float64Array[], basis: number[], i: number, column: number): void {
  const row = rows[i]!;
  const entry = row[column]!;
  for (let j = 0; j < row.length; j++) row[j]! /= entry;
  rows.forEach((other, k) => {
    const factor = other[column]!;
    if (k === i || factor === 0) return;
    for (let j = 0; j < row.length; j++) other[j]! -= factor * row[j]!;
    other[column] = 0;
  });
  basis[i] = column;
}
