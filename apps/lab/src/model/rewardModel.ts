/** @file The reward: how female a name sounds, learned by logistic regression on character n-grams. */
import type { Rng } from '@surrogate/core/host';
import type { Name } from '../data/names.js';

/** Scores names. */
export interface RewardModel {
  /** The log-odds that the name is female. */
  reward(name: string): number;
  /** The share of names that the sign gets right; names borne by both are left out. */
  accuracy(names: readonly Name[]): number;
}

/** How the regression is fitted. */
export interface RewardModelOptions {
  /** The longest n-gram. Default 4. */
  longest?: number | undefined;
  /** Passes over the names. Default 12. */
  epochs?: number | undefined;
  /** AdaGrad's step. Default 0.1. */
  learningRate?: number | undefined;
  /** The penalty on squared weights, a name. Default 3e-3. */
  weightDecay?: number | undefined;
}

/**
 * Fits the regression by AdaGrad in Float64, a name at a time in an order drawn from `rng`.
 *
 * @see Duchi, Hazan, Singer: Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, JMLR 2011.
 */
export function fitRewardModel(names: readonly Name[], rng: Rng, options: RewardModelOptions = {}): RewardModel {
  const { longest = 4, epochs = 12, learningRate = 0.1, weightDecay = 3e-3 } = options;
  const ids = new Map<string, number>();
  const known = (gram: string): number => ids.get(gram) ?? ids.set(gram, ids.size).size - 1;
  const rows = names.filter(isDecided).map(({ name, female }) => ({ female, grams: ngrams(name, longest).map(known) }));
  const weights = new Float64Array(ids.size);
  const squares = new Float64Array(ids.size);

  const score = (grams: readonly number[]): number => grams.reduce((sum, gram) => sum + weights[gram]!, 0);
  for (let epoch = 0; epoch < epochs; epoch++)
    for (const { female, grams } of rng.shuffle(rows)) {
      const error = 1 / (1 + Math.exp(-score(grams))) - female;
      for (const gram of grams) {
        const gradient = error + weightDecay * weights[gram]!;
        squares[gram]! += gradient * gradient;
        weights[gram]! -= (learningRate * gradient) / (Math.sqrt(squares[gram]!) + 1e-8);
      }
    }

  const reward = (name: string): number => score(ngrams(name, longest).flatMap((gram) => (ids.has(gram) ? [ids.get(gram)!] : [])));
  return {
    reward,
    accuracy(judged) {
      const decided = judged.filter(isDecided);
      return decided.filter(({ name, female }) => reward(name) > 0 === (female === 1)).length / decided.length;
    },
  };
}

const isDecided = ({ female }: Name): boolean => female !== 0.5;

/** All substrings of the marked name up to a length: `^`, `^a`, `an`, `na$` ... */
function ngrams(name: string, longest: number): string[] {
  const marked = `^${name}$`;
  const grams: string[] = [];
  for (let length = 1; length <= longest; length++)
    for (let start = 0; start + length <= marked.length; start++) grams.push(marked.slice(start, start + length));
  return grams;
}
