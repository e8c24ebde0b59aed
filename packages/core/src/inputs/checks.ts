/** @file Three-line checkers: each throws a SurrogateError that prints what came and what was wanted. */
import { SurrogateError, type SurrogateErrorCode } from '../host/errors.js';

/**
 * Throws a {@link SurrogateError}; an expression, so that it can stand behind `??`.
 *
 * @param code what kind of trouble it is.
 * @param fn the public function, for the message.
 * @param argument the argument or option at fault.
 * @param detail what was wanted and what came: `must be at least 0, got -1`.
 * @throws SurrogateError always.
 * @example
 * import { fail } from '@surrogate/core';
 * const messageOf = (call: () => void) => { try { call(); return ''; } catch (error) { return (error as Error).message; } };
 * messageOf(() => fail('range', 'myLoss', 'beta', 'must be at least 0, got -1')); // 'myLoss: beta must be at least 0, got -1'
 */
export function fail(code: SurrogateErrorCode, fn: string, argument: string, detail: string): never {
  throw new SurrogateError(code, fn, argument, detail);
}

const show = (value: unknown): string =>
  typeof value === 'number' ? String(value) : typeof value === 'string' ? `'${value}'` : `${typeof value}`;

/**
 * Accepts a finite number, and refuses all else.
 *
 * @param fn the public function, for the message.
 * @param argument the argument or option, for the message.
 * @param value what the user passed.
 * @throws SurrogateError `range`.
 * @example
 * import { checkFinite } from '@surrogate/core';
 * checkFinite('myLoss', 'margin', -3); // undefined
 */
export function checkFinite(fn: string, argument: string, value: number): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail('range', fn, argument, `must be a finite number, got ${show(value)}`);
}

/**
 * Accepts a finite number of at least `least`, and refuses all else.
 *
 * @param fn the public function, for the message.
 * @param argument the argument or option, for the message.
 * @param value what the user passed.
 * @param least the smallest that is allowed.
 * @throws SurrogateError `range`.
 * @example
 * import { checkAtLeast } from '@surrogate/core';
 * checkAtLeast('focalLoss', 'gamma', 2, 0); // undefined
 */
export function checkAtLeast(fn: string, argument: string, value: number, least: number): void {
  if (!(Number.isFinite(value) && value >= least)) fail('range', fn, argument, `must be at least ${least}, got ${show(value)}`);
}

/**
 * Accepts a finite number above `bound`, and refuses all else.
 *
 * @param fn the public function, for the message.
 * @param argument the argument or option, for the message.
 * @param value what the user passed.
 * @param bound what it must exceed.
 * @throws SurrogateError `range`.
 * @example
 * import { checkAbove } from '@surrogate/core';
 * checkAbove('dpoLoss', 'beta', 0.1, 0); // undefined
 */
export function checkAbove(fn: string, argument: string, value: number, bound: number): void {
  if (!(Number.isFinite(value) && value > bound)) fail('range', fn, argument, `must be greater than ${bound}, got ${show(value)}`);
}

/**
 * Accepts a number in [low, high), and refuses all else.
 *
 * @param fn the public function, for the message.
 * @param argument the argument or option, for the message.
 * @param value what the user passed.
 * @param low the lower end, allowed.
 * @param high the upper end.
 * @param closed whether the upper end is allowed, too. Default false.
 * @throws SurrogateError `range`.
 * @example
 * import { checkBetween } from '@surrogate/core';
 * checkBetween('robustLoss', 'flipRate', 0.3, 0, 0.5); // undefined
 */
export function checkBetween(fn: string, argument: string, value: number, low: number, high: number, closed = false): void {
  if (!(value >= low && (closed ? value <= high : value < high)))
    fail('range', fn, argument, `must be in [${low}, ${high}${closed ? ']' : ')'}, got ${show(value)}`);
}

/**
 * Accepts an integer of at least `least`, and refuses all else.
 *
 * @param fn the public function, for the message.
 * @param argument the argument or option, for the message.
 * @param value what the user passed.
 * @param least the smallest that is allowed. Default 0.
 * @throws SurrogateError `range`.
 * @example
 * import { checkInteger } from '@surrogate/core';
 * checkInteger('topK', 'k', 3, 1); // undefined
 */
export function checkInteger(fn: string, argument: string, value: number, least = 0): void {
  if (!(Number.isSafeInteger(value) && value >= least))
    fail('range', fn, argument, `must be an integer of at least ${least}, got ${show(value)}`);
}

/**
 * Accepts one of a few strings, and refuses all else.
 *
 * @param fn the public function, for the message.
 * @param argument the argument or option, for the message.
 * @param value what the user passed.
 * @param allowed the strings.
 * @throws SurrogateError `range`.
 * @example
 * import { checkOneOf } from '@surrogate/core';
 * checkOneOf('myLoss', 'reduction', 'mean', ['mean', 'sum']); // undefined
 */
export function checkOneOf<T extends string>(fn: string, argument: string, value: T, allowed: readonly T[]): void {
  if (!allowed.includes(value))
    fail('range', fn, argument, `must be one of ${allowed.map((a) => `'${a}'`).join(', ')}, got ${show(value)}`);
}

/**
 * Accepts a boolean, and refuses all else.
 *
 * @param fn the public function, for the message.
 * @param argument the argument or option, for the message.
 * @param value what the user passed.
 * @throws SurrogateError `dtype`.
 * @example
 * import { checkBoolean } from '@surrogate/core';
 * checkBoolean('myLoss', 'keepDims', true); // undefined
 */
export function checkBoolean(fn: string, argument: string, value: boolean): void {
  if (typeof value !== 'boolean') fail('dtype', fn, argument, `must be a boolean, got ${show(value)}`);
}

/**
 * Accepts a shape, and refuses all others.
 *
 * @param fn the public function, for the message.
 * @param argument the argument or option, for the message.
 * @param shape what came.
 * @param wanted the sizes; null stands for any.
 * @throws SurrogateError `shape`.
 * @example
 * import { checkShape } from '@surrogate/core';
 * checkShape('myLoss', 'weights', [2, 3], [null, 3]); // undefined
 */
export function checkShape(fn: string, argument: string, shape: readonly number[], wanted: readonly (number | null)[]): void {
  if (shape.length !== wanted.length || wanted.some((size, i) => size !== null && size !== shape[i]))
    fail('shape', fn, argument, `must have shape [${wanted.map((size) => size ?? '?').join(', ')}], got [${shape.join(', ')}]`);
}

/**
 * Accepts a rank between `least` and `most`, and refuses all else.
 *
 * @param fn the public function, for the message.
 * @param argument the argument or option, for the message.
 * @param shape what came.
 * @param least the smallest rank that is allowed.
 * @param most the largest. Default `least`.
 * @throws SurrogateError `shape`.
 * @example
 * import { checkRank } from '@surrogate/core';
 * checkRank('myLoss', 'tokens', [2, 3], 2); // undefined
 */
export function checkRank(fn: string, argument: string, shape: readonly number[], least: number, most = least): void {
  if (shape.length < least || shape.length > most)
    fail('shape', fn, argument, `must have rank ${least === most ? least : `${least} to ${most}`}, got shape [${shape.join(', ')}]`);
}
