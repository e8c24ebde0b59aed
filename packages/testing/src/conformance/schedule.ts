/** @file The row of a schedule: numbers at every step, and options that are refused. */
import { expect } from 'vitest';
import type { BadCalls, Row } from './row.js';
import { declareBad } from './utility.js';

/** What a row of a schedule may be told. */
export interface ScheduleRow {
  /** Makes schedules, by name. */
  make: Readonly<Record<string, () => (step: number) => number>>;
  /** What all of its numbers lie between. Default 0 and 10. */
  between?: readonly [number, number] | undefined;
  /** Calls that must be refused. */
  bad?: BadCalls | undefined;
}

/** Steps that a schedule meets: its beginning, its corners, long after its end. */
const steps = [...Array.from({ length: 200 }, (_, step) => step), 999, 1000, 1001, 12345, 1e7];

/**
 * The row of a function that makes schedules.
 *
 * @param fn the export.
 * @param row how it is called.
 */
export function schedule(fn: (...args: never[]) => unknown, row: ScheduleRow): Row {
  const { make, between: [low, high] = [0, 10], bad = {} } = row;
  return {
    subject: fn,
    // It works on numbers alone.
    backends: ['cpu'],
    declare(it, name) {
      for (const [title, made] of Object.entries(make))
        it(`gives a number at every step: ${title}`, () => {
          const at = made();
          const values = steps.map(at);
          expect(values.filter((value) => !(value >= low && value <= high))).toEqual([]);
          // A schedule is a function of the step: asked again, in another order, it says the same.
          expect([...steps].reverse().map(made()).reverse()).toEqual(values);
        });
      declareBad(it, name, bad);
    },
  };
}
