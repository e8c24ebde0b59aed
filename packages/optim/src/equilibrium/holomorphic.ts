/** @file Derivatives of functions that can be followed into the complex plane, by values on a circle. */
import { checkAbove, checkInteger, fail } from '@surrogate/core';
import type { ComplexArray } from '@surrogate/core/host';
import { checkFunction } from '../host/vectors.js';

/** A complex number. */
export interface Complex {
  /** The real part. */
  readonly re: number;
  /** The imaginary part. */
  readonly im: number;
}

/** Options of {@link holomorphicDerivative}. */
export interface HolomorphicOptions {
  /** r, > 0: how far from 0 the function is asked. Default 0.5. */
  radius?: number | undefined;
  /** N, >= 1: how many places on the circle. 1 and 2 are the one-sided and the central difference. Default 4. */
  points?: number | undefined;
}

/**
 * The derivative at 0 of a function that is real on the real line, by Cauchy's formula on a circle that need not be small.
 *
 * $$ f'(0) \approx \operatorname{Re} \frac1N \sum_{k=0}^{N-1} \frac{f(r e^{2 \pi i k / N})}{r e^{2 \pi i k / N}} $$
 *
 * Its error is of order r^N, without the cancellation of small differences. Points that mirror one another are asked once: N/2 + 1 calls.
 *
 * @param f the function, of complex numbers to arrays of them, all of one length.
 * @returns the derivative of each entry.
 * @throws SurrogateError `range`, `dtype`; `shape` where lengths differ.
 * @see Laborieux, Zenke: Improving equilibrium propagation without weight symmetry through Jacobian homeostasis, 2023. arXiv:2309.02214
 * @example
 * import { holomorphicDerivative } from '@surrogate/optim';
 * // exp(3 z)
 * const f = ({ re, im }) => ({ re: Float64Array.of(Math.exp(3 * re) * Math.cos(3 * im)), im: Float64Array.of(Math.exp(3 * re) * Math.sin(3 * im)) });
 * holomorphicDerivative(f, { points: 8 }); // [3.000212]
 */
export function holomorphicDerivative(
  f: (beta: Complex) => ComplexArray,
  { radius = 0.5, points = 4 }: HolomorphicOptions = {},
): Float64Array {
  const fn = 'holomorphicDerivative';
  checkFunction(fn, 'f', f);
  checkAbove(fn, 'radius', radius, 0);
  checkInteger(fn, 'points', points, 1);
  if (points === 1) {
    const [ahead, here] = [f({ re: radius, im: 0 }).re, f({ re: 0, im: 0 }).re];
    return ahead.map((value, i) => (value - here[i]!) / radius);
  }
  let sum: Float64Array | undefined;
  for (let k = 0; 2 * k <= points; k++) {
    const angle = (2 * Math.PI * k) / points;
    // The real line stays real, without a rounding error of sin(π).
    const [cos, sin] = 2 * k === points ? [-1, 0] : [Math.cos(angle), Math.sin(angle)];
    const { re, im } = f({ re: radius * cos, im: radius * sin });
    sum ??= new Float64Array(re.length);
    if (re.length !== sum.length || im.length !== sum.length)
      fail('shape', fn, 'f', `must return arrays of one length, got ${re.length} and ${im.length} where ${sum.length} came before`);
    const weight = (k === 0 || 2 * k === points ? 1 : 2) / (points * radius);
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * (re[i]! * cos + im[i]! * sin);
  }
  return sum!;
}

/**
 * The logistic function of complex numbers.
 *
 * $$ \sigma(a + i b) = \frac{1 + e^{-a} \cos b + i e^{-a} \sin b}{1 + 2 e^{-a} \cos b + e^{-2a}} $$
 *
 * @param z the numbers.
 * @returns as many.
 * @throws SurrogateError `shape` where the parts differ in length.
 * @see Laborieux, Zenke: Holomorphic Equilibrium Propagation Computes Exact Gradients Through Finite Size Oscillations, 2022. arXiv:2209.00530
 * @example
 * import { complexSigmoid } from '@surrogate/optim';
 * complexSigmoid({ re: Float64Array.of(0.5), im: Float64Array.of(1.2) }); // { re: [0.674866], im: [0.312768] }
 */
export function complexSigmoid({ re, im }: ComplexArray): ComplexArray {
  if (re.length !== im.length)
    fail('shape', 'complexSigmoid', 'z', `must have as many imaginary parts as real ones, got ${im.length} for ${re.length}`);
  const out = { re: new Float64Array(re.length), im: new Float64Array(re.length) };
  writeSigmoid({ re, im }, out);
  return out;
}

/** The logistic function, into arrays that are there: networks settle by thousands of these. */
export function writeSigmoid({ re, im }: ComplexArray, out: ComplexArray): void {
  for (let i = 0; i < re.length; i++) {
    const [a, b] = [re[i]!, im[i]!];
    // e^-|a|, so that nothing overflows.
    const e = Math.exp(-Math.abs(a));
    const cos = b === 0 ? e : e * Math.cos(b);
    const sin = b === 0 ? 0 : e * Math.sin(b);
    const below = 1 + 2 * cos + e * e;
    out.re[i] = (a >= 0 ? 1 + cos : cos + e * e) / below;
    out.im[i] = sin / below;
  }
}
