/** @file The score of a Gaussian at every level of noise, which is most of what a diffusion model does while noise is high. */
import { asTensor, checkAbove, checkAtLeast, checkInteger, checkRank, checkShape, fail, type TensorLike } from '@surrogate/core';
import { eigh, type Matrix } from '@surrogate/core/host';
import { add, div, matMul, mul, sub, tensor, tensor2d, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';

/** A Gaussian by its mean and principal directions; numbers of the host. */
export interface GaussianScoreModel {
  /** `[D]`. */
  readonly mean: Float64Array;
  /** `[K]`, descending: the variance of the data along each direction. */
  readonly variances: Float64Array;
  /** K x D, orthonormal rows. Across them the data are taken to have no variance. */
  readonly directions: Matrix;
}

/** Options of {@link fitGaussianScore}. */
export interface GaussianScoreOptions {
  /** How many directions are kept, 1 to D. Default D. */
  rank?: number | undefined;
}

/**
 * Fits a Gaussian to data, for {@link gaussianScore} and {@link gaussianTeleport}.
 *
 * The covariance is the population's, divided by n. It is factorised on the host: some hundred dimensions are fine.
 *
 * @param points float32 `[n, D]`.
 * @param options how many principal directions are kept.
 * @returns mean, directions and variances.
 * @throws SurrogateError `shape` unless points are rows, `range` for another rank, `dtype`, `disposed`.
 * @see Wang, Vastola: The Unreasonable Effectiveness of Gaussian Score Approximation for Diffusion Models and its Applications, 2024. arXiv:2412.09726
 * @example
 * import { fitGaussianScore } from '@surrogate/losses';
 * const { mean, variances } = await fitGaussianScore([[0, 0], [2, 0], [0, 4], [2, 4]]);
 * [...mean, ...variances]; // [1, 2, 4, 1]
 */
export async function fitGaussianScore(points: TensorLike, { rank }: GaussianScoreOptions = {}): Promise<GaussianScoreModel> {
  const fn = 'fitGaussianScore';
  const copy = tidy(() => asTensor(fn, 'points', points).clone());
  const { shape } = copy;
  let data: Float32Array;
  try {
    checkRank(fn, 'points', shape, 2);
    if (copy.size === 0) fail('shape', fn, 'points', `must not be empty, got shape [${shape.join(', ')}]`);
    if (rank !== undefined) {
      checkInteger(fn, 'rank', rank, 1);
      if (rank > shape[1]!) fail('range', fn, 'rank', `must be at most D = ${shape[1]}, got ${rank}`);
    }
    data = await copy.data<'float32'>();
  } finally {
    copy.dispose();
  }
  const [n, d] = shape as [number, number];
  const mean = new Float64Array(d);
  for (let i = 0; i < n * d; i++) mean[i % d]! += data[i]! / n;
  const covariance = new Float64Array(d * d);
  for (let row = 0; row < n; row++)
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) covariance[i * d + j]! += ((data[row * d + i]! - mean[i]!) * (data[row * d + j]! - mean[j]!)) / n;
  const { values, vectors } = eigh({ rows: d, cols: d, data: covariance });
  const k = rank ?? d;
  const directions = new Float64Array(k * d);
  const variances = Float64Array.from({ length: k }, (_, i) => Math.max(values[d - 1 - i]!, 0));
  for (let i = 0; i < k; i++) for (let j = 0; j < d; j++) directions[i * d + j] = vectors.data[j * d + (d - 1 - i)]!;
  return { mean, variances, directions: { rows: k, cols: d, data: directions } };
}

/** The model's numbers as tensors, and the data in its terms. */
function inTerms(fn: string, model: GaussianScoreModel, x: TensorLike) {
  if (!(model?.mean instanceof Float64Array && model.variances instanceof Float64Array && model.directions?.data instanceof Float64Array))
    fail('dtype', fn, 'model', `must be what fitGaussianScore returns, got ${typeof model}`);
  const given = asTensor(fn, 'x', x);
  const { rows: k, cols: d } = model.directions;
  checkShape(fn, 'x', given.shape, [null, d]);
  const directions = tensor2d(Float32Array.from(model.directions.data), [k, d]);
  const offset = sub(given, tensor(Float32Array.from(model.mean), [d]));
  return { directions, offset, along: matMul(offset as Tensor2D, directions, false, true), complete: k === d };
}

