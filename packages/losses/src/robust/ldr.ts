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
  const { lambda0 = 10, alpha = 2, iterations = 3 } = options;
  checkAbove(fn, 'lambda0', lambda0, 0);
  checkAbove(fn, 'alpha', alpha, 1);
  checkInteger(fn, 'iterations', iterations, 1);
  const { margin, normalize } = checkShared(fn, options);
  return classLossScope(fn, { logits, labels }, options, (rows: ClassRows) => {
    const z = normalized(rows.logits, normalize);
    const classes = z.shape.at(-1)!;
    const bound = alpha * Math.log(Math.max(classes, 2));
    const lambda = noGrad(() => {
      const fixed = detach(z);
      let current = fill([...z.shape.slice(0, -1), 1], lambda0);
      for (let i = 0; i < iterations; i++) {
        const raised = add(softmax(div(fixed, current)), leastProbability);
        const p = div(raised, sum(raised, -1, true));
        current = mul(lambda0, sub(1, div(sum(mul(p, log(mul(classes, p))), -1, true), bound)));
      }
      return current;
    });
    const robust = mul(sum(lambda, -1), sub(logSumExp(div(excess(z, rows.target, margin), lambda)), Math.log(classes)));
    return sub(robust, mul(bound / (2 * lambda0), square(sub(sum(lambda, -1), lambda0))));
  });
}
