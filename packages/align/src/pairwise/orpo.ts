/** @file Odds-ratio preference optimisation: fine-tuning and preferences in one loss, without a reference. */
import { add, mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAtLeast, log1mExp, lossScope, minimum, softplus, type LossOptions } from '@surrogate/core';
import type { PolicyPairs } from './pairs.js';

/** Options of {@link orpoLoss}. */
export interface OrpoOptions extends LossOptions {
  /** λ, how much the odds ratio counts beside the likelihood, >= 0. Default 0.1. */
  beta?: number | undefined;
  /** How much the likelihood of the chosen response counts, >= 0. Default 1. */
  sftWeight?: number | undefined;
}

/** A probability of 1 has infinite odds; beyond this it counts as a little less. */
const nearlySure = -1e-6;

const logOdds = (logProbs: Tensor) => {
  const below = minimum(logProbs, nearlySure);
  return sub(below, log1mExp(below));
};

/**
 * Odds-ratio preference optimisation: the likelihood of the chosen response, and the odds of a token of it against those of the rejected one.
 *
 * $$ \ell = -w \log p_w - \lambda \log\sigma\!\left( \log\frac{p_w}{1 - p_w} - \log\frac{p_l}{1 - p_l} \right), \qquad \log p = \tfrac{1}{|y|} \log\pi(y|x) $$
 *
 * TRL averages the likelihood over the tokens of the whole batch, prompts included: for that, `sftWeight: 0`, and add `sftLoss`.
 *
 * @param pairs float32 `[batch]` each: the **mean** log-probabilities of the chosen and the rejected responses, `sequenceLogProbs(..., { reduction: 'mean' })`.
 * @param options λ (as `beta`), the weight of the likelihood, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the two differ in shape, `range` when an option is below 0.
 * @see Hong, Lee, Thorne: ORPO: Monolithic Preference Optimization without Reference Model, 2024. arXiv:2403.07691
 * @example
 * import { orpoLoss } from '@surrogate/align';
 * (await orpoLoss({ chosen: [-1], rejected: [-1.2] }, { beta: 1, sftWeight: 0 }).data())[0]; // 0.554231
 */
export function orpoLoss(pairs: PolicyPairs, options: OrpoOptions = {}): Tensor {
  const { beta = 0.1, sftWeight = 1 } = options;
  checkAtLeast('orpoLoss', 'beta', beta, 0);
  checkAtLeast('orpoLoss', 'sftWeight', sftWeight, 0);
  const { chosen, rejected } = pairs;
  return lossScope('orpoLoss', { chosen, rejected }, options, (rows) =>
    add(mul(sftWeight, neg(rows.chosen)), mul(beta, softplus(sub(logOdds(rows.rejected), logOdds(rows.chosen))))),
  );
}
