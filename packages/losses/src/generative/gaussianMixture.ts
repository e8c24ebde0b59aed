/** @file Gaussian mixtures under noise: log-density and score in closed form, the truth that learned scores are held against. */
import { asTensor, checkAtLeast, checkRank, checkShape, fail, logSoftmax, logSumExp, softmax, type TensorLike } from '@surrogate/core';
import { add, broadcastTo, div, expandDims, log, mul, sub, sum, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';

/** A mixture of Gaussians with independent coordinates. */
export interface DiagonalMixture {
  /** float32 `[K, D]`. */
  readonly means: TensorLike;
  /** float32, broadcast to `[K, D]`, >= 0: a number, `[D]`, `[K, 1]` or `[K, D]`. Default 0: the data themselves are the components. */
  readonly variances?: TensorLike | undefined;
  /** float32 `[K]`, unnormalised: the logarithms of the components' weights. Default all alike. */
  readonly logWeights?: TensorLike | undefined;
}

/** Options of {@link mixtureLogDensity} and {@link mixtureScore}. */
export interface MixtureOptions {
  /** The standard deviation of Gaussian noise that is added, >= 0. Default 0. */
  sigma?: number | undefined;
}

/** The log-density of each component at each point `[B, K]`, and the parts that it is made of `[B, K, D]`. */
function components(fn: string, x: TensorLike, mixture: DiagonalMixture, { sigma = 0 }: MixtureOptions) {
  checkAtLeast(fn, 'sigma', sigma, 0);
  if (typeof mixture !== 'object' || mixture === null)
    fail('dtype', fn, 'mixture', `must be { means, variances, logWeights }, got ${mixture === null ? 'null' : typeof mixture}`);
  const means = asTensor(fn, 'mixture.means', mixture.means);
  checkRank(fn, 'mixture.means', means.shape, 2);
  const [k, d] = means.shape as [number, number];
  const points = asTensor(fn, 'x', x);
  checkShape(fn, 'x', points.shape, [null, d]);
  const given = asTensor(fn, 'mixture.variances', mixture.variances === undefined ? 0 : mixture.variances);
  if (given.rank > 2 || given.shape.some((size, i) => size !== 1 && size !== [k, d][i + 2 - given.rank]))
    fail('shape', fn, 'mixture.variances', `must broadcast to [${k}, ${d}], got [${given.shape.join(', ')}]`);
  const variances = add(broadcastTo(given, [k, d]), sigma ** 2);
  const logWeights = mixture.logWeights === undefined ? zeros([k]) : asTensor(fn, 'mixture.logWeights', mixture.logWeights);
  checkShape(fn, 'mixture.logWeights', logWeights.shape, [k]);
  const offsets = sub(expandDims(means, 0), expandDims(points, 1));
  const pulls = div(offsets, expandDims(variances, 0));
  const exponent = sum(mul(pulls, offsets), -1);
  const volume = sum(log(mul(2 * Math.PI, variances)), -1);
  return { pulls, logDensities: sub(logSoftmax(logWeights), mul(0.5, add(exponent, expandDims(volume, 0)))) };
}

/**
 * The log-density of a Gaussian mixture, with Gaussian noise added to it.
 *
 * $$ \log p(x; \sigma) = \log \sum_k w_k\, N(x; \mu_k, v_k + \sigma^2) $$
 *
 * @param x float32 `[B, D]`.
 * @param mixture means, variances and weights.
 * @param options the noise.
 * @returns float32 `[B]`, in nats.
 * @throws SurrogateError `shape` where dimensions differ, `range`, `dtype`, `disposed`.
 * @see Bishop: Pattern Recognition and Machine Learning, 2006, section 9.2
 * @example
 * import { mixtureLogDensity } from '@surrogate/losses';
 * await mixtureLogDensity([[0]], { means: [[-1], [1]], variances: 1 }).data(); // [-1.418939]
 */
export function mixtureLogDensity(x: TensorLike, mixture: DiagonalMixture, options: MixtureOptions = {}): Tensor {
  return tidy(() => logSumExp(components('mixtureLogDensity', x, mixture, options).logDensities, { axis: -1 }));
}

/**
 * The score of a Gaussian mixture, with Gaussian noise added to it. With the data as means and no variances it is what a diffusion model that has memorised its data computes.
 *
 * $$ \nabla \log p(x; \sigma) = \sum_k r_k(x) \frac{\mu_k - x}{v_k + \sigma^2}, \qquad r(x) = \operatorname{softmax}_k\left(\log w_k + \log N(x; \mu_k, v_k + \sigma^2)\right) $$
 *
 * @param x float32 `[B, D]`.
 * @param mixture means, variances and weights.
 * @param options the noise; variances and noise may not both be 0.
 * @returns float32 `[B, D]`.
 * @throws SurrogateError `shape` where dimensions differ, `range`, `dtype`, `disposed`.
 * @see Wang, Vastola: The Unreasonable Effectiveness of Gaussian Score Approximation for Diffusion Models and its Applications, 2024. arXiv:2412.09726
 * @example
 * import { mixtureScore } from '@surrogate/losses';
 * await mixtureScore([[1, 0]], { means: [[0, 0]] }, { sigma: 0.5 }).data(); // [-4, 0]
 */
export function mixtureScore(x: TensorLike, mixture: DiagonalMixture, options: MixtureOptions = {}): Tensor {
  return tidy(() => {
    const { pulls, logDensities } = components('mixtureScore', x, mixture, options);
    return sum(mul(expandDims(softmax(logDensities), -1), pulls), 1);
  });
}
