/** @file KL to one of the two from the middle of both: softened, since a middle always covers both. */
import { add, mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { expRemainder, expm1, softplus } from '@surrogate/core';
import { klTerm } from './klTerm.js';
import type { FDivergence } from './record.js';

/** log((1 + e^v) / 2): the middle over Q. */
const middle = (v: Tensor): Tensor => sub(softplus(v), Math.LN2);

/**
 * Twice KL(½(P + Q) ‖ Q): KL's tail where P has more, a finite cost where it has none.
 *
 * $$ f(r) = (1 + r) \log \frac{1 + r}{2} - r + 1 $$
 */
export const softenedKl: FDivergence = {
  name: 'softenedKl',
  f: (v) => mul(2, klTerm(middle(v))),
  slope: middle,
  conjugateOfSlope: (v) => sub(expm1(v), middle(v)),
  conjugate: (t) => sub(mul(2, expm1(t)), t),
  activation: middle,
  atZero: 1 - Math.LN2,
  slopeAtInfinity: Infinity,
  curvature: 0.5,
  adjoint: () => softenedReverseKl,
};

/**
 * Twice KL(½(P + Q) ‖ P): mode-seeking in Q, with a weight in f-distill that falls where the teacher has more, 1/(1 + r). It has no closed conjugate.
 *
 * $$ f(r) = (1 + r) \log \frac{1 + r}{2 r} + r - 1 $$
 */
export const softenedReverseKl: FDivergence = {
  name: 'softenedReverseKl',
  f: (v) => mul(add(expm1(v), 2), expRemainder(neg(middle(neg(v))))),
  slope: (v) => sub(middle(neg(v)), expm1(neg(v))),
  conjugateOfSlope: (v) => neg(middle(neg(v))),
  atZero: Infinity,
  slopeAtInfinity: 1 - Math.LN2,
  curvature: 0.5,
  adjoint: () => softenedKl,
};
