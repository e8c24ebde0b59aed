/** @file Errors of composed functions carry the name that the user called. */
import { isSurrogateError, SurrogateError } from '@surrogate/core';

/** @internal Runs a body; what it throws in the name of another function is thrown in this one's. */
export function inNameOf<T>(fn: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!isSurrogateError(error)) throw error;
    const { code, argument, message } = error;
    throw new SurrogateError(code, fn, argument, message.slice(`${error.fn}: ${argument} `.length));
  }
}
