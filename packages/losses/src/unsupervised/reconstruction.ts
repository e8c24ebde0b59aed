/** @file Reconstruction errors that know how sure the reconstruction is (Tan et al. 2023). */
import { checkAtLeast, checkFinite, softplus, type LossOptions, type TensorLike } from '@surrogate/core';
import { add, div, log, mul, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { rowScope, sumEvent } from '../common/rowScope.js';

/** Options of {@link probabilisticReconstructionError}. */
export interface ProbabilisticReconstructionOptions extends LossOptions {
  /** How much the error counts, relative to its variance. Train with 1. Default 1. */
  alpha?: number | undefined;
  /** How much the variance counts. Train with 1. Default 1. */
  beta?: number | undefined;
  /** The least variance, >= 0. Default 1e-5. */
  eps?: number | undefined;
}

/**
 * The error of a reconstruction that also says how large its error will be. Trained with α = β = 1, where it is twice a Gaussian likelihood; to score outliers other weights may serve better (the authors begin with α = 0.5, β = 2).
 *
 * $$ \ell = \alpha \sum_d \frac{(\mu_d - x_d)^2}{\sigma_d^2} + \beta \sum_d \log \sigma_d^2, \qquad \sigma^2 = \operatorname{softplus}(\text{raw}) + \epsilon $$
 *
 * Against a target that {@link meanShift} has moved it scores outliers that are reconstructed well, because they move far.
 *
 * @param means float32 `[B, ...]`: the reconstruction.
 * @param rawVariances float32 of the same shape: the other half of the decoder's outputs, before softplus.
 * @param targets float32 of the same shape: the data, or the shifted data.
 * @param options α, β, and what every loss takes; `reduction: 'none'` gives scores.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` where shapes differ, `range`, `dtype`, `disposed`.
 * @see Tan, Yang, Chen, Rahardja, Rahardja: MSS-PAE: Saving Autoencoder-based Outlier Detection from Unexpected Reconstruction, 2023. arXiv:2304.00709
 * @example
 * import { probabilisticReconstructionError } from '@surrogate/losses';
 * (await probabilisticReconstructionError([[0.5, 0.2]], [[0.3, -1]], [[0.4, 0.5]]).data())[0]; // -1.0190857
 */
export function probabilisticReconstructionError(
  means: TensorLike,
  rawVariances: TensorLike,
  targets: TensorLike,
  options: ProbabilisticReconstructionOptions = {},
): Tensor {
  const fn = 'probabilisticReconstructionError';
  const { alpha = 1, beta = 1, eps = 1e-5 } = options;
  checkFinite(fn, 'alpha', alpha);
  checkFinite(fn, 'beta', beta);
  checkAtLeast(fn, 'eps', eps, 0);
  return rowScope(fn, { means, rawVariances, targets }, options, (rows) => {
    const variance = add(softplus(rows.rawVariances), eps);
    const error = div(square(sub(rows.means, rows.targets)), variance);
    return sumEvent(add(mul(alpha, error), mul(beta, log(variance))));
  });
}
