/** @file Which items scores recommend. */

/** Places in descending order of their scores. */
export const ranked = (scores: ArrayLike<number>): number[] => Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);

/** The k items of the highest scores among those that a user does not know. */
export function recommended(scores: ArrayLike<number>, known: readonly number[], k: number): number[] {
  const seen = new Set(known);
  return ranked(scores)
    .filter((item) => !seen.has(item))
    .slice(0, k);
}
