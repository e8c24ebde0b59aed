/** @file The conformance rows of update rules that are programs, and of the search for them. */
import { rng } from '@surrogate/core';
import { hostFunction, transformation, type BadCalls, type ConformanceTable } from '@surrogate/testing';
import * as optim from '../index.js';
import { refuse } from '../refuse.rows.js';

const { adamProgram, lionProgram, momentumProgram } = optim;

const bowl: optim.ProxyTask = {
  start: [1, -2],
  steps: 5,
  gradient: ([x, y]) => [x!, 10 * y!],
  loss: ([x, y]) => x! ** 2 / 2 + 5 * y! ** 2,
};
const search = (options: Partial<optim.EvolveOptimizerOptions>, tasks = [bowl]) =>
  optim.evolveOptimizer(tasks, { budget: 8, rng: rng(2), population: 6, tournament: 3, ...options });

/** Every operation, and every register as an operand; the copy hands gradients on as they are. */
const everything: optim.UpdateProgram = [
  { op: 'square', to: 't', a: 'g' },
  { op: 'interp', to: 'v', a: 'v', b: 't', c: 0.5 },
  { op: 'sqrt', to: 't', a: 'v' },
  { op: 'div', to: 'u', a: 'm', b: 't' },
  { op: 'sign', to: 't', a: 'u' },
  { op: 'mul', to: 't', a: 't', b: 't' },
  { op: 'add', to: 'u', a: 'u', b: 't' },
  { op: 'scale', to: 'u', a: 'u', c: -2 },
  { op: 'sub', to: 'u', a: 'g', b: 'u' },
  { op: 'copy', to: 'm', a: 'g' },
];

/** What no function of a program takes. */
const badProgram = (call: (program: optim.UpdateProgram) => unknown, argument = 'program'): BadCalls => ({
  [`dtype ${argument}`]: () => call(3 as never),
  [`range ${argument}[0].op`]: [() => call([{ op: 'exp' as never, to: 'u', a: 'g' }]), () => call([null as never])],
  [`range ${argument}[0].to`]: () => call([{ op: 'copy', to: 'g' as never, a: 'm' }]),
  [`range ${argument}[0].a`]: () => call([{ op: 'copy', to: 'u', a: 'w' as never }]),
  [`range ${argument}[0].b`]: () => call([{ op: 'add', to: 'u', a: 'g' }]),
  [`range ${argument}[0].c`]: [
    () => call([{ op: 'scale', to: 'u', a: 'g', c: NaN }]),
    () => call([{ op: 'interp', to: 'u', a: 'g', b: 'm' }]),
  ],
});

const badTasks = (call: (tasks: optim.ProxyTask[]) => unknown): BadCalls => ({
  'dtype tasks': () => call(3 as never),
  'shape tasks': [() => call([]), () => call([{ ...bowl, gradient: () => [1] }])],
  'dtype tasks[0].gradient': [() => call([null as never]), () => call([{ ...bowl, gradient: 3 as never }])],
  'dtype tasks[0].loss': () => call([{ ...bowl, loss: 3 as never }]),
  'range tasks[0].steps': () => call([{ ...bowl, steps: 0 }]),
  'range tasks[0].start': () => call([{ ...bowl, start: [NaN] }]),
  'range tasks': () => call([{ ...bowl, loss: () => -1 }]),
});

const badRates = (call: (learningRates: number[]) => unknown): BadCalls => ({
  'shape learningRates': () => call([]),
  'range learningRates[1]': () => call([0.1, 0]),
});

/** The rows by name. */
export const evolutionRows: ConformanceTable = {
  programUpdates: hostFunction(optim.programUpdates, {
    call: { everything: () => optim.programUpdates(everything, [[1, -2], [0, 3]]), nothing: () => optim.programUpdates([], []) }, // prettier-ignore
    bad: {
      ...badProgram((program) => optim.programUpdates(program, [[1]])),
      'dtype gradients': () => optim.programUpdates([], 3 as never),
      'shape gradients[1]': () => optim.programUpdates([], [[1], [1, 2]]),
      'range gradients[0]': () => optim.programUpdates([], [[NaN]]),
    },
  }),
  programFingerprint: hostFunction(optim.programFingerprint, {
    call: () => optim.programFingerprint(everything),
    bad: badProgram(optim.programFingerprint),
  }),
  simplifyProgram: hostFunction(optim.simplifyProgram, {
    call: () => optim.simplifyProgram(everything),
    bad: badProgram(optim.simplifyProgram),
  }),
  formatProgram: hostFunction(optim.formatProgram, {
    call: () => optim.formatProgram(everything),
    bad: {
      ...badProgram((program) => optim.formatProgram(program)),
      ...refuse('digits', (digits) => optim.formatProgram([], digits), [0, 18]),
    },
  }),
  momentumProgram: hostFunction(momentumProgram, { call: () => momentumProgram(), bad: refuse('b1', momentumProgram, [NaN, 1]) }),
  lionProgram: hostFunction(lionProgram, {
    call: () => lionProgram(),
    bad: { ...refuse('b1', (b1) => lionProgram(b1), [NaN, 1]), ...refuse('b2', (b2) => lionProgram(0.9, b2), [NaN, -1]) },
  }),
  adamProgram: hostFunction(adamProgram, {
    call: () => adamProgram(),
    bad: { ...refuse('b1', (b1) => adamProgram(b1), [NaN, 1]), ...refuse('b2', (b2) => adamProgram(0.9, b2), [NaN, -1]) },
  }),
  programFitness: hostFunction(optim.programFitness, {
    call: () => optim.programFitness(momentumProgram(), [bowl]),
    bad: {
      ...badProgram((program) => optim.programFitness(program, [bowl])),
      ...badTasks((tasks) => optim.programFitness(momentumProgram(), tasks)),
      ...badRates((rates) => optim.programFitness(momentumProgram(), [bowl], rates)),
    },
  }),
  evolveOptimizer: hostFunction(optim.evolveOptimizer, {
    call: () => search({}),
    bad: {
      ...badTasks((tasks) => search({}, tasks)),
      ...badProgram((seedProgram) => search({ seedProgram }), 'seedProgram'),
      ...badRates((learningRates) => search({ learningRates })),
      ...refuse('budget', (budget) => search({ budget }), [0, 1.5]),
      ...refuse('population', (population) => search({ population }), [0, 1.5]),
      ...refuse('tournament', (tournament) => search({ tournament }), [0, 1.5]),
      'dtype rng': () => search({ rng: 3 as never }),
      'dtype onEvaluate': () => search({ onEvaluate: 3 as never }),
    },
  }),
  scaleByProgram: transformation(optim.scaleByProgram, {
    make: {
      everything: () => optim.scaleByProgram(everything),
      'the gradient': () => optim.scaleByProgram([{ op: 'copy', to: 'u', a: 'g' }]),
    },
    bad: badProgram(optim.scaleByProgram),
  }),
};
