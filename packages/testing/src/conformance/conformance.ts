/** @file The conformance suite: a table with one row an export, checked against the package by reflection. */
import { describe, expect, it } from 'vitest';
import { eachBackend } from '../backends/eachBackend.js';
import { backends, type Backend } from '../backends/startBackend.js';
import type { Row } from './row.js';

/** A package's rows by the names of its exports. */
export type ConformanceTable = { readonly [name: string]: Row };

/** What needs a row: functions, classes, and records of functions (members of a family). */
const needsRow = (value: unknown): boolean =>
  typeof value === 'function' ||
  (typeof value === 'object' && value !== null && Object.values(value).some((part) => typeof part === 'function'));

/**
 * What a table lacks or has too much, in words.
 *
 * @param namespace the package: `import * as losses from './index.js'`.
 * @param table its rows.
 * @returns one sentence a fault; none where all is well.
 */
export function tableFaults(namespace: object, table: ConformanceTable): string[] {
  const exported = new Map(Object.entries(namespace));
  const missing = [...exported]
    .filter(([name, value]) => needsRow(value) && !(name in table))
    .map(([name]) => `${name} is exported and has no row`);
  const faults = Object.entries(table).flatMap(([name, row]) => {
    if (!exported.has(name)) return [`${name} has a row and is not exported`];
    return row.subject === exported.get(name) ? [] : [`the row of ${name} is about something else`];
  });
  return [...missing, ...faults].sort();
}

/**
 * Declares the tests of a whole package: that the table is complete, and each row on each backend.
 *
 * @param namespace the package: `import * as losses from './index.js'`.
 * @param table one row an export.
 */
export function conformance(namespace: object, table: ConformanceTable): void {
  describe('the conformance table', () => {
    it('has one row for each export, and none for anything else', () => expect(tableFaults(namespace, table)).toEqual([]));
  });
  const runsOn = (row: Row, backend: Backend) => (row.backends ?? backends).includes(backend);
  // A suite without tests is a failure to Vitest: what works on the host alone has one backend.
  const used = backends.filter((backend) => Object.values(table).some((row) => runsOn(row, backend)));
  eachBackend(
    (backend) => {
      for (const [name, row] of Object.entries(table)) if (runsOn(row, backend)) describe(name, () => row.declare(it, name, backend));
    },
    { backends: used },
  );
}
