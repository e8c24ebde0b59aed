/** @file Label-distributionally robust losses (Zhu et al. 2023): between cross-entropy, Crammer-Singer and a symmetric loss. */
import {
  checkAbove,
  checkFinite,
  checkInteger,
  checkOneOf,
  classLossScope,
  detach,
  dotLast,
  logSumExp,
  noGrad,
  safeAbs,
  softmax,
  softplus,
  type ClassLossOptions,
  type ClassRows,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { add, div, expandDims, fill, log, mean, mul, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';

/** How logits are brought to one scale. */
export type LogitNormalization = 'meanAbs' | 'softplusMean' | 'none';

/** Options of {@link ldrLoss}. */
export interface LdrOptions extends ClassLossOptions {
  /** The penalty λ, > 0: 1 is cross-entropy, towards 0 the hardest class alone, towards infinity the mean of all. Default 10, with normalised logits. */
  lambda?: number | undefined;
  /** What every other class is raised by. Default 0.1. */
  margin?: number | undefined;
  /** What logits are divided by: the mean of their absolute values, the mean of their softplus (which replaces them), or nothing (then use a lambda near 1). Default meanAbs. */
  normalize?: LogitNormalization | undefined;
}

/** Options of {@link aldrLoss}. */
export interface AldrOptions extends Omit<LdrOptions, 'lambda'> {
  /** Where λ begins, > 0. Default 10. */
  lambda0?: number | undefined;
  /** How firmly λ is held there, > 1. Default 2. */
  alpha?: number | undefined;
  /** How often each row's λ is updated, >= 1. Default 3. */
  iterations?: number | undefined;
}

/** Keeps a row of zeros from being divided by 0. */
const leastScale = 1e-8;
/** What the authors' code adds to probabilities before their divergence is taken. */
const leastProbability = 1e-5;

function normalized(z: Tensor, how: LogitNormalization): Tensor {
  if (how === 'none') return z;
  const positive = how === 'softplusMean' ? softplus(z) : safeAbs(z);
  return div(how === 'softplusMean' ? positive : z, add(mean(positive, -1, true), leastScale));
}

/** What each class costs beside the label. */
const excess = (z: Tensor, target: Tensor, margin: number) => add(sub(z, expandDims(dotLast(target, z), -1)), mul(margin, sub(1, target)));

function checkShared(fn: string, { margin = 0.1, normalize = 'meanAbs' }: Omit<LdrOptions, 'lambda'>) {
  checkFinite(fn, 'margin', margin);
  checkOneOf(fn, 'normalize', normalize, ['meanAbs', 'softplusMean', 'none']);
  return { margin, normalize };
}

/**
 * LDR-KL loss: the worst distribution over the classes that a penalty on its divergence from the uniform one allows.
 *
 * $$ \ell = \max_p \sum_k p_k d_k - \lambda \operatorname{KL}(p \Vert u) = \lambda \log \frac1K \sum_k e^{d_k / \lambda}, \qquad d_k = z_k - z_y + c\,[k \ne y] $$
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options λ, the margin c, the normalisation, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`; cross-entropy less log K for λ = 1, c = 0 and no normalisation.
 * @throws SurrogateError `shape` when labels fit neither form, `range` for ids or options outside their range.
 * @see Zhu, Ying, Yang: Label Distributionally Robust Losses for Multi-class Classification: Consistency, Robustness and Adaptivity, 2023. arXiv:2112.14869
 * @example
 * import { ldrLoss } from '@surrogate/losses';
 * (await ldrLoss([[2, 1, 0]], [0], { normalize: 'none' }).data())[0]; // -0.9032949
 */
export function ldrLoss(logits: TensorLike, labels: Labels, options: LdrOptions = {}): Tensor {
  const fn = 'ldrLoss';
  const { lambda = 10 } = options;
  checkAbove(fn, 'lambda', lambda, 0);
  const { margin, normalize } = checkShared(fn, options);
  return classLossScope(fn, { logits, labels }, options, (rows) => {
    const d = excess(normalized(rows.logits, normalize), rows.target, margin);
    return mul(lambda, sub(logSumExp(div(d, lambda)), Math.log(d.shape.at(-1)!)));
  });
}

/** @internal What ALDR-KL is told, checked. */
export interface AldrSettings {
  readonly lambda0: number;
  readonly alpha: number;
  readonly margin: number;
  readonly normalize: LogitNormalization;
}

/** @internal */
export function aldrSettings(fn: string, options: Omit<AldrOptions, 'iterations'>): AldrSettings {
  const { lambda0 = 10, alpha = 2 } = options;
  checkAbove(fn, 'lambda0', lambda0, 0);
  checkAbove(fn, 'alpha', alpha, 1);
  return { lambda0, alpha, ...checkShared(fn, options) };
}

/** α log K: how far the divergence may go. */
const boundOf = (z: Tensor, alpha: number): number => alpha * Math.log(Math.max(z.shape.at(-1)!, 2));

/** @internal One update of each row's λ `[...]`, from logits `[..., K]`; a constant to gradients. */
export function nextLambda(logits: Tensor, lambda: Tensor, { lambda0, alpha, normalize }: AldrSettings): Tensor {
  return noGrad(() => {
    const fixed = normalized(detach(logits), normalize);
    const classes = fixed.shape.at(-1)!;
    const raised = add(softmax(div(fixed, expandDims(detach(lambda), -1))), leastProbability);
    const p = div(raised, sum(raised, -1, true));
    return mul(lambda0, sub(1, div(sum(mul(p, log(mul(classes, p))), -1), boundOf(fixed, alpha))));
  });
}

/** @internal The loss of each row at its λ `[...]`. */
export function aldrRows(rows: ClassRows, lambda: Tensor, { lambda0, alpha, margin, normalize }: AldrSettings): Tensor {
  const z = normalized(rows.logits, normalize);
  const d = excess(z, rows.target, margin);
  const robust = mul(lambda, sub(logSumExp(div(d, expandDims(lambda, -1))), Math.log(z.shape.at(-1)!)));
  return sub(robust, mul(boundOf(z, alpha) / (2 * lambda0), square(sub(lambda, lambda0))));
}

/**
 * ALDR-KL loss: the LDR-KL loss whose λ each row finds for itself, low for clear rows and high for doubtful ones.
 *
 * $$ \ell = \max_\lambda\ \lambda \log \frac1K \sum_k e^{d_k / \lambda} - \frac{\alpha \log K}{2 \lambda_0} (\lambda - \lambda_0)^2, \qquad \lambda \leftarrow \lambda_0 \left( 1 - \frac{\operatorname{KL}(\operatorname{softmax}(z / \lambda) \Vert u)}{\alpha \log K} \right) $$
 *
 * Each row's λ begins at λ₀ in every call; the paper keeps it from visit to visit. No gradient flows through λ.
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options λ₀, α, the margin, the normalisation, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` for ids or options outside their range.
 * @see Zhu, Ying, Yang: Label Distributionally Robust Losses for Multi-class Classification: Consistency, Robustness and Adaptivity, 2023. arXiv:2112.14869
 * @example
 * import { aldrLoss } from '@surrogate/losses';
 * (await aldrLoss([[2, 1, 0]], [0], { lambda0: 1, normalize: 'none', iterations: 1 }).data())[0]; // -0.6405231
 */
export function aldrLoss(logits: TensorLike, labels: Labels, options: AldrOptions = {}): Tensor {
  const fn = 'aldrLoss';
  const settings = aldrSettings(fn, options);
  const { iterations = 3 } = options;
  checkInteger(fn, 'iterations', iterations, 1);
  return classLossScope(fn, { logits, labels }, options, (rows) => {
    let lambda: Tensor = fill(rows.logits.shape.slice(0, -1), settings.lambda0);
    for (let i = 0; i < iterations; i++) lambda = nextLambda(rows.logits, lambda, settings);
    return aldrRows(rows, lambda, settings);
  });
}
