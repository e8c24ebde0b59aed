/** @file The check of refusals: the typed error, in the right name, before anything is left behind. */
import { isSurrogateError, type SurrogateErrorCode } from '@surrogate/core';
import { assert } from 'vitest';
import { expectNoLeak } from './expectNoLeak.js';

/** What an error must say; what is left out is not looked at. */
export interface ExpectedError {
  readonly code?: SurrogateErrorCode | undefined;
  /** The public function that was called. */
  readonly fn?: string | undefined;
  /** The argument or option at fault; for `shape[1]` it is enough to say `shape`. */
  readonly argument?: string | undefined;
}

/**
 * Passes where a call throws a SurrogateError (or rejects with one) that says what it must, and leaves no tensor behind.
 *
 * @param call what must be refused.
 * @param expected what the error says.
 */
export async function expectSurrogateError(call: () => unknown, expected: ExpectedError = {}): Promise<void> {
  const { code, fn, argument } = expected;
  let thrown: unknown;
  const wanted = Object.values(expected).join(' ');
  try {
    await expectNoLeak(call);
  } catch (error) {
    thrown = error;
  }
  assert(thrown !== undefined, `nothing was thrown where a SurrogateError was expected: ${wanted}`);
  if (!isSurrogateError(thrown)) {
    if (thrown instanceof Error) thrown.message = `not a SurrogateError (${wanted}): ${thrown.message}`;
    throw thrown instanceof Error ? thrown : new Error(String(thrown));
  }
  if (code !== undefined) assert.equal(thrown.code, code, thrown.message);
  if (fn !== undefined) assert.equal(thrown.fn, fn, thrown.message);
  if (argument !== undefined)
    assert(
      thrown.argument === argument || (/^[.[]/.test(thrown.argument.slice(argument.length)) && thrown.argument.startsWith(argument)),
      `"${thrown.message}" blames ${thrown.argument} where ${argument} is at fault`,
    );
  if (thrown.code === 'shape' || thrown.code === 'dtype' || thrown.code === 'range')
    assert.match(thrown.message, /\bgot\b/, 'the message says what came');
}
