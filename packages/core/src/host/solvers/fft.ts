/** @file The discrete Fourier transform of any length: `fft.js` for powers of 2, Bluestein's trick for the others. */
import FFT from 'fft.js';
import { fail } from '../../inputs/checks.js';

/** Complex numbers: real and imaginary parts of one length. */
export interface ComplexArray {
  /** The real parts. */
  readonly re: Float64Array;
  /** The imaginary parts. */
  readonly im: Float64Array;
}

function transformed(re: Float64Array, im: Float64Array): ComplexArray {
  const n = re.length;
  if (n < 2) return { re: re.slice(), im: im.slice() };
  return Number.isInteger(Math.log2(n)) ? powerOfTwo(re, im) : bluestein(re, im);
}

function powerOfTwo(re: Float64Array, im: Float64Array): ComplexArray {
  const n = re.length;
  const plan = new FFT(n);
  const input = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    input[2 * i] = re[i]!;
    input[2 * i + 1] = im[i]!;
  }
  const output = new Float64Array(2 * n);
  plan.transform(output, input);
  return { re: output.filter((_, i) => i % 2 === 0), im: output.filter((_, i) => i % 2 === 1) };
}

const times = (a: ComplexArray, b: ComplexArray, conjugate = 1): ComplexArray => ({
  re: a.re.map((x, i) => x * b.re[i]! - conjugate * a.im[i]! * b.im[i]!),
  im: a.re.map((x, i) => conjugate * x * b.im[i]! + a.im[i]! * b.re[i]!),
});

/** jk = (j² + k² - (k - j)²) / 2 makes of the transform a convolution, which powers of 2 can do. */
function bluestein(re: Float64Array, im: Float64Array): ComplexArray {
  const n = re.length;
  const size = 2 ** Math.ceil(Math.log2(2 * n - 1));
  // j² is taken modulo 2n before it becomes an angle, or long transforms lose digits.
  const angles = Float64Array.from({ length: n }, (_, j) => (Math.PI * ((j * j) % (2 * n))) / n);
  const chirp = { re: angles.map(Math.cos), im: angles.map(Math.sin) };
  const padded = (values: Float64Array) => {
    const out = new Float64Array(size);
    out.set(values);
    return out;
  };
  const kernel = { re: padded(chirp.re), im: padded(chirp.im) };
  for (let j = 1; j < n; j++) [kernel.re[size - j], kernel.im[size - j]] = [chirp.re[j]!, chirp.im[j]!];
  const signal = times({ re, im }, chirp, -1);
  const product = times(powerOfTwo(padded(signal.re), padded(signal.im)), powerOfTwo(kernel.re, kernel.im));
  const back = powerOfTwo(product.im, product.re);
  const convolved = { re: back.im.slice(0, n).map((x) => x / size), im: back.re.slice(0, n).map((x) => x / size) };
  return times(convolved, chirp, -1);
}

function parts(fn: string, re: Float64Array, im?: Float64Array): Float64Array {
  const other = im ?? new Float64Array(re.length);
  if (!(re instanceof Float64Array)) fail('dtype', fn, 're', `must be a Float64Array, got ${typeof re}`);
  if (other.length !== re.length) fail('shape', fn, 'im', `must have the length ${re.length} of re, got ${other.length}`);
  return other;
}

/**
 * The discrete Fourier transform.
 *
 * $$ X_k = \sum_j x_j e^{-2\pi i jk/n} $$
 *
 * @param re the real parts; any length.
 * @param im the imaginary parts. Default 0.
 * @returns the transform, unscaled.
 * @throws SurrogateError `shape` when the lengths differ, `dtype` for other arrays.
 * @see Bluestein: A linear filtering approach to the computation of discrete Fourier transform, 1970
 * @example
 * import { fft } from '@surrogate/core/host';
 * Array.from(fft(new Float64Array([1, 2, 3])).re); // [6, -1.5, -1.5]
 */
export function fft(re: Float64Array, im?: Float64Array): ComplexArray {
  return transformed(re, parts('fft', re, im));
}

/**
 * The inverse of {@link fft}.
 *
 * @param re the real parts; any length.
 * @param im the imaginary parts. Default 0.
 * @returns the numbers whose transform they are.
 * @throws SurrogateError `shape` when the lengths differ, `dtype` for other arrays.
 * @example
 * import { fft, inverseFft } from '@surrogate/core/host';
 * const { re, im } = fft(new Float64Array([1, 2, 3]));
 * Array.from(inverseFft(re, im).re); // [1, 2, 3]
 */
export function inverseFft(re: Float64Array, im?: Float64Array): ComplexArray {
  const swapped = transformed(parts('inverseFft', re, im), re);
  return { re: swapped.im.map((x) => x / re.length), im: swapped.re.map((x) => x / re.length) };
}
