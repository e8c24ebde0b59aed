/** @file Divergences to a mixture of the two distributions: Jensen-Shannon with any weight, and the skewed KL. */
import { add, log, mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkBetween, exp, expRemainder, expm1, fail, logSigmoid } from '@surrogate/core';
import { klTerm } from './klTerm.js';
import { logMixture } from './mixture.js';
import type { FDivergence } from './record.js';

function checkInside(fn: string, argument: string, value: number): void {
  checkBetween(fn, argument, value, 0, 1);
  if (value === 0) fail('range', fn, argument, 'must be in (0, 1), got 0');
}

/** The cell of KL(P‖M), where a is the log-ratio of the mixture M to Q. */
const toMixture = (v: Tensor, a: Tensor) => mul(exp(a), klTerm(sub(v, a)));

/**
 * w KL(P‖M) + (1 - w) KL(Q‖M) with the mixture M = wP + (1 - w)Q: the generalized Jensen-Shannon divergence of on-policy distillation.
 *
 * $$ f(r) = w r \log r - a \log a, \qquad a = 1 - w + w r $$
 *
 * @param weight w, in (0, 1); towards 0 it behaves as KL(P‖Q), towards 1 as KL(Q‖P), each scaled by w(1 - w).
 * @returns the record.
 * @throws SurrogateError `range` when the weight is not in (0, 1).
 * @see Agarwal et al.: On-Policy Distillation of Language Models, 2023. arXiv:2306.13649
 * @example
 * import { generalizedJensenShannon } from '@surrogate/divergences';
 * generalizedJensenShannon(0.1).curvature; // 0.09
 */
export function generalizedJensenShannon(weight: number): FDivergence {
  checkInside('generalizedJensenShannon', 'weight', weight);
  const w = weight;
  return {
    name: w === 0.5 ? 'jensenShannon' : `generalizedJensenShannon(${w})`,
    f: (v) => {
      const a = logMixture(v, w);
      return add(mul(w, toMixture(v, a)), mul(1 - w, expRemainder(a)));
    },
    slope: (v) => mul(w, sub(v, logMixture(v, w))),
    conjugateOfSlope: (v) => mul(1 - w, logMixture(v, w)),
    conjugate: (t) => mul(1 - w, sub(Math.log(1 - w), log(sub(1, mul(w, exp(mul(t, 1 / w))))))),
    activation: (u) => add(-w * Math.log(w), mul(w, logSigmoid(u))),
    atZero: -(1 - w) * Math.log(1 - w),
    slopeAtInfinity: -w * Math.log(w),
    curvature: w * (1 - w),
    adjoint: () => (w === 0.5 ? jensenShannon : generalizedJensenShannon(1 - w)),
  };
}

/**
 * The Jensen-Shannon divergence ½ KL(P‖M) + ½ KL(Q‖M), M = ½(P + Q): symmetric, at most log 2.
 *
 * $$ f(r) = \tfrac12 \left[ r \log r - (r + 1) \log \tfrac{r + 1}{2} \right] $$
 */
export const jensenShannon: FDivergence = /* @__PURE__ */ generalizedJensenShannon(0.5);

/**
 * KL(P ‖ sP + (1 - s)Q): finite wherever s > 0, however little the two overlap. It has no closed conjugate.
 *
 * $$ f(r) = r \log \frac{r}{a} - (1 - s)(r - 1), \qquad a = s r + 1 - s $$
 *
 * @param skew s, in (0, 1); towards 0 it is KL(P‖Q).
 * @returns the record.
 * @throws SurrogateError `range` when the skew is not in (0, 1).
 * @see Ko, Kim, Chen, Yun: DistiLLM, 2024. arXiv:2402.03898
 * @example
 * import { skewKl } from '@surrogate/divergences';
 * skewKl(0.1).curvature; // 0.81
 */
export function skewKl(skew: number): FDivergence {
  checkInside('skewKl', 'skew', skew);
  const s = skew;
  return {
    name: `skewKl(${s})`,
    f: (v) => toMixture(v, logMixture(v, s)),
    slope: (v) => {
      const a = logMixture(v, s);
      return add(sub(v, a), mul(1 - s, expm1(neg(a))));
    },
    conjugateOfSlope: (v) => mul(1 - s, expm1(sub(v, logMixture(v, s)))),
    atZero: 1 - s,
    slopeAtInfinity: -Math.log(s) - (1 - s),
    curvature: (1 - s) ** 2,
    adjoint: () => skewReverseKl(s),
  };
}

/**
 * KL(Q ‖ (1 - s)P + sQ): the skewed KL with the two distributions exchanged. It has no closed conjugate.
 *
 * $$ f(r) = -\log((1 - s) r + s) + (1 - s)(r - 1) $$
 *
 * @param skew s, in (0, 1); towards 0 it is KL(Q‖P).
 * @returns the record.
 * @throws SurrogateError `range` when the skew is not in (0, 1).
 * @see Ko, Kim, Chen, Yun: DistiLLM, 2024. arXiv:2402.03898
 * @example
 * import { skewReverseKl } from '@surrogate/divergences';
 * skewReverseKl(0.1).atZero; // 1.402585
 */
export function skewReverseKl(skew: number): FDivergence {
  checkInside('skewReverseKl', 'skew', skew);
  const s = skew;
  const a = (v: Tensor) => logMixture(v, 1 - s);
  return {
    name: `skewReverseKl(${s})`,
    f: (v) => expRemainder(a(v)),
    slope: (v) => mul(-(1 - s), expm1(neg(a(v)))),
    conjugateOfSlope: (v) => {
      const mixture = a(v);
      return add(mixture, mul(s, expm1(neg(mixture))));
    },
    atZero: -Math.log(s) - (1 - s),
    slopeAtInfinity: 1 - s,
    curvature: (1 - s) ** 2,
    adjoint: () => skewKl(s),
  };
}
