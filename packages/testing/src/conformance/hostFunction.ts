/** @file The row of a function that works on numbers of the host: it touches no tensor, so that it runs once. */
import { assert, expect } from 'vitest';
import type { BadCalls, Row } from './row.js';
import { declareBad, numbersIn } from './utility.js';

/** What a row of a host function may be told. */
export interface HostFunctionRow {
  /** Good calls; each gives the same twice, and numbers that are finite. */
  call: (() => unknown) | Readonly<Record<string, () => unknown>>;
  /** Numbers outside the domain: the result is NaN, as Math's functions have it, or the call is refused in `bad`. */
  outside?: readonly (() => number)[] | undefined;
  /** Calls that must be refused. */
  bad?: BadCalls | undefined;
  /** The name that errors carry, where it is not the export's. */
  fn?: string | undefined;
}

/**
 * The row of a function of host numbers.
 *
 * @param subject the export.
 * @param row how it is called.
 */
export function hostFunction(subject: unknown, row: HostFunctionRow): Row {
  const { call, outside = [], bad = {}, fn } = row;
  const calls = typeof call === 'function' ? { 'a good call': call } : call;
  return {
    subject,
    backends: ['cpu'],
    declare(it, name) {
      for (const [title, good] of Object.entries(calls))
        it(`gives finite numbers, the same twice: ${title}`, async () => {
          const first = await numbersIn(await good());
          for (const [place, values] of first) assert(values.every(Number.isFinite), `${place} is ${values.join(', ')}`);
          expect(await numbersIn(await good())).toEqual(first);
        });
      if (outside.length > 0)
        it('is NaN outside its domain', () => {
          expect(outside.map((far) => far())).toEqual(outside.map(() => NaN));
        });
      declareBad(it, fn ?? name, bad);
    },
  };
}
