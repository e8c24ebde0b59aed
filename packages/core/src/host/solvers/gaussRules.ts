/** @file Nodes and weights of Gauss's rules. */
import { checkInteger, fail } from '../../inputs/checks.js';
import { eigh } from '../linalg/decompositions.js';

/** A quadrature rule: the integral is about Σ weights[i] f(nodes[i]). */
export interface QuadratureRule {
  /** Ascending. */
  readonly nodes: Float64Array;
  /** How much each node counts. */
  readonly weights: Float64Array;
}

/**
 * Gauss's rule on [-1, 1], exact for polynomials of degree 2n - 1.
 *
 * @param n how many nodes, at least 1.
 * @returns the rule; the weights sum to 2.
 * @throws SurrogateError `range` when n is not an integer of at least 1.
 * @see Golub, Welsch: Calculation of Gauss Quadrature Rules, 1969
 * @example
 * import { gaussLegendre } from '@surrogate/core/host';
 * Array.from(gaussLegendre(2).nodes); // [-0.57735027, 0.57735027]
 */
export function gaussLegendre(n: number): QuadratureRule {
  checkInteger('gaussLegendre', 'n', n, 1);
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 10; step++) {
      let [previous, value] = [1, x];
      for (let k = 2; k <= n; k++) [previous, value] = [value, ((2 * k - 1) * x * value - (k - 1) * previous) / k];
      slope = (n * (x * value - previous)) / (x * x - 1);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    nodes[i] = 2 * i + 1 === n ? 0 : x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/**
 * Gauss's rule for a standard normal weight: Σ weights[i] f(nodes[i]) is the mean of f over a standard normal number.
 *
 * @param n how many nodes, 1 to 300; polynomials of degree 2n - 1 are integrated exactly.
 * @returns the rule; the weights sum to 1.
 * @throws SurrogateError `range` when n is not an integer in [1, 300].
 * @example
 * import { gaussHermite } from '@surrogate/core/host';
 * const { nodes, weights } = gaussHermite(3);
 * nodes.reduce((sum, x, i) => sum + weights[i] * x ** 4, 0); // 3
 */
export function gaussHermite(n: number): QuadratureRule {
  checkInteger('gaussHermite', 'n', n, 1);
  if (n > 300) fail('range', 'gaussHermite', 'n', `must be at most 300, or the weights underflow, got ${n}`);
  const jacobi = new Float64Array(n * n);
  for (let i = 1; i < n; i++) jacobi[i * n + i - 1] = jacobi[(i - 1) * n + i] = Math.sqrt(i);
  const nodes = eigh({ rows: n, cols: n, data: jacobi }).values.map((x, i) => (2 * i + 1 === n ? 0 : polished(x, n)));
  return { nodes, weights: nodes.map((x) => 1 / hermite(x, n).squares) };
}

/** The orthonormal Hermite polynomials at x: those of degree n and n - 1, and the sum of the squares below degree n. */
function hermite(x: number, n: number): { value: number; previous: number; squares: number } {
  let [previous, value, squares] = [0, 1, 0];
  for (let k = 1; k <= n; k++) {
    squares += value * value;
    [previous, value] = [value, (x * value - Math.sqrt(k - 1) * previous) / Math.sqrt(k)];
  }
  return { value, previous, squares };
}

/** A Newton step towards the root beside x, for the eigenvalues are exact to the largest of them only. */
function polished(x: number, n: number): number {
  const { value, previous } = hermite(x, n);
  return x - value / (Math.sqrt(n) * previous);
}
