/** @file What an update rule is made of: registers, operations, instructions. */
import { checkFinite, checkOneOf, fail } from '@surrogate/core';

/** The registers of a program. */
export const registers = ['g', 'm', 'v', 'u', 't'] as const;

/** Those that an instruction may write. */
export const writable = ['m', 'v', 'u', 't'] as const;

/** The operations, in terms of operands a and b and a constant c. */
export const operations = ['add', 'sub', 'mul', 'div', 'interp', 'sign', 'sqrt', 'square', 'scale', 'copy'] as const;

/** A register: the gradient g, memories m and v, the update u, or the spare t. */
export type ProgramRegister = (typeof registers)[number];

/**
 * An operation: a + b; a - b; a * b; `div`, a / b with 1e-8 added to the size of b; `interp`, c a + (1 - c) b; `sign`, which is 0 at 0; `sqrt`, the root of |a|; a squared; `scale`,
 * c a; or a copy of a.
 */
export type ProgramOperation = (typeof operations)[number];

/** Operations of two operands. */
export const binary: readonly ProgramOperation[] = ['add', 'sub', 'mul', 'div', 'interp'];

/** Operations with a constant. */
export const weighted: readonly ProgramOperation[] = ['interp', 'scale'];

/** What division adds to the size of the denominator. */
export const EPSILON = 1e-8;

/** One instruction: `to` becomes the operation's result. */
export interface Instruction {
  /** What is done. */
  readonly op: ProgramOperation;
  /** Where the result goes: any register but g. */
  readonly to: Exclude<ProgramRegister, 'g'>;
  /** The first operand. */
  readonly a: ProgramRegister;
  /** The second operand, of `add`, `sub`, `mul`, `div` and `interp`. */
  readonly b?: ProgramRegister | undefined;
  /** The constant of `interp` and `scale`. */
  readonly c?: number | undefined;
}

/**
 * An update rule: instructions that are carried out in order at every step, for each number of the parameters by itself.
 *
 * Registers: the gradient g; m and v, which are remembered from step to step and begin at 0; the update u and a spare t, which are 0 at the beginning of each step. Plain data, which JSON keeps.
 */
export type UpdateProgram = readonly Instruction[];

/** Throws where something else than a program came. */
export function checkProgram(fn: string, argument: string, program: UpdateProgram): void {
  if (!Array.isArray(program)) fail('dtype', fn, argument, `must be an array of instructions, got ${typeof program}`);
  program.forEach((instruction: Partial<Instruction> | undefined, i) => {
    const { op, to, a, b, c } = instruction ?? {};
    const at = `${argument}[${i}]`;
    checkOneOf(fn, `${at}.op`, op!, operations);
    checkOneOf(fn, `${at}.to`, to!, writable);
    checkOneOf(fn, `${at}.a`, a!, registers);
    if (binary.includes(op!)) checkOneOf(fn, `${at}.b`, b!, registers);
    if (weighted.includes(op!)) checkFinite(fn, `${at}.c`, c!);
  });
}
