/** @file The entropy of a row of logits, without keeping its softmax. */
import { add, div, expandDims, mul, neg, type Tensor } from '@tensorflow/tfjs-core';
import { dotLast } from '../math/dotLast.js';
import { logSoftmax, softmax } from '../math/softmax.js';
import { exp } from '../math/exp.js';
import { defineOp } from './defineOp.js';
import type { TemperatureAttributes } from './tokenLogProbs.js';

/**
 * Entropies of rows of logits in nats, as a fused op.
 *
 * $$ H_i = -\sum_k p_{ik} \log p_{ik}, \qquad p = \operatorname{softmax}(\text{logits} / T) $$
 *
 * @param inputs `logits` float32 `[N, V]`; a logit of -Infinity has probability 0 and adds nothing.
 * @param attrs the temperature.
 * @returns float32 `[N]`, in [0, log V].
 * @example
 * import { tokenEntropyOp } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await tokenEntropyOp({ logits: tensor([[1, 1]]) }, { temperature: 1 }).data(); // [0.693147]
 */
export const tokenEntropyOp = defineOp<{ logits: Tensor }, TemperatureAttributes>({
  name: 'SurrogateTokenEntropy',
  composite: ({ logits }, { temperature }) => {
    const logP = logSoftmax(div(logits, temperature));
    return neg(dotLast(exp(logP), logP));
  },
  gradient: ({ logits }, { temperature }, upstream) => ({
    logits: () => {
      const z = div(logits, temperature);
      const logP = logSoftmax(z);
      const p = softmax(z);
      const entropy = neg(dotLast(p, logP));
      return mul(expandDims(div(upstream, -temperature), -1), surprise(p, logP, entropy));
    },
  }),
  kernel: { residuals: 2, gradients: ['logits'] },
});

/** p·(log p + H), where a probability of 0 gives 0 though its logarithm is -Infinity. */
const surprise = (p: Tensor, logP: Tensor, entropy: Tensor) =>
  add(dotLast(expandDims(p, -1), expandDims(logP, -1)), mul(p, expandDims(entropy, -1)));
