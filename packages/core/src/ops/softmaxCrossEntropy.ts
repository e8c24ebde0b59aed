/** @file Softmax cross-entropy as one op: label smoothing, z-loss and temperature included, so that one kernel serves every loss of the family. */
import { add, div, expandDims, mean, mul, neg, reshape, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { takeLast } from '../indexing/takeAlongAxis.js';
import { oneHotRows } from '../indexing/oneHotMask.js';
import { dotLast } from '../math/dotLast.js';
import { logSumExp } from '../math/logSumExp.js';
import { logSoftmax, softmax } from '../math/softmax.js';
import { defineOp } from './defineOp.js';

/** How softmax cross-entropy is modified; the plain loss is `{ labelSmoothing: 0, zLoss: 0, temperature: 1 }`. */
export type SoftmaxCrossEntropyAttributes = {
  /** Mass s of the target that is spread over all classes, in [0, 1). */
  readonly labelSmoothing: number;
  /** Coefficient of logSumExp(z)², which keeps the normaliser near 1. */
  readonly zLoss: number;
  /** What the logits are divided by, > 0. */
  readonly temperature: number;
};

type Inputs = { logits: Tensor; target: Tensor };

const scaled = (logits: Tensor, temperature: number) => (temperature === 1 ? logits : div(logits, temperature));

/** (1 - s)·t + s/K, with class ids made one-hot: NaN where an id is out of range. */
const smoothed = ({ logits, target }: Inputs, s: number): Tensor => {
  const classes = logits.shape.at(-1)!;
  const dense = target.rank === logits.rank ? target : oneHotRows(target, classes);
  return s === 0 ? dense : add(mul(dense, 1 - s), s / classes);
};

/**
 * Softmax cross-entropy of rows, as a fused op.
 *
 * $$ \ell = \operatorname{lse}(z) \sum_k \tilde t_k - \sum_k \tilde t_k z_k + \zeta \operatorname{lse}(z)^2, \qquad z = \text{logits} / T, \quad \tilde t = (1 - s)\, t + s / K $$
 *
 * @param inputs `logits` float32 `[N, K]`; `target` int32 `[N]` class ids or float32 `[N, K]`. An id outside [0, K) gives NaN.
 * @param attrs label smoothing, z-loss coefficient and temperature.
 * @returns float32 `[N]`.
 * @see Szegedy et al.: Rethinking the Inception Architecture, 2015. arXiv:1512.00567 (smoothing); Chowdhery et al.: PaLM, 2022. arXiv:2204.02311 (z-loss).
 * @example
 * import { softmaxCrossEntropyOp } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const loss = softmaxCrossEntropyOp({ logits: tensor([[2, 1, 0]]), target: tensor([0], [1], 'int32') }, { labelSmoothing: 0, zLoss: 0, temperature: 1 });
 * await loss.data(); // [0.407606]
 */
export const softmaxCrossEntropyOp = defineOp<Inputs, SoftmaxCrossEntropyAttributes>({
  name: 'SurrogateSoftmaxCrossEntropy',
  composite: ({ logits, target }, { labelSmoothing: s, zLoss, temperature }) => {
    const z = scaled(logits, temperature);
    const logP = logSoftmax(z);
    const cross = neg(target.rank === logits.rank ? dotLast(smoothed({ logits, target }, s), logP) : ofIds(logP, target, s));
    return zLoss === 0 ? cross : add(cross, mul(zLoss, square(logSumExp(z))));
  },
  gradient: (inputs, { labelSmoothing: s, zLoss, temperature }, upstream) => {
    const z = scaled(inputs.logits, temperature);
    return {
      logits: () => {
        const target = smoothed(inputs, s);
        const mass = add(sum(target, -1), zLoss === 0 ? 0 : mul(2 * zLoss, logSumExp(z)));
        return mul(expandDims(div(upstream, temperature), -1), sub(mul(expandDims(mass, -1), softmax(z)), target));
      },
      target: () => {
        const perClass = mul(expandDims(upstream, -1), neg(logSoftmax(z)));
        return s === 0 ? perClass : mul(perClass, 1 - s);
      },
    };
  },
  kernel: { residuals: 1, gradients: ['logits'] },
});

const ofIds = (logP: Tensor, ids: Tensor, s: number) => {
  const chosen = reshape(takeLast(logP, expandDims(ids, -1)), ids.shape);
  return s === 0 ? chosen : add(mul(chosen, 1 - s), mul(s, mean(logP, -1)));
};
