/** @file The one error that the library throws: what was called, which argument, what came and what was wanted. */

/** What kind of thing went wrong. */
export type SurrogateErrorCode = 'shape' | 'dtype' | 'range' | 'disposed' | 'backend' | 'memory' | 'convergence';

const brand = Symbol.for('@surrogate/error');

/**
 * The error that every public function throws on bad input; recognise it with {@link isSurrogateError}, not `instanceof`.
 *
 * @example
 * import { SurrogateError } from '@surrogate/core';
 * new SurrogateError('range', 'focalLoss', 'gamma', 'must be at least 0, got -1').message; // 'focalLoss: gamma must be at least 0, got -1'
 */
export class SurrogateError extends Error {
  /** Always `SurrogateError`. */
  override readonly name = 'SurrogateError';
  /** @internal Two copies of core may meet in one program, so the class itself proves nothing. */
  readonly [brand] = true;

  constructor(
    /** What kind of thing went wrong. */
    readonly code: SurrogateErrorCode,
    /** The public function that was called. */
    readonly fn: string,
    /** The argument or option that is at fault. */
    readonly argument: string,
    detail: string,
  ) {
    super(`${fn}: ${argument} ${detail}`);
  }
}

/**
 * Whether a caught value is a {@link SurrogateError}, of this copy of the library or of another.
 *
 * @param value anything that was thrown.
 * @returns true for a SurrogateError.
 * @example
 * import { SurrogateError, isSurrogateError } from '@surrogate/core';
 * isSurrogateError(new SurrogateError('range', 'f', 'x', 'must be finite')); // true
 */
export function isSurrogateError(value: unknown): value is SurrogateError {
  return typeof value === 'object' && value !== null && brand in value;
}
