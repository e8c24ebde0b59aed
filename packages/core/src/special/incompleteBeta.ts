/** @file The regularised incomplete beta function on tensors. */
import { add, div, equal, fill, greater, less, logicalAnd, mul, reciprocal, sqrt, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import type { TensorLike } from '../inputs/tensors.js';
import { broadcastPair } from '../math/elementwise.js';
import { exp } from '../math/exp.js';
import { select } from '../math/select.js';
import { log1pMinus } from './deviance.js';
import { stirlingRemainder } from './gamma.js';

const constant = (x: Tensor, value: number): Tensor => fill(x.shape, value);

/** How many pairs of terms of the continued fraction; enough for a and b up to 1000 or so. */
const pairs = 50;

/** x^a (1 - x)^b / B(a, b), by the deviances of x from a / (a + b): no large terms that cancel. */
function prefix(x: Tensor, a: Tensor, b: Tensor): Tensor {
  const total = add(a, b);
  const off = sub(mul(x, b), mul(sub(1, x), a));
  const exponent = add(mul(a, log1pMinus(div(off, a))), mul(b, log1pMinus(div(sub(0, off), b))));
  const remainders = sub(stirlingRemainder(total), add(stirlingRemainder(a), stirlingRemainder(b)));
  return mul(exp(add(exponent, remainders)), sqrt(div(mul(div(a, total), b), 2 * Math.PI)));
}

/** The continued fraction of a I_x(a, b) / prefix, for x left of the mean. */
function fraction(x: Tensor, a: Tensor, b: Tensor): Tensor {
  const total = add(a, b);
  let value = constant(x, 1);
  for (let m = pairs; m >= 0; m--) {
    const even = add(a, 2 * m);
    const odd = div(mul(mul(div(add(a, m), even), div(add(total, m), add(even, 1))), x), -1);
    value = add(1, div(odd, value));
    if (m > 0) value = add(1, div(mul(mul(div(m, even), div(sub(b, m), sub(even, 1))), x), value));
  }
  return reciprocal(value);
}

/** x^(a-1) (1 - x)^(b-1) / B(a, b), the derivative in x. */
function density(x: Tensor, a: Tensor, b: Tensor): Tensor {
  return differentiable(
    { x, a, b },
    (inputs) => {
      const inside = logicalAnd(greater(inputs.x, 0), less(inputs.x, 1));
      const at = select(inside, inputs.x, constant(inputs.x, 0.5));
      const value = div(prefix(at, inputs.a, inputs.b), mul(at, sub(1, at)));
      // At an end the density is 0, infinite, or the other parameter.
      const [mine, other] = [select(equal(inputs.x, 0), inputs.a, inputs.b), select(equal(inputs.x, 0), inputs.b, inputs.a)];
      const atEnd = select(less(mine, 1), constant(mine, Infinity), select(equal(mine, 1), other, constant(mine, 0)));
      return select(inside, value, atEnd);
    },
    (inputs, upstream) => ({
      x: () => {
        const inside = logicalAnd(greater(inputs.x, 0), less(inputs.x, 1));
        const at = select(inside, inputs.x, constant(inputs.x, 0.5));
        const rate = sub(div(sub(inputs.a, 1), at), div(sub(inputs.b, 1), sub(1, at)));
        return mul(upstream, mul(density(inputs.x, inputs.a, inputs.b), rate));
      },
    }),
  );
}

function value(x: Tensor, a: Tensor, b: Tensor): Tensor {
  const proper = logicalAnd(logicalAnd(greater(a, 0), less(a, 1e30)), logicalAnd(greater(b, 0), less(b, 1e30)));
  const inside = logicalAnd(proper, logicalAnd(greater(x, 0), less(x, 1)));
  const [at, left, right] = [select(inside, x, constant(x, 0.5)), select(inside, a, constant(a, 1)), select(inside, b, constant(b, 1))];
  // The fraction converges left of the mean; right of it the mirrored one serves.
  const mirrored = greater(at, div(add(left, 1), add(add(left, right), 2)));
  const [u, p, q] = [select(mirrored, sub(1, at), at), select(mirrored, right, left), select(mirrored, left, right)];
  const tail = mul(div(prefix(at, left, right), p), fraction(u, p, q));
  const edge = select(equal(x, 0), constant(x, 0), select(equal(x, 1), constant(x, 1), constant(x, NaN)));
  return select(inside, select(mirrored, sub(1, tail), tail), select(proper, edge, constant(x, NaN)));
}

/**
 * The regularised incomplete beta function: the cdf of the beta distribution.
 *
 * $$ I_x(a, b) = \frac{\Gamma(a + b)}{\Gamma(a)\Gamma(b)} \int_0^x t^{a-1} (1-t)^{b-1}\, dt $$
 *
 * @param x float32, in [0, 1].
 * @param a float32, broadcast with x, > 0 and up to 1000 or so; a constant to gradients.
 * @param b float32, broadcast with x, > 0 and up to 1000 or so; a constant to gradients.
 * @returns float32 of the common shape, in [0, 1]; NaN outside the domain.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where they do not broadcast.
 * @example
 * import { betaI } from '@surrogate/core';
 * await betaI([0.5], [2], [3]).data(); // [0.6875]
 */
export function betaI(x: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  return tidy(() => {
    const [first, left] = broadcastPair('betaI', ['x', x], ['a', a]);
    const [at, right] = broadcastPair('betaI', ['x', first], ['b', b]);
    const [, spread] = broadcastPair('betaI', ['b', right], ['a', left]);
    if (at.size === 0) return at.clone();
    return differentiable(
      { x: at, a: spread, b: right },
      (inputs) => value(inputs.x, inputs.a, inputs.b),
      (inputs, upstream) => ({ x: () => mul(upstream, density(inputs.x, inputs.a, inputs.b)) }),
    );
  });
}
