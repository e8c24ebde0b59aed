/** @file Linear systems by random sketches of a few equations at a time. */
import { checkAbove, checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { checkMatrix, matMul, type Matrix } from '@surrogate/core/host';
import { checkFunction, dot, norm, vectorOf } from '../host/vectors.js';

/** One equation that is a random combination of those of a system A z = b. */
export interface SketchedEquation {
  /** AᵀS, n numbers; not changed by who reads it. */
  readonly row: Float64Array;
  /** Sᵀb. */
  readonly value: number;
}

/** Draws one equation of a system. */
export type Sketch = (a: Matrix, b: Float64Array) => SketchedEquation;

/**
 * Sketches by a normal combination of all equations.
 *
 * $$ S \sim \mathcal{N}(0, I) $$
 *
 * Each costs as much as a product with the matrix, and tells more than one row does.
 *
 * @param rng what the combinations are drawn from.
 * @returns the sketch.
 * @throws SurrogateError `dtype` for what is no generator.
 * @see Gower, Richtárik: Randomized Iterative Methods for Linear Systems, 2015. arXiv:1506.03296
 * @example
 * import { rng } from '@surrogate/core';
 * import { identityMatrix } from '@surrogate/core/host';
 * import { gaussianSketch } from '@surrogate/optim';
 * const { row, value } = gaussianSketch(rng(0))(identityMatrix(2, 3), Float64Array.of(3, 0));
 * value - row[0]; // 0
 */
export function gaussianSketch(rng: Rng): Sketch {
  checkRng('gaussianSketch', 'rng', rng);
  return (a, b) => {
    const row = new Float64Array(a.cols);
    let value = 0;
    for (let i = 0; i < a.rows; i++) {
      const s = rng.normal();
      value += s * b[i]!;
      for (let j = 0; j < a.cols; j++) row[j]! += s * a.data[i * a.cols + j]!;
    }
    return { row, value };
  };
}

/**
 * Sketches by one equation, drawn evenly: the randomised method of Kaczmarz.
 *
 * $$ S = e_i $$
 *
 * @param rng what the rows are drawn from.
 * @returns the sketch.
 * @throws SurrogateError `dtype` for what is no generator.
 * @see Strohmer, Vershynin: A Randomized Kaczmarz Algorithm with Exponential Convergence, 2007. arXiv:math/0702226
 * @example
 * import { rng } from '@surrogate/core';
 * import { identityMatrix } from '@surrogate/core/host';
 * import { kaczmarzSketch } from '@surrogate/optim';
 * kaczmarzSketch(rng(0))(identityMatrix(1, 3), Float64Array.of(6)); // { row: [3], value: 6 }
 */
export function kaczmarzSketch(rng: Rng): Sketch {
  checkRng('kaczmarzSketch', 'rng', rng);
  return (a, b) => {
    const i = rng.integer(0, a.rows);
    return { row: a.data.subarray(i * a.cols, (i + 1) * a.cols), value: b[i]! };
  };
}

/** Options of {@link sketchedSolve}. */
export interface SketchedSolveOptions {
  /** Draws the equations: `gaussianSketch(rng)`, `kaczmarzSketch(rng)`. */
  sketch: Sketch;
  /** Where to start. Default 0. */
  start?: ArrayLike<number> | undefined;
  /** Ends where the residual's norm is at most this part of b's, > 0. Default 1e-6. */
  tolerance?: number | undefined;
  /** How many sketches at most, >= 0. Default 1e6. */
  maxSketches?: number | undefined;
}

/** Where {@link sketchedSolve} ended. */
export interface SketchedSolution {
  /** z. */
  readonly x: Float64Array;
  /** ‖A z - b‖. */
  readonly residual: number;
  /** How many sketches that took. */
  readonly sketches: number;
  /** Whether the tolerance was met. */
  readonly converged: boolean;
}

/** ‖A z - b‖. */
const residualNorm = (a: Matrix, b: Float64Array, z: Float64Array): number => norm(matMul(a, z).map((v, i) => v - b[i]!));

/**
 * Solves a consistent linear system by projecting onto one sketched equation after another.
 *
 * $$ z \leftarrow z - \frac{S^\top (A z - b)}{\lVert A^\top S \rVert^2} A^\top S $$
 *
 * No projection leads away from a solution. The residual is looked at once for as many sketches as there are equations. It runs on the host, in doubles.
 *
 * @param a A, m x n.
 * @param b b, m numbers.
 * @returns where it ended.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Hong, Na, Mahoney, Kolar: Constrained Optimization via Exact Augmented Lagrangian and Randomized Iterative Sketching, 2023. arXiv:2305.18379
 * @see Gower, Richtárik: Randomized Iterative Methods for Linear Systems, 2015. arXiv:1506.03296
 * @example
 * import { rng } from '@surrogate/core';
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { kaczmarzSketch, sketchedSolve } from '@surrogate/optim';
 * const a = matrixFromRows([[2, 1], [1, 3]]);
 * sketchedSolve(a, [3, 4], { sketch: kaczmarzSketch(rng(0)), tolerance: 1e-9 }).x; // [1, 1]
 */
export function sketchedSolve(
  a: Matrix,
  b: ArrayLike<number>,
  { sketch, start, tolerance = 1e-6, maxSketches = 1e6 }: SketchedSolveOptions,
): SketchedSolution {
  const fn = 'sketchedSolve';
  checkMatrix(fn, 'a', a);
  const right = vectorOf(fn, 'b', b, a.rows);
  checkFunction(fn, 'sketch', sketch);
  const z = start === undefined ? new Float64Array(a.cols) : vectorOf(fn, 'start', start, a.cols);
  checkAbove(fn, 'tolerance', tolerance, 0);
  checkInteger(fn, 'maxSketches', maxSketches);
  const enough = tolerance * norm(right);
  for (let sketches = 0; ;) {
    const residual = residualNorm(a, right, z);
    const converged = residual <= enough;
    if (converged || sketches >= maxSketches) return { x: z, residual, sketches, converged };
    const until = Math.min(maxSketches, sketches + a.rows);
    for (; sketches < until; sketches++) {
      const { row, value } = sketch(a, right);
      if (row.length !== a.cols) fail('shape', fn, 'sketch', `must return a row of ${a.cols} numbers, got ${row.length}`);
      const length = dot(row, row);
      if (length === 0) continue;
      const scale = (dot(row, z) - value) / length;
      for (let j = 0; j < z.length; j++) z[j]! -= scale * row[j]!;
    }
  }
}
