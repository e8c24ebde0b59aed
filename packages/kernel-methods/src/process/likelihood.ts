/** @file How well a Gaussian process explains what was observed: the marginal likelihood with its gradient, and predictions of each point from the others. */
import { choleskyLogDet, choleskySolve, identityMatrix, type Matrix } from '@surrogate/core/host';
import type { Prediction } from './predict.js';
import type { GaussianProcess } from './process.js';

/**
 * The logarithm of the density of the observations under a Gaussian process.
 *
 * $$ -\tfrac12 (y - m)^\top (K + \sigma^2 I)^{-1} (y - m) - \tfrac12 \log\det(K + \sigma^2 I) - \tfrac N2 \log 2\pi $$
 *
 * @param process the process.
 * @returns a number, in nats; 0 where nothing was observed.
 * @throws SurrogateError `shape` when the record is not one of {@link gaussianProcess}.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, eq. 5.8
 * @example
 * import { gaussianProcess, logMarginalLikelihood, rbfCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const process = gaussianProcess(matrixFromRows([[0], [1]]), Float64Array.of(1, -1), { covariance: rbfCovariance(), noise: 0.1 });
 * logMarginalLikelihood(process); // -3.7784294
 */
export function logMarginalLikelihood(process: GaussianProcess): number {
  const { y, mean, weights, factor } = process;
  const fit = y.reduce((sum, value, i) => sum + (value - mean) * weights[i]!, 0);
  return -0.5 * (fit + choleskyLogDet(factor) + y.length * Math.log(2 * Math.PI));
}

const inverseOf = (factor: Matrix): Matrix => choleskySolve(factor, identityMatrix(factor.rows));

/**
 * The gradient of {@link logMarginalLikelihood} by the logarithms of the covariance's hyper-parameters and, last, of the noise.
 *
 * $$ \tfrac12 \operatorname{tr}\bigl((\alpha\alpha^\top - (K + \sigma^2 I)^{-1})\, \partial (K + \sigma^2 I)\bigr), \qquad \alpha = (K + \sigma^2 I)^{-1} (y - m) $$
 *
 * @param process the process.
 * @returns one number for each of `process.covariance.parameterNames`, and one for the noise.
 * @throws SurrogateError `shape` when the record is not one of {@link gaussianProcess}.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, eq. 5.9
 * @example
 * import { gaussianProcess, logMarginalLikelihoodGradient, rbfCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const process = gaussianProcess(matrixFromRows([[0], [1]]), Float64Array.of(1, -1), { covariance: rbfCovariance(), noise: 0.1 });
 * logMarginalLikelihoodGradient(process); // [-2.05391, 0.28003]
 */
export function logMarginalLikelihoodGradient(process: GaussianProcess): Float64Array {
  const { covariance, factor, noise, weights, x } = process;
  const n = weights.length;
  const inverse = inverseOf(factor);
  const pulls: Matrix = {
    rows: n,
    cols: n,
    data: inverse.data.map((value, at) => 0.5 * (weights[Math.floor(at / n)]! * weights[at % n]! - value)),
  };
  let trace = 0;
  for (let i = 0; i < n; i++) trace += pulls.data[i * (n + 1)]!;
  return Float64Array.from([...covariance.parameterGradient(x, pulls), noise * trace]);
}

/**
 * What a Gaussian process would have predicted for each of its observations from all the others, in closed form.
 *
 * $$ y_i - \frac{\alpha_i}{(K + \sigma^2 I)^{-1}_{ii}}, \qquad \frac{1}{(K + \sigma^2 I)^{-1}_{ii}} $$
 *
 * @param process the process.
 * @returns means and variances of the observations (with their noise), length N each.
 * @throws SurrogateError `shape` when the record is not one of {@link gaussianProcess}.
 * @see Sundararajan, Keerthi: Predictive Approaches for Choosing Hyperparameters in Gaussian Processes, 2001
 * @example
 * import { gaussianProcess, leaveOneOut, rbfCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const process = gaussianProcess(matrixFromRows([[0], [1]]), Float64Array.of(1, -1), { covariance: rbfCovariance(), noise: 0.1 });
 * leaveOneOut(process).mean; // [-0.5513915, 0.5513915]
 */
export function leaveOneOut(process: GaussianProcess): Prediction {
  const { factor, weights, y } = process;
  const inverse = inverseOf(factor);
  const variance = y.map((_, i) => 1 / inverse.data[i * (y.length + 1)]!);
  return { mean: y.map((value, i) => value - weights[i]! * variance[i]!), variance };
}
