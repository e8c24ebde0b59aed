/** @file Bounded, symmetric f-divergences: total variation and Le Cam's. */
import { div, mul, neg, square, sub, type Tensor, sqrt, abs } from '@tensorflow/tfjs-core';
import { expm1, sigmoid, sign, tanh } from '@surrogate/core';
import type { FDivergence } from './record.js';

/**
 * Total variation ½ Σ |p - q|, in [0, 1]. It has a corner at p = q: subgradient 0 there, and no curvature.
 *
 * $$ f(r) = \tfrac12 |r - 1| $$
 */
export const totalVariation: FDivergence = {
  name: 'totalVariation',
  f: (v) => div(abs(expm1(v)), 2),
  slope: (v) => div(sign(v), 2),
  conjugateOfSlope: (v) => div(sign(v), 2),
  conjugate: (t) => t,
  activation: (u) => div(tanh(u), 2),
  atZero: 0.5,
  slopeAtInfinity: 0.5,
  adjoint: () => totalVariation,
};

/**
 * Le Cam's divergence, the triangular discrimination over 2, in [0, 1].
 *
 * $$ f(r) = \frac{(r - 1)^2}{2 (r + 1)} $$
 */
export const leCam: FDivergence = {
  name: 'leCam',
  f: (v) => div(mul(expm1(v), tanh(div(v, 2))), 2),
  slope: (v) => sub(0.5, mul(2, square(sigmoid(neg(v))))),
  conjugateOfSlope: (v) => pays(mul(2, sigmoid(neg(v)))),
  conjugate: (t) => pays(sqrt(sub(1, mul(2, t)))),
  activation: (u) => sub(0.5, mul(2, square(sigmoid(neg(u))))),
  atZero: 0.5,
  slopeAtInfinity: 0.5,
  curvature: 0.5,
  adjoint: () => leCam,
};

const pays = (s: Tensor) => div(mul(sub(1, s), sub(3, s)), 2);