/** One number for each direction. */
const perDirection = ({ variances }: GaussianScoreModel, f: (variance: number) => number): Tensor =>
  tensor(Float32Array.from(variances, f), [variances.length]);

/**
 * The score of a Gaussian that Gaussian noise has widened; where noise is high it is the score of any data with that mean and covariance.
 *
 * $$ \nabla \log p(x; \sigma) = (\Sigma + \sigma^2 I)^{-1} (\mu - x) = \sum_k \frac{u_k u_k^\top (\mu - x)}{\lambda_k + \sigma^2} + \frac{(\mu - x)_\perp}{\sigma^2} $$
 *
 * @param model what {@link fitGaussianScore} returns.
 * @param x float32 `[B, D]`: data plus noise.
 * @param sigma the standard deviation of the noise, > 0.
 * @returns float32 `[B, D]`.
 * @throws SurrogateError `shape` unless x has the model's dimension, `range`, `dtype`, `disposed`.
 * @see Wang, Vastola: The Unreasonable Effectiveness of Gaussian Score Approximation for Diffusion Models and its Applications, 2024. arXiv:2412.09726
 * @example
 * import { fitGaussianScore, gaussianScore } from '@surrogate/losses';
 * const model = await fitGaussianScore([[0, 0], [2, 0], [0, 4], [2, 4]]);
 * await gaussianScore(model, [[3, 2]], 1).data(); // [-1, 0]
 */
export function gaussianScore(model: GaussianScoreModel, x: TensorLike, sigma: number): Tensor {
  const fn = 'gaussianScore';
  checkAbove(fn, 'sigma', sigma, 0);
  return tidy(() => {
    const { directions, offset, along, complete } = inTerms(fn, model, x);
    const across = complete ? 0 : 1 / sigma ** 2;
    const inside = matMul(
      mul<Tensor2D>(
        along,
        perDirection(model, (variance) => across - 1 / (variance + sigma ** 2)),
      ),
      directions,
    );
    return complete ? inside : sub(inside, div(offset, sigma ** 2));
  });
}

/**
 * Follows the probability flow of a Gaussian from one level of noise to another in one step, exactly. In place of a sampler's first steps it saves as many evaluations of the model.
 *
 * $$ x(\sigma) = \mu + \frac{\sigma}{\sigma_T} (x_T - \mu)_\perp + \sum_k \sqrt{\frac{\sigma^2 + \lambda_k}{\sigma_T^2 + \lambda_k}}\; u_k u_k^\top (x_T - \mu) $$
 *
 * @param model what {@link fitGaussianScore} returns.
 * @param x float32 `[B, D]`: data plus noise of level `from`.
 * @param from the level of noise before, > 0.
 * @param to the level after, >= 0.
 * @returns float32 `[B, D]`.
 * @throws SurrogateError `shape` unless x has the model's dimension, `range`, `dtype`, `disposed`.
 * @see Wang, Vastola: The Unreasonable Effectiveness of Gaussian Score Approximation for Diffusion Models and its Applications, 2024. arXiv:2412.09726
 * @example
 * import { fitGaussianScore, gaussianTeleport } from '@surrogate/losses';
 * const model = await fitGaussianScore([[0, 0], [2, 0], [0, 4], [2, 4]]);
 * await gaussianTeleport(model, [[9, 2]], 1, 0).data(); // [6.6568542, 2]
 */
export function gaussianTeleport(model: GaussianScoreModel, x: TensorLike, from: number, to: number): Tensor {
  const fn = 'gaussianTeleport';
  checkAbove(fn, 'from', from, 0);
  checkAtLeast(fn, 'to', to, 0);
  return tidy(() => {
    const { directions, offset, along, complete } = inTerms(fn, model, x);
    const across = complete ? 0 : to / from;
    const factors = perDirection(model, (variance) => Math.sqrt((to ** 2 + variance) / (from ** 2 + variance)) - across);
    const mean = tensor(Float32Array.from(model.mean), [model.mean.length]);
    const inside = add(mean, matMul(mul<Tensor2D>(along, factors), directions));
    return complete ? inside : add(inside, mul(across, offset));
  });
}
