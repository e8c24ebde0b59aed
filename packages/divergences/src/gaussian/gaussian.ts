/** @file Gaussian distributions as divergences take them: with standard deviations, or with a covariance. */
import { expandDims, eye, mul, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { asTensor, checkShape, fail, type TensorLike } from '@surrogate/core';

/** Independent coordinates. */
export interface DiagonalGaussian {
  /** float32 `[..., D]`. */
  readonly mean: TensorLike;
  /** float32 `[..., D]`, > 0: standard deviations. */
  readonly stddev: TensorLike;
}

/** Coordinates that vary together. */
export interface FullGaussian {
  /** float32 `[..., D]`. */
  readonly mean: TensorLike;
  /** float32 `[..., D, D]`, symmetric and positive definite. */
  readonly covariance: TensorLike;
}

/** A Gaussian distribution, or a batch of them. */
export type Gaussian = DiagonalGaussian | FullGaussian;

/** Two Gaussians in one form. */
export type GaussianPair = { readonly difference: Tensor } & (
  { readonly kind: 'diagonal'; readonly p: Tensor; readonly q: Tensor } | { readonly kind: 'full'; readonly p: Tensor; readonly q: Tensor }
);

/** One Gaussian, its arguments checked. */
export function gaussianOf(fn: string, argument: string, gaussian: Gaussian, shape: readonly number[] | undefined) {
  if (typeof gaussian !== 'object' || gaussian === null)
    fail('dtype', fn, argument, `must be { mean, stddev } or { mean, covariance }, got ${gaussian === null ? 'null' : typeof gaussian}`);
  const mean = asTensor(fn, `${argument}.mean`, gaussian.mean);
  if (mean.rank === 0) fail('shape', fn, `${argument}.mean`, 'must have rank 1 or more, got a scalar');
  if (shape !== undefined) checkShape(fn, `${argument}.mean`, mean.shape, shape);
  if ('covariance' in gaussian) {
    const covariance = asTensor(fn, `${argument}.covariance`, gaussian.covariance);
    checkShape(fn, `${argument}.covariance`, covariance.shape, [...mean.shape, mean.shape.at(-1)!]);
    return { mean, covariance };
  }
  const stddev = asTensor(fn, `${argument}.stddev`, gaussian.stddev);
  checkShape(fn, `${argument}.stddev`, stddev.shape, mean.shape);
  return { mean, stddev };
}

/** The covariance, whichever form it was given in. */
export const withCovariance = (part: { covariance: Tensor } | { stddev: Tensor }): Tensor =>
  'covariance' in part ? part.covariance : mul(expandDims(square(part.stddev), -1), eye(part.stddev.shape.at(-1)!));

/** The difference of means, and both standard deviations or, where one has a covariance, both covariances. */
export function gaussianPair(fn: string, p: Gaussian, q: Gaussian): GaussianPair {
  const a = gaussianOf(fn, 'p', p, undefined);
  const b = gaussianOf(fn, 'q', q, a.mean.shape);
  const difference = sub(a.mean, b.mean);
  if ('stddev' in a && 'stddev' in b) return { kind: 'diagonal', difference, p: a.stddev, q: b.stddev };
  return { kind: 'full', difference, p: withCovariance(a), q: withCovariance(b) };
}
