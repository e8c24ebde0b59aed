/** @file Targets that are made in two steps: a polynomial of many inputs, and a function of its one value. */
import { checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { checkMatrix, qr, type Matrix } from '@surrogate/core/host';
import type { RegressionData } from '../dynamics/doubleDescent.js';

/** The form of a {@link hierarchicalPolynomialTask}. */
export interface HierarchicalTaskOptions {
  /** d, >= 1. */
  inputs: number;
  /** k, the degree of the inner polynomial: 1 or 2. Default 2. */
  degree?: number | undefined;
  /** g, of the polynomial's value. */
  link(value: number): number;
}

/** A target of two steps, and what draws examples of it. */
export interface HierarchicalTask {
  /** p of rows n x d: mean 0 and variance 1 over standard normal rows. */
  feature(x: Matrix): Float64Array;
  /** Standard normal rows, and g(p(x)). */
  draw(rows: number, rng: Rng): RegressionData;
}

/**
 * A target that is a function of a polynomial of its inputs.
 *
 * $$ h(x) = g(p(x)), \qquad p(x) = x^\top A x - \operatorname{tr} A,\ 2 \lVert A \rVert_F^2 = 1 \quad \text{or} \quad p(x) = w^\top x,\ \lVert w \rVert = 1 $$
 *
 * A has random axes, and the eigenvalues ±(2d)^(-1/2) by turns.
 *
 * @param options d, k and g.
 * @param rng draws the axes.
 * @returns the polynomial, and what draws examples.
 * @throws SurrogateError `range`, `dtype`, `shape`.
 * @see Wang, Nichani, Lee: Learning Hierarchical Polynomials with Three-Layer Neural Networks, 2023. arXiv:2311.13774
 * @example
 * import { rng } from '@surrogate/core';
 * import { hierarchicalPolynomialTask } from '@surrogate/diagnostics';
 * const task = hierarchicalPolynomialTask({ inputs: 4, link: (z) => z + z ** 3 }, rng(1));
 * task.draw(100, rng(2)).y.length; // 100
 */
export function hierarchicalPolynomialTask({ inputs, degree = 2, link }: HierarchicalTaskOptions, rng: Rng): HierarchicalTask {
  const fn = 'hierarchicalPolynomialTask';
  checkInteger(fn, 'inputs', inputs, 1);
  checkDegree(fn, degree);
  if (typeof link !== 'function') fail('dtype', fn, 'link', `must be a function, got ${link === null ? 'null' : typeof link}`);
  checkRng(fn, 'rng', rng);
  const axes = qr({ rows: inputs, cols: inputs, data: rng.fillNormal(new Float64Array(inputs * inputs)) }).q.data;
  const size = 1 / Math.sqrt(2 * inputs);
  const trace = inputs % 2 === 0 ? 0 : size;
  const feature = (x: Matrix) => {
    checkMatrix(fn, 'x', x);
    if (x.cols !== inputs) fail('shape', fn, 'x', `must have ${inputs} columns, got ${x.cols}`);
    const along = (row: number, axis: number) => {
      let sum = 0;
      for (let j = 0; j < inputs; j++) sum += axes[j * inputs + axis]! * x.data[row * inputs + j]!;
      return sum;
    };
    return Float64Array.from({ length: x.rows }, (_, row) => {
      if (degree === 1) return along(row, 0);
      let sum = -trace;
      for (let axis = 0; axis < inputs; axis++) sum += (axis % 2 === 0 ? size : -size) * along(row, axis) ** 2;
      return sum;
    });
  };
  return {
    feature,
    draw(rows, source) {
      checkInteger(fn, 'rows', rows, 1);
      checkRng(fn, 'rng', source);
      const x = { rows, cols: inputs, data: source.fillNormal(new Float64Array(rows * inputs)) };
      return { x, y: feature(x).map((value) => link(value)) };
    },
  };
}

/** @internal Refuses what is neither 1 nor 2. */
export function checkDegree(fn: string, degree: number): void {
  if (degree !== 1 && degree !== 2) fail('range', fn, 'degree', `must be 1 or 2, got ${degree}`);
}
