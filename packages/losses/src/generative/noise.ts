/** @file Noise models: how data become noisy, and what the score of the noisy data tells about the clean ones. */
import {
  asTensor,
  checkAbove,
  checkFinite,
  checkInteger,
  digamma,
  exp,
  expm1,
  fail,
  maximum,
  pow,
  randomNormal,
  safeSqrt,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { sampleGamma } from '@surrogate/core/host';
import {
  add,
  cast,
  div,
  expandDims,
  lessEqual,
  log,
  mul,
  neg,
  onesLike,
  square,
  sub,
  sum,
  tensor,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { columnOf } from '../common/rowScope.js';

/**
 * How data become noisy. Score matching learns the score of the noisy data by it, Tweedie's formula turns that score back into clean data.
 *
 * All functions take float32 tensors `[B, ...]` of one shape and return one of that shape; levels that are given one a row belong to the rows.
 */
export interface NoiseModel {
  /** What it is called in messages. */
  readonly name: string;
  /** Noisy data y, drawn given the clean data x. */
  perturb(clean: Tensor, rng: Rng): Tensor;
  /** ∇_y log p(y | x): what the score of the noisy data is the mean of, given y. */
  conditionalScore(noisy: Tensor, clean: Tensor): Tensor;
  /** About one over the size of the conditional score: scores that are multiplied by it count alike at every level. It broadcasts to y. */
  unit(noisy: Tensor): Tensor;
  /** The clean data that are expected behind y, from the score ∇_y log p(y) of the noisy data. */
  tweedie(noisy: Tensor, score: Tensor): Tensor;
}

/** Options of {@link gaussianNoise}. */
export interface GaussianNoiseOptions {
  /** What the clean data are multiplied by: a number, or one a row `[B]`. Default 1. */
  scale?: TensorLike | undefined;
}

/** Options of {@link ornsteinUhlenbeckNoise}. */
export interface OrnsteinUhlenbeckOptions {
  /** How fast the data are forgotten, > 0. Default 1. */
  rate?: number | undefined;
}

/** Options of {@link geometricBrownianNoise}. */
export interface GeometricBrownianOptions {
  /** The volatility, > 0. Default 0.8. */
  sigma?: number | undefined;
  /** The drift. Default sigma² / 2, with which log x has none. */
  mu?: number | undefined;
}

/** Options of {@link poissonNoise}. */
export interface PoissonNoiseOptions {
  /** What one count adds to the data, > 0. Default 1. */
  scale?: number | undefined;
  /** The largest count that is drawn. It should lie far above x / scale: a draw costs memory in proportion. Default 100. */
  maxCount?: number | undefined;
}

/** Levels that are on the host are checked. */
function checkLevels(fn: string, argument: string, levels: TensorLike): void {
  if (typeof levels === 'number') checkAbove(fn, argument, levels, 0);
  else if (Array.isArray(levels)) levels.forEach((level: TensorLike, i) => checkLevels(fn, `${argument}[${i}]`, level));
}

/** A level as it multiplies into examples. */
const levelFor = (fn: string, argument: string, level: TensorLike, x: Tensor): Tensor => {
  const given = asTensor(fn, argument, level);
  if (given.rank > 1 || (given.rank === 1 && given.shape[0] !== x.shape[0]))
    fail('shape', fn, argument, `must be a number or one a row, [${x.shape[0] ?? ''}], got shape [${given.shape.join(', ')}]`);
  return columnOf(given, x);
};

/** The members with y = scale x + sigma e. */
function scaledGaussian(name: string, levels: (x: Tensor) => { scale: Tensor; sigma: Tensor }): NoiseModel {
  return {
    name,
    perturb: (x, rng) =>
      tidy(() => {
        const { scale, sigma } = levels(x);
        return add(mul(scale, x), mul(sigma, randomNormal(rng, x.shape)));
      }),
    conditionalScore: (y, x) =>
      tidy(() => {
        const { scale, sigma } = levels(x);
        return div(sub(mul(scale, x), y), square(sigma));
      }),
    unit: (y) => tidy(() => levels(y).sigma.clone()),
    tweedie: (y, score) =>
      tidy(() => {
        const { scale, sigma } = levels(y);
        return div(add(y, mul(square(sigma), score)), scale);
      }),
  };
}

/**
 * Gaussian noise: the clean data, scaled, plus a normal number each.
 *
 * $$ y = \alpha x + \sigma e, \qquad \nabla_y \log p(y \mid x) = \frac{\alpha x - y}{\sigma^2}, \qquad \mathbb{E}[x \mid y] = \frac{y + \sigma^2 \nabla \log p(y)}{\alpha} $$
 *
 * @param sigma the standard deviation, > 0: a number, or one a row `[B]`.
 * @param options the scale α.
 * @returns the record.
 * @throws SurrogateError `range` where a level on the host is not positive; by its functions `shape` where levels are not one a row.
 * @see Efron: Tweedie's Formula and Selection Bias, 2011. Vincent: A Connection Between Score Matching and Denoising Autoencoders, 2011
 * @example
 * import { gaussianNoise } from '@surrogate/losses';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await gaussianNoise(0.5).tweedie(tensor([1.2]), tensor([-0.8])).data(); // [1]
 */
export function gaussianNoise(sigma: TensorLike, { scale = 1 }: GaussianNoiseOptions = {}): NoiseModel {
  const fn = 'gaussianNoise';
  checkLevels(fn, 'sigma', sigma);
  checkLevels(fn, 'scale', scale);
  return scaledGaussian('Gaussian', (x) => ({ scale: levelFor(fn, 'scale', scale, x), sigma: levelFor(fn, 'sigma', sigma, x) }));
}

/**
 * The noise that an Ornstein-Uhlenbeck process has added by a time: what diffusion models call variance preserving.
 *
 * $$ dX = -\tfrac{g}{2} X\, dt + \sqrt{g}\, dB, \qquad x_t = \alpha x_0 + \sqrt{1 - \alpha^2}\, e, \quad \alpha = e^{-g t / 2} $$
 *
 * @param t the time, > 0: a number, or one a row `[B]`.
 * @param options the rate g.
 * @returns the record: {@link gaussianNoise} of these levels.
 * @throws SurrogateError `range` where a time on the host, or the rate, is not positive.
 * @see Han, Razaviyayn, Xu: Neural Network-Based Score Estimation in Diffusion Models: Optimization and Generalization, 2024. arXiv:2401.15604
 * @example
 * import { ornsteinUhlenbeckNoise } from '@surrogate/losses';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await ornsteinUhlenbeckNoise(1).conditionalScore(tensor([0.5]), tensor([1])).data(); // [0.168529]
 */
export function ornsteinUhlenbeckNoise(t: TensorLike, { rate = 1 }: OrnsteinUhlenbeckOptions = {}): NoiseModel {
  const fn = 'ornsteinUhlenbeckNoise';
  checkLevels(fn, 't', t);
  checkAbove(fn, 'rate', rate, 0);
  return scaledGaussian('Ornstein-Uhlenbeck', (x) => {
    const time = levelFor(fn, 't', t, x);
    return { scale: exp(mul(-rate / 2, time)), sigma: safeSqrt(neg(expm1(mul(-rate, time)))) };
  });
}

/**
 * Poisson noise: counts about the clean data, as few photons leave them.
 *
 * $$ y = s k, \quad k \sim \operatorname{Poisson}(x / s), \qquad \hat x = \left(y + \tfrac{s}{2}\right) e^{s \nabla \log p(y)} $$
 *
 * Counts have no gradient: scores are of the smooth density that passes through their probabilities, and the formula is the one of Noise2Score, which holds to second order.
 *
 * @param options the scale s, and the largest count that is drawn.
 * @returns the record; its clean data are at least 0.
 * @throws SurrogateError `range`.
 * @see Kim, Ye: Noise2Score: Tweedie's Approach to Self-Supervised Image Denoising without Clean Images, 2021. arXiv:2106.07009
 * @example
 * import { poissonNoise } from '@surrogate/losses';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await poissonNoise({ scale: 0.15 }).tweedie(tensor([1.5]), tensor([-0.02 / 0.15])).data(); // [1.5438129]
 */
export function poissonNoise({ scale = 1, maxCount = 100 }: PoissonNoiseOptions = {}): NoiseModel {
  const fn = 'poissonNoise';
  checkAbove(fn, 'scale', scale, 0);
  checkInteger(fn, 'maxCount', maxCount, 1);
  return {
    name: 'Poisson',
    perturb: (x, rng) =>
      tidy(() => {
        // A Poisson count is how many arrivals with exponential gaps come before the rate: those are drawn on the host, whatever the rate is.
        const arrivals = new Float32Array(x.size * maxCount);
        for (let i = 0; i < x.size; i++) for (let n = 0, at = 0; n < maxCount; n++) arrivals[i * maxCount + n] = at += rng.exponential();
        const came = lessEqual(tensor(arrivals, [...x.shape, maxCount]), expandDims(div(x, scale), -1));
        return mul(scale, sum(cast(came, 'float32'), -1));
      }),
    conditionalScore: (y, x) => tidy(() => div(sub(log(div(x, scale)), digamma(add(div(y, scale), 1))), scale)),
    unit: (y) => tidy(() => safeSqrt(mul(scale, maximum(y, scale)))),
    tweedie: (y, score) => tidy(() => mul(add(y, scale / 2), exp(mul(scale, score)))),
  };
}

/**
 * Gamma noise: the clean data times a gamma number of mean 1 each, the speckle of radar.
 *
 * $$ y = x g, \quad g \sim \operatorname{Gamma}(\kappa, \kappa), \qquad \hat x = \frac{1}{\mathbb{E}[1 / x \mid y]} = \frac{\kappa y}{(\kappa - 1) - y \nabla \log p(y)} $$
 *
 * @param shape κ, > 1: the noise has variance 1 / κ.
 * @returns the record; its clean data are positive.
 * @throws SurrogateError `range`.
 * @see Kim, Ye: Noise2Score: Tweedie's Approach to Self-Supervised Image Denoising without Clean Images, 2021. arXiv:2106.07009
 * @example
 * import { gammaNoise } from '@surrogate/losses';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await gammaNoise(10).tweedie(tensor([0.7]), tensor([-3.8095238])).data(); // [0.6]
 */
export function gammaNoise(shape: number): NoiseModel {
  checkAbove('gammaNoise', 'shape', shape, 1);
  /** Keeps what is divided by positive where a score is far off. */
  const least = 1e-3;
  return {
    name: 'gamma',
    perturb: (x, rng) =>
      tidy(() => {
        const factors = Float32Array.from({ length: x.size }, () => sampleGamma(rng, shape, 1 / shape));
        return mul(x, tensor(factors, x.shape));
      }),
    conditionalScore: (y, x) => tidy(() => sub(div(shape - 1, y), div(shape, x))),
    unit: (y) => tidy(() => div(y, Math.sqrt(shape))),
    tweedie: (y, score) => tidy(() => div(mul(shape, y), maximum(sub(shape - 1, mul(y, score)), least))),
  };
}

/**
 * The noise that a geometric Brownian motion has multiplied in by a time: positive data stay positive.
 *
 * $$ x_t = x_0 \exp\left((\mu - \tfrac{\sigma^2}{2}) t + \sigma \sqrt{t}\, z\right), \qquad \nabla \log p(x_t \mid x_0) = -\frac1{x_t}\left(1 + \frac{\log(x_t / x_0) - (\mu - \sigma^2 / 2) t}{\sigma^2 t}\right) $$
 *
 * `tweedie` returns the geometric mean of what is expected, $$\exp \mathbb{E}[\log x_0 \mid x_t] = x_t \exp\left(\sigma^2 t\, (1 + x_t \nabla \log p(x_t)) - (\mu - \tfrac{\sigma^2}{2}) t\right)$$.
 *
 * @param t the time, > 0: a number, or one a row `[B]`.
 * @param options volatility and drift.
 * @returns the record; its data are positive.
 * @throws SurrogateError `range`.
 * @see Shetty, Prasath, Seelamantula: Dale meets Langevin: A Multiplicative Denoising Diffusion Model, 2025. arXiv:2510.02730
 * @example
 * import { geometricBrownianNoise } from '@surrogate/losses';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await geometricBrownianNoise(0.5).conditionalScore(tensor([1.2]), tensor([1.5])).data(); // [-0.2522303]
 */
export function geometricBrownianNoise(t: TensorLike, options: GeometricBrownianOptions = {}): NoiseModel {
  const fn = 'geometricBrownianNoise';
  const { sigma = 0.8 } = options;
  checkLevels(fn, 't', t);
  checkAbove(fn, 'sigma', sigma, 0);
  const { mu = (sigma * sigma) / 2 } = options;
  checkFinite(fn, 'mu', mu);
  const drift = mu - (sigma * sigma) / 2;
  const time = (x: Tensor) => levelFor(fn, 't', t, x);
  return {
    name: 'geometric Brownian',
    perturb: (x, rng) =>
      tidy(() => {
        const at = time(x);
        return mul(x, exp(add(mul(drift, at), mul(mul(sigma, safeSqrt(at)), randomNormal(rng, x.shape)))));
      }),
    conditionalScore: (y, x) =>
      tidy(() => {
        const at = time(x);
        const excess = div(sub(log(div(y, x)), mul(drift, at)), mul(sigma * sigma, at));
        return neg(div(add(excess, 1), y));
      }),
    unit: (y) => tidy(() => mul(mul(sigma, pow(time(y), 0.5)), y)),
    tweedie: (y, score) =>
      tidy(() => {
        const at = time(y);
        return mul(y, exp(sub(mul(mul(sigma * sigma, at), add(onesLike(y), mul(y, score))), mul(drift, at))));
      }),
  };
}
