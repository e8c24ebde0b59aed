/** @file Explanations by noise around the input and along the way to it: C-LIME, SmoothGrad, the gradient and what is made of it. */
import { checkAbove, checkFinite, checkInteger, checkRng, type Rng } from '@surrogate/core';
import { additivePerturbation, alike, multiplicativePerturbation, type LocalNeighborhood, type Perturbations } from './neighborhood.js';
import type { BaselineOptions } from './subsets.js';

/** What explanations by Gaussian noise are told. */
export interface GaussianOptions {
  /** How many perturbations are drawn, >= 1. Default 1000. */
  samples?: number | undefined;
  /** The standard deviation of the noise, > 0. Default 0.1. */
  sigma?: number | undefined;
}

/** What {@link integratedGradients} is told. */
export interface PathOptions extends BaselineOptions {
  /** How many points of the way, >= 1. Default 100. */
  steps?: number | undefined;
}

function gaussian(fn: string, rng: Rng, { samples = 1000, sigma = 0.1 }: GaussianOptions): (x: Float64Array) => Perturbations {
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'samples', samples, 1);
  checkAbove(fn, 'sigma', sigma, 0);
  return ({ length: cols }) => alike({ rows: samples, cols, data: rng.fillNormal(new Float64Array(samples * cols), 0, sigma) });
}

/** Rows that are one number throughout. */
const levels = (of: readonly number[]) => (x: Float64Array) =>
  alike({ rows: of.length, cols: x.length, data: Float64Array.from(of.flatMap((a) => Array<number>(x.length).fill(a))) });

/**
 * C-LIME: least squares to the values of f under Gaussian noise. With more and more samples it becomes {@link smoothGrad} of the same noise (Stein's identity).
 *
 * $$ \min_{w, b}\ \mathbb{E}_{\xi \sim \mathcal{N}(0, \sigma^2 I)} \big( f(x + \xi) - \langle w, \xi \rangle - b \big)^2 $$
 *
 * @param rng what noise is drawn from; it moves on.
 * @param options how much noise.
 * @returns the neighbourhood, for `explainLocal`.
 * @throws SurrogateError `range`, `dtype`.
 * @see Agarwal, Jabbari, Agarwal, Upadhyay, Wu, Lakkaraju: Towards the Unification and Robustness of Perturbation and Gradient Based Explanations, 2021. arXiv:2102.10618
 * @example
 * import { rng } from '@surrogate/core';
 * import { cLime, explainLocal } from '@surrogate/diagnostics';
 * import { sum } from '@tensorflow/tfjs-core';
 * (await explainLocal((x) => sum(x, 1), [1, 3], cLime(rng(0)))).weights; // [1, 1]
 */
export const cLime = (rng: Rng, options: GaussianOptions = {}): LocalNeighborhood => ({
  sample: gaussian('cLime', rng, options),
  operator: additivePerturbation,
  match: 'values',
  anchored: false,
});

/**
 * SmoothGrad: the mean gradient under Gaussian noise.
 *
 * $$ w = \mathbb{E}_{\xi \sim \mathcal{N}(0, \sigma^2 I)} \nabla f(x + \xi) $$
 *
 * @param rng what noise is drawn from; it moves on.
 * @param options how much noise.
 * @returns the neighbourhood, for `explainLocal`.
 * @throws SurrogateError `range`, `dtype`.
 * @see Smilkov, Thorat, Kim, Viégas, Wattenberg: SmoothGrad: removing noise by adding noise, 2017. arXiv:1706.03825
 * @example
 * import { rng } from '@surrogate/core';
 * import { explainLocal, smoothGrad } from '@surrogate/diagnostics';
 * import { sum } from '@tensorflow/tfjs-core';
 * (await explainLocal((x) => sum(x, 1), [1, 3], smoothGrad(rng(0)))).weights; // [1, 1]
 */
export const smoothGrad = (rng: Rng, options: GaussianOptions = {}): LocalNeighborhood => ({
  sample: gaussian('smoothGrad', rng, options),
  operator: additivePerturbation,
  match: 'gradients',
  anchored: true,
});

/**
 * The gradient at the input: {@link smoothGrad} without noise.
 *
 * @returns the neighbourhood, for `explainLocal`.
 * @see Simonyan, Vedaldi, Zisserman: Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps, 2013. arXiv:1312.6034
 * @example
 * import { explainLocal, vanillaGradient } from '@surrogate/diagnostics';
 * import { prod } from '@tensorflow/tfjs-core';
 * (await explainLocal((x) => prod(x, 1), [2, 3], vanillaGradient())).weights; // [3, 2]
 */
export const vanillaGradient = (): LocalNeighborhood => ({
  sample: levels([0]),
  operator: additivePerturbation,
  match: 'gradients',
  anchored: true,
});

/**
 * The gradient at the input times what the input is above the baseline.
 *
 * $$ w = (x - b) \odot \nabla f(x) $$
 *
 * @param options the baseline.
 * @returns the neighbourhood, for `explainLocal`.
 * @throws SurrogateError `range`.
 * @see Shrikumar, Greenside, Shcherbina, Kundaje: Not Just a Black Box: Learning Important Features Through Propagating Activation Differences, 2016. arXiv:1605.01713
 * @example
 * import { explainLocal, gradientTimesInput } from '@surrogate/diagnostics';
 * import { prod } from '@tensorflow/tfjs-core';
 * (await explainLocal((x) => prod(x, 1), [2, 3], gradientTimesInput())).weights; // [6, 6]
 */
export function gradientTimesInput({ baseline = 0 }: BaselineOptions = {}): LocalNeighborhood {
  checkFinite('gradientTimesInput', 'baseline', baseline);
  return { sample: levels([1]), operator: multiplicativePerturbation(baseline), match: 'gradients', anchored: true };
}

/**
 * Integrated gradients: the mean gradient on the straight way from the baseline, times what the input is above it. The weights add up to f(x) less f at the baseline.
 *
 * $$ w = (x - b) \odot \int_0^1 \nabla f(b + a (x - b))\, da $$
 *
 * @param options how many points of the midpoint rule, and the baseline.
 * @returns the neighbourhood, for `explainLocal`.
 * @throws SurrogateError `range`.
 * @see Sundararajan, Taly, Yan: Axiomatic Attribution for Deep Networks, 2017. arXiv:1703.01365
 * @example
 * import { explainLocal, integratedGradients } from '@surrogate/diagnostics';
 * import { prod } from '@tensorflow/tfjs-core';
 * (await explainLocal((x) => prod(x, 1), [2, 3], integratedGradients())).weights; // [3, 3]
 */
export function integratedGradients({ steps = 100, baseline = 0 }: PathOptions = {}): LocalNeighborhood {
  checkInteger('integratedGradients', 'steps', steps, 1);
  checkFinite('integratedGradients', 'baseline', baseline);
  return {
    sample: levels(Array.from({ length: steps }, (_, i) => (i + 0.5) / steps)),
    operator: multiplicativePerturbation(baseline),
    match: 'gradients',
    anchored: true,
  };
}
