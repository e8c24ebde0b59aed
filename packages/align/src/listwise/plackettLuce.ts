/** @file DPO for rankings. */
import { add, expandDims, sub, sum, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, logSumExp, lossScope, type LossOptions } from '@surrogate/core';
import { groupScores, type ResponseGroups } from './groups.js';

/** Options of {@link plackettLuceLoss}. */
export interface PlackettLuceOptions extends LossOptions {
  /** β, the scale of the implicit reward, > 0. Default 0.1. */
  beta?: number | undefined;
}

/** 0 where j >= k, -Infinity elsewhere: who is still in the race when place k is given. */
const stillInTheRace = (places: number): Tensor =>
  tensor2d(
    Array.from({ length: places * places }, (_, i) => (i % places >= Math.floor(i / places) ? 0 : -Infinity)),
    [places, places],
  );

/**
 * DPO for rankings: the Plackett-Luce likelihood that the responses come in the given order. With two responses it is DPO.
 *
 * $$ \ell = -\sum_{k=1}^{K} \left[ s_k - \log\sum_{j \ge k} e^{s_j} \right], \qquad s_k = \beta \log\frac{\pi(y_k|x)}{\pi_{\text{ref}}(y_k|x)} $$
 *
 * @param ranking float32 `[batch, K]` each, the best response first: log-probabilities under the policy and the reference.
 * @param options β, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the two differ in shape, `range` when beta is not above 0.
 * @see Rafailov et al.: Direct Preference Optimization, 2023, appendix A.3. arXiv:2305.18290
 * @example
 * import { plackettLuceLoss } from '@surrogate/align';
 * const ranking = { logProbs: [[-4, -4.8, -5.5]], refLogProbs: [[-5, -5, -5]] };
 * (await plackettLuceLoss(ranking, { beta: 0.5 }).data())[0]; // 1.295443
 */
export function plackettLuceLoss(ranking: ResponseGroups, options: PlackettLuceOptions = {}): Tensor {
  const { beta = 0.1 } = options;
  checkAbove('plackettLuceLoss', 'beta', beta, 0);
  const { logProbs, refLogProbs } = ranking;
  return lossScope(
    'plackettLuceLoss',
    { logProbs, refLogProbs },
    options,
    (rows) => {
      const scores = groupScores(beta, rows.logProbs, rows.refLogProbs);
      const rest = logSumExp(add(expandDims(scores, -2), stillInTheRace(scores.shape.at(-1)!)));
      return sum(sub(rest, scores), -1);
    },
    1,
  );
}
