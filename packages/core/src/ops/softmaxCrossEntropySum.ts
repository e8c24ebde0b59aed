/** @file The weighted sum of softmax cross-entropies as one op: with the weights known, a kernel computes the gradient together with the value, from one exponential a logit. */
import { mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import { aliveOf, shield } from '../loss/lossScope.js';
import { defineOp } from './defineOp.js';
import { softmaxCrossEntropyOp, type SoftmaxCrossEntropyAttributes } from './softmaxCrossEntropy.js';

/**
 * The weighted sum of the softmax cross-entropies of rows against class ids, as a fused op. A row of weight 0 is not looked at: it may hold anything and has no gradient.
 *
 * $$ L = \sum_i w_i\, \ell_i $$
 *
 * with ℓ as in {@link softmaxCrossEntropyOp}. Ask `softmaxCrossEntropySumOp.fused()` whether the current backend has a kernel for it; without one, an op for the rows and
 * a sum do as well.
 *
 * @param inputs `logits` float32 `[N, K]`; `target` int32 `[N]` class ids; `weights` float32 `[N]`. An id outside [0, K) gives NaN.
 * @param attrs label smoothing, z-loss coefficient and temperature.
 * @returns a scalar.
 * @see Hsu et al.: Liger Kernel: Efficient Triton Kernels for LLM Training, 2024. arXiv:2410.10989 (the gradient in the forward pass)
 * @example
 * import { softmaxCrossEntropySumOp } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const inputs = { logits: tensor([[2, 1, 0], [NaN, 0, 0]]), target: tensor([0, 0], [2], 'int32'), weights: tensor([0.5, 0]) };
 * (await softmaxCrossEntropySumOp(inputs, { labelSmoothing: 0, zLoss: 0, temperature: 1 }).data())[0]; // 0.203803
 */
export const softmaxCrossEntropySumOp = defineOp<{ logits: Tensor; target: Tensor; weights: Tensor }, SoftmaxCrossEntropyAttributes>({
  name: 'SurrogateSoftmaxCrossEntropySum',
  composite: ({ logits, target, weights }, attrs) => {
    const alive = aliveOf(weights);
    const shielded = { logits: shield(logits, alive), target: shield(target, alive) };
    return sum(mul(weights, softmaxCrossEntropyOp(shielded, attrs)));
  },
  kernel: { residuals: 2, gradients: ['logits', 'weights'] },
});
