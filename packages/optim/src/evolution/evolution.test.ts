import { rng, step, type GradientTransformation } from '@surrogate/core';
import { eachBackend, expectClose, startBackend } from '@surrogate/testing';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as optim from '../index.js';
import { mutate } from './mutate.js';

const { adamProgram, lionProgram, momentumProgram, programFingerprint, programUpdates } = optim;

const begin = [1, -2, 0.5];
const gradients = [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6], [-0.7, 0.8, 0.9]]; // prettier-ignore
const heavyBall: optim.UpdateProgram = [
  { op: 'scale', to: 'm', a: 'm', c: 0.9 },
  { op: 'add', to: 'm', a: 'm', b: 'g' },
  { op: 'copy', to: 'u', a: 'm' },
];

/** Where three steps with these gradients lead. */
function replay(optimizer: GradientTransformation): Tensor {
  let at = { params: { w: tensor(begin) }, state: optimizer.init({ w: tensor(begin) }) };
  for (const g of gradients) at = step(optimizer, at.params, { w: tensor(g) }, at.state);
  return at.params.w;
}

/** The same on the host, with decay outside of the program. */
const hostReplay = (program: optim.UpdateProgram, decay = 0) =>
  programUpdates(program, gradients).reduce<number[]>((w, u) => w.map((x, i) => x - 0.1 * (u[i]! + decay * x)), begin);

eachBackend(() => {
  describe('scaleByProgram', () => {
    it('trains as the optimizer whose program it is', async () => {
      // The figures are those of optax for lion(0.1, weight_decay=0.1) and sgd(0.1, momentum=0.9).
      const lion = optim.chain(optim.scaleByProgram(lionProgram()), optim.addDecayedWeights(0.1), optim.scaleByLearningRate(0.1));
      await expectClose(replay(lion), [0.873289, -2.041588, 0.3861395]);
      await expectClose(replay(optim.chain(optim.scaleByProgram(heavyBall), optim.scaleByLearningRate(0.1))), [0.9669, -2.1208, 0.4427]);
    });
  });
});

describe('programs on the host', () => {
  it('are the known rules', async () => {
    await expectClose(hostReplay(lionProgram(), 0.1), [0.873289, -2.041588, 0.3861395], { rtol: 1e-7, atol: 6e-8 });
    await expectClose(hostReplay(heavyBall), [0.9669, -2.1208, 0.4427], { rtol: 1e-12 });
    // By hand: m = 0.1 g, v = 0.001 g², hence u = 0.1/√0.001 sign(g) in the first step.
    await expectClose(programUpdates(adamProgram(), gradients)[0]!, [Math.sqrt(10), -Math.sqrt(10), Math.sqrt(10)], { rtol: 1e-5 });
    // With the moments' corrections put back it is Adam, as optax has it: [0.8319310, -2.0163055, 0.4022862].
    const corrected = programUpdates(adamProgram(), gradients).map((u, s) => u.map((x) => (x / (1 - 0.9 ** (s + 1))) * Math.sqrt(1 - 0.999 ** (s + 1)))); // prettier-ignore
    await expectClose(corrected.reduce<number[]>((w, u) => w.map((x, i) => x - 0.1 * u[i]!), begin), [0.831931, -2.0163055, 0.4022862], { rtol: 2e-6 }); // prettier-ignore
  });

  it('divide by what is 0 as by a small positive number', () => {
    expect(programUpdates([{ op: 'div', to: 'u', a: 'g', b: 'm' }], [[1e-8, -1e-8]])[0]).toEqual(Float64Array.of(1, -1));
  });

  it('share a fingerprint where they do the same, and have another where they do not', () => {
    const same: optim.UpdateProgram = [
      { op: 'mul', to: 'v', a: 'v', b: 'g' },
      { op: 'sub', to: 't', a: 'm', b: 'g' },
      { op: 'scale', to: 't', a: 't', c: 0.9 },
      { op: 'add', to: 'm', a: 'g', b: 't' },
      { op: 'add', to: 'u', a: 'm', b: 'u' },
    ];
    expect(programFingerprint(same)).toBe(programFingerprint(momentumProgram()));
    const others = [momentumProgram(), momentumProgram(0.91), lionProgram(), lionProgram(0.9, 0.98), adamProgram(), heavyBall, []];
    expect(new Set(others.map(programFingerprint)).size).toBe(others.length);
    expect(optim.simplifyProgram(same)).toEqual(same.slice(1));
  });

  it('stay programs when they are changed', () => {
    const source = rng(3);
    let [program, longest] = [momentumProgram(), 0];
    for (let i = 0; i < 300; i++) {
      const next = mutate(program, source);
      expect(Math.abs(next.length - program.length)).toBeLessThanOrEqual(1);
      expect(() => optim.formatProgram(next)).not.toThrow();
      program = next;
      longest = Math.max(longest, program.length);
    }
    expect(longest).toBeLessThanOrEqual(16);
    expect(mutate([], source)).toHaveLength(1);
  });
});

describe('evolveOptimizer', () => {
  beforeAll(() => startBackend('cpu'));
  const noise = Array.from(
    { length: 30 },
    (
      (draws) => () =>
        draws.normal(0, 3)
    )(rng(9)),
  );
  const task: optim.ProxyTask = {
    start: [1, -2],
    steps: 30,
    gradient: ([x, y], s) => [x! + noise[s]!, 50 * y! - noise[s]!],
    loss: ([x, y]) => x! ** 2 / 2 + 25 * y! ** 2,
  };
  const evolve = (options: Partial<optim.EvolveOptimizerOptions> = {}) =>
    optim.evolveOptimizer([task], { budget: 60, rng: rng(1), population: 10, tournament: 4, ...options });

  it('ends fitter than its seed, with the program that it says, the same for the same seed', async () => {
    const { program, fitness, history, aborted } = await evolve();
    expect([history.length, aborted]).toEqual([60, false]);
    expect(history[0]).toBe(optim.programFitness(momentumProgram(), [task]));
    expect(fitness).toBeLessThan(history[0]!);
    expect(fitness).toBe(history.at(-1));
    await expectClose(optim.programFitness(program, [task]), fitness, { rtol: 1e-6 });
    expect(await evolve()).toEqual({ program, fitness, history, aborted });
  });

  it('evaluates nothing twice, and stops when it is told', async () => {
    const seen: string[] = [];
    const controller = new AbortController();
    const { history, aborted } = await evolve({
      signal: controller.signal,
      onEvaluate: ({ evaluations, program }) => {
        seen.push(programFingerprint(program));
        if (evaluations === 20) controller.abort();
      },
    });
    expect([history.length, aborted]).toEqual([20, true]);
    expect(new Set(seen).size).toBe(20);
  });

  it('gives a rule that diverges no chance', () => {
    const up: optim.UpdateProgram = [{ op: 'scale', to: 'u', a: 'g', c: -1e30 }];
    expect(optim.programFitness(up, [task])).toBe(Infinity);
  });
});
