import { hvp, rng } from '@surrogate/core';
import { matMul, matrixFromRows, pinv, transpose } from '@surrogate/core/host';
import { expectClose, keeping } from '@surrogate/testing';
import { add, mul, reverse, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  doubleDescentSweep,
  gdSpectralFilter,
  momentumSpectralFilter,
  observeLosses,
  opposingGroups,
  opposingSignalsToy,
  pinvSpectralFilter,
  randomReluFeatures,
  rankByLossChange,
  sharpness,
  spectralRegression,
  type LossHistory,
} from '../index.js';

describe('opposing signals', () => {
  it('are told from noise', () => {
    const random = rng(1);
    let history: LossHistory | undefined;
    const losses = new Float64Array(40).fill(5);
    for (let t = 0; t < 60; t++) {
      history = observeLosses(
        history,
        losses.map((loss, i) => loss + (i < 10 ? (i % 2 === 0 ? -1 : 1) * Math.cos(t) : 0) + 0.01 * random.normal()),
      );
    }
    const { groupA, groupB, correlation } = opposingGroups(history!, 10);
    expect(rankByLossChange(history!, 10).sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
    expect(new Set(groupA.map((i) => i % 2)).size).toBe(1);
    expect([groupA.length, groupB.length]).toEqual([5, 5]);
    expect(correlation).toBeLessThan(-0.99);
  });

  it('are none where all move together, or nothing moves', () => {
    let [together, still]: (LossHistory | undefined)[] = [];
    for (const up of [0, 1, 0, 1]) {
      together = observeLosses(together, [up, 2 * up, 3 * up]);
      still = observeLosses(still, [1, 1]);
    }
    expect(opposingGroups(together!, 3)).toEqual({ groupA: [2, 1, 0], groupB: [], correlation: 0 });
    expect(opposingGroups(still!, 2).correlation).toBe(0);
  });

  it('are forgotten after a window, but for how far they went', () => {
    let history: LossHistory | undefined;
    for (const losses of [[0], [9], [9], [9]]) history = observeLosses(history, losses, { window: 2 });
    expect(history!.steps.length).toBe(2);
    expect(history!.largestChange[0]).toBe(9);
  });

  it('balance at a weight of 0', () => {
    const { features, targets, groups } = opposingSignalsToy({ examples: 400, scale: 7, gamma: 0.5, noise: 0, betaNorm: 3 }, rng(2));
    expect(groups.reduce((sum, group) => sum + group, 0)).toBe(0);
    expect(groups.filter((group) => group !== 0).length).toBe(20);
    // Least squares has the rest exactly: the true weights, of length 3, where there are no outliers.
    const rest = matrixFromRows(Array.from({ length: 380 }, (_, i) => features.data.subarray((i + 20) * 11, (i + 20) * 11 + 10)));
    const beta = matMul(pinv(rest), targets.slice(20));
    expect(Math.hypot(...beta)).toBeCloseTo(3, 9);
    const row = features.data.subarray(0, 10);
    expect(targets[0]! - row.reduce((sum, x, j) => sum + x * beta[j]!, 0)).toBeCloseTo(3.5, 9);
  });
});

describe('sharpness', () => {
  it('is the top eigenvalue, also where another is larger in size', () =>
    keeping(async (keep) => {
      const w = keep(tensor([0.3, -1, 2]));
      const loss = (h: number[]) => (params: { w: Tensor }) => mul(0.5, sum(mul(h, square(params.w))));
      await expectClose(await sharpness(loss([1, 3, 2]), { w }, { rng: rng(1), iterations: 50 }), 3, { rtol: 1e-6 });
      await expectClose(await sharpness(loss([1, -3, 2]), { w }, { rng: rng(2), iterations: 50 }), 2, { rtol: 1e-5 });
      await expectClose(await sharpness(loss([-1, -3, -2]), { w }, { rng: rng(3), iterations: 60 }), -1, { rtol: 1e-5 });
    }));

  it('is that of a coupled quadratic', () =>
    keeping(async (keep) => {
      const params = { w: keep(tensor([1, 1])) };
      // Eigenvalues 4 ± √5.
      const loss = ({ w }: { w: Tensor }) => add(sum(mul(square(w), [1.5, 2.5])), sum(mul(w, reverse(w))));
      const column = keep(tensor([1, 0]));
      await expectClose(keep(hvp(loss)(params, { w: column }).w), [3, 2]);
      await expectClose(await sharpness(loss, params, { rng: rng(4), iterations: 30 }), 4 + Math.sqrt(5), { rtol: 1e-5 });
    }));
});

describe('double descent', () => {
  const random = rng(3);
  const draw = (rows: number, cols: number) => ({ rows, cols, data: random.fillNormal(new Float64Array(rows * cols)) });
  const data = { x: draw(8, 5), y: random.fillNormal(new Float64Array(8)) };

  /** Steps of heavy ball, taken one after the other. */
  const descended = (steps: number, rate: number, beta: number) => {
    let before = new Float64Array(5);
    let weights = new Float64Array(5);
    for (let t = 0; t < steps; t++) {
      const missed = matMul(data.x, weights).map((value, i) => value - data.y[i]!);
      const slope = matMul(transpose(data.x), missed);
      const [w, b] = [weights, before];
      [before, weights] = [weights, w.map((value, i) => value - rate * slope[i]! + beta * (value - b[i]!))];
    }
    return Array.from(weights);
  };

  it.each([
    ['gradient descent', gdSpectralFilter(50, { stepSize: 0.02 }), 0],
    ['momentum', momentumSpectralFilter(50, { stepSize: 0.02, momentum: 0.6 }), 0.6],
  ])('has the steps of %s in closed form', (_name, filter, beta) => {
    const [found, taken] = [spectralRegression(data, filter), descended(50, 0.02, beta)];
    found.forEach((value, i) => expect(Math.abs(value - taken[i]!)).toBeLessThan(1e-10));
  });

  it('ends at the pseudo-inverse', () => {
    const end = matMul(pinv(data.x), data.y);
    for (const filter of [pinvSpectralFilter(), gdSpectralFilter(1e6), momentumSpectralFilter(1000)])
      spectralRegression(data, filter).forEach((value, i) => expect(Math.abs(value - end[i]!)).toBeLessThan(1e-8));
  });

  it('fits half of the spectrum as the formula says', () => {
    expect(gdSpectralFilter(3)(Float64Array.of(1, Math.SQRT1_2))[1]).toBeCloseTo(0.875, 12);
  });

  it('peaks only for an optimizer that gets to the bottom', () => {
    const features = randomReluFeatures(5, 64, rng(4));
    const make = (n: number, noise: number) => {
      const x = draw(n, 5);
      return { x, y: Float64Array.from({ length: n }, (_, i) => x.data[5 * i]! + noise * random.normal()) };
    };
    const [train, test] = [make(16, 0.5), make(200, 0)];
    const at = (filter: ReturnType<typeof gdSpectralFilter>) =>
      doubleDescentSweep(train, test, { widths: [16, 64], features, filter }).map((point) => point.test);
    const [early, late] = [at(gdSpectralFilter(100)), at(pinvSpectralFilter())];
    expect(late[0]!).toBeGreaterThan(3 * late[1]!);
    expect(early[0]!).toBeLessThan(0.5 * late[0]!);
    const [first] = doubleDescentSweep(train, train, { widths: [16], features, filter: pinvSpectralFilter() });
    expect(first!.train).toBeLessThan(1e-12);
  });
});
