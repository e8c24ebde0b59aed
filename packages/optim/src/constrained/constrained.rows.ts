/** @file The conformance rows of constrained problems. */
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as optim from '../index.js';

const problem: optim.BilevelProblem = {
  upper: (x, y) => ({ value: (x[0]! - 1) ** 2 + y[0]! ** 2, dx: Float64Array.of(2 * (x[0]! - 1)), dy: Float64Array.of(2 * y[0]!) }),
  lower: (x, y) => ({ value: (y[0]! - x[0]!) ** 2 / 2, dx: Float64Array.of(x[0]! - y[0]!), dy: Float64Array.of(y[0]! - x[0]!) }),
  constraint: (_x, y) => ({ value: Float64Array.of(y[0]! - 0.2), dx: () => Float64Array.of(0), dy: (m) => m }),
  project: (x, y) => [x, y.map((value) => Math.min(value, 0.2))],
};
const start = { x: [0], y: [0] };
const run = (options: Partial<optim.BilevelOptions>, from: typeof start = start) =>
  optim.bilevelDescent(problem, from, { steps: 3, ...options });

const at = { x: [1], y: [0.1], z: [0.5] };
const value = (options: optim.ProximalValueOptions) => optim.proximalLagrangianValue(problem, at, options);

/** The rows by name. */
export const constrainedRows: ConformanceTable = {
  bilevelDescent: hostFunction(optim.bilevelDescent, {
    call: { inequality: () => run({}), equation: () => optim.bilevelDescent({ ...problem, equality: true }, start, { steps: 3 }) },
    bad: {
      'dtype problem.upper': () => optim.bilevelDescent({} as never, start, { steps: 1 }),
      'shape problem.upper': () => optim.bilevelDescent({ ...problem, upper: problem.constraint as never }, start, { steps: 1 }),
      'range steps': () => run({ steps: -1 }),
      'range rates.alpha': () => run({ rates: { alpha: 0 } }),
      'range rates.beta': () => run({ rates: { beta: 0 } }),
      'range rates.eta': () => run({ rates: { eta: NaN } }),
      'range proximal': () => run({ proximal: [0, 1] }),
      'range penalty': [() => run({ penalty: [0, 0.3] }), () => run({ penalty: [1, 0.5] })],
      'range multiplierBound': () => run({ multiplierBound: 0 }),
      'range start.x': () => run({}, { x: [NaN], y: [0] }),
      'dtype problem.equality': () => optim.bilevelDescent({ ...problem, equality: 1 as never }, start, { steps: 1 }),
    },
  }),
  proximalLagrangianValue: hostFunction(optim.proximalLagrangianValue, {
    call: {
      inequality: () => value({}),
      'equation in a set': () =>
        optim.proximalLagrangianValue({ ...problem, equality: true, projectLower: (y) => y.map((v) => Math.max(v, 0.3)) }, at),
    },
    bad: {
      'dtype problem.lower': () => optim.proximalLagrangianValue({ ...problem, lower: 1 as never }, at),
      'shape problem.lower': () => optim.proximalLagrangianValue({ ...problem, lower: () => problem.upper([0] as never, [0] as never) }, { ...at, y: [1, 2] }), // prettier-ignore
      'dtype problem.projectLower': () => optim.proximalLagrangianValue({ ...problem, projectLower: 1 as never }, at),
      'dtype problem.equality': () => optim.proximalLagrangianValue({ ...problem, equality: 1 as never }, at),
      'range proximal': () => value({ proximal: [1, 0] }),
      'range multiplierBound': () => value({ multiplierBound: 0 }),
      'range tolerance': () => value({ tolerance: 0 }),
      'range maxSteps': () => value({ maxSteps: 0 }),
      'convergence maxSteps': () => value({ tolerance: 1e-300, maxSteps: 1 }),
      'range at.x': () => optim.proximalLagrangianValue(problem, { ...at, x: [NaN] }),
      'shape at.z': () => optim.proximalLagrangianValue(problem, { ...at, z: [] }),
    },
  }),
};
