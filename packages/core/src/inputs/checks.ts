/** @file Three-line checkers: each throws a SurrogateError that prints what came and what was wanted. */
import { SurrogateError, type SurrogateErrorCode } from '../host/errors.js';

/** Throws a {@link SurrogateError}; an expression, so that it can stand behind `??`. */
export function fail(code: SurrogateErrorCode, fn: string, argument: string, detail: string): never {
  throw new SurrogateError(code, fn, argument, detail);
}

const show = (value: unknown): string =>
  typeof value === 'number' ? String(value) : typeof value === 'string' ? `'${value}'` : `${typeof value}`;

/** A finite number. */
export function checkFinite(fn: string, argument: string, value: number): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail('range', fn, argument, `must be a finite number, got ${show(value)}`);
}

/** A finite number of at least `least`. */
export function checkAtLeast(fn: string, argument: string, value: number, least: number): void {
  if (!(Number.isFinite(value) && value >= least)) fail('range', fn, argument, `must be at least ${least}, got ${show(value)}`);
}

/** A finite number above `bound`. */
export function checkAbove(fn: string, argument: string, value: number, bound: number): void {
  if (!(Number.isFinite(value) && value > bound)) fail('range', fn, argument, `must be greater than ${bound}, got ${show(value)}`);
}

/** A number in [low, high), or in [low, high] with `closed`. */
export function checkBetween(fn: string, argument: string, value: number, low: number, high: number, closed = false): void {
  if (!(value >= low && (closed ? value <= high : value < high)))
    fail('range', fn, argument, `must be in [${low}, ${high}${closed ? ']' : ')'}, got ${show(value)}`);
}

/** An integer of at least `least`. */
export function checkInteger(fn: string, argument: string, value: number, least = 0): void {
  if (!(Number.isSafeInteger(value) && value >= least))
    fail('range', fn, argument, `must be an integer of at least ${least}, got ${show(value)}`);
}

/** One of a few strings. */
export function checkOneOf<T extends string>(fn: string, argument: string, value: T, allowed: readonly T[]): void {
  if (!allowed.includes(value))
    fail('range', fn, argument, `must be one of ${allowed.map((a) => `'${a}'`).join(', ')}, got ${show(value)}`);
}

/** A boolean. */
export function checkBoolean(fn: string, argument: string, value: boolean): void {
  if (typeof value !== 'boolean') fail('dtype', fn, argument, `must be a boolean, got ${show(value)}`);
}

/** The given shape; null stands for any size. */
export function checkShape(fn: string, argument: string, shape: readonly number[], wanted: readonly (number | null)[]): void {
  if (shape.length !== wanted.length || wanted.some((size, i) => size !== null && size !== shape[i]))
    fail('shape', fn, argument, `must have shape [${wanted.map((size) => size ?? '?').join(', ')}], got [${shape.join(', ')}]`);
}

/** A rank between `least` and `most`. */
export function checkRank(fn: string, argument: string, shape: readonly number[], least: number, most = least): void {
  if (shape.length < least || shape.length > most)
    fail('shape', fn, argument, `must have rank ${least === most ? least : `${least} to ${most}`}, got shape [${shape.join(', ')}]`);
}
