/** @file The alpha family and its named members: Pearson, Neyman and squared Hellinger. */
import { add, div, mul, neg, square, sub } from '@tensorflow/tfjs-core';
import { checkFinite, exp, expRemainder, expm1, log1p } from '@surrogate/core';
import { kl, reverseKl } from './kl.js';
import type { FDivergence } from './record.js';

/** Where the general formula, which divides by α(α - 1), gives way to its limit. */
const limit = 1e-3;

/**
 * The alpha divergence: α → 1 is KL(P‖Q), α → 0 is KL(Q‖P), α = 2 is half Pearson's χ², α = -1 half Neyman's, α = ½ twice the squared Hellinger distance.
 *
 * $$ f(r) = \frac{r^\alpha - \alpha r - (1 - \alpha)}{\alpha (\alpha - 1)} $$
 *
 * @param alpha α, any finite number; within 0.001 of 1 and 0 the limits are returned.
 * @returns the record.
 * @throws SurrogateError `range` when alpha is not finite.
 * @see Cichocki, Amari: Families of Alpha- Beta- and Gamma-Divergences, 2010. doi:10.3390/e12061532
 * @example
 * import { alphaDivergence } from '@surrogate/divergences';
 * alphaDivergence(0.5).atZero; // 2
 */
export function alphaDivergence(alpha: number): FDivergence {
  checkFinite('alphaDivergence', 'alpha', alpha);
  const a = alpha;
  if (Math.abs(a - 1) < limit) return kl;
  if (Math.abs(a) < limit) return reverseKl;
  return {
    name: `alpha(${a})`,
    f: (v) => div(sub(expRemainder(mul(a, v)), mul(a, expRemainder(v))), a * (a - 1)),
    slope: (v) => div(expm1(mul(a - 1, v)), a - 1),
    conjugateOfSlope: (v) => div(expm1(mul(a, v)), a),
    conjugate: (t) => div(expm1(mul(a / (a - 1), log1p(mul(a - 1, t)))), a),
    activation: (u) => div(expm1(mul(a - 1, u)), a - 1),
    atZero: a > 0 ? 1 / a : Infinity,
    ...(a < 0 ? { poleAtZero: { order: -a, scale: 1 / (a * (a - 1)) } } : {}),
    slopeAtInfinity: a < 1 ? 1 / (1 - a) : Infinity,
    curvature: 1,
    adjoint: () => alphaDivergence(1 - a),
  };
}

/**
 * Pearson's χ²(P‖Q).
 *
 * $$ f(r) = (r - 1)^2 $$
 */
export const pearson: FDivergence = {
  name: 'pearson',
  f: (v) => square(expm1(v)),
  slope: (v) => mul(2, expm1(v)),
  conjugateOfSlope: (v) => expm1(mul(2, v)),
  conjugate: (t) => sub(square(add(div(t, 2), 1)), 1),
  activation: (u) => u,
  atZero: 1,
  slopeAtInfinity: Infinity,
  curvature: 2,
  adjoint: () => neyman,
};

/**
 * Neyman's χ², which is Pearson's with the two distributions exchanged.
 *
 * $$ f(r) = (r - 1)^2 / r $$
 */
export const neyman: FDivergence = {
  name: 'neyman',
  f: (v) => neg(mul(expm1(v), expm1(neg(v)))),
  slope: (v) => neg(expm1(mul(-2, v))),
  conjugateOfSlope: (v) => mul(-2, expm1(neg(v))),
  conjugate: (t) => sub(2, mul(2, exp(div(log1p(neg(t)), 2)))),
  activation: (u) => neg(expm1(neg(u))),
  atZero: Infinity,
  poleAtZero: { order: 1, scale: 1 },
  slopeAtInfinity: 1,
  curvature: 2,
  adjoint: () => pearson,
};

/**
 * The squared Hellinger distance Σ (√p - √q)², in [0, 2].
 *
 * $$ f(r) = (\sqrt r - 1)^2 $$
 */
export const squaredHellinger: FDivergence = {
  name: 'squaredHellinger',
  f: (v) => square(expm1(div(v, 2))),
  slope: (v) => neg(expm1(div(v, -2))),
  conjugateOfSlope: (v) => expm1(div(v, 2)),
  conjugate: (t) => div(t, sub(1, t)),
  activation: (u) => neg(expm1(neg(u))),
  atZero: 1,
  slopeAtInfinity: 1,
  curvature: 0.5,
  adjoint: () => squaredHellinger,
};
