/** @file Samples by the probability flow of a diffusion model. */
import { checkAbove, checkAtLeast, checkInteger, checkOneOf, detach, fail, noGrad, type TensorLike } from '@surrogate/core';
import { add, mul, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkFunction } from '../common/checks.js';
import { asExamples } from '../common/rowScope.js';
import { checkedScores } from './scoreMatching.js';

/** Options of {@link edmSigmas}. */
export interface EdmSigmasOptions {
  /** The last level of noise before 0, > 0. Default 0.002. */
  min?: number | undefined;
  /** The first level. Default 80. */
  max?: number | undefined;
  /** How much finer the levels are where noise is low, > 0. Default 7. */
  rho?: number | undefined;
}

/** Options of {@link sampleProbabilityFlow}. */
export interface ProbabilityFlowOptions {
  /** Levels of noise, descending, the last one 0 or more. Default `edmSigmas(18)`. */
  sigmas?: readonly number[] | undefined;
  /** With two evaluations of the score a step, or one. Default heun. */
  method?: 'heun' | 'euler' | undefined;
}

/**
 * The levels of noise of the EDM sampler, and 0 behind them.
 *
 * $$ \sigma_i = \left(\sigma_{\max}^{1/\rho} + \frac{i}{n - 1} \left(\sigma_{\min}^{1/\rho} - \sigma_{\max}^{1/\rho}\right)\right)^\rho, \quad i = 0, \dots, n - 1 $$
 *
 * @param steps how many levels, >= 2.
 * @param options the ends, and ρ.
 * @returns steps + 1 numbers, descending to 0.
 * @throws SurrogateError `range`.
 * @see Karras, Aittala, Aila, Laine: Elucidating the Design Space of Diffusion-Based Generative Models, 2022. arXiv:2206.00364
 * @example
 * import { edmSigmas } from '@surrogate/losses';
 * edmSigmas(2); // [80, 0.002, 0]
 */
export function edmSigmas(steps: number, { min = 0.002, max = 80, rho = 7 }: EdmSigmasOptions = {}): number[] {
  const fn = 'edmSigmas';
  checkInteger(fn, 'steps', steps, 2);
  checkAbove(fn, 'min', min, 0);
  checkAbove(fn, 'max', max, min);
  checkAbove(fn, 'rho', rho, 0);
  const [high, low] = [max ** (1 / rho), min ** (1 / rho)];
  return [...Array.from({ length: steps }, (_, i) => (high + (i / (steps - 1)) * (low - high)) ** rho), 0];
}

/**
 * Follows the probability flow of a diffusion model from noise to data.
 *
 * $$ \frac{dx}{d\sigma} = -\sigma\, s(x, \sigma), \qquad x_\sigma = x_0 + \sigma e $$
 *
 * To begin later, `gaussianTeleport(model, noise, sigmas[0], sigmas[k])` and follow `sigmas.slice(k)`.
 *
 * @param score maps float32 `[B, ...]` and a level of noise to ∇ log p(x; σ).
 * @param start float32 `[B, ...]`: noise of the first level.
 * @param options the levels and the method.
 * @returns float32 `[B, ...]`, a constant to gradients.
 * @throws SurrogateError `range` where levels do not descend, `shape` where the model returns another shape, `dtype`, `disposed`.
 * @see Karras, Aittala, Aila, Laine: Elucidating the Design Space of Diffusion-Based Generative Models, 2022. arXiv:2206.00364
 * @example
 * import { sampleProbabilityFlow } from '@surrogate/losses';
 * import { div, neg } from '@tensorflow/tfjs-core';
 * const standard = (x, sigma) => div(neg(x), 1 + sigma ** 2);
 * (await sampleProbabilityFlow(standard, [[80]], { sigmas: [80, 79, 78] }).data())[0].toFixed(3); // '78.000'
 */
export function sampleProbabilityFlow(
  score: (x: Tensor, sigma: number) => Tensor,
  start: TensorLike,
  { sigmas = edmSigmas(18), method = 'heun' }: ProbabilityFlowOptions = {},
): Tensor {
  const fn = 'sampleProbabilityFlow';
  checkFunction(fn, 'score', score);
  checkOneOf(fn, 'method', method, ['heun', 'euler']);
  if (!Array.isArray(sigmas) || sigmas.length < 2)
    fail('range', fn, 'sigmas', `must be a list of two levels or more, got ${Array.isArray(sigmas) ? sigmas.length : typeof sigmas}`);
  sigmas.forEach((sigma: number, i) => {
    checkAtLeast(fn, `sigmas[${i}]`, sigma, 0);
    if (i > 0 && !(sigma < sigmas[i - 1]!)) fail('range', fn, `sigmas[${i}]`, `must be below ${sigmas[i - 1]}, got ${sigma}`);
  });
  return tidy(() => {
    const given = asExamples(fn, 'start', start);
    return noGrad(() => {
      let x = detach(given);
      for (let i = 0; i + 1 < sigmas.length; i++) {
        x = tidy(() => {
          const [from, to] = [sigmas[i]!, sigmas[i + 1]!];
          const slope = (at: Tensor, sigma: number) => mul(-sigma, checkedScores(fn, score(at, sigma), at));
          const first = slope(x, from);
          const ahead = add(x, mul(to - from, first));
          if (method === 'euler' || to === 0) return ahead;
          return add(x, mul((to - from) / 2, add(first, slope(ahead, to))));
        });
      }
      return x;
    });
  });
}
