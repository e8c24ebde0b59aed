/** @file Errors of composed functions carry the name that the user called. */
import { isSurrogateError, SurrogateError } from '@surrogate/core';

/** @internal Runs a body; what it throws in the name of another function is thrown in this one's, with this one's names of the arguments. */
export function inNameOf<T>(fn: string, body: () => T, names: Readonly<Record<string, string>> = {}): T {
  try {
    return body();
  } catch (error) {
    if (!isSurrogateError(error)) throw error;
    const { code, argument, message } = error;
    throw new SurrogateError(code, fn, names[argument] ?? argument, message.slice(`${error.fn}: ${argument} `.length));
  }
}
