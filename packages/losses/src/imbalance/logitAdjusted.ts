/** @file Logit adjustment (Menon et al. 2021): cross-entropy for balanced error under unbalanced classes; at tau 1 it is balanced softmax. */
import { asTensor, checkFinite, checkShape, classLossScope, type ClassLossOptions, type Labels, type TensorLike } from '@surrogate/core';
import { add, log, mul, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { crossEntropyRows } from '../common/crossEntropyRows.js';

/** Options of {@link logitAdjustedLoss}. */
export interface LogitAdjustedOptions extends ClassLossOptions {
  /** How far the frequencies are taken into account; 0 is cross-entropy. Default 1. */
  tau?: number | undefined;
}

/**
 * Logit-adjusted cross-entropy: training adds the log-frequencies of the classes, so that without them the logits favour no class for being common.
 *
 * $$ \ell(z, y) = \operatorname{CE}(z + \tau \log \pi, y) $$
 *
 * With τ = 1 and π the counts of the training set this is balanced softmax.
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param frequencies float32 `[K]`, > 0: counts or frequencies of the classes; their scale does not matter.
 * @param options τ, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form or frequencies are not one a class, `range` when an id is outside [0, K) or tau is not finite.
 * @see Menon, Jayasumana, Rawat, Jain, Veit, Kumar: Long-tail Learning via Logit Adjustment, 2021. arXiv:2007.07314
 * @see Ren, Yu, Sheng, Ma, Zhao, Yi, Li: Balanced Meta-Softmax for Long-Tailed Visual Recognition, 2020. arXiv:2007.10740
 * @example
 * import { logitAdjustedLoss } from '@surrogate/losses';
 * (await logitAdjustedLoss([[0, 0]], [1], [3, 1]).data())[0]; // 1.386294
 */
export function logitAdjustedLoss(logits: TensorLike, labels: Labels, frequencies: TensorLike, options: LogitAdjustedOptions = {}): Tensor {
  const fn = 'logitAdjustedLoss';
  const { tau = 1 } = options;
  checkFinite(fn, 'tau', tau);
  return tidy(() => {
    const shift = mul(tau, log(asTensor(fn, 'frequencies', frequencies)));
    return classLossScope(fn, { logits, labels }, options, (rows) => {
      checkShape(fn, 'frequencies', shift.shape, rows.logits.shape.slice(-1));
      return crossEntropyRows(rows, add(rows.logits, shift));
    });
  });
}
