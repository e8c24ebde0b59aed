/** @file Preferences between names that a model drew, by the reward model's judgement. */
import type { Rng } from '@surrogate/core';
import type { RewardModel } from './rewardModel.js';

/** Pairs: the i-th of `chosen` was preferred to the i-th of `rejected`. */
export interface Pairs<T> {
  readonly chosen: readonly T[];
  readonly rejected: readonly T[];
}

/** Pairs of names. */
export type Preferences = Pairs<string>;

/** Pairs up names in the order in which they come and prefers the higher reward; pairs of equals are left out. */
export function judgePairs(names: readonly string[], { reward }: RewardModel): Preferences {
  const chosen: string[] = [];
  const rejected: string[] = [];
  for (let i = 0; i + 1 < names.length; i += 2) {
    const [a, b] = [names[i]!, names[i + 1]!];
    const lead = reward(a) - reward(b);
    if (lead === 0) continue;
    chosen.push(lead > 0 ? a : b);
    rejected.push(lead > 0 ? b : a);
  }
  return { chosen, rejected };
}

/** The same pairs, each turned round with the given probability. */
export function flipPairs<T>({ chosen, rejected }: Pairs<T>, flipRate: number, rng: Rng): Pairs<T> {
  const flipped = chosen.map(() => rng.bernoulli(flipRate));
  return {
    chosen: chosen.map((one, i) => (flipped[i] ? rejected[i]! : one)),
    rejected: rejected.map((other, i) => (flipped[i] ? chosen[i]! : other)),
  };
}
