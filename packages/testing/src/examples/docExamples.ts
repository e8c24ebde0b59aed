/** @file Documentation that runs: every `@example` of a package is a test. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { extractExamples } from './extract.js';
import { runExample } from './runExample.js';

/**
 * Declares a test for each example in the docstrings of a package's exports, and one that every exported function has an example.
 *
 * @param testFile `import.meta.url` of a test in the package's `src`.
 */
export function docExamples(testFile: string): void {
  const folder = fileURLToPath(new URL('..', testFile)).replace(/\/$/, '');
  const { examples, missing } = extractExamples(folder);
  describe('the examples', () => {
    it('are there for each exported function', () => expect(missing).toEqual([]));
    it.each(examples.map(({ name, code }) => [name, code] as const))('run: %s', (_name, code) => runExample(code, folder));
  });
}
