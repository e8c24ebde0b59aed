/** @file Score matching against known noise: learn ∇ log p of the noisy data. */
import {
  asTensor,
  checkAbove,
  checkOneOf,
  checkRng,
  checkShape,
  detach,
  fail,
  noGrad,
  type LossOptions,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { div, mul, onesLike, square, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, checkRecord } from '../common/checks.js';
import { asExamples, eventSize, rowScope, sumEvent } from '../common/rowScope.js';
import { gaussianNoise, type NoiseModel } from './noise.js';
import { noiseMembers } from './tweedie.js';

/** Options of {@link denoisingScoreMatchingLoss}. */
export interface DenoisingScoreMatchingOptions extends LossOptions {
  /** What errors are multiplied by before they are squared: nothing, or the noise model's unit, so that all levels of noise count alike. Default unit. */
  weighting?: 'unit' | 'none' | undefined;
}

/** Options of {@link arDaeLoss}. */
export interface ArDaeOptions extends LossOptions {
  /** How far the data are moved, > 0: let it fall during training. */
  sigma: number;
}

/**
 * Denoising score matching: predicted scores of noisy data against those that are known given the clean data. Its minimiser is the score of the noisy data.
 *
 * $$ \ell = \tfrac12 \left\lVert u \odot \left(s(y) - \nabla_y \log p(y \mid x)\right) \right\rVert^2, \qquad u = \text{the noise's unit } (\sigma \text{ for Gaussian noise}), \text{ or } 1 $$
 *
 * @param scores float32 `[B, ...]`: what the model says of the noisy data.
 * @param noisy float32 of the same shape.
 * @param clean float32 of the same shape.
 * @param noise how the data became noisy; {@link gaussianNoise} with one level a row for diffusion models.
 * @param options the weighting, and what every loss takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`; only the scores have a gradient.
 * @throws SurrogateError `shape` where shapes differ, `range`, `dtype`, `disposed`.
 * @see Vincent: A Connection Between Score Matching and Denoising Autoencoders, 2011. Song, Ermon: Generative Modeling by Estimating Gradients of the Data Distribution, 2019. arXiv:1907.05600
 * @example
 * import { denoisingScoreMatchingLoss, gaussianNoise } from '@surrogate/losses';
 * (await denoisingScoreMatchingLoss([[0, 0]], [[1, 2]], [[0.5, 2]], gaussianNoise(0.5)).data())[0]; // 0.5
 */
export function denoisingScoreMatchingLoss(
  scores: TensorLike,
  noisy: TensorLike,
  clean: TensorLike,
  noise: NoiseModel,
  options: DenoisingScoreMatchingOptions = {},
): Tensor {
  const fn = 'denoisingScoreMatchingLoss';
  const { weighting = 'unit' } = options;
  checkOneOf(fn, 'weighting', weighting, ['unit', 'none']);
  checkRecord(fn, 'noise', noise, noiseMembers);
  return tidy(() => {
    const predicted = asExamples(fn, 'scores', scores);
    const [y, x] = (
      [
        ['noisy', noisy],
        ['clean', clean],
      ] as const
    ).map(([argument, value]) => {
      const given = asTensor(fn, argument, value);
      checkShape(fn, argument, given.shape, predicted.shape);
      return given;
    }) as [Tensor, Tensor];
    // The target is a constant, and is computed before masked rows are replaced: it may be NaN there.
    const [target, unit] = noGrad(() => {
      const [noisyData, cleanData] = [detach(y), detach(x)];
      const unitOf: Tensor = mul(onesLike(y), noise.unit(noisyData));
      return [noise.conditionalScore(noisyData, cleanData), unitOf] as const;
    });
    return rowScope(fn, { scores: predicted, target, unit }, options, (rows) => {
      const error = sub(rows.scores, rows.target);
      return mul(0.5, sumEvent(square(weighting === 'unit' ? mul(rows.unit, error) : error)));
    });
  });
}

/**
 * The amortised residual denoising auto-encoder: learns the score of data from the data alone, by moving them a little and asking which way back. The data may be noisy themselves; with Tweedie's formula that makes a denoiser without clean data.
 *
 * $$ \ell = \frac1D \left\lVert \sigma\, \psi(y + \sigma u) + u \right\rVert^2, \quad u \sim N(0, I), \qquad \psi^\ast \to \nabla \log p \text{ as } \sigma \to 0 $$
 *
 * It is {@link denoisingScoreMatchingLoss} with `gaussianNoise(sigma)`, times 2 / D. Large σ learns fast, small σ is exact: go from one to the other, as from 0.5 to 0.05 for data of scale 1.
 *
 * @param score the model: maps float32 `[B, ...]` to scores of that shape.
 * @param data float32 `[B, ...]`.
 * @param rng draws the moves.
 * @param options σ, and what every loss takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `range` where sigma is not positive, `shape` where the model returns another shape, `dtype`, `disposed`.
 * @see Kim, Ye: Noise2Score: Tweedie's Approach to Self-Supervised Image Denoising without Clean Images, 2021. arXiv:2106.07009
 * @see Lim, Courville, Pal, Huang: AR-DAE: Towards Unbiased Neural Entropy Gradient Estimation, 2020. arXiv:2006.05164
 * @example
 * import { rng } from '@surrogate/core';
 * import { arDaeLoss } from '@surrogate/losses';
 * import { neg } from '@tensorflow/tfjs-core';
 * const loss = arDaeLoss((y) => neg(y), [[0.3, -1.2], [0.8, 0.1]], rng(0), { sigma: 0.1 });
 * loss.shape; // []
 */
export function arDaeLoss(score: (noisy: Tensor) => Tensor, data: TensorLike, rng: Rng, options: ArDaeOptions): Tensor {
  const fn = 'arDaeLoss';
  checkFunction(fn, 'score', score);
  checkRng(fn, 'rng', rng);
  checkAbove(fn, 'sigma', options?.sigma, 0);
  return tidy(() => {
    const y = asExamples(fn, 'data', data);
    const noise = gaussianNoise(options.sigma);
    const moved = noGrad(() => noise.perturb(detach(y), rng));
    const scores = checkedScores(fn, score(moved), moved);
    const target = noGrad(() => noise.conditionalScore(moved, detach(y)));
    return rowScope(fn, { data: scores, target }, options, (rows) =>
      div(sumEvent(square(mul(options.sigma, sub(rows.data, rows.target)))), Math.max(eventSize(y), 1)),
    );
  });
}

/** @internal What a model returned, if it is of its input's shape. */
export function checkedScores(fn: string, scores: Tensor, x: Tensor): Tensor {
  const given = asTensor(fn, 'score', scores);
  if (given.shape.join() !== x.shape.join())
    fail('shape', fn, 'score', `must return the shape of its input, [${x.shape.join(', ')}], got [${given.shape.join(', ')}]`);
  return given;
}
