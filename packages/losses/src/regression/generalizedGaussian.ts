/** @file The generalized Gaussian: one shape parameter from heavy tails through Laplace and Gauss to the uniform. */
import {
  checkAbove,
  checkBoolean,
  checkOneOf,
  lgamma,
  lossScope,
  maximum,
  pow,
  safeAbs,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { lgamma as lgammaOf } from '@surrogate/core/host';
import { add, div, log, mul, sub, type Tensor } from '@tensorflow/tfjs-core';

/** A predicted generalized Gaussian an element, and what was observed; all of one shape. */
export interface GeneralizedGaussianPrediction {
  /** float32. */
  means: TensorLike;
  /** float32 β > 0: 1 is Laplace, 2 is Gauss, less has heavier tails. */
  shapes: TensorLike;
  /** float32 α > 0, of the means' shape. Default 1. */
  scales?: TensorLike | undefined;
  /** float32. */
  targets: TensorLike;
}

/** Options of {@link generalizedGaussianNll}. */
export interface GeneralizedGaussianOptions extends LossOptions {
  /** Add the constant log 2. Default true. */
  full?: boolean | undefined;
  /** `power` is the density; `linear` puts β |δ| / α in place of the power, as the code of the paper on temporal differences does. Default power. */
  form?: 'power' | 'linear' | undefined;
  /** The least shape and scale, > 0. Default 1e-3. */
  eps?: number | undefined;
}

/** The second moment of a distribution, and its fourth beside a Gaussian's. */
export interface GeneralizedGaussianMoments {
  /** The mean squared distance from the mean. */
  readonly variance: number;
  /** The fourth standardised moment, less the 3 of a Gaussian. */
  readonly excessKurtosis: number;
}

/**
 * Generalized Gaussian negative log-likelihood: the model predicts how heavy the tails of its errors are.
 *
 * $$ \ell = \left( \frac{|\delta|}{\alpha} \right)^\beta - \log \beta + \log 2 \alpha + \log \Gamma(1 / \beta), \qquad \delta = \mu - t $$
 *
 * @param prediction means, shapes, targets and scales, of one shape; make shapes positive by a softplus.
 * @param options the form, the constant, ε, and what every loss takes.
 * @returns a scalar, or the means' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when eps <= 0 or the form is unknown, `dtype`.
 * @see Nadarajah: A Generalized Normal Distribution, 2005
 * @see Kim, Lee, Cho, Han, Hwang: Generalized Gaussian Temporal Difference Error for Uncertainty-aware Reinforcement Learning, 2024. arXiv:2408.02295
 * @example
 * import { generalizedGaussianNll } from '@surrogate/losses';
 * (await generalizedGaussianNll({ means: [0.5], shapes: [2], targets: [0] }).data())[0]; // 0.822365
 */
export function generalizedGaussianNll(prediction: GeneralizedGaussianPrediction, options: GeneralizedGaussianOptions = {}): Tensor {
  const fn = 'generalizedGaussianNll';
  const { full = true, form = 'power', eps = 1e-3 } = options;
  checkBoolean(fn, 'full', full);
  checkOneOf(fn, 'form', form, ['power', 'linear']);
  checkAbove(fn, 'eps', eps, 0);
  const { means, shapes, scales, targets } = prediction;
  const given: Record<string, TensorLike> = scales === undefined ? { means, shapes, targets } : { means, shapes, targets, scales };
  return lossScope(fn, given, options, (rows) => {
    const beta = maximum(rows['shapes']!, eps);
    const error = safeAbs(sub(rows['means']!, rows['targets']!));
    const alpha = rows['scales'] === undefined ? undefined : maximum(rows['scales'], eps);
    const distance = alpha === undefined ? error : div(error, alpha);
    const misfit = form === 'power' ? pow(distance, beta) : mul(distance, beta);
    const shape = sub(lgamma(div(1, beta)), log(beta));
    const scaled = alpha === undefined ? shape : add(shape, log(alpha));
    return add(misfit, full ? add(scaled, Math.LN2) : scaled);
  });
}

/**
 * How wide a generalized Gaussian is, and how heavy its tails are.
 *
 * $$ \operatorname{var} = \frac{\alpha^2\, \Gamma(3 / \beta)}{\Gamma(1 / \beta)}, \qquad \kappa = \frac{\Gamma(5 / \beta)\, \Gamma(1 / \beta)}{\Gamma(3 / \beta)^2} - 3 $$
 *
 * @param shape β > 0.
 * @param scale α > 0. Default 1.
 * @returns the variance and the excess kurtosis.
 * @throws SurrogateError `range` unless both are > 0.
 * @see Nadarajah: A Generalized Normal Distribution, 2005
 * @example
 * import { generalizedGaussianMoments } from '@surrogate/losses';
 * generalizedGaussianMoments(1); // { variance: 2, excessKurtosis: 3 }
 */
export function generalizedGaussianMoments(shape: number, scale = 1): GeneralizedGaussianMoments {
  checkAbove('generalizedGaussianMoments', 'shape', shape, 0);
  checkAbove('generalizedGaussianMoments', 'scale', scale, 0);
  const [one, three, five] = [1, 3, 5].map((k) => lgammaOf(k / shape)) as [number, number, number];
  return { variance: scale ** 2 * Math.exp(three - one), excessKurtosis: Math.exp(five + one - 2 * three) - 3 };
}
