/** @file Losses whose gradient moves a generator's samples from the student's distribution to the teacher's. */
import { asTensor, checkShape, detach, fail, lossScope, noGrad, safeAbs, type LossOptions, type TensorLike } from '@surrogate/core';
import { add, div, mean, mul, neg, onesLike, reshape, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link distributionMatchingLoss} and {@link scoreDistillationLoss}. */
export interface MatchingOptions extends LossOptions {
  /** float32 `[B]`: how much each example is moved, as `fDistill` or `fDistillWeight` of divergences say; a constant. Default 1. */
  importance?: TensorLike | undefined;
}

/** Keeps an example that the teacher leaves as it is from being divided by 0. */
const least = 1e-6;

/** The examples as rows of numbers, and their importances; all but the generated ones are constants. */
function rowsOf(fn: string, given: Readonly<Record<string, TensorLike>>, importance: TensorLike | undefined) {
  const tensors = Object.entries(given).map(([name, value]) => [name, asTensor(fn, name, value)] as const);
  const [first, generated] = tensors[0]!;
  if (generated.rank < 2) fail('shape', fn, first, `must have rank 2 or more, got shape [${generated.shape.join(', ')}]`);
  const rows = generated.shape[0];
  const size = generated.size === 0 ? 0 : generated.size / rows;
  const flat = tensors.map(([name, x]) => {
    checkShape(fn, name, x.shape, generated.shape);
    return reshape(x, [rows, size]);
  });
  const h = importance === undefined ? undefined : asTensor(fn, 'importance', importance);
  if (h !== undefined) checkShape(fn, 'importance', h.shape, [rows]);
  const column = h === undefined ? undefined : mul(onesLike(flat[0]!), reshape(detach(h), [rows, 1]));
  return { flat, importance: column ?? onesLike(flat[0]!) };
}

/**
 * Distribution matching: moves generated samples along the difference of what a student's and the teacher's denoiser make of them, each sample scaled to the teacher's step.
 *
 * $$ \ell = \tfrac12 \operatorname{mean}\left(x - \operatorname{sg}(x - g)\right)^2, \qquad g = \frac{h\, (\hat x_{\text{student}} - \hat x_{\text{teacher}})}{\operatorname{mean} |x - \hat x_{\text{teacher}}| + 10^{-6}} $$
 *
 * Its gradient by the samples is g over the number of numbers. With h = 1 it is the reverse KL of distribution matching distillation; `fDistill` gives h for any f-divergence.
 *
 * @param generated float32 `[B, ...]`: the generator's samples; the only input with a gradient.
 * @param teacher float32 of the same shape: the teacher's denoised samples, from noised ones.
 * @param student float32 of the same shape: the same of the network that follows the generator ("fake").
 * @param options the importance h, and what every loss takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` where shapes differ, `range`, `dtype`, `disposed`.
 * @see Xu, Nie, Vahdat: One-step Diffusion Models with f-Divergence Distribution Matching, 2025. arXiv:2502.15681
 * @see Yin et al.: One-step Diffusion with Distribution Matching Distillation, 2024. arXiv:2311.18828
 * @example
 * import { distributionMatchingLoss } from '@surrogate/distill';
 * (await distributionMatchingLoss([[1, 2]], [[0, 1]], [[0.5, 1]]).data())[0]; // 0.0625
 */
export function distributionMatchingLoss(
  generated: TensorLike,
  teacher: TensorLike,
  student: TensorLike,
  options: MatchingOptions = {},
): Tensor {
  const fn = 'distributionMatchingLoss';
  return tidy(() => {
    const { flat, importance } = rowsOf(fn, { generated, teacher, student }, options.importance);
    const [x, p, q] = flat as [Tensor, Tensor, Tensor];
    const move = noGrad(() => {
      const size = add(mean(safeAbs(sub(detach(x), detach(p))), -1, true), least);
      return mul(importance, div(sub(detach(q), detach(p)), size));
    });
    const target = noGrad(() => sub(detach(x), move));
    return lossScope(fn, { generated: x, target }, options, (rows) => mul(0.5, mean(square(sub(rows.generated, rows.target)), -1)), 1);
  });
}

/**
 * Score distillation: moves generated samples along the difference of the teacher's and the student's scores.
 *
 * $$ \nabla_\theta D_f(p \Vert q) = -\mathbb{E}_{x \sim q}\left[h(r)\, (\nabla \log p(x) - \nabla \log q(x))\, \tfrac{\partial x}{\partial \theta}\right], \qquad h(r) = f''(r)\, r^2 $$
 *
 * The value of this loss means nothing; its gradient is that of the divergence.
 *
 * @param generated float32 `[B, ...]`: the generator's samples; the only input with a gradient.
 * @param teacherScores float32 of the same shape: ∇ log p at the samples.
 * @param studentScores float32 of the same shape: ∇ log q.
 * @param options the importance h, times the weight of the level of noise, and what every loss takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` where shapes differ, `range`, `dtype`, `disposed`.
 * @see Xu, Nie, Vahdat: One-step Diffusion Models with f-Divergence Distribution Matching, 2025. arXiv:2502.15681
 * @example
 * import { scoreDistillationLoss } from '@surrogate/distill';
 * import { grad, tensor } from '@tensorflow/tfjs-core';
 * await grad((x) => scoreDistillationLoss(x, [[2, 0]], [[1, 1]]))(tensor([1, 2], [1, 2])).data(); // [-1, 1]
 */
export function scoreDistillationLoss(
  generated: TensorLike,
  teacherScores: TensorLike,
  studentScores: TensorLike,
  options: MatchingOptions = {},
): Tensor {
  const fn = 'scoreDistillationLoss';
  return tidy(() => {
    const { flat, importance } = rowsOf(fn, { generated, teacherScores, studentScores }, options.importance);
    const [x, p, q] = flat as [Tensor, Tensor, Tensor];
    const move = noGrad(() => neg(mul(importance, sub(detach(p), detach(q)))));
    return lossScope(fn, { generated: x, move }, options, (rows) => sum(mul(rows.generated, rows.move), -1), 1);
  });
}
