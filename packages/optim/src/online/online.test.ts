import { matrixFromRows } from '@surrogate/core/host';
import { expectClose } from '@surrogate/testing';
import { hostCases } from '@surrogate/testing/hostCases';
import { describe, expect, it } from 'vitest';
import { ballDomain, boxDomain, simplexDomain } from './domains.js';
import { onlineEnsemble, optimisticMirrorDescent, type MirrorState } from './mirrorDescent.js';
import type { OnlineLearner } from './learner.js';
import { optimisticNewton } from './newton.js';
import { cumulativeRegret } from './regret.js';
import { batchPerceptron, fitSeparator, logisticDescent, normalizedBatchPerceptron, normalizedDescent, perceptron } from './separator.js';

describe('separators', () => {
  const two = matrixFromRows([[1, -1], [-1, -4]]); // prettier-ignore
  const after = (rule: Parameters<typeof fitSeparator>[2], maxSteps: number) => fitSeparator(two, [1, -1], rule, { maxSteps });

  it('take the steps that the paper computes', async () => {
    for (const gamma of [1, 10, 1000])
      await expectClose(
        Array.from(after(logisticDescent(gamma), 1).weights, (w) => w / gamma),
        [0.5, 0.75],
      );
    await expectClose(
      Array.from(after(logisticDescent(10), 2).weights, (w) => w / 10),
      [0.96207091, 0.28792909],
      { rtol: 1e-8 },
    );
    const { weights, losses } = after(logisticDescent(1000), 2);
    await expectClose(
      Array.from(weights, (w) => w / 1000),
      [1, 0.25],
      { rtol: 1e-8 },
    );
    await expectClose(Array.from(losses.slice(1)), [125, 0], { atol: 1e-12 });
    await expectClose(Array.from(after(normalizedDescent(1), 1).weights), [1, 1.5]);
    await expectClose(Array.from(after(normalizedDescent(1), 2).weights), [2, 0.50730746], { rtol: 1e-8 });
  });

  it('become perceptrons as steps grow', async () => {
    await expectClose(Array.from(after(batchPerceptron, 2).weights), [1, 0.25]);
    const large = 1e9;
    await expectClose(Array.from(after(normalizedDescent(large), 2).weights, (w) => w / large), Array.from(after(normalizedBatchPerceptron, 2).weights)); // prettier-ignore
  });

  it('need steps in proportion to the points, or not', () => {
    const imbalanced = (n: number) => [matrixFromRows(Array.from({ length: n }, (_, i) => [i === 0 ? 0.5 : -0.5, -1])), Array.from({ length: n }, (_, i) => (i === 0 ? 1 : -1))] as const; // prettier-ignore
    const steps = (n: number, rule: Parameters<typeof fitSeparator>[2]) => fitSeparator(...imbalanced(n), rule).steps;
    expect([50, 200, 800].map((n) => steps(n, batchPerceptron))).toEqual([16, 61, 241]);
    // R² / μ² = 1.25 / 0.25.
    for (const n of [50, 200, 800]) {
      expect(steps(n, normalizedBatchPerceptron)).toBeLessThanOrEqual(5);
      expect(steps(n, perceptron)).toBeLessThanOrEqual(5);
    }
  });
});

it('adds up what was lost beyond the comparator', () => {
  expect(Array.from(cumulativeRegret([1, 3, 2], [1, 1, 0]))).toEqual([0, 2, 4]);
});

/** What is played in each round, and where the gradients lead. */
function rounds(learner: OnlineLearner<MirrorState>, gradients: number[][], hints?: number[][]) {
  let state = learner.init();
  return gradients.map((g, t) => {
    const played = Array.from(learner.play(state));
    state = learner.observe(state, g, hints?.[t + 1]);
    return { played, center: Array.from(state.center), hintError: state.hintError };
  });
}

