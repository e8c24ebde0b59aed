/** @file Weights of tokens that keep a preference for length out of sums of log-probabilities. */
import { add, cast, expandDims, lessEqual, minimum, mul, notEqual, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { cumsum, asTensor, checkBetween, checkRank, checkShape, type TensorLike } from '@surrogate/core';

/** Options of {@link lengthWeights}. */
export interface LengthWeightsOptions {
  /** α, what a token counts that the other response is too short to have, in [0, 1]; 1 is DPO, 0 leaves the tail out. Default 0.5. */
  alpha?: number | undefined;
}

/**
 * The token weights of length-desensitised DPO: what a response has beyond the length of the other counts less.
 *
 * $$ w_t = m_t \cdot \begin{cases} 1 & \sum_{s \le t} m_s \le \min(|y|, |y'|) \\ \alpha & \text{else} \end{cases} $$
 *
 * Pass them as `weights` of `sequenceLogProbs`, for the policy and the reference alike.
 *
 * @param mask bool or 0/1 `[batch, time]`: the tokens of the response.
 * @param otherMask bool or 0/1 `[batch, otherTime]`: those of the response that it is compared with.
 * @param options α (default 0.5).
 * @returns float32 `[batch, time]`; 0 where the mask is 0.
 * @throws SurrogateError `shape` when the two do not hold as many rows, `range` when alpha is not in [0, 1].
 * @see Liu et al.: Length Desensitization in Direct Preference Optimization, 2024. arXiv:2409.06411
 * @example
 * import { lengthWeights } from '@surrogate/align';
 * await lengthWeights([[0, 1, 1, 1, 1]], [[1, 1, 0]]).data(); // [0, 1, 1, 0.5, 0.5]
 */
export function lengthWeights(mask: TensorLike, otherMask: TensorLike, options: LengthWeightsOptions = {}): Tensor {
  const { alpha = 0.5 } = options;
  checkBetween('lengthWeights', 'alpha', alpha, 0, 1, true);
  return tidy(() => {
    const read = (name: string, value: TensorLike) => cast(notEqual(asTensor('lengthWeights', name, value), 0), 'float32');
    const [own, other] = [read('mask', mask), read('otherMask', otherMask)];
    checkRank('lengthWeights', 'mask', own.shape, 2);
    checkShape('lengthWeights', 'otherMask', other.shape, [own.shape[0], null]);
    const shared = expandDims(minimum(sum(own, -1), sum(other, -1)), -1);
    const within = cast(lessEqual(cumsum(own), shared), 'float32');
    return mul(own, add(alpha, mul(1 - alpha, within)));
  });
}
