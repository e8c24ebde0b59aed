/** @file Small random changes of an update rule. */
import type { Rng } from '@surrogate/core';
import {
  binary,
  operations,
  registers,
  weighted,
  writable,
  type Instruction,
  type ProgramOperation,
  type UpdateProgram,
} from './instructions.js';

/** A program so long is not made longer. */
const LONGEST = 16;

const pick = <T>(items: readonly T[], rng: Rng): T => items[rng.integer(0, items.length)]!;

/** A constant: a decay up to 0.999 of a mean, a factor from 0.1 to 10 of a scale. */
const constant = (op: ProgramOperation, rng: Rng): number => (op === 'interp' ? 1 - 10 ** rng.uniform(-3, 0) : 10 ** rng.uniform(-1, 1));

/** An instruction with what its operation needs, drawn where it is not given. */
function complete({ op, to, a, b, c }: Instruction, rng: Rng): Instruction {
  return {
    op,
    to,
    a,
    ...(binary.includes(op) ? { b: b ?? pick(registers, rng) } : {}),
    ...(weighted.includes(op) ? { c: c ?? constant(op, rng) } : {}),
  };
}

const drawn = (rng: Rng): Instruction => complete({ op: pick(operations, rng), to: pick(writable, rng), a: pick(registers, rng) }, rng);

/** An instruction with one of its parts drawn anew; a constant belongs to its operation. */
function modified(instruction: Instruction, rng: Rng): Instruction {
  const { op, to, a, b } = instruction;
  switch (pick(['op', 'to', 'a', ...(binary.includes(op) ? ['b'] : []), ...(weighted.includes(op) ? ['c'] : [])], rng)) {
    case 'op':
      return complete({ op: pick(operations, rng), to, a, b }, rng);
    case 'to':
      return { ...instruction, to: pick(writable, rng) };
    case 'a':
      return { ...instruction, a: pick(registers, rng) };
    case 'b':
      return { ...instruction, b: pick(registers, rng) };
    default:
      return { ...instruction, c: constant(op, rng) };
  }
}

/** A program with one instruction inserted, deleted or modified. */
export function mutate(program: UpdateProgram, rng: Rng): UpdateProgram {
  const kinds = [...(program.length < LONGEST ? ['insert'] : []), ...(program.length > 0 ? ['delete', 'modify'] : [])];
  const kind = pick(kinds, rng);
  if (kind === 'insert') {
    const at = rng.integer(0, program.length + 1);
    return [...program.slice(0, at), drawn(rng), ...program.slice(at)];
  }
  const at = rng.integer(0, program.length);
  return kind === 'delete'
    ? program.filter((_, i) => i !== at)
    : program.map((instruction, i) => (i === at ? modified(instruction, rng) : instruction));
}
