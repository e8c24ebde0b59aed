/** @file The two Kullback-Leibler divergences and their sum. */
import { add, clone, mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { expRemainder, expm1, log1p } from '@surrogate/core';
import { klTerm } from './klTerm.js';
import type { FDivergence } from './record.js';

const identity = (x: Tensor): Tensor => clone(x);

/**
 * KL(P‖Q), mass-covering in Q. With P the policy and Q the reference this is the constraint of DPO, which TRL calls reverse_kl.
 *
 * $$ f(r) = r \log r - r + 1 $$
 */
export const kl: FDivergence = {
  name: 'kl',
  f: klTerm,
  slope: identity,
  conjugateOfSlope: (v) => expm1(v),
  conjugate: (t) => expm1(t),
  activation: identity,
  atZero: 1,
  slopeAtInfinity: Infinity,
  curvature: 1,
  adjoint: () => reverseKl,
};

/**
 * KL(Q‖P), mode-seeking in Q.
 *
 * $$ f(r) = r - 1 - \log r $$
 */
export const reverseKl: FDivergence = {
  name: 'reverseKl',
  f: expRemainder,
  slope: (v) => neg(expm1(neg(v))),
  conjugateOfSlope: identity,
  conjugate: (t) => neg(log1p(neg(t))),
  activation: (u) => neg(expm1(neg(u))),
  atZero: Infinity,
  slopeAtInfinity: 1,
  curvature: 1,
  adjoint: () => kl,
};

/**
 * KL(P‖Q) + KL(Q‖P), symmetric. Its conjugate needs Lambert's W and is left out.
 *
 * $$ f(r) = (r - 1) \log r $$
 */
export const jeffreys: FDivergence = {
  name: 'jeffreys',
  f: (v) => mul(expm1(v), v),
  slope: (v) => sub(v, expm1(neg(v))),
  conjugateOfSlope: (v) => add(expm1(v), v),
  activation: identity,
  atZero: Infinity,
  slopeAtInfinity: Infinity,
  curvature: 2,
  adjoint: () => jeffreys,
};
