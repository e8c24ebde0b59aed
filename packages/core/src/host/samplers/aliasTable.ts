/** @file Draws from a fixed categorical distribution in constant time. */
import { fail } from '../../inputs/checks.js';
import { checkRng, type Rng } from '../random/rng.js';

/** A categorical distribution, prepared for {@link sampleAlias}. */
export interface AliasTable {
  /** The probability that a place keeps its own class. */
  readonly keep: Float64Array;
  /** The class that it gives otherwise. */
  readonly alias: Int32Array;
}

/**
 * Prepares a categorical distribution, in linear time.
 *
 * @param weights at least 0, not all 0; they need not sum to 1.
 * @returns the table.
 * @throws SurrogateError `range` when a weight is negative or not finite, or none is positive.
 * @see Vose: A Linear Algorithm for Generating Random Numbers with a Given Distribution, 1991
 * @example
 * import { aliasTable, rng, sampleAlias } from '@surrogate/core/host';
 * const table = aliasTable([0, 3, 0]);
 * sampleAlias(rng(0), table); // 1
 */
export function aliasTable(weights: ArrayLike<number>): AliasTable {
  const given = Float64Array.from(weights);
  const bad = given.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0) fail('range', 'aliasTable', 'weights', `must be finite and at least 0, got ${given[bad]} at [${bad}]`);
  const largest = given.reduce((most, weight) => Math.max(most, weight), 0);
  if (largest === 0) fail('range', 'aliasTable', 'weights', `must hold a positive number, got ${given.length} without one`);
  const total = given.reduce((sum, weight) => sum + weight / largest, 0);
  const n = given.length;
  const keep = given.map((weight) => ((weight / largest) * n) / total);
  const alias = Int32Array.from({ length: n }, (_, i) => i);
  const small: number[] = [];
  const large: number[] = [];
  keep.forEach((share, i) => (share < 1 ? small : large).push(i));
  while (small.length > 0 && large.length > 0) {
    const [poor, rich] = [small.pop()!, large.at(-1)!];
    alias[poor] = rich;
    keep[rich] = keep[rich]! - (1 - keep[poor]!);
    if (keep[rich] < 1) small.push(large.pop()!);
  }
  // What is left of either list is 1 but for rounding; a class of weight 0 is never left, or its rest would be drawn.
  for (const i of [...small, ...large]) {
    keep[i] = 1;
    if (given[i] === 0) [keep[i], alias[i]] = [0, given.indexOf(largest)];
  }
  return { keep, alias };
}

/**
 * A class of the distribution that a table was made of.
 *
 * @param rng the generator; it moves on.
 * @param table of {@link aliasTable}.
 * @returns an index in [0, weights.length).
 * @throws SurrogateError `dtype` for what is no generator.
 * @example
 * import { aliasTable, rng, sampleAlias } from '@surrogate/core/host';
 * const drawn = sampleAlias(rng(0), aliasTable([1, 2]));
 * drawn === 0 || drawn === 1; // true
 */
export function sampleAlias(rng: Rng, table: AliasTable): number {
  checkRng('sampleAlias', 'rng', rng);
  const place = rng.integer(0, table.keep.length);
  return rng.uniform() < table.keep[place]! ? place : table.alias[place]!;
}
