/** @file The regularised incomplete gamma functions on tensors: the gamma, chi-square and Poisson distributions. */
import {
  abs,
  add,
  div,
  equal,
  fill,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  logicalNot,
  logicalOr,
  mul,
  neg,
  reciprocal,
  sqrt,
  sub,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import type { TensorLike } from '../inputs/tensors.js';
import { broadcastPair } from '../math/elementwise.js';
import { exp } from '../math/exp.js';
import { select } from '../math/select.js';
import { log1pMinus } from './deviance.js';
import { erfc } from './erf.js';
import { polynomial } from './frame.js';
import { stirlingRemainder } from './gamma.js';

const constant = (x: Tensor, value: number): Tensor => fill(x.shape, value);

/** How many terms of the series and of the continued fraction; enough where each is used. */
const terms = 64;

/** x^a e^-x / Γ(a + 1), by Loader's saddle point: no large terms that cancel. */
function prefix(a: Tensor, x: Tensor): Tensor {
  const exponent = sub(mul(a, log1pMinus(div(sub(x, a), a))), stirlingRemainder(a));
  return div(exp(exponent), sqrt(mul(2 * Math.PI, a)));
}

/** Σ xⁿ / ((a + 1) ... (a + n)). */
function lowerSeries(a: Tensor, x: Tensor): Tensor {
  let sum = constant(x, 1);
  for (let n = terms; n >= 1; n--) sum = add(1, mul(sum, div(x, add(a, n))));
  return sum;
}

/** The continued fraction of Γ(a, x) / (x^a e^-x). */
function upperFraction(a: Tensor, x: Tensor): Tensor {
  const start = sub(x, a);
  let value = add(start, 2 * terms + 1);
  for (let i = terms; i >= 1; i--) value = sub(add(start, 2 * i - 1), div(mul(i, sub(i, a)), value));
  return reciprocal(value);
}

/** Taylor coefficients, in η, of the first two terms of Temme's expansion in 1/a. */
const temme = [
  [-1 / 3, 1 / 12, -2 / 135, 1 / 864, 1 / 2835, -0.0001787551440329218, 3.919263178522438e-5],
  [-0.001851851851851852, -0.003472222222222222, 0.002645502645502646, -0.0009902263374485596, 0.000205761316872428],
] as const;

/** P and Q for large a and x near it, by Temme's expansion. */
function uniform(a: Tensor, x: Tensor): [lower: Tensor, upper: Tensor] {
  const exponent = log1pMinus(div(sub(x, a), a));
  const size = sqrt(mul(-2, exponent));
  const eta = select(less(x, a), neg(size), size);
  const series = add(polynomial(eta, temme[0]), div(polynomial(eta, temme[1]), a));
  const rest = div(mul(exp(mul(a, exponent)), series), sqrt(mul(2 * Math.PI, a)));
  const z = mul(eta, sqrt(mul(a, 0.5)));
  return [sub(mul(0.5, erfc(neg(z))), rest), add(mul(0.5, erfc(z)), rest)];
}

/** P and Q, the smaller one without cancellation. Each method runs on all elements, and on harmless numbers where it is not the one. */
function tails(a: Tensor, x: Tensor): [lower: Tensor, upper: Tensor] {
  const proper = logicalAnd(greater(a, 0), less(a, 1e30));
  const inside = logicalAnd(proper, logicalAnd(greater(x, 0), less(x, 1e30)));
  const [shape, at] = [select(inside, a, constant(a, 1)), select(inside, x, constant(x, 1))];
  const near = logicalAnd(greater(shape, 20), less(abs(sub(at, shape)), mul(shape, 0.3)));
  const right = logicalAnd(greater(at, add(shape, 1)), logicalNot(near));
  const left = logicalNot(logicalOr(near, right));
  const only = (where: Tensor, dummyShape: number, dummyAt: number) =>
    [select(where, shape, constant(a, dummyShape)), select(where, at, constant(a, dummyAt))] as const;
  const factor = prefix(shape, at);
  const series = mul(factor, lowerSeries(...only(left, 1, 1)));
  const fraction = mul(mul(factor, shape), upperFraction(...only(right, 1, 4)));
  const [nearLower, nearUpper] = uniform(...only(near, 30, 30));
  const edge = (value: number, beyond: number) =>
    select(logicalAnd(proper, greaterEqual(x, 0)), select(equal(x, 0), constant(x, value), constant(x, beyond)), constant(x, NaN));
  return [
    select(inside, select(near, nearLower, select(right, sub(1, fraction), series)), edge(0, 1)),
    select(inside, select(near, nearUpper, select(right, fraction, sub(1, series))), edge(1, 0)),
  ];
}

/** x^(a-1) e^-x / Γ(a), the derivative of P in x. */
function density(a: Tensor, x: Tensor): Tensor {
  return differentiable(
    { a, x },
    (inputs) => {
      const inside = greater(inputs.x, 0);
      const at = select(inside, inputs.x, constant(inputs.x, 1));
      const atZero = select(
        less(inputs.a, 1),
        constant(inputs.a, Infinity),
        select(equal(inputs.a, 1), constant(inputs.a, 1), constant(inputs.a, 0)),
      );
      return select(inside, mul(div(inputs.a, at), prefix(inputs.a, at)), atZero);
    },
    (inputs, upstream) => ({
      x: () => {
        const at = select(greater(inputs.x, 0), inputs.x, constant(inputs.x, 1));
        return mul(upstream, mul(density(inputs.a, inputs.x), sub(div(sub(inputs.a, 1), at), 1)));
      },
    }),
  );
}

function regularised(fn: string, a: TensorLike, x: TensorLike, which: 0 | 1): Tensor {
  return tidy(() => {
    const [shape, at] = broadcastPair(fn, ['a', a], ['x', x]);
    if (at.size === 0) return at.clone();
    return differentiable(
      { shape, at },
      (inputs) => tails(inputs.shape, inputs.at)[which],
      (inputs, upstream) => ({
        at: () => mul(upstream, mul(which === 0 ? 1 : -1, density(inputs.shape, inputs.at))),
      }),
    );
  });
}

/**
 * The regularised lower incomplete gamma function: the cdf of the gamma distribution.
 *
 * $$ P(a, x) = \frac{1}{\Gamma(a)} \int_0^x t^{a-1} e^{-t}\, dt $$
 *
 * @param a float32, the shape, > 0; a constant to gradients, as in PyTorch.
 * @param x float32, broadcast with `a`, >= 0.
 * @returns float32 of the common shape, in [0, 1]; NaN outside the domain.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where the two do not broadcast.
 * @see Temme: The asymptotic expansion of the incomplete gamma functions, 1979
 * @example
 * import { gammaP } from '@surrogate/core';
 * await gammaP([2], [1]).data(); // [0.264241]
 */
export function gammaP(a: TensorLike, x: TensorLike): Tensor {
  return regularised('gammaP', a, x, 0);
}

/**
 * The regularised upper incomplete gamma function, without cancellation where it is small.
 *
 * $$ Q(a, x) = 1 - P(a, x) $$
 *
 * @param a float32, the shape, > 0; a constant to gradients, as in PyTorch.
 * @param x float32, broadcast with `a`, >= 0.
 * @returns float32 of the common shape, in [0, 1]; NaN outside the domain.
 * @throws SurrogateError `dtype`, `disposed`, `shape` where the two do not broadcast.
 * @example
 * import { gammaQ } from '@surrogate/core';
 * await gammaQ([2], [1]).data(); // [0.735759]
 */
export function gammaQ(a: TensorLike, x: TensorLike): Tensor {
  return regularised('gammaQ', a, x, 1);
}
