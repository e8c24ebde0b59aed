/** @file The error function, its complement and its inverse on tensors, differentiable to any order. */
import {
  abs,
  add,
  div,
  fill,
  greater,
  less,
  minimum,
  mul,
  neg,
  onesLike,
  round,
  sqrt,
  square,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { TensorLike } from '../inputs/tensors.js';
import { exp } from '../math/exp.js';
import { select } from '../math/select.js';
import { log } from '../math/stable.js';
import { polynomial, special } from './frame.js';
import { sign } from '../math/piecewise.js';

const slopeAtZero = 2 / Math.sqrt(Math.PI);

/** erf(x) / x in x² - 0.5, for |x| < 1. */
const near = [0.9654687387, -0.2810721946, 0.07940998856, -0.01828335636, 0.003480216666, -0.0005654101768, 7.875875064e-5];

/** log(erfcx(z) / t) in t - 0.5, where t = 1 / (1 + z/2); fitted for all z >= 0, largest error 1.5e-8. */
const far = [
  -0.6717934201, 1.345286614, 0.1893751989, -0.3751585641, -0.1580862015, 0.2820853645, 0.1148918699, -0.2948025771, -0.05867189572,
  0.3010926806, 0.00871153232, -0.1893673817,
];

/** @internal log(e^(z²) erfc(z)) = log t + P as [t, P], for z >= 0. */
export function scaledComplement(z: Tensor): [t: Tensor, power: Tensor] {
  const t = div(1, add(1, mul(z, 0.5)));
  return [t, polynomial(sub(t, 0.5), far)];
}

/** @internal e^(-scale z²) with z² split, so that its rounding is not amplified. */
export function gaussian(z: Tensor, scale = 1): Tensor {
  // Halves of 1/16 have exact squares; what is left of z² is small.
  const head = div(round(mul(z, 16)), 16);
  return mul(exp(mul(-scale, square(head))), exp(mul(-scale, mul(sub(z, head), add(z, head)))));
}

/** erfc for z >= 0. */
const complement = (z: Tensor): Tensor => {
  // Beyond 20 it is 0 in float32, and z² must not overflow.
  const within = minimum(z, 20);
  const [t, power] = scaledComplement(within);
  return mul(mul(t, exp(power)), gaussian(within));
};

const slopeOfErf = (x: Tensor): Tensor => mul(slopeAtZero, exp(neg(square(x))));

/**
 * The error function.
 *
 * $$ y = \frac{2}{\sqrt\pi} \int_0^x e^{-t^2}\, dt $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, in [-1, 1].
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { erf } from '@surrogate/core';
 * await erf([0, 0.5]).data(); // [0, 0.5205]
 */
export function erf(x: TensorLike): Tensor {
  return special(
    'erf',
    x,
    (given) => {
      const size = abs(given);
      const small = less(size, 1);
      const inner = select(small, given, onesLike(given));
      return select(small, mul(inner, polynomial(sub(square(inner), 0.5), near)), mul(sign(given), sub(1, complement(size))));
    },
    slopeOfErf,
  );
}

/**
 * The complement of the error function, without cancellation.
 *
 * $$ y = 1 - \operatorname{erf} x $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, in [0, 2]; it underflows to 0 beyond 9.2 or so.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { erfc } from '@surrogate/core';
 * await erfc([0, 0.5]).data(); // [1, 0.4795]
 */
export function erfc(x: TensorLike): Tensor {
  return special(
    'erfc',
    x,
    (given) => {
      const far = complement(abs(given));
      return select(less(given, 0), sub(2, far), far);
    },
    (given) => neg(slopeOfErf(given)),
  );
}

/** Giles's polynomials, in w - 2.5 and √w - 3 with w = -log(1 - y²). */
const middle = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6, -3.5233877e-6, 3.43273939e-7, 2.81022636e-8,
];
const tails = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322, 0.000100950558, -0.000200214257,
];

/**
 * The inverse of the error function.
 *
 * $$ \operatorname{erf} x = y $$
 *
 * @param y float32 of any shape, in [-1, 1].
 * @returns float32 of the same shape; ±Infinity at ±1, NaN outside.
 * @throws SurrogateError `dtype`, `disposed`.
 * @see Giles: Approximating the erfinv function, 2010
 * @example
 * import { erfinv } from '@surrogate/core';
 * await erfinv([0, 0.5]).data(); // [0, 0.476936]
 */
export function erfinv(y: TensorLike): Tensor {
  return special(
    'erfinv',
    y,
    (given) => {
      const inside = less(abs(given), 1);
      const inner = select(inside, given, mul(given, 0));
      const w = neg(log(mul(sub(1, inner), add(1, inner))));
      const central = less(w, 5);
      const factor = select(
        central,
        polynomial(sub(select(central, w, fill(w.shape, 5)), 2.5), middle),
        polynomial(sub(sqrt(select(central, fill(w.shape, 5), w)), 3), tails),
      );
      const outside = select(greater(abs(given), 1), fill(given.shape, NaN), mul(sign(given), fill(given.shape, Infinity)));
      return select(inside, mul(factor, inner), outside);
    },
    (given) => mul(1 / slopeAtZero, exp(square(erfinv(given)))),
  );
}
