/** @file Kernels of the distance alone: radial basis functions, Matérn, rational quadratic, inverse multiquadric, Laplacian, periodic. */
import { add, div, expandDims, mul, neg, ones, onesLike, sin, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { log1p } from '../math/stable.js';
import { differentiable } from '../gradients/tape.js';
import { pairwiseSquaredDistances } from '../distances/pairwise.js';
import { fail } from '../inputs/checks.js';
import type { TensorLike } from '../inputs/tensors.js';
import { exp } from '../math/exp.js';
import { safeAbs, safeSqrt } from '../math/piecewise.js';
import { fitted, positive, type Kernel, type RadialProfile } from './record.js';

/** Options of the kernels that have a length scale. */
export interface LengthScaleOptions {
  /** The distance over which the kernel falls, > 0: a number or a scalar tensor, or one for each dimension `[D]`. Default 1. */
  lengthScale?: TensorLike | undefined;
}

/** Options of {@link maternKernel}. */
export interface MaternOptions extends LengthScaleOptions {
  /** ν, how smooth the functions are: 0.5, 1.5 or 2.5. Default 2.5. */
  smoothness?: 0.5 | 1.5 | 2.5 | undefined;
}

/** Options of {@link rationalQuadraticKernel}. */
export interface RationalQuadraticOptions extends LengthScaleOptions {
  /** How alike the mixed length scales are, > 0; towards infinity the kernel is the radial basis function. Default 1. */
  alpha?: TensorLike | undefined;
}

/** Options of {@link inverseMultiquadricKernel}. */
export interface InverseMultiquadricOptions extends LengthScaleOptions {
  /** β, how fast the tails fall, > 0. Default 0.5. */
  exponent?: TensorLike | undefined;
}

/** Options of {@link periodicKernel}. */
export interface PeriodicOptions extends LengthScaleOptions {
  /** After what distance the kernel repeats, > 0. Default 1. */
  period?: TensorLike | undefined;
}

/** A kernel from what it is for all pairs and for the pairs of a list; each point is at distance 0 from itself. */
const stationary = (name: string, between: Kernel['between'], paired: (x: Tensor, y: Tensor) => Tensor): Kernel => ({
  name,
  between,
  paired: (x, y) => (y === undefined ? ones([x.shape[0]]) : paired(x, y)),
});

/** A kernel of the squared distance that is measured in length scales. */
function ofSquaredDistance(
  fn: string,
  name: string,
  lengthScale: TensorLike,
  shape: (squared: Tensor) => Tensor,
  profile?: RadialProfile['at'],
): Kernel {
  const scale = positive(fn, 'lengthScale', lengthScale);
  const unit = (x: Tensor) => fitted(fn, 'lengthScale', scale(), x);
  const kernel = stationary(
    name,
    (x, y) => shape(pairwiseSquaredDistances(div(x, unit(x)), y === undefined ? undefined : div(y, unit(x)))),
    (x, y) => shape(sum(square(div(sub(x, y), unit(x))), -1)),
  );
  return profile === undefined ? kernel : { ...kernel, radial: { scale: unit, at: profile } };
}

/** A kernel of the differences in each dimension. */
function ofDifferences(
  fn: string,
  name: string,
  options: Readonly<Record<string, TensorLike>>,
  shape: (differences: Tensor, ...parameters: Tensor[]) => Tensor,
): Kernel {
  const parameters = Object.entries(options).map(([argument, value]) => [argument, positive(fn, argument, value)] as const);
  const of = (differences: Tensor, x: Tensor) =>
    shape(differences, ...parameters.map(([argument, parameter]) => fitted(fn, argument, parameter(), x)));
  return stationary(
    name,
    (x, y = x) => of(sub(expandDims(x, 1), expandDims(y, 0)), x),
    (x, y) => of(sub(x, y), x),
  );
}

/**
 * The Gaussian or radial basis function kernel, also known as squared exponential.
 *
 * $$ k(x, y) = \exp\left(-\frac{\lVert x - y \rVert^2}{2 \ell^2}\right) $$
 *
 * @returns the record.
 * @throws SurrogateError `range` for a length scale that is not positive; the kernel throws `shape` for one that does not fit.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { kernelMatrix, rbfKernel } from '@surrogate/core';
 * await kernelMatrix(rbfKernel({ lengthScale: 2 }), [[0], [2]]).data(); // [1, 0.606531, 0.606531, 1]
 */
export function rbfKernel({ lengthScale = 1 }: LengthScaleOptions = {}): Kernel {
  const shape = (squared: Tensor) => exp(mul(squared, -0.5));
  return ofSquaredDistance('rbfKernel', 'rbf', lengthScale, shape, (s) => {
    const value = shape(s);
    return { value, slope: mul(value, -0.5), bend: mul(value, 0.25) };
  });
}

/** e^-√(cs), (1 + √(cs)) e^-√(cs), (1 + √(cs) + cs/3) e^-√(cs). Each but the first has the one before it for a derivative by s, which is finite at 0 where the root's is not. */
const decay = (s: Tensor, c: number): Tensor => exp(neg(safeSqrt(mul(s, c))));
const once = (s: Tensor, c: number): Tensor =>
  differentiable(
    { s },
    (inputs) => mul(add(1, safeSqrt(mul(inputs.s, c))), decay(inputs.s, c)),
    (inputs, upstream) => ({ s: () => mul(upstream, mul(decay(inputs.s, c), -c / 2)) }),
  );
const twice = (s: Tensor, c: number): Tensor =>
  differentiable(
    { s },
    (inputs) => mul(add(add(1, safeSqrt(mul(inputs.s, c))), mul(inputs.s, c / 3)), decay(inputs.s, c)),
    (inputs, upstream) => ({ s: () => mul(upstream, mul(once(inputs.s, c), -c / 6)) }),
  );
/** Only the last is twice differentiable at 0. */
const smooth: RadialProfile['at'] = (s) => ({ value: twice(s, 5), slope: mul(once(s, 5), -5 / 6), bend: mul(decay(s, 5), 25 / 12) });
const materns: Readonly<Record<number, (squared: Tensor) => Tensor>> = {
  0.5: (squared) => decay(squared, 1),
  1.5: (squared) => once(squared, 3),
  2.5: (squared) => twice(squared, 5),
};

/**
 * The Matérn kernel, whose functions are as often differentiable as one says; with smoothness 0.5 it is exponential in the distance.
 *
 * $$ k_{1/2} = e^{-r}, \quad k_{3/2} = (1 + \sqrt 3 r) e^{-\sqrt 3 r}, \quad k_{5/2} = (1 + \sqrt 5 r + \tfrac53 r^2) e^{-\sqrt 5 r}, \qquad r = \lVert x - y \rVert / \ell $$
 *
 * @returns the record.
 * @throws SurrogateError `range` for another smoothness or a length scale that is not positive; the kernel throws `shape` for one that does not fit.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { kernelMatrix, maternKernel } from '@surrogate/core';
 * await kernelMatrix(maternKernel({ smoothness: 1.5 }), [[0]], [[1]]).data(); // [0.483358]
 */
export function maternKernel({ lengthScale = 1, smoothness = 2.5 }: MaternOptions = {}): Kernel {
  const shape = materns[smoothness] ?? fail('range', 'maternKernel', 'smoothness', `must be 0.5, 1.5 or 2.5, got ${String(smoothness)}`);
  return ofSquaredDistance('maternKernel', `matern(${smoothness})`, lengthScale, shape, smoothness === 2.5 ? smooth : undefined);
}

/** (1 + c s)^-β with c a function of β, and with its derivatives. */
function power(exponent: () => Tensor, factor: (exponent: Tensor) => Tensor): [(s: Tensor) => Tensor, RadialProfile['at']] {
  const raised = (s: Tensor, b: Tensor, c: Tensor) => exp(neg(mul(b, log1p(mul(s, c)))));
  const value = (s: Tensor) => {
    const b = exponent();
    return raised(s, b, factor(b));
  };
  const at: RadialProfile['at'] = (s) => {
    const b = exponent();
    const c = factor(b);
    const slope = mul(neg(mul(b, c)), raised(s, add(b, 1), c));
    const bend = mul(mul(mul(b, add(b, 1)), square(c)), raised(s, add(b, 2), c));
    return { value: raised(s, b, c), slope, bend };
  };
  return [value, at];
}

/**
 * The rational quadratic kernel: radial basis functions of many length scales at once. With α = 1 it is the inverse quadratic.
 *
 * $$ k(x, y) = \left(1 + \frac{\lVert x - y \rVert^2}{2 \alpha \ell^2}\right)^{-\alpha} $$
 *
 * @returns the record.
 * @throws SurrogateError `range` for parameters that are not positive; the kernel throws `shape` for a length scale that does not fit.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { kernelMatrix, rationalQuadraticKernel } from '@surrogate/core';
 * await kernelMatrix(rationalQuadraticKernel(), [[0]], [[2]]).data(); // [0.333333]
 */
export function rationalQuadraticKernel({ lengthScale = 1, alpha = 1 }: RationalQuadraticOptions = {}): Kernel {
  const order = positive('rationalQuadraticKernel', 'alpha', alpha);
  return ofSquaredDistance('rationalQuadraticKernel', 'rationalQuadratic', lengthScale, ...power(order, (a) => div(0.5, a)));
}

/**
 * The inverse multiquadric kernel, whose tails are heavy: a discrepancy with it notices mass far away. It is the rational quadratic in other units, and c^{2β} times (c² + |x - y|²)^{-β} where the length scale is c.
 *
 * $$ k(x, y) = \left(1 + \frac{\lVert x - y \rVert^2}{\ell^2}\right)^{-\beta} $$
 *
 * @returns the record.
 * @throws SurrogateError `range` for parameters that are not positive; the kernel throws `shape` for a length scale that does not fit.
 * @see Gorham, Mackey: Measuring Sample Quality with Kernels, 2017. arXiv:1703.01717
 * @example
 * import { inverseMultiquadricKernel, kernelMatrix } from '@surrogate/core';
 * await kernelMatrix(inverseMultiquadricKernel(), [[0, 0]], [[1, 1]]).data(); // [0.57735]
 */
export function inverseMultiquadricKernel({ lengthScale = 1, exponent = 0.5 }: InverseMultiquadricOptions = {}): Kernel {
  const order = positive('inverseMultiquadricKernel', 'exponent', exponent);
  return ofSquaredDistance('inverseMultiquadricKernel', 'inverseMultiquadric', lengthScale, ...power(order, onesLike));
}

/**
 * The Laplacian kernel, of the sum of absolute differences.
 *
 * $$ k(x, y) = \exp\left(-\sum_d \frac{|x_d - y_d|}{\ell}\right) $$
 *
 * @returns the record.
 * @throws SurrogateError `range` for a length scale that is not positive; the kernel throws `shape` for one that does not fit.
 * @see Rahimi, Recht: Random Features for Large-Scale Kernel Machines, 2007
 * @example
 * import { kernelMatrix, laplacianKernel } from '@surrogate/core';
 * await kernelMatrix(laplacianKernel(), [[0, 0]], [[1, -1]]).data(); // [0.135335]
 */
export function laplacianKernel({ lengthScale = 1 }: LengthScaleOptions = {}): Kernel {
  return ofDifferences('laplacianKernel', 'laplacian', { lengthScale }, (differences, unit) =>
    exp(neg(sum(safeAbs(div(differences, unit)), -1))),
  );
}

/**
 * The periodic kernel: a radial basis function on the circle, multiplied over the dimensions.
 *
 * $$ k(x, y) = \exp\left(-\sum_d \frac{2 \sin^2(\pi (x_d - y_d) / p)}{\ell^2}\right) $$
 *
 * @returns the record.
 * @throws SurrogateError `range` for parameters that are not positive; the kernel throws `shape` for those that do not fit.
 * @see MacKay: Introduction to Gaussian Processes, 1998
 * @example
 * import { kernelMatrix, periodicKernel } from '@surrogate/core';
 * await kernelMatrix(periodicKernel({ period: 2 }), [[0]], [[1]]).data(); // [0.135335]
 */
export function periodicKernel({ lengthScale = 1, period = 1 }: PeriodicOptions = {}): Kernel {
  return ofDifferences('periodicKernel', 'periodic', { lengthScale, period }, (differences, unit, repeats) =>
    exp(mul(-2, sum(square(div(sin(mul(Math.PI, div(differences, repeats))), unit)), -1))),
  );
}