describe('optimistic mirror descent', () => {
  const line = boxDomain([-1], [1]);

  it('plays the worked example', async () => {
    const all = rounds(optimisticMirrorDescent(line), [[1], [1], [-1]]);
    await expectClose(all.flatMap(({ played }) => played), [0, -1, -1]); // prettier-ignore
    await expectClose(all.flatMap(({ center }) => center), [-0.8944272, -1, -0.1835034], { atol: 1e-7 }); // prettier-ignore
  });

  it('is plain mirror descent without hints', async () => {
    const all = rounds(optimisticMirrorDescent(ballDomain(2, 10), { hints: 'none', stepSize: () => 0.5 }), [[1, 0], [0, 2], [1, 1]]); // prettier-ignore
    await expectClose(all.flatMap(({ played }) => played), [0, 0, -0.5, 0, -0.5, -1]); // prettier-ignore
  });

  it('pays nothing for hints that are right', () => {
    const gradients = [[0, 0], [1, -1], [0.5, 2]]; // prettier-ignore
    expect(rounds(optimisticMirrorDescent(ballDomain(2)), gradients, gradients).at(-1)!.hintError).toBe(0);
  });

  it('is Hedge on the simplex', async () => {
    const gradients = [[1, 0, 0.3], [0, 2, -1]]; // prettier-ignore
    const all = rounds(optimisticMirrorDescent(simplexDomain(3), { hints: 'none', stepSize: () => 0.7 }), [...gradients, [0, 0, 0]]);
    const logs = [0, 1, 2].map((i) => -0.7 * (gradients[0]![i]! + gradients[1]![i]!));
    const total = logs.reduce((sum, log) => sum + Math.exp(log), 0);
    await expectClose(all[2]!.played, logs.map((log) => Math.exp(log) / total)); // prettier-ignore
  });

  it('follows the better of two learners in an ensemble', () => {
    const learners = [0.001, 1].map((eta) => optimisticMirrorDescent(line, { stepSize: () => eta }));
    const ensemble = onlineEnsemble(learners, 0.5);
    let state = ensemble.init();
    for (let t = 0; t < 40; t++) state = ensemble.observe(state, [1]);
    expect(ensemble.play(state)[0]).toBeLessThan(-0.95);
  });
});

interface NewtonCase {
  domain: 'ball' | 'box' | 'simplex';
  expConcavity: number;
  gradientBound: number;
  gradients: number[][];
}

describe('optimistic Newton steps', () => {
  const domains = { ball: ballDomain(3, 1.5), box: boxDomain([-0.5, -0.2, -1], [0.5, 1, 0.25]), simplex: simplexDomain(3) };
  const cases = hostCases<NewtonCase, number[][]>('optim/onlineNewton');
  it.each(cases.map(({ name, inputs, value }) => [name, inputs, value] as const))(
    'agree with minima found by SciPy: %s',
    async (_name, { domain, expConcavity, gradientBound, gradients }, value) => {
      const learner = optimisticNewton(domains[domain], expConcavity, { gradientBound });
      let state = learner.init();
      for (const [t, g] of gradients.entries()) {
        await expectClose(learner.play(state), value[t]!, { rtol: 1e-5, atol: 1e-6 });
        state = learner.observe(state, g);
      }
    },
  );

  it('are projected gradient steps under a metric that is round', async () => {
    const twice = { rows: 2, cols: 2, data: Float64Array.of(2, 0, 0, 2) };
    const [from, by] = [Float64Array.of(0.5, 0.2), Float64Array.of(-3, 1)];
    for (const domain of [ballDomain(2), boxDomain([-1, 0], [1, 0.1])])
      await expectClose(domain.moveUnder(twice, from, by), Array.from(domain.move(from, by.map((v) => v / 2)))); // prettier-ignore
    // (2, -0.3), and 1.15 off each; what is below 0 is 0.
    await expectClose(simplexDomain(2).moveUnder(twice, from, by), [1, 0], { atol: 1e-9 });
  });

  it('stop where no step along an edge lowers what they minimise, also in narrow valleys', () => {
    const metric = { rows: 3, cols: 3, data: Float64Array.of(1000, 30, 0, 30, 1, 0, 0, 0, 1) };
    const [from, by] = [Float64Array.of(0.2, 0.3, 0.5), Float64Array.of(40, -5, 1)];
    const x = simplexDomain(3).moveUnder(metric, from, by);
    const slopes = by.map((v, i) => v + x.reduce((sum, at, j) => sum + metric.data[3 * i + j]! * (at - from[j]!), 0));
    const least = Math.min(...slopes);
    expect(x.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    x.forEach((at, i) => expect(at * (slopes[i]! - least)).toBeLessThan(1e-7));
  });

  it('stay on the surface where they are told to stand still', () => {
    const ball = ballDomain(2);
    const metric = { rows: 2, cols: 2, data: Float64Array.of(3, 1, 1, 2) };
    const there = ball.moveUnder(metric, Float64Array.of(0, 0), Float64Array.of(-5, 40));
    expect(Math.hypot(...there)).toBeCloseTo(1, 12);
    const still = ball.moveUnder(metric, there, Float64Array.of(0, 0));
    expect(Math.hypot(still[0]! - there[0]!, still[1]! - there[1]!)).toBeLessThan(1e-12);
  });
});
