/** @file The two Kullback-Leibler divergences and their sum. */
import { add, clone, div, greater, log, mul, neg, onesLike, sub, type Tensor } from '@tensorflow/tfjs-core';
import { exp, expRemainder, expm1, lambertW, log1p, select } from '@surrogate/core';
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

/** W(e^(1 - t)): beyond the range of e^(1 - t) in float32, by its logarithm a = 1 - t. */
function inverseRatio(t: Tensor): Tensor {
  const a = sub(1, t);
  const far = greater(a, 60);
  const large = select(far, a, onesLike(a));
  const byLog = add(sub(large, log(large)), div(log(large), large));
  return select(far, byLog, lambertW(exp(select(far, onesLike(a), a))));
}

/**
 * KL(P‖Q) + KL(Q‖P), symmetric. Its conjugate is W + 1/W + t - 2 with Lambert's W = W(e^(1 - t)), which is the ratio q/p.
 *
 * $$ f(r) = (r - 1) \log r $$
 */
export const jeffreys: FDivergence = {
  name: 'jeffreys',
  f: (v) => mul(expm1(v), v),
  slope: (v) => sub(v, expm1(neg(v))),
  conjugateOfSlope: (v) => add(expm1(v), v),
  conjugate: (t) => {
    const w = inverseRatio(t);
    return add(add(w, div(1, w)), sub(t, 2));
  },
  activation: identity,
  atZero: Infinity,
  slopeAtInfinity: Infinity,
  curvature: 2,
  adjoint: () => jeffreys,
};
