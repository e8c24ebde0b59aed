/** @file StableMax (Prieto et al. 2025): a softmax without exponentials, whose gradient float32 does not round away. */
import {
  asTensor,
  classLossScope,
  differentiable,
  exp,
  log1p,
  logSoftmax,
  safeAbs,
  sign,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { abs, add, mul, reciprocal, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { crossEntropyRows } from '../common/crossEntropyRows.js';

/** sign(x) log(1 + |x|): the logarithm of what StableMax puts in place of e^x, with slope 1 at 0. */
const symlog = (z: Tensor): Tensor =>
  differentiable(
    { z },
    (inputs) => mul(sign(inputs.z), log1p(abs(inputs.z))),
    (inputs, upstream) => ({ z: () => mul(upstream, reciprocal(add(1, safeAbs(inputs.z)))) }),
  );

/**
 * The logarithm of {@link stableMax}.
 *
 * $$ \log \operatorname{StableMax}(z) = \operatorname{logSoftmax}\left( \operatorname{sign}(z) \log(1 + |z|) \right) $$
 *
 * @param logits float32 `[..., K]`.
 * @returns float32 of the same shape.
 * @throws SurrogateError `dtype`, `disposed`, `shape` for a scalar.
 * @see Prieto, Barsbey, Mediano, Birdal: Grokking at the Edge of Numerical Stability, 2025. arXiv:2501.04697
 * @example
 * import { logStableMax } from '@surrogate/losses';
 * await logStableMax([1, 0]).data(); // [-0.405465, -1.098612]
 */
export function logStableMax(logits: TensorLike): Tensor {
  return tidy(() => logSoftmax(symlog(asTensor('logStableMax', 'logits', logits))));
}

/**
 * StableMax: probabilities that grow linearly, not exponentially, in the logits.
 *
 * $$ p_k = \frac{s(z_k)}{\sum_j s(z_j)}, \qquad s(x) = \begin{cases} x + 1 & x \ge 0 \\ \frac{1}{1 - x} & x < 0 \end{cases} $$
 *
 * @param logits float32 `[..., K]`.
 * @returns float32 of the same shape, rows of sum 1.
 * @throws SurrogateError `dtype`, `disposed`, `shape` for a scalar.
 * @see Prieto, Barsbey, Mediano, Birdal: Grokking at the Edge of Numerical Stability, 2025. arXiv:2501.04697
 * @example
 * import { stableMax } from '@surrogate/losses';
 * await stableMax([2, 1, 0]).data(); // [0.5, 0.333333, 0.166667]
 */
export function stableMax(logits: TensorLike): Tensor {
  return tidy(() => exp(logSoftmax(symlog(asTensor('stableMax', 'logits', logits)))));
}

/**
 * Cross-entropy under {@link stableMax}: its gradient does not vanish in float32 where softmax cross-entropy has collapsed to 0, beyond a margin of about 17.
 *
 * $$ \ell(z, y) = -\sum_k y_k \log \operatorname{StableMax}(z)_k $$
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K).
 * @see Prieto, Barsbey, Mediano, Birdal: Grokking at the Edge of Numerical Stability, 2025. arXiv:2501.04697
 * @example
 * import { stableMaxCrossEntropy } from '@surrogate/losses';
 * (await stableMaxCrossEntropy([[2, 1, 0]], [0]).data())[0]; // 0.693147
 */
export function stableMaxCrossEntropy(logits: TensorLike, labels: Labels, options: ClassLossOptions = {}): Tensor {
  return classLossScope('stableMaxCrossEntropy', { logits, labels }, options, (rows) => crossEntropyRows(rows, symlog(rows.logits)));
}
