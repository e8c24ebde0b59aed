/** @file The logarithm of the gamma function and its derivatives on tensors. */
import {
  abs,
  add,
  div,
  equal,
  fill,
  greater,
  less,
  lessEqual,
  logicalAnd,
  maximum,
  mul,
  neg,
  reciprocal,
  round,
  square,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { TensorLike } from '../inputs/tensors.js';
import { select } from '../math/select.js';
import { log } from '../math/stable.js';
import { polynomial, special } from './frame.js';

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

const constant = (x: Tensor, value: number): Tensor => fill(x.shape, value);

/** log Γ(x) / ((x - 1)(x - 2)) in x - 2, for x from 1 to 3. */
const around2 = [
  0.4227843268, -0.1003172978, 0.03296559716, -0.01238447297, 0.004991792679, -0.002104907779, 0.0009436406074, -0.0004190058351,
  0.0001313883442, -5.903239958e-5, 7.787131894e-5, -3.631552195e-5,
];

/** Stirling's series in 1/x², times 1/x: log Γ(x) - ((x - ½) log x - x + log √(2π)), for x >= 3. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188];

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** log Γ for x > 0. */
function logGammaAbove0(x: Tensor): Tensor {
  const small = less(x, 1);
  const middle = less(x, 3);
  // Γ(x) = Γ(x + 1) / x below 1; x - 1 and x - 2 are formed without rounding x + 1.
  const inner = select(middle, x, constant(x, 2));
  const first = select(small, inner, sub(inner, 1));
  const second = select(small, sub(inner, 1), sub(inner, 2));
  const near = mul(mul(first, second), polynomial(second, around2));
  const shift = log(select(small, x, constant(x, 1)));
  const outer = select(middle, constant(x, 3), x);
  const far = add(mul(sub(outer, 0.5), sub(log(outer), 1)), add(stirlingSeries(outer), halfLogTwoPi - 0.5));
  return select(middle, sub(near, shift), far);
}

const stirlingSeries = (x: Tensor): Tensor => {
  const inverse = reciprocal(x);
  return mul(inverse, polynomial(square(inverse), stirling));
};

/** @internal log Γ(a) - ((a - ½) log a - a + log √(2π)), for a > 0. */
export function stirlingRemainder(a: Tensor): Tensor {
  const large = greater(a, 3);
  const small = select(large, constant(a, 1), a);
  const direct = sub(logGammaAbove0(small), sub(add(mul(sub(small, 0.5), log(small)), halfLogTwoPi), small));
  return select(large, stirlingSeries(select(large, a, constant(a, 4))), direct);
}

/** x less the nearest integer; from 2²³ on every float32 is one. */
const fraction = (x: Tensor): Tensor => {
  const within = maximum(x, -8388608);
  return sub(within, round(within));
};

/** sin(πx) / x in x², for |x| <= ½; WGSL promises three digits of a sine only. */
const sineSeries = [1, 3, 5, 7, 9, 11, 13].map((n) => ((n % 4 === 1 ? 1 : -1) * Math.PI ** n) / factorial(n));
const sinePi = (x: Tensor): Tensor => mul(x, polynomial(square(x), sineSeries));

/**
 * The logarithm of the absolute value of the gamma function.
 *
 * $$ y = \log |\Gamma(x)|, \qquad y' = \psi(x) $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape; Infinity at 0, at the negative integers and at the infinities.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { lgamma } from '@surrogate/core';
 * await lgamma([0.5, 5]).data(); // [0.572365, 3.178054]
 */
export function lgamma(x: TensorLike): Tensor {
  return special(
    'lgamma',
    x,
    (given) => {
      const negative = lessEqual(given, 0);
      const mirrored = select(negative, sub(1, given), given);
      const positive = logGammaAbove0(mirrored);
      const part = fraction(given);
      const pole = logicalAnd(negative, equal(part, 0));
      const sine = abs(sinePi(select(negative, part, constant(part, 0.5))));
      const reflected = sub(sub(Math.log(Math.PI), log(select(pole, constant(sine, 1), sine))), positive);
      return select(pole, constant(given, Infinity), select(negative, reflected, positive));
    },
    digamma,
  );
}

/** B₂ₖ for k = 1, 2 ... */
const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66];
const shifts = 8;

