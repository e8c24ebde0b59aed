/** @file The interpreter of update rules over doubles; a search spends its time here. */
import { EPSILON, registers, type Instruction, type UpdateProgram } from './instructions.js';

/** One instruction over all numbers at once: the loop is inside, so that the operation is chosen once. */
function carryOut({ op, c = 0 }: Instruction, out: Float64Array, a: Float64Array, b: Float64Array): void {
  const n = out.length;
  switch (op) {
    case 'add':
      for (let i = 0; i < n; i++) out[i] = a[i]! + b[i]!;
      break;
    case 'sub':
      for (let i = 0; i < n; i++) out[i] = a[i]! - b[i]!;
      break;
    case 'mul':
      for (let i = 0; i < n; i++) out[i] = a[i]! * b[i]!;
      break;
    case 'div':
      for (let i = 0; i < n; i++) out[i] = a[i]! / (b[i]! >= 0 ? b[i]! + EPSILON : b[i]! - EPSILON);
      break;
    case 'interp':
      for (let i = 0; i < n; i++) out[i] = c * a[i]! + (1 - c) * b[i]!;
      break;
    case 'sign':
      for (let i = 0; i < n; i++) out[i] = Math.sign(a[i]!);
      break;
    case 'sqrt':
      for (let i = 0; i < n; i++) out[i] = Math.sqrt(Math.abs(a[i]!));
      break;
    case 'square':
      for (let i = 0; i < n; i++) out[i] = a[i]! * a[i]!;
      break;
    case 'scale':
      for (let i = 0; i < n; i++) out[i] = c * a[i]!;
      break;
    case 'copy':
      out.set(a);
  }
}

/** A fresh run of a program over `size` numbers: gradients in, updates out. The update is overwritten by the next step. */
export function hostRun(program: UpdateProgram, size: number): (gradient: ArrayLike<number>) => Float64Array {
  const memory = registers.map(() => new Float64Array(size));
  const [g, , , u, t] = memory as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const of = (register: (typeof registers)[number]) => memory[registers.indexOf(register)]!;
  const code = program.map((instruction) => ({
    instruction,
    out: of(instruction.to),
    a: of(instruction.a),
    b: of(instruction.b ?? 'g'),
  }));
  return (gradient) => {
    g.set(gradient);
    u.fill(0);
    t.fill(0);
    for (const { instruction, out, a, b } of code) carryOut(instruction, out, a, b);
    return u;
  };
}
