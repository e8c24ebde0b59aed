/** @file The log-probability of one chosen class a row, without the `[N, V]` log-softmax. */
import { div, expandDims, mul, reshape, sub, type Tensor } from '@tensorflow/tfjs-core';
import { oneHotRows } from '../indexing/oneHotMask.js';
import { takeLast } from '../indexing/takeAlongAxis.js';
import { logSoftmax, softmax } from '../math/softmax.js';
import { defineOp } from './defineOp.js';

/** What the logits are divided by, > 0. */
export type TemperatureAttributes = { readonly temperature: number };

const scaled = (logits: Tensor, temperature: number) => (temperature === 1 ? logits : div(logits, temperature));

/**
 * Log-probabilities of tokens, as a fused op.
 *
 * $$ \log p_i = z_{i, y_i} - \operatorname{lse}(z_i), \qquad z = \text{logits} / T $$
 *
 * @param inputs `logits` float32 `[N, V]`; `tokens` int32 `[N]`. An id outside [0, V) gives NaN.
 * @param attrs the temperature.
 * @returns float32 `[N]`.
 * @example
 * import { tokenLogProbsOp } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const logProbs = tokenLogProbsOp({ logits: tensor([[2, 1, 0]]), tokens: tensor([0], [1], 'int32') }, { temperature: 1 });
 * await logProbs.data(); // [-0.407606]
 */
export const tokenLogProbsOp = defineOp<{ logits: Tensor; tokens: Tensor }, TemperatureAttributes>({
  name: 'SurrogateTokenLogProbs',
  composite: ({ logits, tokens }, { temperature }) => {
    const z = scaled(logits, temperature);
    return reshape(takeLast(logSoftmax(z), expandDims(tokens, -1)), tokens.shape);
  },
  gradient: ({ logits, tokens }, { temperature }, upstream) => ({
    logits: () =>
      mul(expandDims(div(upstream, temperature), -1), sub(oneHotRows(tokens, logits.shape.at(-1)!), softmax(scaled(logits, temperature)))),
  }),
  kernel: { residuals: 1, gradients: ['logits'] },
});
