/** @file Update rules as programs: run, compared, shortened, printed. */
import { checkInteger, fail, rng } from '@surrogate/core';
import { vectorOf } from '../host/vectors.js';
import { hostRun } from './hostRun.js';
import { checkProgram, type ProgramOperation, type UpdateProgram } from './instructions.js';

/**
 * The updates that a program makes of a sequence of gradients, in plain doubles.
 *
 * $$ (u_s, m_s, v_s) = \text{program}(g_s, m_{s-1}, v_{s-1}), \qquad m_0 = v_0 = 0 $$
 *
 * @param program the update rule.
 * @param gradients one or more arrays of one length.
 * @returns the update of each step; a descent subtracts it, times the learning rate.
 * @throws SurrogateError `range` for what is no instruction or not finite, `shape` for gradients of several lengths, `dtype`.
 * @example
 * import { lionProgram, programUpdates } from '@surrogate/optim';
 * programUpdates(lionProgram(), [[3, -0.5]])[0]; // [1, -1]
 */
export function programUpdates(program: UpdateProgram, gradients: readonly ArrayLike<number>[]): Float64Array[] {
  const fn = 'programUpdates';
  checkProgram(fn, 'program', program);
  if (!Array.isArray(gradients)) fail('dtype', fn, 'gradients', `must be an array of arrays, got ${typeof gradients}`);
  const size = gradients[0]?.length;
  const checked = gradients.map((g: ArrayLike<number>, i) => vectorOf(fn, `gradients[${i}]`, g, size));
  const step = hostRun(program, size ?? 0);
  return checked.map((g) => step(g).slice());
}

/** Gradients of several sizes and both signs, the same for all programs. */
const probes = (() => {
  const draws = rng(151);
  return Array.from({ length: 8 }, () => Array.from({ length: 4 }, (_, i) => draws.normal() * 10 ** (i - 2)));
})();

/**
 * A name for what a program does: programs that compute the same have the same, however they are written.
 *
 * It is made of the updates, to ten digits, that follow on fixed random gradients; rules that differ by less, or only at a gradient of exactly 0, share it.
 *
 * @param program the update rule.
 * @returns the fingerprint, for comparing.
 * @throws SurrogateError `range`, `dtype`.
 * @see Real, Liang, So, Le: AutoML-Zero: Evolving Machine Learning Algorithms From Scratch, 2020. arXiv:2003.03384
 * @example
 * import { programFingerprint } from '@surrogate/optim';
 * const once = programFingerprint([{ op: 'sign', to: 'u', a: 'g' }]);
 * once === programFingerprint([{ op: 'sign', to: 't', a: 'g' }, { op: 'sign', to: 'u', a: 't' }]); // true
 */
export function programFingerprint(program: UpdateProgram): string {
  checkProgram('programFingerprint', 'program', program);
  const step = hostRun(program, 4);
  // Adding 0 makes -0 and 0 one.
  return probes.map((g) => Array.from(step(g), (u) => (u + 0).toPrecision(10)).join()).join(';');
}

/**
 * A program without the instructions that change nothing of what it does.
 *
 * @param program the update rule.
 * @returns a program with the same fingerprint, at most as long.
 * @throws SurrogateError `range`, `dtype`.
 * @example
 * import { simplifyProgram } from '@surrogate/optim';
 * simplifyProgram([{ op: 'square', to: 'v', a: 'g' }, { op: 'copy', to: 'u', a: 'g' }]).length; // 1
 */
export function simplifyProgram(program: UpdateProgram): UpdateProgram {
  checkProgram('simplifyProgram', 'program', program);
  const meaning = programFingerprint(program);
  let left = program;
  for (let i = program.length - 1; i >= 0; i--) {
    const shorter = left.filter((_, j) => j !== i);
    if (programFingerprint(shorter) === meaning) left = shorter;
  }
  return left;
}

/** How each operation is written. */
const written: Readonly<Record<ProgramOperation, (a: string, b: string, c: string, rest: string) => string>> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  interp: (a, b, c, rest) => `${c} ${a} + ${rest} ${b}`,
  sign: (a) => `sign(${a})`,
  sqrt: (a) => `sqrt(|${a}|)`,
  square: (a) => `${a}^2`,
  scale: (a, _, c) => `${c} ${a}`,
  copy: (a) => a,
};

/**
 * A program as people read it, one instruction a line.
 *
 * @param program the update rule.
 * @param digits how many digits of constants are shown, 1 to 17. Default 4.
 * @returns the text.
 * @throws SurrogateError `range`, `dtype`.
 * @example
 * import { formatProgram, momentumProgram } from '@surrogate/optim';
 * formatProgram(momentumProgram()); // 'm = 0.9 m + 0.1 g\nu = m'
 */
export function formatProgram(program: UpdateProgram, digits = 4): string {
  checkProgram('formatProgram', 'program', program);
  checkInteger('formatProgram', 'digits', digits, 1);
  if (digits > 17) fail('range', 'formatProgram', 'digits', `must be at most 17, got ${digits}`);
  const short = (value: number) => String(Number(value.toPrecision(digits)));
  return program.map(({ op, to, a, b = 'g', c = 1 }) => `${to} = ${written[op](a, b, short(c), short(1 - c))}`).join('\n');
}
