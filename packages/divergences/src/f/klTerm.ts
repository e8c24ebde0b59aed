/** @file r log r - r + 1 in the log-ratio, right near r = 1 and as r goes to 0. */
import { abs, add, less, mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable, exp, expRemainder, expm1, select } from '@surrogate/core';

/** v e^v - (e^v - 1): near 0 through the remainder of the exponential, whose terms do not cancel; elsewhere in the form that neither cancels nor subtracts infinities. */
export function klTerm(v: Tensor): Tensor {
  return differentiable(
    { v },
    (inputs) => {
      const x = inputs.v;
      return select(less(abs(x), 1), sub(mul(x, expm1(x)), expRemainder(x)), add(mul(sub(x, 1), exp(x)), 1));
    },
    (inputs, upstream) => ({ v: () => mul(upstream, mul(inputs.v, exp(inputs.v))) }),
  );
}
