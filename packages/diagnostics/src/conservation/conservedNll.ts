/** @file Training with a conservation law: the likelihood of a field, given that its integral is known. */
import { asTensor, checkAbove, checkShape, lossScope, maximum, type LossOptions, type TensorLike } from '@surrogate/core';
import { add, div, log, mul, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';

/** A predicted Gaussian a grid point, and what was observed; all of one shape `[..., n]`, a row a time. */
export interface FieldPrediction {
  /** float32. */
  means: TensorLike;
  /** float32, > 0. */
  variances: TensorLike;
  /** float32. */
  targets: TensorLike;
}

/** Options of {@link conservedNll}. */
export interface ConservedNllOptions extends LossOptions {
  /** v, the variance of what is conserved, > 0. Default 0.01. */
  constraintVariance?: number | undefined;
  /** The least variance of a point, > 0. Default 1e-6. */
  eps?: number | undefined;
}

/**
 * The negative log-likelihood of a field given the value of a linear law: a model that is trained with it knows that `conservationUpdate` comes after it.
 *
 * $$ -\log \mathcal{N}(u; \mu, \operatorname{diag} \sigma^2) - \log \mathcal{N}(0; 0, v) + \log \mathcal{N}(g^\top u;\ g^\top \mu,\ \textstyle\sum_i g_i^2 \sigma_i^2 + v) $$
 *
 * The law holds for the targets. A loss is one time's, all points together.
 *
 * @param prediction means, variances and targets, `[..., n]`.
 * @param law float32 `[n]`, g: the weights of the integral.
 * @param options v, the least variance, and what every loss takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when v or eps is not positive, `dtype`, `disposed`.
 * @see Hansen, Maddix, Alizadeh, Gupta, Mahoney: Learning Physical Models that Can Respect Conservation Laws, 2023. arXiv:2302.11002
 * @example
 * import { conservedNll } from '@surrogate/diagnostics';
 * const prediction = { means: [[1, 2, 3]], variances: [[0.1, 0.2, 0.4]], targets: [[1, 2.5, 3]] };
 * (await conservedNll(prediction, [0.25, 0.5, 0.25]).data())[0]; // -0.480316
 */
export function conservedNll(prediction: FieldPrediction, law: TensorLike, options: ConservedNllOptions = {}): Tensor {
  const fn = 'conservedNll';
  const { constraintVariance = 0.01, eps = 1e-6 } = options;
  checkAbove(fn, 'constraintVariance', constraintVariance, 0);
  checkAbove(fn, 'eps', eps, 0);
  const { means, variances, targets } = prediction;
  const body = (rows: Record<'means' | 'variances' | 'targets', Tensor>) => {
    const g = asTensor(fn, 'law', law);
    checkShape(fn, 'law', g.shape, [rows.means.shape.at(-1)!]);
    const v = maximum(rows.variances, eps);
    const missed = sub(rows.targets, rows.means);
    const points = sum(add(log(mul(2 * Math.PI, v)), div(square(missed), v)), -1);
    const together = add(sum(mul(square(g), v), -1), constraintVariance);
    // The two normalisations of the law differ by its two variances; 2π cancels.
    const known = add(log(div(together, constraintVariance)), div(square(sum(mul(g, missed), -1)), together));
    return mul(0.5, sub(points, known));
  };
  return lossScope(fn, { means, variances, targets }, options, body, 1);
}
