/** @file What the special functions share: polynomials, and NaN for NaN, which WGSL's logarithms and comparisons lose. */
import { add, isNaN as tfIsNaN, mul, type Tensor } from '@tensorflow/tfjs-core';
import type { TensorLike } from '../inputs/tensors.js';
import { elementwise } from '../math/elementwise.js';
import { select } from '../math/select.js';

/** @internal Σ cᵢ xⁱ, the coefficients from the constant up. */
export const polynomial = (x: Tensor, coefficients: readonly number[]): Tensor =>
  coefficients
    .slice(0, -1)
    .reduceRight<Tensor>((total, coefficient) => add(mul(total, x), coefficient), add(mul(x, 0), coefficients.at(-1)!));

/** @internal An elementwise function with its derivative, NaN where x is NaN. */
export const special = (fn: string, x: TensorLike, value: (x: Tensor) => Tensor, slope: (x: Tensor) => Tensor): Tensor =>
  elementwise(fn, x, (given) => select(tfIsNaN(given), given, value(given)), slope);
