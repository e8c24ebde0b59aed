/** @file The sigmoid and its kin: sigmoid, tanh, softplus and the logarithms of probabilities. */
import {
  abs,
  add,
  exp as tfExp,
  greater,
  mul,
  neg,
  reciprocal,
  relu,
  sigmoid as tfSigmoid,
  tanh as tfTanh,
  tidy,
  where,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { defineOp } from '../ops/defineOp.js';
import { elementwise } from './elementwise.js';
import { expm1, log, log1p } from './stable.js';

/**
 * The logistic function, differentiable to any order.
 *
 * $$ y = \frac{1}{1 + e^{-x}} $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, in [0, 1].
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { sigmoid } from '@surrogate/core';
 * await sigmoid([0, 2]).data(); // [0.5, 0.880797]
 */
export function sigmoid(x: TensorLike): Tensor {
  return elementwise('sigmoid', x, tfSigmoid, (given) => mul(sigmoid(given), sigmoid(neg(given))));
}

/**
 * The hyperbolic tangent, differentiable to any order.
 *
 * $$ y = \frac{e^x - e^{-x}}{e^x + e^{-x}} $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, in [-1, 1].
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { tanh } from '@surrogate/core';
 * await tanh([0, 1]).data(); // [0, 0.761594]
 */
export function tanh(x: TensorLike): Tensor {
  return elementwise('tanh', x, tfTanh, (given) => mul(4, mul(sigmoid(mul(given, 2)), sigmoid(mul(given, -2)))));
}

const softplusOp = defineOp<{ x: Tensor }, Record<string, never>>({
  name: 'SurrogateSoftplus',
  composite: ({ x }) => add(relu(x), log1p(tfExp(neg(abs(x))))),
  gradient: ({ x }, _attrs, upstream) => ({ x: () => mul(upstream, sigmoid(x)) }),
  kernel: { residuals: 0, gradients: [] },
});

const softplusOf = (fn: string, x: TensorLike): Tensor => tidy(() => softplusOp({ x: asTensor(fn, 'x', x) }, {}));

/**
 * The smooth ramp, without overflow.
 *
 * $$ y = \log(1 + e^x) $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, >= 0.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { softplus } from '@surrogate/core';
 * await softplus([0, 100]).data(); // [0.693147, 100]
 */
export function softplus(x: TensorLike): Tensor {
  return softplusOf('softplus', x);
}

/**
 * log(1 + e^x) under the name that log-space arithmetic gives it; the same as {@link softplus}.
 *
 * $$ y = \log(1 + e^x) $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, >= 0.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { log1pExp } from '@surrogate/core';
 * await log1pExp([0]).data(); // [0.693147]
 */
export function log1pExp(x: TensorLike): Tensor {
  return softplusOf('log1pExp', x);
}

/**
 * The logarithm of the logistic function, without underflow.
 *
 * $$ y = \log \sigma(x) = -\log(1 + e^{-x}) $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, <= 0.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { logSigmoid } from '@surrogate/core';
 * await logSigmoid([0, -100]).data(); // [-0.693147, -100]
 */
export function logSigmoid(x: TensorLike): Tensor {
  return elementwise(
    'logSigmoid',
    x,
    (given) => neg(softplusOp({ x: neg(given) }, {})),
    (given) => sigmoid(neg(given)),
  );
}

/** Where log(1 - e^x) changes its form, so that neither cancels. */
const halfway = -Math.LN2;

/**
 * The logarithm of one minus the exponential: with x = log p it is log(1 - p).
 *
 * $$ y = \log(1 - e^x) $$
 *
 * @param x float32 of any shape, <= 0.
 * @returns float32 of the same shape; -Infinity at 0, NaN above.
 * @throws SurrogateError `dtype`, `disposed`.
 * @see Mächler: Accurately Computing log(1 - exp(-|a|)), 2012.
 * @example
 * import { log1mExp } from '@surrogate/core';
 * await log1mExp([Math.log(0.25)]).data(); // [-0.287682]
 */
export function log1mExp(x: TensorLike): Tensor {
  return elementwise(
    'log1mExp',
    x,
    (given) => where(greater(given, halfway), log(neg(expm1(given))), log1p(neg(tfExp(given)))),
    (given) => neg(reciprocal(expm1(neg(given)))),
  );
}

const series = [31 / 14175, -17 / 2520, 1 / 45, -1 / 12, 1 / 2];

/**
 * The logarithm of the hyperbolic cosine: a square near 0, the absolute value far away.
 *
 * $$ y = \log \cosh x $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape, >= 0.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { logCosh } from '@surrogate/core';
 * await logCosh([0, 1, 1000]).data(); // [0, 0.433781, 999.306853]
 */
export function logCosh(x: TensorLike): Tensor {
  return elementwise(
    'logCosh',
    x,
    (given) => {
      const size = abs(given);
      const squared = mul(given, given);
      const near = mul(
        squared,
        series.reduce<Tensor>((total, coefficient) => add(mul(total, squared), coefficient), mul(0, size)),
      );
      const far = add(size, add(log1p(tfExp(mul(size, -2))), -Math.LN2));
      return where(greater(size, 0.5), far, near);
    },
    tanh,
  );
}
