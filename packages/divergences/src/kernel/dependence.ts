/** @file How much two things that are observed together depend on each other: HSIC, its normalisation, CKA, and distance correlation, which is one of these. */
import { add, div, eye, mul, reshape, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { centerGram, checkOneOf, energyKernel, l2Normalize, linearKernel, safeSqrt, type Kernel, type TensorLike } from '@surrogate/core';
import { medianKernel, pairedSamples } from './samples.js';

/** Options of {@link hsic} and {@link cka}. */
export interface DependenceOptions {
  /** The kernel on x. Default for `hsic` a Gaussian as wide as the median distance, for `cka` linear. */
  kernelX?: Kernel | undefined;
  /** The kernel on y. Default as for x. */
  kernelY?: Kernel | undefined;
  /** With each point's likeness to itself (never negative) or without it, which is unbiased and wants four rows or more. Default biased. */
  estimator?: 'biased' | 'unbiased' | undefined;
}

/** A Gram matrix centred such that inner products of two are the estimate, up to a factor: HKH, or without the diagonal and its share in the means. */
function centred(gram: Tensor, estimator: 'biased' | 'unbiased'): Tensor {
  if (estimator === 'biased') return centerGram(gram);
  const n = gram.shape[0];
  const others = sub(1, eye(n));
  const k = mul(gram, others);
  const rows = div(sum(k, 1, true), n - 2);
  const columns = div(sum(k, 0, true), n - 2);
  const all = div(sum(k), (n - 1) * (n - 2));
  return mul(add(sub(sub(k, rows), columns), all), others);
}

function centredGrams(fn: string, x: TensorLike, y: TensorLike, options: DependenceOptions, usual: (x: Tensor) => Kernel) {
  const { kernelX, kernelY, estimator = 'biased' } = options;
  const [a, b] = pairedSamples(fn, { x, y }, estimator === 'biased' ? 2 : 4) as [Tensor, Tensor];
  const grams = [(kernelX ?? usual(a)).between(a), (kernelY ?? usual(b)).between(b)];
  return grams.map((gram) => centred(gram, estimator)) as [Tensor, Tensor];
}

/** The cosine of two centred Gram matrices. */
function aligned(...grams: [Tensor, Tensor]): Tensor {
  const [k, l] = grams.map((gram) => l2Normalize(reshape(gram, [gram.size])));
  return sum(mul(k!, l!));
}

/**
 * The Hilbert-Schmidt independence criterion: how far the joint distribution is from the product of its margins, in the kernels' space.
 *
 * $$ \frac{\operatorname{tr}(K H L H)}{(n - 1)^2} $$
 *
 * The unbiased estimate may be negative. The default kernels' length scales are constants to gradients.
 *
 * @param x float32 `[N, D]`, one observation a row.
 * @param y float32 `[N, E]`, what was observed with it.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` unless both are matrices with one number of rows, two or more (four for the unbiased estimate), `range` for another estimator, `dtype`, `disposed`.
 * @see Gretton, Bousquet, Smola, Schölkopf: Measuring Statistical Dependence with Hilbert-Schmidt Norms, 2005
 * @see Song, Smola, Gretton, Bedo, Borgwardt: Feature Selection via Dependence Maximization, 2012 (the unbiased estimate)
 * @example
 * import { linearKernel } from '@surrogate/core';
 * import { hsic } from '@surrogate/divergences';
 * const kernel = linearKernel();
 * (await hsic([[0], [1], [2]], [[0], [2], [1]], { kernelX: kernel, kernelY: kernel }).data())[0]; // 0.25
 */
export function hsic(x: TensorLike, y: TensorLike, options: DependenceOptions = {}): Tensor {
  const { estimator = 'biased' } = options;
  checkOneOf('hsic', 'estimator', estimator, ['biased', 'unbiased']);
  return tidy(() => {
    const [k, l] = centredGrams('hsic', x, y, options, medianKernel);
    const n = k.shape[0];
    return div(sum(mul(k, l)), estimator === 'biased' ? (n - 1) ** 2 : n * (n - 3));
  });
}

/**
 * Centred kernel alignment: the dependence between two representations of the same inputs, from 0 to 1; blind to rotations and to scale.
 *
 * $$ \frac{\operatorname{HSIC}(K, L)}{\sqrt{\operatorname{HSIC}(K, K) \operatorname{HSIC}(L, L)}} $$
 *
 * A representation that is constant has alignment 0. The unbiased estimate may be negative.
 *
 * @param x float32 `[N, D]`, one representation of N inputs.
 * @param y float32 `[N, E]`, the other.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` unless both are matrices with one number of rows, two or more (four for the unbiased estimate), `range` for another estimator, `dtype`, `disposed`.
 * @see Kornblith, Norouzi, Lee, Hinton: Similarity of Neural Network Representations Revisited, 2019. arXiv:1905.00414
 * @see Nguyen, Raghu, Kornblith: Do Wide and Deep Networks Learn the Same Things?, 2020. arXiv:2010.15327 (the unbiased estimate)
 * @example
 * import { cka } from '@surrogate/divergences';
 * (await cka([[0], [1], [2]], [[0], [2], [1]]).data())[0]; // 0.25
 */
export function cka(x: TensorLike, y: TensorLike, options: DependenceOptions = {}): Tensor {
  checkOneOf('cka', 'estimator', options.estimator ?? 'biased', ['biased', 'unbiased']);
  return tidy(() => {
    return aligned(...centredGrams('cka', x, y, options, () => linearKernel()));
  });
}

/**
 * Distance correlation: from 0 to 1, and in the limit of many observations 0 only where the two are independent, in any dimension.
 *
 * $$ \sqrt{\frac{\operatorname{dCov}^2(x, y)}{\sqrt{\operatorname{dCov}^2(x, x) \operatorname{dCov}^2(y, y)}}}, \qquad \operatorname{dCov}^2 = \frac{1}{n^2} \sum_{ij} A_{ij} B_{ij} $$
 *
 * A and B are the centred matrices of distances, so that its square is {@link cka} with `energyKernel`s; with `estimator: 'unbiased'` that is the bias-corrected one, which may be negative. What is constant has correlation 0.
 *
 * @param x float32 `[N, D]`, one observation a row.
 * @param y float32 `[N, E]`, what was observed with it.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` unless both are matrices with one number of rows, two or more, `dtype`, `disposed`.
 * @see Székely, Rizzo, Bakirov: Measuring and testing dependence by correlation of distances, 2007. arXiv:0803.4101
 * @example
 * import { distanceCorrelation } from '@surrogate/divergences';
 * (await distanceCorrelation([[0], [1], [2]], [[5], [3], [1]]).data())[0]; // 1
 */
export function distanceCorrelation(x: TensorLike, y: TensorLike): Tensor {
  return tidy(() => {
    const [k, l] = centredGrams('distanceCorrelation', x, y, { kernelX: energyKernel(), kernelY: energyKernel() }, medianKernel);
    return safeSqrt(aligned(k, l));
  });
}
