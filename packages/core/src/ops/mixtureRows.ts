/** @file Divergences of two sets of softmax rows from their mixture as one op: Jensen-Shannon, skewed forward and skewed backward. */
import { add, div, equal, expandDims, mul, squeeze, stack, sub, sum, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { exp } from '../math/exp.js';
import { logSumExpOver } from '../math/overAxes.js';
import { select } from '../math/select.js';
import { logSoftmax } from '../math/softmax.js';
import { defineOp } from './defineOp.js';
import { klCells } from './klRows.js';

/** Which mixture, and how much each side's divergence from it counts. */
export type MixtureAttributes = {
  /** P's share λ of the mixture, in (0, 1). */
  readonly share: number;
  /** How much KL(P‖M) counts. */
  readonly weightP: number;
  /** How much KL(Q‖M) counts. */
  readonly weightQ: number;
  /** What the logits are divided by, > 0. */
  readonly temperature: number;
};

interface Logarithms {
  readonly logP: Tensor;
  readonly logQ: Tensor;
  readonly logM: Tensor;
}

function logarithms(p: Tensor, q: Tensor, { share, temperature }: MixtureAttributes): Logarithms {
  const [logP, logQ] = [logSoftmax(div(p, temperature)), logSoftmax(div(q, temperature))];
  const both = stack([add(logP, Math.log(share)), add(logQ, Math.log1p(-share))]);
  return { logP, logQ, logM: squeeze(logSumExpOver(both, [0]), [0]) };
}

/** One side's part of the gradient by its logits: p (h - Σ p h), where h = a log(p/m) - share (a p + b q) / m. */
function slope(logP: Tensor, logM: Tensor, mass: Tensor, weight: number, share: number): Tensor {
  const p = exp(logP);
  const gone = equal(logP, -Infinity);
  const none = zerosLike(logP);
  const ratio = sub(select(gone, none, logP), select(gone, none, logM));
  const along = sub(mul(mul(p, ratio), weight), mul(mul(mass, share), select(gone, none, exp(ratio))));
  return sub(along, mul(p, expandDims(sum(along, -1), -1)));
}

/**
 * Divergences of rows of logits from their mixture in nats, as a fused op.
 *
 * $$ D_i = a \operatorname{KL}(P_i \Vert M_i) + b \operatorname{KL}(Q_i \Vert M_i), \qquad M = \lambda P + (1 - \lambda) Q $$
 *
 * With a = λ and b = 1 - λ it is the Jensen-Shannon divergence, with b = 0 the skewed one. At λ = 0 and 1 it is `klRowsOp`.
 *
 * @param inputs `p` and `q`, float32 `[N, K]` logits; a logit of -Infinity has probability 0.
 * @param attrs λ, a, b and the temperature.
 * @returns float32 `[N]`, >= 0, finite.
 * @see Lin: Divergence Measures Based on the Shannon Entropy, 1991; Ko, Kim, Chen, Yun: DistiLLM, 2024. arXiv:2402.03898
 * @example
 * import { mixtureKlRowsOp } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const attrs = { share: 0.5, weightP: 0.5, weightQ: 0.5, temperature: 1 };
 * await mixtureKlRowsOp({ p: tensor([[0, 0]]), q: tensor([[0, Math.log(3)]]) }, attrs).data(); // [0.033822]
 */
export const mixtureKlRowsOp = defineOp<{ p: Tensor; q: Tensor }, MixtureAttributes>({
  name: 'SurrogateMixtureKlRows',
  composite: ({ p, q }, attrs) => {
    const { logP, logQ, logM } = logarithms(p, q, attrs);
    const { weightP, weightQ } = attrs;
    return sum(add(mul(klCells(logP, logM), weightP), mul(klCells(logQ, logM), weightQ)), -1);
  },
  gradient: ({ p, q }, attrs, upstream) => {
    const { share, weightP, weightQ, temperature } = attrs;
    const { logP, logQ, logM } = logarithms(p, q, attrs);
    const scale = expandDims(div(upstream, temperature), -1);
    const mass = add(mul(exp(logP), weightP), mul(exp(logQ), weightQ));
    return {
      p: () => mul(scale, slope(logP, logM, mass, weightP, share)),
      q: () => mul(scale, slope(logQ, logM, mass, weightQ, 1 - share)),
    };
  },
  kernel: { residuals: 2, gradients: ['p', 'q'], apart: true },
});
