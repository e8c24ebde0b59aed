/** @file Divergences between the distributions over tokens of two models by way of their mixture: they stay finite where one lacks what the other has. */
import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkBetween, fail } from '../inputs/checks.js';
import type { TensorLike } from '../inputs/tensors.js';
import { klRowsOp } from '../ops/klRows.js';
import { mixtureKlRowsOp } from '../ops/mixtureRows.js';
import { tokenRows, type TokenOptions } from './sequences.js';

/** Options of {@link skewKlFromLogits}. */
export interface SkewKlOptions extends TokenOptions {
  /** P's share s of the mixture, in [0, 1); 0 is KL(P‖Q). Default 0.1. */
  skew?: number | undefined;
}

/** Options of {@link jensenShannonFromLogits}. */
export interface JensenShannonOptions extends TokenOptions {
  /** P's share β of the mixture and of the sum, in (0, 1). Default 0.5. */
  weight?: number | undefined;
}

/**
 * Skewed divergences KL(P‖sP + (1 - s)Q) between the distributions over tokens of two models. For the reverse one, KL(Q‖(1 - s)P + sQ), hand the two in the other order.
 *
 * $$ D_i = \sum_k p_{ik} \log \frac{p_{ik}}{s\, p_{ik} + (1 - s)\, q_{ik}} $$
 *
 * @param logitsP float32 `[..., V]`, of the policy or teacher.
 * @param logitsQ float32 `[..., V]`, of the reference or student.
 * @returns float32 `[...]` in nats, in [0, -log s]; 0 where the mask is 0.
 * @throws SurrogateError `shape` where the two differ, `dtype`, `disposed`, `range` for a temperature of 0 or less and a skew outside [0, 1).
 * @see Lee: On the Effectiveness of the Skew Divergence for Statistical Language Analysis, 2001; Ko, Kim, Chen, Yun: DistiLLM, 2024. arXiv:2402.03898
 * @example
 * import { skewKlFromLogits } from '@surrogate/core';
 * await skewKlFromLogits([[0, 0]], [[0, Math.log(3)]], { skew: 0.5 }).data(); // [0.03227]
 */
export function skewKlFromLogits(logitsP: TensorLike, logitsQ: TensorLike, options: SkewKlOptions = {}): Tensor {
  const { skew = 0.1, ...rest } = options;
  checkBetween('skewKlFromLogits', 'skew', skew, 0, 1);
  return tidy(() => {
    const pair = [['logitsP', logitsP] as const, ['logitsQ', logitsQ] as const];
    const { flat, back, temperature } = tokenRows('skewKlFromLogits', pair, rest);
    const inputs = { p: flat[0]!, q: flat[1]! };
    return back(
      skew === 0 ? klRowsOp(inputs, { temperature }) : mixtureKlRowsOp(inputs, { share: skew, weightP: 1, weightQ: 0, temperature }),
    );
  });
}

/**
 * Jensen-Shannon divergences between the distributions over tokens of two models, weighted where asked.
 *
 * $$ D_i = \beta \operatorname{KL}(P_i \Vert M_i) + (1 - \beta) \operatorname{KL}(Q_i \Vert M_i), \qquad M = \beta P + (1 - \beta) Q $$
 *
 * @param logitsP float32 `[..., V]`, of the policy or teacher.
 * @param logitsQ float32 `[..., V]`, of the reference or student.
 * @returns float32 `[...]` in nats, in [0, H(β)], at most log 2; 0 where the mask is 0.
 * @throws SurrogateError `shape` where the two differ, `dtype`, `disposed`, `range` for a temperature of 0 or less and a weight outside (0, 1).
 * @see Lin: Divergence Measures Based on the Shannon Entropy, 1991; Agarwal et al.: On-Policy Distillation of Language Models, 2023. arXiv:2306.13649
 * @example
 * import { jensenShannonFromLogits } from '@surrogate/core';
 * await jensenShannonFromLogits([[0, 0]], [[0, Math.log(3)]]).data(); // [0.033822]
 */
export function jensenShannonFromLogits(logitsP: TensorLike, logitsQ: TensorLike, options: JensenShannonOptions = {}): Tensor {
  const fn = 'jensenShannonFromLogits';
  const { weight = 0.5, ...rest } = options;
  if (!(weight > 0 && weight < 1)) fail('range', fn, 'weight', `must be in (0, 1), got ${String(weight)}`);
  return tidy(() => {
    const pair = [['logitsP', logitsP] as const, ['logitsQ', logitsQ] as const];
    const { flat, back, temperature } = tokenRows(fn, pair, rest);
    return back(mixtureKlRowsOp({ p: flat[0]!, q: flat[1]! }, { share: weight, weightP: weight, weightQ: 1 - weight, temperature }));
  });
}
