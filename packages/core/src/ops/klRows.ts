/** @file The Kullback-Leibler divergence between rows of logits as one op, so that one kernel serves every penalty and every distillation. */
import { add, div, equal, expandDims, greater, logicalOr, mul, neg, sub, sum, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { dotLast } from '../math/dotLast.js';
import { exp } from '../math/exp.js';
import { expRemainder } from '../math/expRemainder.js';
import { select } from '../math/select.js';
import { logSoftmax } from '../math/softmax.js';
import { defineOp } from './defineOp.js';
import type { TemperatureAttributes } from './tokenLogProbs.js';

/** @internal p log(p/q) - p + q for each cell: the sum is the divergence, no term is negative, and none cancels where p and q almost agree. */
export function klCells(logP: Tensor, logQ: Tensor): Tensor {
  const [p, q] = [exp(logP), exp(logQ)];
  const none = zerosLike(p);
  const onlyOne = logicalOr(equal(logP, -Infinity), equal(logQ, -Infinity));
  const v = sub(select(onlyOne, none, logQ), select(onlyOne, none, logP));
  const far = greater(v, 1);
  const near = mul(p, expRemainder(select(far, none, v)));
  const apart = sub(q, mul(p, add(v, 1)));
  const impossible = select(equal(logQ, -Infinity), dotLast(expandDims(p, -1), expandDims(neg(logQ), -1)), q);
  return select(onlyOne, impossible, select(far, apart, near));
}

/**
 * Divergences KL(P‖Q) of rows of logits in nats, as a fused op.
 *
 * $$ D_i = \sum_k p_{ik} \log \frac{p_{ik}}{q_{ik}}, \qquad p = \operatorname{softmax}(a / T), \quad q = \operatorname{softmax}(b / T) $$
 *
 * @param inputs `p` and `q`, float32 `[N, K]` logits; a logit of -Infinity has probability 0.
 * @param attrs the temperature.
 * @returns float32 `[N]`, >= 0; Infinity where P has mass that Q lacks.
 * @example
 * import { klRowsOp } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await klRowsOp({ p: tensor([[0, 0]]), q: tensor([[0, Math.log(3)]]) }, { temperature: 1 }).data(); // [0.143841]
 */
export const klRowsOp = defineOp<{ p: Tensor; q: Tensor }, TemperatureAttributes>({
  name: 'SurrogateKlRows',
  composite: ({ p, q }, { temperature }) => sum(klCells(logSoftmax(div(p, temperature)), logSoftmax(div(q, temperature))), -1),
  gradient: ({ p, q }, { temperature }, upstream) => {
    const scale = expandDims(div(upstream, temperature), -1);
    const [logP, logQ] = [logSoftmax(div(p, temperature)), logSoftmax(div(q, temperature))];
    return {
      p: () => {
        const mass = exp(logP);
        const gone = equal(logP, -Infinity);
        const ratio = sub(select(gone, zerosLike(logP), logP), select(gone, zerosLike(logQ), logQ));
        return mul(scale, mul(mass, sub(ratio, expandDims(dotLast(mass, ratio), -1))));
      },
      q: () => mul(scale, sub(exp(logQ), exp(logP))),
    };
  },
  kernel: { residuals: 2, gradients: ['p', 'q'], apart: true },
});
