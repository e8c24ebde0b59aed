/** @file The standard normal distribution on tensors: its distribution function and quantiles, both in log space too, differentiable to any order. */
import {
  abs,
  add,
  div,
  fill,
  greater,
  less,
  logicalAnd,
  minimum,
  mul,
  neg,
  reciprocal,
  sqrt,
  square,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { TensorLike } from '../inputs/tensors.js';
import { elementwise } from '../math/elementwise.js';
import { exp } from '../math/exp.js';
import { select } from '../math/select.js';
import { expm1, log, log1p } from '../math/stable.js';
import { erfc, erfinv, gaussian, scaledComplement } from './erf.js';
import { polynomial, special } from './frame.js';
import { sign } from '../math/piecewise.js';

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

const density = (x: Tensor): Tensor => exp(sub(mul(square(x), -0.5), halfLogTwoPi));

const constant = (x: Tensor, value: number): Tensor => fill(x.shape, value);

/**
 * The probability that a standard normal number is below x.
 *
 * $$ \Phi(x) = \frac{1}{\sqrt{2\pi}} \int_{-\infty}^x e^{-t^2/2}\, dt $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, in [0, 1]; it underflows to 0 below -13 or so, where {@link logNormalCdf} does not.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { normalCdf } from '@surrogate/core';
 * await normalCdf([0, -1.96]).data(); // [0.5, 0.024998]
 */
export function normalCdf(x: TensorLike): Tensor {
  return special(
    'normalCdf',
    x,
    (given) => {
      // Beyond 20 it is 0 in float32, and x² must not overflow.
      const size = minimum(abs(given), 20);
      const [t, power] = scaledComplement(mul(size, Math.SQRT1_2));
      const tail = mul(mul(mul(0.5, t), exp(power)), gaussian(size, 0.5));
      return select(less(given, 0), tail, sub(1, tail));
    },
    density,
  );
}

/** log Φ(x) for x <= 0. */
function logTail(x: Tensor): Tensor {
  const [t, power] = scaledComplement(mul(x, -Math.SQRT1_2));
  return sub(add(add(log(t), power), -Math.LN2), mul(0.5, square(x)));
}

/** φ(x) / Φ(x). */
const hazard = (x: Tensor): Tensor =>
  elementwise(
    'logNormalCdf',
    x,
    (given) => {
      const left = minimum(given, 0);
      const [t, power] = scaledComplement(mul(left, -Math.SQRT1_2));
      const inTail = div(mul(Math.sqrt(2 / Math.PI), exp(neg(power))), t);
      return select(less(given, 0), inTail, div(density(given), normalCdf(given)));
    },
    (given) => neg(mul(hazard(given), hazardBeyond(given))),
  );

/** φ(x) / Φ(x) + x; it is small in the left tail, where its asymptotic series takes the place of a difference. */
function hazardBeyond(x: Tensor): Tensor {
  const far = less(x, -8);
  const r = neg(reciprocal(select(far, x, constant(x, -8))));
  const series = mul(r, polynomial(square(r), [1, -2, 10, -74, 706]));
  const near = select(far, constant(x, 0), x);
  return select(far, series, add(hazard(near), near));
}

/**
 * The logarithm of the normal distribution function, exact in both tails.
 *
 * $$ y = \log \Phi(x), \qquad y' = \frac{\varphi(x)}{\Phi(x)} $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, <= 0.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { logNormalCdf } from '@surrogate/core';
 * await logNormalCdf([0, -50]).data(); // [-0.693147, -1254.831361]
 */
export function logNormalCdf(x: TensorLike): Tensor {
  return special(
    'logNormalCdf',
    x,
    (given) => select(less(given, 0), logTail(minimum(given, 0)), log1p(mul(-0.5, erfc(mul(given, Math.SQRT1_2))))),
    hazard,
  );
}

/** z > 0 with log Φ(-z) = logProb, for logProb <= log ½: Abramowitz and Stegun 26.2.23, then Newton's method. */
function upperQuantile(logProb: Tensor): Tensor {
  const t = sqrt(mul(logProb, -2));
  const numerator = polynomial(t, [2.515517, 0.802853, 0.010328]);
  let z = sub(t, div(numerator, polynomial(t, [1, 1.432788, 0.189269, 0.001308])));
  for (let step = 0; step < 2; step++) z = add(z, div(sub(logTail(neg(z)), logProb), hazard(neg(z))));
  return z;
}

/** Where the quantile is taken from the inverse error function instead: |p - ½| below this. */
const central = 0.4;
const harmless = Math.log(0.1);

/**
 * The number that a standard normal number is below with probability p.
 *
 * $$ \Phi(y) = p, \qquad y' = \frac{1}{\varphi(y)} $$
 *
 * @param p float32 of any shape, in [0, 1].
 * @returns float32 of the same shape; ∓Infinity at 0 and 1, NaN outside.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { normalQuantile } from '@surrogate/core';
 * await normalQuantile([0.5, 0.975]).data(); // [0, 1.959964]
 */
export function normalQuantile(p: TensorLike): Tensor {
  return special(
    'normalQuantile',
    p,
    (given) => {
      const offset = sub(given, 0.5);
      const inside = logicalAnd(greater(given, 0), less(given, 1));
      const middle = less(abs(offset), central);
      const tail = minimum(given, sub(1, given));
      const logProb = log(select(inside, tail, constant(tail, 0.1)));
      const outer = mul(sign(offset), upperQuantile(select(middle, constant(tail, harmless), logProb)));
      const inner = mul(Math.SQRT2, erfinv(select(middle, mul(2, offset), constant(offset, 0))));
      const edge = select(greater(abs(offset), 0.5), constant(offset, NaN), mul(sign(offset), constant(offset, Infinity)));
      return select(inside, select(middle, inner, outer), edge);
    },
    (given) => reciprocal(density(normalQuantile(given))),
  );
}

/** The float32 nearest to log 2, and what is missing to log 2. */
const log2 = [0.693147182464599609375, -1.904654323148236e-9] as const;

/**
 * The inverse of {@link logNormalCdf}: the quantile of a probability given by its logarithm, which need not be representable itself.
 *
 * $$ \log \Phi(y) = \text{logProb}, \qquad y' = \frac{\Phi(y)}{\varphi(y)} $$
 *
 * @param logProb float32 of any shape, <= 0.
 * @returns float32 of the same shape; Infinity at 0, -Infinity at -Infinity, NaN above 0.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { normalQuantileLog } from '@surrogate/core';
 * await normalQuantileLog([-1e6]).data(); // [-1414.207717]
 */
export function normalQuantileLog(logProb: TensorLike): Tensor {
  return special(
    'normalQuantileLog',
    logProb,
    (given) => {
      const fromMiddle = add(add(given, log2[0]), log2[1]);
      const middle = less(abs(fromMiddle), 0.15);
      const inside = logicalAnd(less(given, 0), greater(given, -3e38));
      const safe = select(inside, given, constant(given, harmless));
      const lower = less(fromMiddle, 0);
      const other = log(neg(expm1(select(lower, constant(safe, -0.1), safe))));
      const tail = select(lower, safe, other);
      const outer = mul(
        select(lower, constant(given, -1), constant(given, 1)),
        upperQuantile(select(middle, constant(tail, harmless), tail)),
      );
      const inner = mul(Math.SQRT2, erfinv(select(middle, expm1(select(middle, fromMiddle, constant(given, 0))), constant(given, 0))));
      const edge = select(
        greater(given, 0),
        constant(given, NaN),
        select(less(given, -1), constant(given, -Infinity), constant(given, Infinity)),
      );
      return select(inside, select(middle, inner, outer), edge);
    },
    (given) => reciprocal(hazard(normalQuantileLog(given))),
  );
}