function power(x: Tensor, n: number): Tensor {
  let result = x;
  for (let i = 1; i < n; i++) result = mul(result, x);
  return result;
}

/** ψ⁽ⁿ⁾ for x > 0: the recurrence up to x + 8, and the asymptotic series there. */
function polygammaAbove0(n: number, x: Tensor): Tensor {
  const sign = n % 2 === 0 ? -1 : 1;
  const z = add(x, shifts);
  const r = reciprocal(z);
  const terms = bernoulli.map((b, k) => (b * factorial(2 * k + n + 1)) / factorial(2 * k + 2));
  // In units of (-1)ⁿ⁺¹: for n = 0 these are -ψ, whose leading term is a logarithm.
  const lead = n === 0 ? neg(log(z)) : mul(factorial(n - 1), power(r, n));
  const tail = mul(power(r, n + 1), add(factorial(n) / 2, mul(r, polynomial(square(r), terms))));
  let total = add(lead, tail);
  for (let k = shifts - 1; k >= 0; k--) total = add(total, mul(factorial(n), power(reciprocal(add(x, k)), n + 1)));
  return mul(sign, total);
}

/** The n-th derivative of π cot(πx) as a polynomial in c = π cot(πx), from c' = -(π² + c²). */
function cotangentDerivative(n: number): number[] {
  let coefficients = [0, 1];
  for (let order = 0; order < n; order++) {
    const next = Array<number>(coefficients.length + 1).fill(0);
    coefficients.forEach((value, degree) => {
      if (degree === 0) return;
      next[degree - 1]! -= degree * value * Math.PI ** 2;
      next[degree + 1]! -= degree * value;
    });
    coefficients = next;
  }
  return coefficients;
}

/** ψ⁽ⁿ⁾ on the whole line, by reflection below 0. */
function polygamma(fn: string, n: number, x: TensorLike): Tensor {
  return special(
    fn,
    x,
    (given) => {
      const negative = lessEqual(given, 0);
      const mirrored = select(negative, sub(1, given), given);
      const positive = polygammaAbove0(n, select(greater(mirrored, 1e37), constant(mirrored, 1e37), mirrored));
      const part = fraction(given);
      const pole = logicalAnd(negative, equal(part, 0));
      const regular = select(logicalAnd(negative, greater(abs(part), 0)), part, constant(part, 0.25));
      const cotangent = div(mul(Math.PI, sinePi(sub(0.5, abs(regular)))), sinePi(regular));
      const reflected = sub(mul(n % 2 === 0 ? 1 : -1, positive), polynomial(cotangent, cotangentDerivative(n)));
      // Even orders have different signs on the two sides of a pole; at 0 the right side counts.
      const atPole = n % 2 === 1 ? constant(given, Infinity) : select(equal(given, 0), constant(given, -Infinity), constant(given, NaN));
      return select(pole, atPole, select(negative, reflected, positive));
    },
    (given) => polygamma(fn, n + 1, given),
  );
}

/**
 * The derivative of the logarithm of the gamma function.
 *
 * $$ y = \psi(x) = \frac{d}{dx} \log \Gamma(x) $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape; -Infinity at 0, NaN at the negative integers.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { digamma } from '@surrogate/core';
 * await digamma([1, 10]).data(); // [-0.577216, 2.251753]
 */
export function digamma(x: TensorLike): Tensor {
  return polygamma('digamma', 0, x);
}

/**
 * The second derivative of the logarithm of the gamma function.
 *
 * $$ y = \psi'(x) = \frac{d^2}{dx^2} \log \Gamma(x) $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape; Infinity at 0 and at the negative integers.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { trigamma } from '@surrogate/core';
 * await trigamma([1, 10]).data(); // [1.644934, 0.105166]
 */
export function trigamma(x: TensorLike): Tensor {
  return polygamma('trigamma', 1, x);
}
