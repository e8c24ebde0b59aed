/** @file Acquisition functions: what an observation promises, of a normal prediction. Larger values are better throughout. */
import { checkAtLeast, fail } from '@surrogate/core';
import { logNormalCdf, normalCdf, normalPdf, type Matrix } from '@surrogate/core/host';
import { vectorOf } from '../host/vectors.js';

/**
 * Expected improvement over the best value so far.
 *
 * $$ \mathbb{E} \max(f - f^+, 0) = (\mu - f^+) \Phi(z) + s \varphi(z), \qquad z = (\mu - f^+)/s $$
 *
 * @param mean μ.
 * @param deviation s, >= 0.
 * @param best f⁺.
 * @returns at least 0.
 * @throws SurrogateError `range` for a negative deviation.
 * @see Jones, Schonlau, Welch: Efficient Global Optimization of Expensive Black-Box Functions, 1998; Frazier: A Tutorial on Bayesian Optimization, 2018. arXiv:1807.02811
 * @example
 * import { expectedImprovement } from '@surrogate/optim';
 * expectedImprovement(0.5, 0.2, 0.4); // 0.139559
 */
export function expectedImprovement(mean: number, deviation: number, best: number): number {
  checkAtLeast('expectedImprovement', 'deviation', deviation, 0);
  const gap = mean - best;
  if (deviation === 0) return Math.max(gap, 0);
  const z = gap / deviation;
  return gap * normalCdf(z) + deviation * normalPdf(z);
}

/**
 * The logarithm of expected improvement, which tells points apart where the improvement itself underflows.
 *
 * $$ \log s + \log\big(\varphi(z) + z \Phi(z)\big) $$
 *
 * @param mean μ.
 * @param deviation s, > 0.
 * @param best f⁺.
 * @returns a finite number also 30 deviations below the best.
 * @throws SurrogateError `range`.
 * @see Ament, Daulton, Eriksson, Balandat, Bakshy: Unexpected Improvements to Expected Improvement for Bayesian Optimization, 2023. arXiv:2310.20708
 * @example
 * import { logExpectedImprovement } from '@surrogate/optim';
 * logExpectedImprovement(0, 1, 0); // -0.918939
 */
export function logExpectedImprovement(mean: number, deviation: number, best: number): number {
  checkAtLeast('logExpectedImprovement', 'deviation', deviation, Number.MIN_VALUE);
  const z = (mean - best) / deviation;
  const logPdf = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
  if (z > -5) return Math.log(deviation) + Math.log(normalPdf(z) + z * normalCdf(z));
  // φ + zΦ = φ (1 - |z| R), R Mills' ratio: by its continued fraction 1 - |z| R = 1/z² (1 - 3/z² + 15/z⁴ ...); below, what rounding leaves of the difference is no use.
  if (z > -200) {
    const mills = Math.exp(logNormalCdf(z) - logPdf);
    const left = 1 + z * mills;
    if (left > 1e-8) return Math.log(deviation) + logPdf + Math.log(left);
  }
  return Math.log(deviation) + logPdf - 2 * Math.log(-z) + Math.log1p(-3 / (z * z) + 15 / z ** 4);
}

/**
 * The upper end of a confidence interval.
 *
 * $$ \mu + \kappa s $$
 *
 * @param mean μ.
 * @param deviation s, >= 0.
 * @param kappa κ, >= 0. Default 2; a huge one explores alone.
 * @returns the bound.
 * @throws SurrogateError `range`.
 * @see Srinivas, Krause, Kakade, Seeger: Gaussian Process Optimization in the Bandit Setting, 2009. arXiv:0912.3995
 * @example
 * import { upperConfidenceBound } from '@surrogate/optim';
 * upperConfidenceBound(1, 0.5); // 2
 */
export function upperConfidenceBound(mean: number, deviation: number, kappa = 2): number {
  checkAtLeast('upperConfidenceBound', 'deviation', deviation, 0);
  checkAtLeast('upperConfidenceBound', 'kappa', kappa, 0);
  return mean + kappa * deviation;
}

/**
 * The knowledge gradient over a finite set: how much an observation is expected to raise the best posterior mean.
 *
 * $$ \mathbb{E} \max_i (a_i + b_i Z) - \max_i a_i, \qquad Z \sim \mathcal N(0, 1) $$
 *
 * With the points observed so far and the new one as the set, and an observation without noise, it is expected improvement over the best posterior mean.
 *
 * @param means a: the posterior means of the set.
 * @param changes b: how much each moves for one standard deviation of the observation.
 * @returns at least 0.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Frazier, Powell, Dayanik: The Knowledge-Gradient Policy for Correlated Normal Beliefs, 2009
 * @example
 * import { knowledgeGradient } from '@surrogate/optim';
 * knowledgeGradient([0, 0.2, -0.1], [0.5, 0.1, 0.9]); // 0.191335
 */
