/** @file Reads the oracle files of host functions: plain numbers and arrays, no tensors. */
import { readFileSync } from 'node:fs';

/** One call and what a trusted implementation returned. */
export interface HostCase<I, V> {
  readonly name: string;
  readonly inputs: I;
  readonly value: V;
}

const special: Record<string, number> = { NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity };

/**
 * The cases of `tests/oracles/<name>.json`, with the strings `NaN`, `Infinity` and `-Infinity` as the numbers they stand for.
 *
 * @param name such as `core/host_seed_words`.
 * @returns the cases in file order.
 */
export function hostCases<I, V>(name: string): HostCase<I, V>[] {
  const text = readFileSync(new URL(`../../../tests/oracles/${name}.json`, import.meta.url), 'utf8');
  const revive = (_key: string, value: unknown): unknown => (typeof value === 'string' && value in special ? special[value] : value);
  return (JSON.parse(text, revive) as { cases: HostCase<I, V>[] }).cases;
}
