/** @file Multiplicative diffusion: score matching and samplers for positive data under geometric Brownian noise. */
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkFinite,
  checkOneOf,
  checkRng,
  checkShape,
  detach,
  exp,
  maximum,
  noGrad,
  randomNormal,
  safeSqrt,
  type LossOptions,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { add, broadcastTo, div, log, mul, square, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { asExamples, columnOf, rowScope, sumEvent } from '../common/rowScope.js';

/** The process: dX = μ X dt + σ X dW. */
export interface MultiplicativeProcess {
  /** The volatility, > 0. Default 0.8. */
  sigma?: number | undefined;
  /** The drift. Default sigma² / 2, with which log x has none. */
  mu?: number | undefined;
}

/** Options of {@link multiplicativeScoreMatchingLoss}. */
export interface MultiplicativeScoreMatchingOptions extends LossOptions, MultiplicativeProcess {
  /** As the paper has it, or divided by σ²t, so that all times count alike. Default none. */
  weighting?: 'none' | 'normalized' | undefined;
  /** What the model predicts: ∇ log p, or x ⊙ ∇ log p, which keeps its size where x is small. Default score. */
  parametrization?: 'score' | 'hyvarinen' | undefined;
}

/** Options of {@link daleLangevinStep} and {@link multiplicativeEulerStep}. */
export interface MultiplicativeStepOptions extends MultiplicativeProcess {
  /** How much time the step goes back, > 0. */
  delta: number;
  /** What the noise of the step is multiplied by, >= 0; 0 for the last step, which only denoises. Default 1. */
  temperature?: number | undefined;
}

/** Below this, data count as this. */
const least = 1e-6;

function checkProcess(fn: string, { sigma = 0.8, mu }: MultiplicativeProcess) {
  checkAbove(fn, 'sigma', sigma, 0);
  const drift = mu ?? (sigma * sigma) / 2;
  checkFinite(fn, 'mu', drift);
  return { sigma, mu: drift };
}

const logOf = (x: Tensor) => log(maximum(x, least));

/**
 * Multiplicative denoising score matching: learns the score of positive data that geometric Brownian motion has made noisy.
 *
 * $$ \ell = \left\lVert \sigma^2 t\, (x_t \odot s) + \log \frac{x_t}{x_0} - \mu t + \tfrac32 \sigma^2 t \right\rVert^2, \qquad s^\ast = \nabla \log p(x_t) $$
 *
 * Normalised it is twice {@link denoisingScoreMatchingLoss} with `geometricBrownianNoise(t)`.
 *
 * @param scores float32 `[B, ...]`: what the model says of the noisy data.
 * @param noisy float32 of the same shape, positive.
 * @param clean float32 of the same shape, positive.
 * @param t float32 `[B]`, > 0: the times.
 * @param options the process, the weighting, what the model predicts, and what every loss takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`; only the scores have a gradient.
 * @throws SurrogateError `shape` where shapes differ, `range`, `dtype`, `disposed`.
 * @see Shetty, Prasath, Seelamantula: Dale meets Langevin: A Multiplicative Denoising Diffusion Model, 2025. arXiv:2510.02730
 * @example
 * import { multiplicativeScoreMatchingLoss } from '@surrogate/losses';
 * (await multiplicativeScoreMatchingLoss([[-0.7]], [[1.2]], [[1.5]], [0.5]).data())[0]; // 0.0295646
 */
export function multiplicativeScoreMatchingLoss(
  scores: TensorLike,
  noisy: TensorLike,
  clean: TensorLike,
  t: TensorLike,
  options: MultiplicativeScoreMatchingOptions = {},
): Tensor {
  const fn = 'multiplicativeScoreMatchingLoss';
  const { weighting = 'none', parametrization = 'score' } = options;
  checkOneOf(fn, 'weighting', weighting, ['none', 'normalized']);
  checkOneOf(fn, 'parametrization', parametrization, ['score', 'hyvarinen']);
  const { sigma, mu } = checkProcess(fn, options);
  return tidy(() => {
    const predicted = asExamples(fn, 'scores', scores);
    const read = (argument: string, value: TensorLike): Tensor => {
      const given = asTensor(fn, argument, value);
      checkShape(fn, argument, given.shape, predicted.shape);
      return detach(given);
    };
    const [y, x] = [read('noisy', noisy), read('clean', clean)];
    const times = asTensor(fn, 't', t);
    checkShape(fn, 't', times.shape, predicted.shape.slice(0, 1));
    const [factor, offset] = noGrad(() => {
      const at = columnOf(detach(times), predicted);
      const spread = mul(sigma * sigma, at);
      const unit = weighting === 'normalized' ? safeSqrt(spread) : 1;
      const factorOf: Tensor = broadcastTo(div(parametrization === 'score' ? mul(spread, y) : spread, unit), predicted.shape);
      return [factorOf, div(add(sub(logOf(y), logOf(x)), mul(1.5 * sigma * sigma - mu, at)), unit)] as const;
    });
    return rowScope(fn, { scores: predicted, factor, offset }, options, (rows) =>
      sumEvent(square(add(mul(rows.factor, rows.scores), rows.offset))),
    );
  });
}

/** What a step needs, checked. */
function stepOf(
  fn: string,
  x: TensorLike,
  scores: TensorLike,
  rng: Rng,
  options: MultiplicativeStepOptions,
  body: (parts: { x: Tensor; pull: Tensor; noise: Tensor; delta: number; sigma: number; mu: number }) => Tensor,
): Tensor {
  const { delta, temperature = 1 } = options ?? {};
  checkAbove(fn, 'delta', delta, 0);
  checkAtLeast(fn, 'temperature', temperature, 0);
  const { sigma, mu } = checkProcess(fn, options);
  checkRng(fn, 'rng', rng);
  return tidy(() => {
    const at = asExamples(fn, 'x', x);
    const score = asTensor(fn, 'scores', scores);
    checkShape(fn, 'scores', score.shape, at.shape);
    const pull = mul(delta * sigma * sigma, mul(at, score));
    const noise = randomNormal(rng, at.shape, { stddev: Math.sqrt(delta) * sigma * temperature });
    return body({ x: at, pull, noise, delta, sigma, mu });
  });
}

/**
 * One reverse step of the Dale-Langevin sampler: an exponentiated-gradient step with noise, under which no number changes its sign.
 *
 * $$ x \leftarrow x \odot \exp\left(\delta \sigma^2 (x \odot s) - \delta (\mu - \tfrac32 \sigma^2) + \sqrt{\delta}\, \sigma z\right) $$
 *
 * @param x float32 `[B, ...]`.
 * @param scores float32 of the same shape: ∇ log p at x.
 * @param rng draws z.
 * @param options the step and the process.
 * @returns float32 of the same shape.
 * @throws SurrogateError `shape` where the two differ, `range`, `dtype`, `disposed`.
 * @see Shetty, Prasath, Seelamantula: Dale meets Langevin: A Multiplicative Denoising Diffusion Model, 2025. arXiv:2510.02730
 * @example
 * import { rng } from '@surrogate/core';
 * import { daleLangevinStep } from '@surrogate/losses';
 * await daleLangevinStep([1.2], [-0.7], rng(0), { delta: 0.01, temperature: 0 }).data(); // [1.2012297]
 */
export function daleLangevinStep(x: TensorLike, scores: TensorLike, rng: Rng, options: MultiplicativeStepOptions): Tensor {
  return stepOf('daleLangevinStep', x, scores, rng, options, ({ x: at, pull, noise, delta, sigma, mu }) =>
    mul(at, exp(add(sub(pull, delta * (mu - 1.5 * sigma * sigma)), noise))),
  );
}

/**
 * One reverse step of the plain multiplicative sampler, to first order in the step: a large step may change signs.
 *
 * $$ x \leftarrow x \odot \left(1 + 2 \delta \sigma^2 - \delta \mu + \delta \sigma^2 (x \odot s) + \sqrt{\delta}\, \sigma z\right) $$
 *
 * @param x float32 `[B, ...]`.
 * @param scores float32 of the same shape: ∇ log p at x.
 * @param rng draws z.
 * @param options the step and the process.
 * @returns float32 of the same shape.
 * @throws SurrogateError `shape` where the two differ, `range`, `dtype`, `disposed`.
 * @see Shetty, Prasath, Seelamantula: Dale meets Langevin: A Multiplicative Denoising Diffusion Model, 2025. arXiv:2510.02730
 * @example
 * import { rng } from '@surrogate/core';
 * import { multiplicativeEulerStep } from '@surrogate/losses';
 * await multiplicativeEulerStep([1.2], [-0.7], rng(0), { delta: 0.01, temperature: 0 }).data(); // [1.2050688]
 */
export function multiplicativeEulerStep(x: TensorLike, scores: TensorLike, rng: Rng, options: MultiplicativeStepOptions): Tensor {
  return stepOf('multiplicativeEulerStep', x, scores, rng, options, ({ x: at, pull, noise, delta, sigma, mu }) =>
    mul(at, add(add(add(pull, noise), 1), 2 * delta * sigma * sigma - delta * mu)),
  );
}
