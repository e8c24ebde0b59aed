/** @file A program as a gradient transformation on tensors. */
import { abs, add, cast, div, greaterEqual, mul, sqrt, square, sub, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { sign, type GradientTransformation } from '@surrogate/core';
import { leafwise, type LeafState } from '../transforms/leafwise.js';
import { checkProgram, EPSILON, type ProgramOperation, type UpdateProgram } from './instructions.js';

/** b with ε added to its size; 0 counts as positive. */
const away = (b: Tensor): Tensor => add(b, sub(mul(cast(greaterEqual(b, 0), 'float32'), 2 * EPSILON), EPSILON));

const onTensors: Readonly<Record<ProgramOperation, (a: Tensor, b: Tensor, c: number) => Tensor>> = {
  add: (a, b) => add(a, b),
  sub: (a, b) => sub(a, b),
  mul: (a, b) => mul(a, b),
  div: (a, b) => div(a, away(b)),
  interp: (a, b, c) => add(mul(a, c), mul(b, 1 - c)),
  sign: (a) => sign(a),
  sqrt: (a) => sqrt(abs(a)),
  square: (a) => square(a),
  scale: (a, _, c) => mul(a, c),
  copy: (a) => a,
};

/**
 * Replaces gradients by the updates that a program makes of them, so that what a search has found can train a network.
 *
 * $$ (u_s, m_s, v_s) = \text{program}(g_s, m_{s-1}, v_{s-1}) $$
 *
 * Chain `scaleByLearningRate` behind it. Only memories that the program writes are kept.
 *
 * @param program the update rule.
 * @returns the transformation.
 * @throws SurrogateError `range` for what is no instruction, `dtype`.
 * @see Chen, Liang, Huang, Real, Wang et al.: Symbolic Discovery of Optimization Algorithms, 2023. arXiv:2302.06675
 * @example
 * import { lionProgram, scaleByProgram } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [scaleByProgram(lionProgram()), tensor([0.3, -20])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [1, -1]
 */
export function scaleByProgram(program: UpdateProgram): GradientTransformation<LeafState> {
  checkProgram('scaleByProgram', 'program', program);
  const kept = (['m', 'v'] as const).filter((register) => program.some(({ to }) => to === register));
  const slots = Object.fromEntries(kept.map((register) => [register, zerosLike])) as Record<'m' | 'v', (param: Tensor) => Tensor>;
  return leafwise('scaleByProgram', slots, (g, memory) => {
    const zero = zerosLike(g);
    const remembered: Partial<typeof memory> = memory;
    const held = { m: remembered.m ?? zero, v: remembered.v ?? zero, g, u: zero, t: zero };
    for (const { op, to, a, b = 'g', c = 0 } of program) held[to] = onTensors[op](held[a], held[b], c);
    return [held.u, held];
  });
}
