/** @file Items that are known by their features alone (Zhou et al. 2025): a fixed transform joins modalities, and progressive copying keeps what a user attends to. */
import { asTensor, checkBetween, checkInteger, checkRank, checkShape, fail, softmax, type TensorLike } from '@surrogate/core';
import { add, matMul, mul, reshape, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link progressiveAttention}. */
export interface ProgressiveAttentionOptions {
  /** How much the gates count, in [0, 1]; what is kept counts the rest. {@link progressiveWeight} lowers it from epoch to epoch. Default 0.9. */
  weight?: number | undefined;
}

/** Options of {@link progressiveWeight}. */
export interface ProgressiveWeightOptions {
  /** In (0, 1): the smaller, the sooner the gates cease to count. Default 0.9. */
  base?: number | undefined;
}

/** The transposed matrix of the transform: column k holds the cosine of frequency k. */
function cosines(size: number): Tensor {
  const values = new Float32Array(size * size);
  for (let n = 0; n < size; n++)
    for (let k = 0; k < size; k++) {
      // Within one turn, where the cosine is exact to the last digit.
      const place = ((2 * n + 1) * k) % (4 * size);
      values[n * size + k] = Math.sqrt((k === 0 ? 1 : 2) / size) * Math.cos((Math.PI * place) / (2 * size));
    }
  return tensor2d(values, [size, size]);
}

/**
 * The orthonormal discrete cosine transform (type II) of each row.
 *
 * $$ y_k = \sqrt{\frac{2 - [k = 0]}{N}} \sum_{n = 0}^{N - 1} x_n \cos \frac{\pi (2 n + 1) k}{2 N} $$
 *
 * It keeps lengths and angles. A network reads features of several modalities from the frequencies of each, one beside the other. The matrix has N² entries and is made at each call, so transform fixed features once, before training.
 *
 * @param x float32 `[..., N]`, N >= 1.
 * @returns float32 of the same shape, the lowest frequency first.
 * @throws SurrogateError `shape` for a scalar or empty rows, `dtype`, `disposed`.
 * @see Ahmed, Natarajan, Rao: Discrete Cosine Transform, 1974. doi:10.1109/T-C.1974.223784
 * @see Zhou, Zhang, Niyato, Shen: Learning Item Representations Directly from Multimodal Features for Effective Recommendation, 2025. arXiv:2505.04960
 * @example
 * import { orthonormalDct } from '@surrogate/losses';
 * await orthonormalDct([1, 2, 3, 4]).data(); // [5, -2.2304425, 0, -0.1585127]
 */
export function orthonormalDct(x: TensorLike): Tensor {
  const fn = 'orthonormalDct';
  return tidy(() => {
    const given = asTensor(fn, 'x', x);
    const size = given.shape.at(-1) ?? 0;
    if (size === 0) fail('shape', fn, 'x', `must be [..., N] with N of 1 or more, got [${given.shape.join(', ')}]`);
    return reshape(matMul(reshape(given, [-1, size]), cosines(size)), given.shape);
  });
}

/**
 * How much each user attends to each part of what is known of items: what gates read of the parts, and what was kept of earlier attention.
 *
 * $$ a_u = \operatorname{softmax}(w\, g_u + (1 - w)\, \theta_u) $$
 *
 * θ is trained as well; at the start of an epoch it is set to the attention of the epoch before, and w to {@link progressiveWeight}. The parts of a user are multiplied by a and joined.
 *
 * @param gates float32 `[U, M]`: what a small network makes of each of the M parts.
 * @param kept float32 `[U, M]`: θ.
 * @param options the weight w.
 * @returns float32 `[U, M]`; each row sums to 1.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Zhou, Zhang, Niyato, Shen: Learning Item Representations Directly from Multimodal Features for Effective Recommendation, 2025. arXiv:2505.04960
 * @example
 * import { progressiveAttention } from '@surrogate/losses';
 * await progressiveAttention([[0.2, -0.1, 0.4]], [[0, 0.5, -0.5]]).data(); // [0.3399803, 0.2728406, 0.3871792]
 */
export function progressiveAttention(gates: TensorLike, kept: TensorLike, { weight = 0.9 }: ProgressiveAttentionOptions = {}): Tensor {
  const fn = 'progressiveAttention';
  checkBetween(fn, 'weight', weight, 0, 1, true);
  return tidy(() => {
    const g = asTensor(fn, 'gates', gates);
    const theta = asTensor(fn, 'kept', kept);
    checkRank(fn, 'gates', g.shape, 2);
    checkShape(fn, 'kept', theta.shape, g.shape);
    return softmax(add(mul(weight, g), mul(1 - weight, theta)));
  });
}

/**
 * How much gates still count in an epoch, of how much they counted in the one before: first nearly all, in the end next to nothing.
 *
 * $$ w' = \frac{w b^e}{w b^e + 1 - w} $$
 *
 * @param weight how much they counted in the epoch before, in [0, 1]; 0.9 before the first.
 * @param epoch the epoch e that begins, an integer of at least 1.
 * @param options the base b.
 * @returns a number in [0, 1], for {@link progressiveAttention}.
 * @throws SurrogateError `range`.
 * @see Zhou, Zhang, Niyato, Shen: Learning Item Representations Directly from Multimodal Features for Effective Recommendation, 2025. arXiv:2505.04960
 * @example
 * import { progressiveWeight } from '@surrogate/losses';
 * [1, 2, 3].reduce((weight, epoch) => progressiveWeight(weight, epoch), 0.9); // 0.82708
 */
export function progressiveWeight(weight: number, epoch: number, { base = 0.9 }: ProgressiveWeightOptions = {}): number {
  const fn = 'progressiveWeight';
  checkBetween(fn, 'weight', weight, 0, 1, true);
  checkInteger(fn, 'epoch', epoch, 1);
  if (!(base > 0 && base < 1)) fail('range', fn, 'base', `must be in (0, 1), got ${base}`);
  // Where all of the weight is on the gates, nothing is kept that could grow, however small b^e becomes.
  if (weight === 1) return 1;
  const gates = weight * base ** epoch;
  return gates / (gates + 1 - weight);
}
