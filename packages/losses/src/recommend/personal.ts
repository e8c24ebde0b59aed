/** @file Personal-loss resampling (Zhang et al. 2025): of a user's positives, those that fit the user are trained on more often. */
import {
  asTensor,
  checkAbove,
  checkInteger,
  checkRank,
  checkRng,
  detach,
  fail,
  noGrad,
  randomCategorical,
  softmax,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { div, neg, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link personalLossResample}. */
export interface PersonalLossOptions {
  /** How strongly small losses are preferred, > 0: towards 0 the smallest alone, towards infinity all alike. Default 0.1. */
  temperature?: number | undefined;
}

/** What {@link personalLossResample} draws. */
export interface PersonalChoice {
  /** int32 `[B]`: which candidate of each row. */
  readonly index: Tensor;
  /** float32 `[B, k]`: with what probabilities. */
  readonly probs: Tensor;
}

/** Options of {@link personalCandidates}. */
export interface PersonalCandidatesOptions {
  /** How many items there are, >= 1. */
  items: number;
  /** How many users are drawn, >= 1. */
  batch: number;
  /** How many positives are drawn for each, >= 1. Default 5. */
  poolSize?: number | undefined;
}

/** Users with candidates, on the host. */
export interface PersonalCandidates {
  /** `[B]`. */
  readonly users: Int32Array;
  /** `[B · k]`: the positives of each user, one after the other. */
  readonly positives: Int32Array;
  /** `[B]`: an item that the user has nothing to do with. */
  readonly negatives: Int32Array;
}

/**
 * Draws one candidate a row, the more likely the smaller its loss: noise among a user's positives shows in losses that are large for that user.
 *
 * $$ P(m) = \operatorname{softmax}_m(-\ell_m / \tau) $$
 *
 * @param rng what draws.
 * @param losses float32 `[B, k]`: the loss of each candidate under the current parameters. Nothing is differentiated.
 * @param options the temperature τ.
 * @returns the candidates drawn, and the probabilities.
 * @throws SurrogateError `shape` unless there are candidates, `range`, `dtype`.
 * @see Zhang, Cao, Wu, Sun, Shen, Cheng: Personalized Denoising Implicit Feedback for Robust Recommender System, 2025. arXiv:2502.00348
 * @example
 * import { rng } from '@surrogate/core';
 * import { personalLossResample } from '@surrogate/losses';
 * const { probs } = personalLossResample(rng(0), [[0.1, 0.2, 0.5]]);
 * await probs.data(); // [0.721399, 0.265388, 0.013213]
 */
export function personalLossResample(rng: Rng, losses: TensorLike, options: PersonalLossOptions = {}): PersonalChoice {
  const fn = 'personalLossResample';
  const { temperature = 0.1 } = options;
  checkRng(fn, 'rng', rng);
  checkAbove(fn, 'temperature', temperature, 0);
  return tidy(() =>
    noGrad(() => {
      const given = asTensor(fn, 'losses', losses);
      checkRank(fn, 'losses', given.shape, 2);
      if (given.shape[1] === 0) fail('shape', fn, 'losses', `must have a candidate or more, got shape [${given.shape.join(', ')}]`);
      const logits = div(neg(detach(given)), temperature);
      return { index: randomCategorical(rng, logits), probs: softmax(logits) };
    }),
  );
}

/**
 * Draws users uniformly, with a pool of positives and one negative each: what {@link personalLossResample} then chooses from.
 *
 * Positives are drawn without replacement where the user has enough of them.
 *
 * @param rng what draws.
 * @param interactions for each user the items that they chose, in [0, items).
 * @param options how many items, users and positives.
 * @returns host arrays.
 * @throws SurrogateError `shape` without a user who can be drawn (some items, not all), `range`, `dtype`.
 * @see Zhang, Cao, Wu, Sun, Shen, Cheng: Personalized Denoising Implicit Feedback for Robust Recommender System, 2025. arXiv:2502.00348
 * @example
 * import { rng } from '@surrogate/core';
 * import { personalCandidates } from '@surrogate/losses';
 * personalCandidates(rng(0), [[0], []], { items: 2, batch: 3, poolSize: 1 }); // { users: [0, 0, 0], positives: [0, 0, 0], negatives: [1, 1, 1] }
 */
export function personalCandidates(
  rng: Rng,
  interactions: readonly (readonly number[])[],
  options: PersonalCandidatesOptions,
): PersonalCandidates {
  const fn = 'personalCandidates';
  const { items, batch, poolSize = 5 } = options;
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'items', items, 1);
  checkInteger(fn, 'batch', batch, 1);
  checkInteger(fn, 'poolSize', poolSize, 1);
  interactions.forEach((chosen, user) => {
    const odd = chosen.find((item) => !(Number.isSafeInteger(item) && item >= 0 && item < items));
    if (odd !== undefined) fail('range', fn, 'interactions', `must be items in [0, ${items}), got ${odd} of user ${user}`);
  });
  const sets = interactions.map((chosen) => new Set(chosen));
  const able = sets.flatMap((set, user) => (set.size > 0 && set.size < items ? [user] : []));
  if (able.length === 0) fail('shape', fn, 'interactions', 'must have a user with some items and not all, got none');
  const below = (n: number) => Math.floor(rng.uniform() * n);
  const users = Int32Array.from({ length: batch }, () => able[below(able.length)]!);
  const positives = new Int32Array(batch * poolSize);
  const negatives = users.map((user, row) => {
    const chosen = [...sets[user]!];
    const order = chosen.length >= poolSize ? rng.permutation(chosen.length) : undefined;
    for (let m = 0; m < poolSize; m++) positives[row * poolSize + m] = chosen[order === undefined ? below(chosen.length) : order[m]!]!;
    for (;;) {
      const item = below(items);
      if (!sets[user]!.has(item)) return item;
    }
  });
  return { users, positives, negatives };
}
