/** @file What wrappers ask of what they wrap. */
import { fail, type GradientTransformation } from '@surrogate/core';

/** Throws where something else than a transformation is to be wrapped. */
export function checkTransformation(fn: string, inner: GradientTransformation, argument = 'inner'): void {
  if (typeof inner?.init !== 'function' || typeof inner.update !== 'function')
    fail('dtype', fn, argument, `must be a gradient transformation, got ${inner === null ? 'null' : typeof inner}`);
}
