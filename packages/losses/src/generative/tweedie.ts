/** @file Tweedie's formula: clean data from the score of noisy ones, and the score from clean data. */
import { asTensor, checkShape, fail, safeAbs, type TensorLike } from '@surrogate/core';
import { add, div, mean, mul, slice, square, stack, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checks.js';
import { asExamples, columnOf } from '../common/rowScope.js';
import type { NoiseModel } from './noise.js';

/** @internal The functions that a noise model has. */
export const noiseMembers = ['perturb', 'conditionalScore', 'unit', 'tweedie'] as const;

/** Options of {@link blindTweedie}. */
export interface BlindTweedieOptions {
  /** What is small where the noise model is right, given the denoised and the noisy data. Default the total variation along all axes but the first. */
  criterion?: ((denoised: Tensor, noisy: Tensor) => Tensor) | undefined;
}

/** What {@link blindTweedie} finds. */
export interface BlindDenoising {
  /** The data as the best noise model denoises them; the caller's. */
  readonly denoised: Tensor;
  /** Which of the noise models that is. */
  readonly index: number;
  /** What the criterion is for each. */
  readonly criteria: readonly number[];
}

/**
 * Clean data from noisy ones and the score of their density: no clean example is ever needed.
 *
 * For Gaussian noise $$\mathbb{E}[x \mid y] = (y + \sigma^2 \nabla \log p(y)) / \alpha$$; each noise model has its own formula.
 *
 * @param noisy float32 `[B, ...]`.
 * @param scores float32 of the same shape: ∇ log p at the noisy data, as {@link arDaeLoss} learns it.
 * @param noise how the data became noisy.
 * @returns float32 of the same shape.
 * @throws SurrogateError `shape` where the two differ, `dtype`, `disposed`.
 * @see Kim, Ye: Noise2Score: Tweedie's Approach to Self-Supervised Image Denoising without Clean Images, 2021. arXiv:2106.07009
 * @example
 * import { gammaNoise, tweedieDenoise } from '@surrogate/losses';
 * await tweedieDenoise([0.7], [-3.8095238], gammaNoise(10)).data(); // [0.6]
 */
export function tweedieDenoise(noisy: TensorLike, scores: TensorLike, noise: NoiseModel): Tensor {
  const fn = 'tweedieDenoise';
  checkRecord(fn, 'noise', noise, noiseMembers);
  return tidy(() => {
    const y = asExamples(fn, 'noisy', noisy);
    const score = asTensor(fn, 'scores', scores);
    checkShape(fn, 'scores', score.shape, y.shape);
    return noise.tweedie(y, score);
  });
}

/** The mean size of steps between neighbours, along all axes but the first. */
function totalVariation(x: Tensor): Tensor {
  const along = x.rank === 1 ? [0] : x.shape.map((_, axis) => axis).slice(1);
  const steps = along
    .filter((axis) => x.shape[axis]! > 1)
    .map((axis) => {
      const from = (start: number) =>
        slice(
          x,
          x.shape.map((_, i) => (i === axis ? start : 0)),
          x.shape.map((size, i) => (i === axis ? size - 1 : size)),
        );
      return mean(safeAbs(sub(from(1), from(0))));
    });
  return steps.length === 0 ? mean(mul(x, 0)) : steps.reduce((a, b) => add(a, b));
}

/**
 * Denoises by each of several noise models and keeps what looks cleanest: for noise whose level is not known.
 *
 * @param noisy float32 `[B, ...]`.
 * @param scores float32 of the same shape: ∇ log p at the noisy data.
 * @param candidates noise models, usually one for each level of a grid.
 * @param options the criterion.
 * @returns the denoised data, which noise model it was, and what the criterion is for each.
 * @throws SurrogateError `shape` where shapes differ or there is no candidate, `dtype`, `disposed`.
 * @see Kim, Ye: Noise2Score: Tweedie's Approach to Self-Supervised Image Denoising without Clean Images, 2021. arXiv:2106.07009
 * @example
 * import { blindTweedie, gaussianNoise } from '@surrogate/losses';
 * const { index } = await blindTweedie([[1, -1, 1, -1]], [[-1, 1, -1, 1]], [0.5, 1, 2].map((sigma) => gaussianNoise(sigma)));
 * index; // 1
 */
export async function blindTweedie(
  noisy: TensorLike,
  scores: TensorLike,
  candidates: readonly NoiseModel[],
  { criterion = totalVariation }: BlindTweedieOptions = {},
): Promise<BlindDenoising> {
  const fn = 'blindTweedie';
  if (!Array.isArray(candidates) || candidates.length === 0) fail('shape', fn, 'candidates', 'must be a list of noise models, got none');
  candidates.forEach((noise: NoiseModel, i) => checkRecord(fn, `candidates[${i}]`, noise, noiseMembers));
  const judged = tidy(() => {
    const y = asExamples(fn, 'noisy', noisy);
    const score = asTensor(fn, 'scores', scores);
    checkShape(fn, 'scores', score.shape, y.shape);
    return stack(candidates.map((noise) => tidy(() => criterion(noise.tweedie(y, score), y))));
  });
  try {
    const criteria = Array.from(await judged.data<'float32'>());
    const index = criteria.reduce((best, value, i) => (value < criteria[best]! ? i : best), 0);
    return { denoised: tweedieDenoise(noisy, scores, candidates[index]), index, criteria };
  } finally {
    judged.dispose();
  }
}

/** Options of {@link scoreFromDenoised}. */
export interface ScoreFromDenoisedOptions {
  /** The standard deviation of the noise: a number, or one a row `[B]`. */
  sigma: TensorLike;
  /** What the clean data were multiplied by: a number, or one a row. Default 1. */
  scale?: TensorLike | undefined;
}

/**
 * The score that a denoiser knows: Tweedie's formula for Gaussian noise, read backwards. What a regularised auto-encoder learns, and how diffusion models that predict clean data are sampled.
 *
 * $$ \nabla \log p(y) \approx \frac{\alpha \hat x(y) - y}{\sigma^2} $$
 *
 * @param denoised float32 `[B, ...]`: what the denoiser or auto-encoder makes of the noisy data.
 * @param noisy float32 of the same shape.
 * @param options the level of the noise.
 * @returns float32 of the same shape.
 * @throws SurrogateError `shape` where the two differ, `dtype`, `disposed`.
 * @see Alain, Bengio: What Regularized Auto-Encoders Learn from the Data Generating Distribution, 2014. arXiv:1211.4246
 * @see Han, Razaviyayn, Xu: Neural Network-Based Score Estimation in Diffusion Models: Optimization and Generalization, 2024. arXiv:2401.15604
 * @example
 * import { scoreFromDenoised } from '@surrogate/losses';
 * await scoreFromDenoised([0.9411765], [1], { sigma: 0.5 }).data(); // [-0.235294]
 */
export function scoreFromDenoised(denoised: TensorLike, noisy: TensorLike, { sigma, scale = 1 }: ScoreFromDenoisedOptions): Tensor {
  const fn = 'scoreFromDenoised';
  return tidy(() => {
    const x = asExamples(fn, 'denoised', denoised);
    const y = asTensor(fn, 'noisy', noisy);
    checkShape(fn, 'noisy', y.shape, x.shape);
    const level = (argument: string, value: TensorLike) => {
      const given = asTensor(fn, argument, value);
      if (given.rank > 1 || (given.rank === 1 && given.shape[0] !== x.shape[0]))
        fail('shape', fn, argument, `must be a number or one a row, got shape [${given.shape.join(', ')}]`);
      return columnOf(given, x);
    };
    return div(sub(mul(level('scale', scale), x), y), square(level('sigma', sigma)));
  });
}
