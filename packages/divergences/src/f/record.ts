/** @file What an f-divergence is: a convex function of the likelihood ratio, written in the log-ratio so that nothing overflows. */
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * An f-divergence D_f(P‖Q) = E_Q[f(p/q)], as functions of v = log(p/q). P is the policy or the teacher, Q the reference or the student.
 *
 * f is canonical: f(1) = 0 and f'(1) = 0, so that it is never negative. All functions work elementwise on float32 tensors of any shape.
 */
export interface FDivergence {
  /** What it is called in reports and messages. */
  readonly name: string;
  /** f(e^v). */
  f(v: Tensor): Tensor;
  /** f'(e^v): the optimal critic, and the score that f-DPO puts in place of the log-ratio (for `kl` it is v: plain DPO). */
  slope(v: Tensor): Tensor;
  /** f*(f'(e^v)) = e^v f'(e^v) - f(e^v): what the critic pays under Q. */
  conjugateOfSlope(v: Tensor): Tensor;
  /** lim f(r) as r -> 0: what mass costs that only Q has. */
  readonly atZero: number;
  /** lim f(r)/r as r -> infinity: what mass costs that only P has. */
  readonly slopeAtInfinity: number;
  /** f''(1): how it looks to a small change, 1 for KL. Total variation has none. */
  readonly curvature?: number;
  /** Where f grows like scale · r^-order as r -> 0: sums take that by logarithms, since f alone overflows where its product with a mass does not. */
  readonly poleAtZero?: { readonly order: number; readonly scale: number };
  /** f*(t), where it has a closed form; the skewed divergences have none. */
  conjugate?(t: Tensor): Tensor;
  /** Maps the free output u of a critic into the domain of f*. */
  activation?(u: Tensor): Tensor;
  /** The record of D_f(Q‖P), with generator r f(1/r); sums over cells where p > q are taken in its terms, so that no ratio above 1 is ever formed. */
  adjoint(): FDivergence;
}
