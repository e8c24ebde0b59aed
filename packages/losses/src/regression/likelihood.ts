/** @file Negative log-likelihoods of predicted distributions: Poisson, Gaussian, Laplace. */
import {
  checkAbove,
  checkBetween,
  checkBoolean,
  checkAtLeast,
  detach,
  exp,
  lossScope,
  maximum,
  pow,
  safeAbs,
  xLogY,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, cast, div, greater, log, mul, squaredDifference, sub, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link poissonNll}. */
export interface PoissonNllOptions extends LossOptions {
  /** Predictions are logarithms of rates. Default true. */
  logInput?: boolean | undefined;
  /** Add Stirling's approximation of log t! where t > 1. Default false. */
  full?: boolean | undefined;
  /** Added to rates before their logarithm, with `logInput: false`, >= 0. Default 1e-8. */
  eps?: number | undefined;
}

/** A predicted Gaussian an element, and what was observed; all of one shape. */
export interface GaussianPrediction {
  /** float32. */
  means: TensorLike;
  /** float32, > 0. */
  variances: TensorLike;
  /** float32. */
  targets: TensorLike;
}

/** Options of {@link gaussianNll}. */
export interface GaussianNllOptions extends LossOptions {
  /** Add the constant ½ log 2π. Default false. */
  full?: boolean | undefined;
  /** The least variance, > 0. Default 1e-6. */
  eps?: number | undefined;
  /** Weighs each element by its variance to this power, in [0, 1]: 0 is the likelihood, 1 trains the means as the squared error does. Default 0. */
  beta?: number | undefined;
}

/** A predicted Laplace distribution an element, and what was observed; all of one shape. */
export interface LaplacePrediction {
  /** float32: the medians. */
  medians: TensorLike;
  /** float32, > 0: the mean absolute deviations. */
  scales: TensorLike;
  /** float32. */
  targets: TensorLike;
}

/** Options of {@link laplaceNll}. */
export interface LaplaceNllOptions extends LossOptions {
  /** The least scale, > 0. Default 1e-6. */
  eps?: number | undefined;
}

/**
 * Poisson negative log-likelihood of counts.
 *
 * $$ \ell(z, t) = e^z - t z \quad (\text{logInput}), \qquad \ell(p, t) = p - t \log(p + \varepsilon), \qquad (+\ t \log t - t + \tfrac12 \log 2 \pi t \text{ with full, where } t > 1) $$
 *
 * @param predictions float32 of any shape: log-rates, or rates with `logInput: false`.
 * @param targets counts of the same shape, >= 0.
 * @param options what is predicted, and what every loss takes.
 * @returns a scalar, or the predictions' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `dtype` when a flag is no boolean, `range` when eps < 0.
 * @see Nelder, Wedderburn: Generalized Linear Models, 1972
 * @example
 * import { poissonNll } from '@surrogate/losses';
 * (await poissonNll([0], [3]).data())[0]; // 1
 */
export function poissonNll(predictions: TensorLike, targets: TensorLike, options: PoissonNllOptions = {}): Tensor {
  const fn = 'poissonNll';
  const { logInput = true, full = false, eps = 1e-8 } = options;
  checkBoolean(fn, 'logInput', logInput);
  checkBoolean(fn, 'full', full);
  checkAtLeast(fn, 'eps', eps, 0);
  return lossScope(fn, { predictions, targets }, options, ({ predictions: p, targets: t }) => {
    const loss = logInput ? sub(exp(p), mul(t, p)) : sub(p, xLogY(t, add(p, eps)));
    return full ? add(loss, stirling(t)) : loss;
  });
}

function stirling(t: Tensor): Tensor {
  const counts = cast(greater(detach(t), 1), 'float32');
  const safe = maximum(t, 1);
  return mul(counts, add(sub(mul(safe, log(safe)), safe), mul(0.5, log(mul(2 * Math.PI, safe)))));
}

/**
 * Gaussian negative log-likelihood of predicted means and variances.
 *
 * $$ \ell = \tfrac12 \left( \log v + \frac{(\mu - t)^2}{v} \right), \qquad v = \max(\text{variance}, \varepsilon) $$
 *
 * With β the loss of an element is multiplied by v^β, cut off from the gradient, which keeps hard examples from being explained away by a large variance.
 *
 * @param prediction means, variances and targets of one shape.
 * @param options ε, β, the constant, and what every loss takes.
 * @returns a scalar, or the means' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when eps <= 0 or beta is outside [0, 1].
 * @see Nix, Weigend: Estimating the Mean and Variance of the Target Probability Distribution, 1994
 * @see Seitzer, Tavakoli, Antic, Martius: On the Pitfalls of Heteroscedastic Uncertainty Estimation with Probabilistic Neural Networks, 2022. arXiv:2203.09168 (β)
 * @example
 * import { gaussianNll } from '@surrogate/losses';
 * (await gaussianNll({ means: [1], variances: [4], targets: [3] }).data())[0]; // 1.193147
 */
export function gaussianNll(prediction: GaussianPrediction, options: GaussianNllOptions = {}): Tensor {
  const fn = 'gaussianNll';
  const { full = false, eps = 1e-6, beta = 0 } = options;
  checkBoolean(fn, 'full', full);
  checkAbove(fn, 'eps', eps, 0);
  checkBetween(fn, 'beta', beta, 0, 1, true);
  const { means, variances, targets } = prediction;
  return lossScope(fn, { means, variances, targets }, options, (rows) => {
    const v = maximum(rows.variances, eps);
    const loss = mul(0.5, add(log(v), div(squaredDifference(rows.means, rows.targets), v)));
    const whole = full ? add(loss, 0.5 * Math.log(2 * Math.PI)) : loss;
    return beta === 0 ? whole : mul(detach(pow(v, beta)), whole);
  });
}

/**
 * Laplace negative log-likelihood of predicted medians and scales.
 *
 * $$ \ell = \log 2 b + \frac{|\mu - t|}{b}, \qquad b = \max(\text{scale}, \varepsilon) $$
 *
 * @param prediction medians, scales and targets of one shape.
 * @param options ε, and what every loss takes.
 * @returns a scalar, or the medians' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when eps <= 0.
 * @see Laplace: Mémoire sur la probabilité des causes par les événements, 1774
 * @example
 * import { laplaceNll } from '@surrogate/losses';
 * (await laplaceNll({ medians: [1], scales: [0.5], targets: [3] }).data())[0]; // 4
 */
export function laplaceNll(prediction: LaplacePrediction, options: LaplaceNllOptions = {}): Tensor {
  const fn = 'laplaceNll';
  const { eps = 1e-6 } = options;
  checkAbove(fn, 'eps', eps, 0);
  const { medians, scales, targets } = prediction;
  return lossScope(fn, { medians, scales, targets }, options, (rows) => {
    const b = maximum(rows.scales, eps);
    return add(log(mul(2, b)), div(safeAbs(sub(rows.medians, rows.targets)), b));
  });
}
