/** @file Refused numbers, for the conformance rows. */
import type { BadCalls } from '@surrogate/testing';

/** Numbers that a hyper-parameter cannot be. */
export const refuse = (argument: string, make: (value: number) => unknown, values: readonly number[] = [NaN, -1]): BadCalls => ({
  [`range ${argument}`]: values.map((value) => () => make(value)),
});
