/** @file The bumps of which kernel density estimates are made. */
import { lgamma } from '@surrogate/core/host';
import { log1p, safeSqrt, select } from '@surrogate/core';
import { fill, less, mul, neg, zerosLike, type Tensor } from '@tensorflow/tfjs-core';

/** A bump around a point: a density up to its volume, as a function of the squared distance in bandwidths. */
export interface DensityKernel {
  /** What it is called in reports and messages. */
  readonly name: string;
  /** The logarithm of the bump at squared distances s, float32 of any shape; -Infinity beyond its reach. Call it inside a tidy. */
  logBump(s: Tensor): Tensor;
  /** The logarithm of the bump's integral over D dimensions. */
  logVolume(dimensions: number): number;
}

/** log of the volume of the unit ball. */
const logBall = (d: number) => (d / 2) * Math.log(Math.PI) - lgamma(d / 2 + 1);

/** A bump that ends at distance 1. */
function within(s: Tensor, inside: (s: Tensor) => Tensor): Tensor {
  const near = less(s, 1);
  return select(near, inside(select(near, s, zerosLike(s))), fill(s.shape, -Infinity));
}

/**
 * The Gaussian bump, whose bandwidth is a standard deviation.
 *
 * $$ e^{-s/2} $$
 */
export const gaussianBump: DensityKernel = {
  name: 'gaussian',
  logBump: (s) => mul(s, -0.5),
  logVolume: (d) => (d / 2) * Math.log(2 * Math.PI),
};

/**
 * The exponential bump, pointed and with longer tails.
 *
 * $$ e^{-\sqrt s} $$
 */
export const exponentialBump: DensityKernel = {
  name: 'exponential',
  logBump: (s) => neg(safeSqrt(s)),
  logVolume: (d) => lgamma(d + 1) + logBall(d),
};

/**
 * The Epanechnikov bump, a parabola: of all bumps the one with the least mean squared error.
 *
 * $$ 1 - s \text{ where } s < 1 $$
 */
export const epanechnikovBump: DensityKernel = {
  name: 'epanechnikov',
  logBump: (s) => within(s, (near) => log1p(neg(near))),
  logVolume: (d) => Math.log(2 / (d + 2)) + logBall(d),
};

/**
 * The triangular bump, a cone.
 *
 * $$ 1 - \sqrt s \text{ where } s < 1 $$
 */
export const triangularBump: DensityKernel = {
  name: 'triangular',
  logBump: (s) => within(s, (near) => log1p(neg(safeSqrt(near)))),
  logVolume: (d) => logBall(d) - Math.log(d + 1),
};

/**
 * The box: counts the points within a bandwidth.
 *
 * $$ 1 \text{ where } s < 1 $$
 */
export const boxBump: DensityKernel = { name: 'box', logBump: (s) => within(s, zerosLike), logVolume: logBall };
