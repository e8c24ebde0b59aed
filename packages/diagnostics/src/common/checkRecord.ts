/** @file A check that an argument is a record at all. */
import { fail } from '@surrogate/core';

/** @internal Accepts objects; what fields they have is checked as each is read. */
export function checkRecord(fn: string, argument: string, value: unknown, wanted: string): void {
  if (typeof value !== 'object' || value === null)
    fail('dtype', fn, argument, `must be ${wanted}, got ${value === null ? 'null' : typeof value}`);
}
