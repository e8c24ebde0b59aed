/** @file What excess logistic loss says about excess errors. */
import { checkAtLeast } from '@surrogate/core';

/**
 * The largest excess error that an excess logistic loss allows, in closed form: twice as much to be learnt for a loss is worth at most √2 as many errors.
 *
 * $$ R_{0/1}(h) - R_{0/1}^* \le \sqrt{2 \left( R_{\log}(h) - R_{\log}^* \right)} $$
 *
 * `hConsistencyBound` of `@surrogate/losses` is the sharp bound, for every comp-sum loss.
 *
 * @param excessLoss how much the cross-entropy, in nats, is above the least one, >= 0.
 * @returns the bound, in [0, 1].
 * @throws SurrogateError `range` when the excess is negative.
 * @see Zheng, Zhao, Li, Chen, Zhu: Revisiting Discriminative vs. Generative Classifiers: Theory and Implications, 2023. arXiv:2302.02334
 * @example
 * import { logisticExcessBound } from '@surrogate/diagnostics';
 * logisticExcessBound(0.02); // 0.2
 */
export function logisticExcessBound(excessLoss: number): number {
  checkAtLeast('logisticExcessBound', 'excessLoss', excessLoss, 0);
  return Math.min(1, Math.sqrt(2 * excessLoss));
}
