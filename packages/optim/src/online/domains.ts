/** @file Where online learners play, each with the geometry of its steps. */
import { checkAbove, checkInteger, fail } from '@surrogate/core';
import { cholesky, choleskySolve, eigh, findRoot, matMul, transpose, type Matrix } from '@surrogate/core/host';
import { minimizeProjected } from '../host/projectedGradient.js';
import { dot, norm, plus, vectorOf } from '../host/vectors.js';

/** A convex set and how a step is made in it. */
export interface MirrorDomain {
  /** What it is called. */
  readonly name: string;
  /** Where play begins. */
  readonly start: Float64Array;
  /** D: how far two of its points can be apart, in the norm of the geometry. */
  readonly diameter: number;
  /** argmin over the set of <by, x> + the distance from `from`. */
  move(from: Float64Array, by: Float64Array): Float64Array;
}

/** A convex set in which steps can be made, and projected, under any metric. */
export interface MetricDomain extends MirrorDomain {
  /** How far two of its points can be apart, in the Euclidean norm. */
  readonly span: number;
  /** argmin over the set of <by, x> + ½ (x - from)ᵀ H (x - from), of H positive definite. */
  moveUnder(metric: Matrix, from: Float64Array, by: Float64Array): Float64Array;
}

/**
 * A Euclidean ball around 0: steps are projected, in the Euclidean norm or under a metric.
 *
 * $$ \lVert x \rVert_2 \le r $$
 *
 * @param dimension how many coordinates, >= 1.
 * @param radius r, > 0. Default 1.
 * @returns the domain.
 * @throws SurrogateError `range`.
 * @example
 * import { ballDomain } from '@surrogate/optim';
 * Array.from(ballDomain(2).move(Float64Array.of(0, 0), Float64Array.of(-3, -4))); // [0.6, 0.8]
 */
export function ballDomain(dimension: number, radius = 1): MetricDomain {
  checkInteger('ballDomain', 'dimension', dimension, 1);
  checkAbove('ballDomain', 'radius', radius, 0);
  return {
    name: 'ball',
    start: new Float64Array(dimension),
    diameter: 2 * radius,
    span: 2 * radius,
    move(from, by) {
      const x = from.map((value, i) => value - by[i]!);
      const length = norm(x);
      return length <= radius ? x : x.map((value) => (value * radius) / length);
    },
    moveUnder(metric, from, by) {
      const step = choleskySolve(cholesky(metric), by);
      const x = from.map((value, i) => value - step[i]!);
      const length = norm(x);
      // On the surface roundings may look like a way out, which has no multiplier.
      if (length <= radius * (1 + 1e-12)) return x.map((value) => value * Math.min(1, radius / length));
      return nearestUnder(metric, x, radius);
    },
  };
}

/** The point of a ball that is nearest to one outside, under a metric: (H + μI)⁻¹Hx, where μ brings it to the surface. */
function nearestUnder(metric: Matrix, x: Float64Array, radius: number): Float64Array {
  const { values, vectors } = eigh(metric);
  const along = matMul(transpose(vectors), x);
  const shrunk = (mu: number): Float64Array => along.map((c, i) => (values[i]! * c) / (values[i]! + mu));
  const most = values.reduce((a, b) => Math.max(a, b)) * (norm(x) / radius - 1);
  const point = shrunk(findRoot((mu) => norm(shrunk(mu)) / radius - 1, 0, 2 * most));
  return matMul(vectors, point);
}

/** A step under a metric in a set that has a Euclidean projection: a quadratic program, which is solved to the last digits. */
function movedUnder(
  metric: Matrix,
  from: Float64Array,
  by: Float64Array,
  project: (x: Float64Array) => Float64Array,
  scale: number,
): Float64Array {
  const free = plus(from, choleskySolve(cholesky(metric), by), -1);
  const distance = (x: Float64Array) => {
    const away = plus(x, from, -1);
    const pulled = matMul(metric, away);
    return { value: dot(by, away) + dot(away, pulled) / 2, gradient: plus(by, pulled) };
  };
  return minimizeProjected(distance, project, free, 1e-11 * scale, 10000).x;
}

/**
 * A box: steps are cut off at its sides, or projected under a metric.
 *
 * $$ l_i \le x_i \le h_i $$
 *
 * @param low l.
 * @param high h, above l.
 * @returns the domain; play begins at the point nearest to 0.
 * @throws SurrogateError `range`, `shape`, `dtype`.
 * @example
 * import { boxDomain } from '@surrogate/optim';
 * Array.from(boxDomain([-1], [1]).move(Float64Array.of(0), Float64Array.of(3))); // [-1]
 */
export function boxDomain(low: ArrayLike<number>, high: ArrayLike<number>): MetricDomain {
  const l = vectorOf('boxDomain', 'low', low);
  const h = vectorOf('boxDomain', 'high', high, l.length);
  const odd = l.findIndex((value, i) => value >= h[i]!);
  if (odd >= 0) fail('range', 'boxDomain', 'high', `must be above low, got ${h[odd]} at [${odd}] over ${l[odd]}`);
  const inside = (x: Float64Array): Float64Array => x.map((value, i) => Math.min(Math.max(value, l[i]!), h[i]!));
  const diameter = norm(plus(h, l, -1));
  return {
    name: 'box',
    start: inside(new Float64Array(l.length)),
    diameter,
    span: diameter,
    move: (from, by) => inside(plus(from, by, -1)),
    moveUnder: (metric, from, by) => movedUnder(metric, from, by, inside, diameter),
  };
}

/** The nearest probabilities. */
function onSimplex(x: Float64Array): Float64Array {
  let [sum, taken] = [0, -Infinity];
  x.slice()
    .sort()
    .reverse()
    .forEach((value, i) => (taken = Math.max(taken, ((sum += value) - 1) / (i + 1))));
  return x.map((value) => Math.max(value - taken, 0));
}

/**
 * The probability simplex with the geometry of entropy: steps multiply, as in Hedge, unless they are made under a metric.
 *
 * $$ x_i \ge 0, \quad \textstyle\sum_i x_i = 1, \qquad x'_i \propto x_i e^{-v_i} $$
 *
 * @param dimension how many coordinates, >= 1.
 * @returns the domain; its diameter is the root of log n, that of the entropy.
 * @throws SurrogateError `range`.
 * @example
 * import { simplexDomain } from '@surrogate/optim';
 * Array.from(simplexDomain(2).move(Float64Array.of(0.5, 0.5), Float64Array.of(0, -Math.log(3)))); // [0.25, 0.75]
 */
export function simplexDomain(dimension: number): MetricDomain {
  checkInteger('simplexDomain', 'dimension', dimension, 1);
  return {
    name: 'simplex',
    start: new Float64Array(dimension).fill(1 / dimension),
    diameter: Math.sqrt(Math.log(Math.max(2, dimension))),
    span: Math.SQRT2,
    move(from, by) {
      const logs = from.map((p, i) => Math.log(p) - by[i]!);
      const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
      const parts = logs.map((log) => Math.exp(log - most));
      const total = parts.reduce((a, b) => a + b, 0);
      return parts.map((part) => part / total);
    },
    moveUnder: (metric, from, by) => movedUnder(metric, from, by, onSimplex, 1),
  };
}
