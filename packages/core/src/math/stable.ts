/** @file log, log1p and expm1 as WGSL does not have them: it promises no infinities, and its log1p and expm1 are log(1 + x) and exp(x) - 1, which cancel near 0. wasm's log1p is such a one, too. Elsewhere they are tfjs's own. */
import {
  abs,
  add,
  div,
  equal,
  expm1 as tfExpm1,
  fill,
  getBackend,
  less,
  log as tfLog,
  log1p as tfLog1p,
  mul,
  reciprocal,
  tidy,
  where,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { defineOp } from '../ops/defineOp.js';
import { elementwise } from './elementwise.js';

const onGpu = () => getBackend() === 'webgpu';

const horner = (x: Tensor, coefficients: readonly number[]): Tensor =>
  coefficients.reduce<Tensor>((total, coefficient) => add(mul(total, x), coefficient), zerosLike(x));

const expm1Series = [1 / 362880, 1 / 40320, 1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1];
const atanhSeries = [1 / 15, 1 / 13, 1 / 11, 1 / 9, 1 / 7, 1 / 5, 1 / 3, 1];

/** @internal log x, -Infinity at 0. */
export const log = (x: Tensor): Tensor =>
  elementwise(
    'log',
    x,
    (given) => (onGpu() ? where(equal(given, 0), fill(given.shape, -Infinity), tfLog(given)) : tfLog(given)),
    reciprocal,
  );

const log1pOp = defineOp<{ x: Tensor }, Record<string, never>>({
  name: 'SurrogateLog1p',
  composite({ x }) {
    if (getBackend() === 'cpu') return tfLog1p(x);
    const s = div(x, add(x, 2));
    return where(less(abs(x), 0.5), mul(mul(2, s), horner(mul(s, s), atanhSeries)), log(add(1, x)));
  },
  gradient: ({ x }, _attrs, upstream) => ({ x: () => mul(upstream, reciprocal(add(1, x))) }),
  kernel: { residuals: 0, gradients: [] },
});

/**
 * The logarithm of one plus x, to float32's relative precision also where x is tiny; tfjs's own is a plain log(1 + x) on wasm and webgpu.
 *
 * $$ y = \log(1 + x) $$
 *
 * @param x float32 of any shape, >= -1.
 * @returns float32 of the same shape; -Infinity at -1, NaN below.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { log1p } from '@surrogate/core';
 * await log1p([0, 1, 1e-7]).data(); // [0, 0.693147, 1e-7]
 */
export function log1p(x: TensorLike): Tensor {
  return tidy(() => log1pOp({ x: asTensor('log1p', 'x', x) }, {}));
}

/**
 * The exponential less one, to float32's relative precision also where x is tiny; tfjs's own is a plain exp(x) - 1 on webgpu.
 *
 * $$ y = e^x - 1 $$
 *
 * @param x float32 of any shape.
 * @returns float32 of the same shape; -1 at -Infinity.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { expm1 } from '@surrogate/core';
 * await expm1([0, 1, 1e-7]).data(); // [0, 1.718282, 1e-7]
 */
export function expm1(x: TensorLike): Tensor {
  return elementwise(
    'expm1',
    x,
    (given) => (onGpu() ? where(less(abs(given), 0.5), mul(given, horner(given, expm1Series)), tfExpm1(given)) : tfExpm1(given)),
    (given) => add(expm1(given), 1),
  );
}
