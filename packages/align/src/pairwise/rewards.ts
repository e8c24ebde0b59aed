/** @file What people log beside a preference loss: implicit rewards, their margin, and how often the chosen response leads. */
import { add, cast, equal, greater, mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { asTensor, checkAbove, checkShape, detach, type LossOptions } from '@surrogate/core';
import { pairScope, scoreOf, type PreferencePairs, type ScoreOptions } from './pairs.js';

/** The implicit rewards of pairs, float32 `[batch]` each; constants, for logs. */
export interface ImplicitRewards {
  /** Of the responses that were preferred. */
  readonly chosen: Tensor;
  /** Of the others. */
  readonly rejected: Tensor;
  /** chosen - rejected. */
  readonly margin: Tensor;
}

/** Options of {@link rewardMargin}. */
export interface RewardMarginOptions extends LossOptions, ScoreOptions {}

/** Options of {@link rewardAccuracy}; β does not change an order. */
export interface RewardAccuracyOptions extends LossOptions, Pick<ScoreOptions, 'divergence'> {}

/**
 * The rewards that a policy implies for the responses of pairs.
 *
 * $$ r(x, y) = \beta \log\frac{\pi(y|x)}{\pi_{\text{ref}}(y|x)} $$
 *
 * With another divergence than KL it is β f'(π/π_ref). Rewards are meaningful up to a constant for each prompt.
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param options β (default 0.1) and the divergence.
 * @returns the rewards of both and their difference, `[batch]` each, without gradient.
 * @throws SurrogateError `shape` when the four differ in shape, `range` when beta is not above 0.
 * @see Rafailov et al.: Direct Preference Optimization: Your Language Model is Secretly a Reward Model, 2023. arXiv:2305.18290
 * @example
 * import { implicitRewards } from '@surrogate/align';
 * const { margin } = implicitRewards({ chosen: [-4], rejected: [-6], refChosen: [-5], refRejected: [-5.5] }, { beta: 0.5 });
 * await margin.data(); // [0.75]
 */
export function implicitRewards(pairs: PreferencePairs, options: ScoreOptions = {}): ImplicitRewards {
  const { beta = 0.1, divergence } = options;
  checkAbove('implicitRewards', 'beta', beta, 0);
  return tidy(() => {
    const read = (name: keyof PreferencePairs) => detach(asTensor('implicitRewards', name, pairs[name]));
    const given = { chosen: read('chosen'), rejected: read('rejected'), refChosen: read('refChosen'), refRejected: read('refRejected') };
    for (const [name, x] of Object.entries(given)) checkShape('implicitRewards', name, x.shape, given.chosen.shape);
    const chosen = mul(beta, scoreOf(given.chosen, given.refChosen, divergence));
    const rejected = mul(beta, scoreOf(given.rejected, given.refRejected, divergence));
    return { chosen, rejected, margin: sub(chosen, rejected) };
  });
}

/**
 * How far the chosen responses lead by their implicit rewards, on average.
 *
 * $$ m = r(x, y_w) - r(x, y_l) $$
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param options β (default 0.1), the divergence, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the four differ in shape, `range` when beta is not above 0.
 * @example
 * import { rewardMargin } from '@surrogate/align';
 * const pairs = { chosen: [-4, -3.5], rejected: [-6, -2.5], refChosen: [-5, -3], refRejected: [-5.5, -2.8] };
 * (await rewardMargin(pairs, { beta: 0.5 }).data())[0]; // 0.175
 */
export function rewardMargin(pairs: PreferencePairs, options: RewardMarginOptions = {}): Tensor {
  const { beta = 0.1 } = options;
  checkAbove('rewardMargin', 'beta', beta, 0);
  return pairScope('rewardMargin', pairs, options, ({ chosen, rejected }) => mul(beta, sub(chosen, rejected)));
}

/**
 * The fraction of pairs whose chosen response has the higher implicit reward; a tie counts half.
 *
 * @param pairs float32 `[batch]` each: the log-probabilities of the chosen and the rejected responses, under the policy and the reference.
 * @param options the divergence, and how rows are weighted and reduced.
 * @returns a scalar in [0, 1], or `[batch]` with `reduction: 'none'`; without gradient.
 * @throws SurrogateError `shape` when the four differ in shape.
 * @example
 * import { rewardAccuracy } from '@surrogate/align';
 * const pairs = { chosen: [-4, -3.5], rejected: [-6, -2.5], refChosen: [-5, -3], refRejected: [-5.5, -2.8] };
 * (await rewardAccuracy(pairs).data())[0]; // 0.5
 */
export function rewardAccuracy(pairs: PreferencePairs, options: RewardAccuracyOptions = {}): Tensor {
  return pairScope('rewardAccuracy', pairs, options, (scores) => {
    const [chosen, rejected] = [detach(scores.chosen), detach(scores.rejected)];
    return add(cast(greater(chosen, rejected), 'float32'), mul(0.5, cast(equal(chosen, rejected), 'float32')));
  });
}
