/** @file Conjugate gradients on vectors of doubles. */
import { dot, norm, plus } from './vectors.js';

/** Solves A x = b for a positive definite A that can be multiplied with, until the residual is shorter than that part of b. */
export function conjugateGradientOf(multiply: (v: Float64Array) => Float64Array, b: Float64Array, tolerance: number): Float64Array {
  let x: Float64Array = new Float64Array(b.length);
  let r: Float64Array = b.slice();
  let p = r;
  const enough = tolerance * norm(b);
  for (let step = 0; step < 10 * b.length && norm(r) > enough; step++) {
    const q = multiply(p);
    const [bend, size] = [dot(p, q), dot(r, r)];
    // Rounding alone is left.
    if (!(bend > 0)) break;
    x = plus(x, p, size / bend);
    r = plus(r, q, -size / bend);
    p = plus(r, p, dot(r, r) / size);
  }
  return x;
}
