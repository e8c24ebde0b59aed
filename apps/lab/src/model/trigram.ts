/** @file The baseline of language modelling: a smoothed trigram over characters. */
import { encode, vocabularySize } from '../data/vocabulary.js';

/** A model of names that says how many bits each takes. */
export interface Trigram {
  /** Bits per symbol over the names, the end of each name included. */
  bitsPerCharacter(names: readonly string[]): number;
}

/** How often each symbol followed a context. */
interface Context {
  total: number;
  readonly counts: Map<number, number>;
}

/**
 * Interpolated Kneser-Ney with one discount a level: p(c | ab) leaves a share of its mass to p(c | b), which counts in how many contexts c was seen, not how often.
 *
 * The discounts are the closed-form estimates n1 / (n1 + 2 n2), n_k the number of continuations seen k times.
 *
 * @see Chen, Goodman: An Empirical Study of Smoothing Techniques for Language Modeling, 1998.
 */
export function fitTrigram(names: readonly string[]): Trigram {
  const levels: Map<string, Context>[] = [new Map(), new Map(), new Map()];
  const see = (order: number, context: string, symbol: number): boolean => {
    const level = levels[order]!;
    const entry = level.get(context) ?? { total: 0, counts: new Map<number, number>() };
    level.set(context, entry);
    const before = entry.counts.get(symbol) ?? 0;
    entry.counts.set(symbol, before + 1);
    entry.total++;
    return before === 0;
  };
  for (const name of names)
    for (const [a, b, c] of trigrams(name)) {
      // A continuation counts at the level below once for each context that it is new in.
      if (see(2, `${a},${b}`, c) && see(1, `${b}`, c)) see(0, '', c);
    }
  const discounts = levels.map(discountOf);

  const prob = (order: number, [a, b, c]: Symbols): number => {
    if (order < 0) return 1 / vocabularySize;
    const entry = levels[order]!.get(order === 2 ? `${a},${b}` : order === 1 ? `${b}` : '');
    const below = prob(order - 1, [a, b, c]);
    if (entry === undefined) return below;
    const discount = discounts[order]!;
    const kept = Math.max((entry.counts.get(c) ?? 0) - discount, 0);
    return (kept + discount * entry.counts.size * below) / entry.total;
  };
  return {
    bitsPerCharacter(held) {
      const symbols = held.flatMap(trigrams);
      return symbols.reduce((bits, symbol) => bits - Math.log2(prob(2, symbol)), 0) / symbols.length;
    },
  };
}

type Symbols = readonly [number, number, number];

function trigrams(name: string): Symbols[] {
  const ids = [0, 0, ...encode(name), 0];
  return ids.slice(2).map((c, i) => [ids[i]!, ids[i + 1]!, c]);
}

function discountOf(level: Map<string, Context>): number {
  let once = 0;
  let twice = 0;
  for (const { counts } of level.values())
    for (const count of counts.values()) {
      if (count === 1) once++;
      if (count === 2) twice++;
    }
  return once === 0 ? 0.5 : once / (once + 2 * twice);
}
