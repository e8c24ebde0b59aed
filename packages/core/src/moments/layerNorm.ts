/** @file Normalisation of rows: by mean and variance, or by the mean square alone. */
import { ones, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkShape, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { layerNormOp } from '../ops/layerNorm.js';

/** Options of {@link rmsNorm}. */
export interface RmsNormOptions {
  /** γ, float32 `[D]`. Default ones. */
  gain?: TensorLike | undefined;
  /** Added to the mean square, > 0. Default 1e-5. */
  eps?: number | undefined;
}

/** Options of {@link layerNorm}. */
export interface LayerNormOptions extends RmsNormOptions {
  /** β, float32 `[D]`. Default zeros. */
  offset?: TensorLike | undefined;
}

function normalized(fn: string, x: TensorLike, { gain, offset, eps = 1e-5 }: LayerNormOptions, centred: boolean): Tensor {
  checkAbove(fn, 'eps', eps, 0);
  return tidy(() => {
    const given = asTensor(fn, 'x', x);
    const size = given.shape.at(-1);
    if (size === undefined || size === 0)
      fail('shape', fn, 'x', `must have rows of one number or more, got shape [${given.shape.join(', ')}]`);
    const part = (argument: string, value: TensorLike | undefined, standard: (shape: number[]) => Tensor) => {
      if (value === undefined) return standard([size]);
      const made = asTensor(fn, argument, value);
      checkShape(fn, argument, made.shape, [size]);
      return made;
    };
    return layerNormOp({ x: given, gain: part('gain', gain, ones), offset: part('offset', offset, zeros) }, { eps, centred });
  });
}

/**
 * Layer normalisation: each row gets mean 0 and variance 1, then a gain and an offset for each feature.
 *
 * $$ y = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta $$
 *
 * @param x float32 `[..., D]`.
 * @returns float32 of the same shape. σ² is the variance of the population.
 * @throws SurrogateError `shape` for a scalar, empty rows, and a gain or offset that is not `[D]`; `range` for an eps of 0 or less; `dtype`, `disposed`.
 * @see Ba, Kiros, Hinton: Layer Normalization, 2016. arXiv:1607.06450
 * @example
 * import { layerNorm } from '@surrogate/core';
 * await layerNorm([[1, 3]]).data(); // [-0.999995, 0.999995]
 */
export function layerNorm(x: TensorLike, options: LayerNormOptions = {}): Tensor {
  return normalized('layerNorm', x, options, true);
}

/**
 * Root-mean-square normalisation: each row gets a mean square of 1, then a gain for each feature; its mean stays.
 *
 * $$ y = \gamma \frac{x}{\sqrt{\tfrac1D \sum_k x_k^2 + \epsilon}} $$
 *
 * @param x float32 `[..., D]`.
 * @returns float32 of the same shape.
 * @throws SurrogateError `shape` for a scalar, empty rows, and a gain that is not `[D]`; `range` for an eps of 0 or less; `dtype`, `disposed`.
 * @see Zhang, Sennrich: Root Mean Square Layer Normalization, 2019. arXiv:1910.07467
 * @example
 * import { rmsNorm } from '@surrogate/core';
 * await rmsNorm([[3, 4]]).data(); // [0.848528, 1.13137]
 */
export function rmsNorm(x: TensorLike, options: RmsNormOptions = {}): Tensor {
  return normalized('rmsNorm', x, options, false);
}
