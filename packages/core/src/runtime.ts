/** @file What must be one per program even where two copies of core meet: the table of ops and the switch of the range checks. */

interface Runtime {
  readonly ops: Map<string, unknown>;
  checks: boolean;
}

const key = Symbol.for('@surrogate/core');

/** The shared state of all copies of core in this program. */
export function runtime(): Runtime {
  const holder = globalThis as { [key]?: Runtime };
  return (holder[key] ??= { ops: new Map(), checks: true });
}

/**
 * Turns the range checks of host data (class ids, token ids, masks) on or off; they are on by default.
 *
 * Shapes, dtypes and options are always checked: those checks read no data.
 *
 * @param enabled whether data that is already on the host is looked at.
 * @returns the previous setting.
 * @example
 * import { setChecks } from '@surrogate/core';
 * const before = setChecks(false);
 * setChecks(before); // false
 */
export function setChecks(enabled: boolean): boolean {
  const state = runtime();
  const before = state.checks;
  state.checks = enabled;
  return before;
}
