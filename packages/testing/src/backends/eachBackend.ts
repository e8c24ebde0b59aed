/** @file The same tests on every backend. */
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { backends, startBackend, type Backend } from './startBackend.js';

/** What a suite may be told. */
export interface EachBackendOptions {
  /** Which backends. Default all; a suite that leaves one out says why beside it. */
  backends?: readonly Backend[] | undefined;
}

/** The backends that `SURROGATE_BACKENDS=cpu,wasm` asks for, for a quick run at the desk; all where it is not set. */
const wanted = (process.env['SURROGATE_BACKENDS'] ?? '').split(',').filter((name) => name !== '');

/**
 * Declares the same tests once a backend. Where webgpu finds no adapter its tests are skipped, visibly; on CI that is a failure.
 *
 * @param suite declares the tests; it is told the backend, which is the current one when a test runs.
 * @param options which backends.
 */
export function eachBackend(suite: (backend: Backend) => void, options: EachBackendOptions = {}): void {
  const chosen = (options.backends ?? backends).filter((backend) => wanted.length === 0 || wanted.includes(backend));
  // A file without a test is an error.
  if (chosen.length === 0) it('runs on a backend that SURROGATE_BACKENDS leaves out', (context) => context.skip());
  for (const backend of chosen) {
    describe(backend, () => {
      let trouble: string | undefined;
      beforeAll(async () => {
        trouble = await startBackend(backend);
        if (trouble !== undefined && process.env['CI']) throw new Error(trouble);
      });
      beforeEach((context) => {
        if (trouble !== undefined) context.skip(trouble);
      });
      afterAll(async () => {
        await startBackend('cpu');
      });
      suite(backend);
    });
  }
}