export function knowledgeGradient(means: ArrayLike<number>, changes: ArrayLike<number>): number {
  const a = vectorOf('knowledgeGradient', 'means', means);
  const b = vectorOf('knowledgeGradient', 'changes', changes, a.length);
  if (a.length === 0) fail('shape', 'knowledgeGradient', 'means', 'must hold at least one number, got none');
  const lines = Array.from(a, (_, i) => i).sort((i, j) => b[i]! - b[j]! || a[i]! - a[j]!);
  // The upper envelope of the lines a + b z, from left to right, with the places where it breaks.
  const hull: number[] = [];
  const breaks: number[] = [];
  for (const i of lines) {
    if (hull.length > 0 && b[hull.at(-1)!] === b[i]) {
      hull.pop();
      breaks.pop();
    }
    while (hull.length > 0) {
      const last = hull.at(-1)!;
      const at = (a[last]! - a[i]!) / (b[i]! - b[last]!);
      if (hull.length === 1 || at > breaks.at(-1)!) {
        breaks.push(at);
        break;
      }
      hull.pop();
      breaks.pop();
    }
    hull.push(i);
  }
  let gain = 0;
  breaks.forEach((at, k) => {
    const size = Math.abs(at);
    gain += (b[hull[k + 1]!]! - b[hull[k]!]!) * (normalPdf(size) - size * normalCdf(-size));
  });
  return gain;
}

/**
 * Max-value entropy search: how much an observation is expected to tell about the greatest value.
 *
 * $$ \frac1S \sum_s \frac{\gamma_s \varphi(\gamma_s)}{2 \Phi(\gamma_s)} - \log \Phi(\gamma_s), \qquad \gamma_s = (y^\star_s - \mu)/s $$
 *
 * It is simpler than the entropy searches of the tutorial, which ask where the greatest value is.
 *
 * @param mean μ.
 * @param deviation s, > 0.
 * @param maxima y*: draws of the greatest value, at least one.
 * @returns at least 0.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Wang, Jegelka: Max-value Entropy Search for Efficient Bayesian Optimization, 2017. arXiv:1703.01968
 * @example
 * import { maxValueEntropy } from '@surrogate/optim';
 * maxValueEntropy(0, 1, [1]); // 0.316554
 */
export function maxValueEntropy(mean: number, deviation: number, maxima: ArrayLike<number>): number {
  checkAtLeast('maxValueEntropy', 'deviation', deviation, Number.MIN_VALUE);
  const stars = vectorOf('maxValueEntropy', 'maxima', maxima);
  if (stars.length === 0) fail('shape', 'maxValueEntropy', 'maxima', 'must hold at least one number, got none');
  return stars.reduce((sum, star) => {
    const gamma = (star - mean) / deviation;
    const logCdf = logNormalCdf(gamma);
    const ratio = Math.exp(-0.5 * gamma * gamma - 0.5 * Math.log(2 * Math.PI) - logCdf);
    return sum + ((gamma * ratio) / 2 - logCdf) / stars.length;
  }, 0);
}

/**
 * Expected improvement of several points together, from draws of their values.
 *
 * $$ \frac1S \sum_s \max\big(\max_j f_{sj} - f^+, 0\big) $$
 *
 * @param samples S x q: draws of the values at the q points, such as `sampleProcess` gives.
 * @param best f⁺.
 * @returns at least 0.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Ginsbourger, Le Riche, Carraro: Kriging is well-suited to parallelize optimization, 2010; Frazier, 2018. arXiv:1807.02811
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { batchExpectedImprovement } from '@surrogate/optim';
 * batchExpectedImprovement(matrixFromRows([[1, 3], [0, -1]]), 1); // 1
 */
export function batchExpectedImprovement(samples: Matrix, best: number): number {
  const fn = 'batchExpectedImprovement';
  const values = vectorOf(fn, 'samples', samples.data, samples.rows * samples.cols);
  if (samples.rows === 0 || samples.cols === 0) fail('shape', fn, 'samples', `must not be empty, got ${samples.rows} x ${samples.cols}`);
  let sum = 0;
  for (let s = 0; s < samples.rows; s++) {
    const most = values.subarray(s * samples.cols, (s + 1) * samples.cols).reduce((p, q) => Math.max(p, q), -Infinity);
    sum += Math.max(most - best, 0);
  }
  return sum / samples.rows;
}

/**
 * The probability that constraints hold, c_j <= 0 for all j, of independent normal predictions: multiply an improvement by it, and divide by a cost.
 *
 * $$ \prod_j \Phi(-\mu_j / s_j) $$
 *
 * @param means μ of each constraint.
 * @param deviations s of each, >= 0.
 * @returns a probability.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Gardner, Kusner, Xu, Weinberger, Cunningham: Bayesian Optimization with Inequality Constraints, 2014
 * @example
 * import { feasibilityProbability } from '@surrogate/optim';
 * feasibilityProbability([0, -10], [1, 1]); // 0.5
 */
export function feasibilityProbability(means: ArrayLike<number>, deviations: ArrayLike<number>): number {
  const mu = vectorOf('feasibilityProbability', 'means', means);
  const s = vectorOf('feasibilityProbability', 'deviations', deviations, mu.length);
  return mu.reduce((product, m, j) => {
    checkAtLeast('feasibilityProbability', 'deviations', s[j]!, 0);
    return product * (s[j] === 0 ? Number(m <= 0) : normalCdf(-m / s[j]!));
  }, 1);
}
