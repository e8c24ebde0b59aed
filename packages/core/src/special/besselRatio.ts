/** @file The ratio of neighbouring modified Bessel functions on tensors. */
import { add, div, mul, reciprocal, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAtLeast } from '../inputs/checks.js';
import type { TensorLike } from '../inputs/tensors.js';
import { clip } from '../math/piecewise.js';
import { special } from './frame.js';

/** How many steps of the continued fraction are taken. */
const depth = 24;

/** The ratio over x, which is smooth at 0: Gauss's continued fraction, ended by what solves the Riccati equation of the ratio with its derivative in first order. */
function overX(order: number, x: Tensor): Tensor {
  // Beyond 1e8 the ratio is 1 in float32, and x² would overflow.
  const squared = square(clip(x, 0, 1e8));
  const c = 2 * (order + depth) - 1;
  const s = sqrt(add(mul(4, squared), c * c));
  const rest = sub(1, div(2 * c, mul(s, add(s, c))));
  let ratio = div(mul(2, rest), add(sqrt(add(mul(mul(4, squared), rest), c * c)), c));
  for (let k = depth - 1; k >= 0; k--) ratio = reciprocal(add(2 * (order + k), mul(squared, ratio)));
  return ratio;
}

/**
 * The ratio of modified Bessel functions: the mean resultant length of a von Mises-Fisher distribution with ν half its dimension.
 *
 * $$ A_\nu(x) = \frac{I_\nu(x)}{I_{\nu-1}(x)}, \qquad A_\nu' = 1 - A_\nu^2 - \frac{2\nu - 1}{x} A_\nu $$
 *
 * @param order the order ν, >= 0.5.
 * @param x float32 of any shape, the concentration, >= 0.
 * @returns float32 of the same shape, in [0, 1).
 * @throws SurrogateError `dtype`, `disposed`, `range` for an order below 0.5.
 * @see Amos: Computation of Modified Bessel Functions and Their Ratios, 1974; Banerjee, Dhillon, Ghosh, Sra: Clustering on the Unit Hypersphere using von Mises-Fisher Distributions, 2005
 * @example
 * import { besselRatio } from '@surrogate/core';
 * await besselRatio(1, [0, 2]).data(); // [0, 0.697775]
 */
export function besselRatio(order: number, x: TensorLike): Tensor {
  checkAtLeast('besselRatio', 'order', order, 0.5);
  return special(
    'besselRatio',
    x,
    (given) => mul(clip(given, 0, 1e8), overX(order, given)),
    (given) => slope(order, given),
  );
}

/** In terms of A / x, so that 0 is no special case. */
function slope(order: number, x: Tensor): Tensor {
  const ratio = overX(order, x);
  return sub(sub(1, square(mul(clip(x, 0, 1e8), ratio))), mul(2 * order - 1, ratio));
}
