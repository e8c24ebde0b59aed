import { rng } from '@surrogate/core';
import { matrixFromRows, normalQuantile } from '@surrogate/core/host';
import { gaussianProcess, rbfCovariance } from '@surrogate/kernel-methods';
import { expectClose } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import {
  batchExpectedImprovement,
  expectedImprovement,
  feasibilityProbability,
  knowledgeGradient,
  logExpectedImprovement,
  maxValueEntropy,
} from './acquisitions.js';
import { autoLearningRates, fitExponentialDecay } from './autoLearningRate.js';
import { bayesianOptimization, improvementAcquisition, knowledgeAcquisition } from './bayesian.js';
import { entropyAcquisition } from './entropy.js';

describe('acquisitions', () => {
  it('have the values of their closed forms', async () => {
    await expectClose([expectedImprovement(0, 1, 0), expectedImprovement(0.5, 0.2, 0.4), expectedImprovement(0, 0.5, 1)], [0.3989422804, 0.1395593115, 0.0042453513], { rtol: 1e-8 }); // prettier-ignore
    await expectClose(knowledgeGradient([0, 0.2, -0.1], [0.5, 0.1, 0.9]), 0.191335005, { rtol: 1e-8 });
    await expectClose([maxValueEntropy(0, 1, [1]), maxValueEntropy(0, 1, [0])], [0.3165537645, Math.LN2], { rtol: 1e-9 });
    await expectClose(feasibilityProbability([0, 0], [1, 2]), 0.25);
  });

  it('tell apart what underflows', async () => {
    for (const z of [2, 0, -3, -4.9, -5.1, -8]) await expectClose(logExpectedImprovement(z, 2, 0), Math.log(expectedImprovement(z, 2, 0)), { rtol: 1e-6 }); // prettier-ignore
    const values = [-30, -100, -199, -201, -500].map((z) => logExpectedImprovement(z, 1, 0));
    values.forEach((value, i) => expect(value).toBeLessThan(values[i - 1] ?? 0));
    // log φ(z) - 2 log|z|, to the next order.
    await expectClose(logExpectedImprovement(-300, 1, 0), -45000 - 0.5 * Math.log(2 * Math.PI) - 2 * Math.log(300), { rtol: 1e-8 });
  });

  it('agree where they are one', async () => {
    // A without the point: the best mean 0.4; with it, one line of slope s.
    for (const mu of [0.2, 0.5]) await expectClose(knowledgeGradient([0.4, mu], [0, 0.5]), expectedImprovement(mu, 0.5, 0.4) - Math.max(mu - 0.4, 0), { rtol: 1e-9 }); // prettier-ignore
    await expectClose(knowledgeGradient([0.4, 0.2], [0, 0.5]), 0.1152194185, { rtol: 1e-8 });
    await expectClose(knowledgeGradient([0.4, 0.5], [0, 0.5]), 0.1534473179, { rtol: 1e-8 });
    const exact = gaussianProcess(matrixFromRows([[0], [1]]), Float64Array.of(0.3, -1), { covariance: rbfCovariance() }); // prettier-ignore
    const far = matrixFromRows([[0.4], [2.5]]); // prettier-ignore
    const improvement = improvementAcquisition({ process: exact, best: 0.3 }, far);
    // Below the best mean the two are the same without noise.
    await expectClose(Array.from(knowledgeAcquisition({ process: exact, best: 0.3 }, far)), Array.from(improvement), {
      rtol: 1e-6,
      atol: 1e-8,
    });
  });

  it('are means of draws', async () => {
    const draws = rng(3);
    const samples = { rows: 20000, cols: 2, data: draws.fillNormal(new Float64Array(40000)) };
    // E max(max(Z₁, Z₂), 0) = 1/√(4π) + 1/√(4π)·... by symmetry of the order statistics: (1 + 1/√2)/√(2π).
    await expectClose(batchExpectedImprovement(samples, 0), (1 + Math.SQRT1_2) / Math.sqrt(2 * Math.PI), { rtol: 0.02 });
    const kg = Array.from({ length: 20000 }, () => draws.normal()).reduce(
      (sum, z) => sum + (Math.max(0.5 * z, 0.2 + 0.1 * z, -0.1 + 0.9 * z) - 0.2) / 20000,
      0,
    );
    await expectClose(kg, knowledgeGradient([0, 0.2, -0.1], [0.5, 0.1, 0.9]), { atol: 0.01 });
  });
});

describe('entropyAcquisition', () => {
  it('judges the greatest of independent values by its quantiles', async () => {
    const process = gaussianProcess(matrixFromRows([[1000]]), Float64Array.of(0), { covariance: rbfCovariance() });
    const apart = matrixFromRows([0, 100, 200, 300].map((x) => [x]));
    const acquisition = entropyAcquisition(3);
    const quantiles = [1 / 6, 1 / 2, 5 / 6].map((q) => normalQuantile(q ** (1 / 4)));
    const expected = maxValueEntropy(0, 1, quantiles);
    await expectClose(acquisition({ process, best: 0 }, apart), Array<number>(4).fill(expected), { rtol: 1e-6 });
    // Of the process that is known, other points are judged by the same.
    await expectClose(acquisition({ process, best: 0 }, matrixFromRows([[400]])), [expected], { rtol: 1e-6 });
  });

  it('leads a search to the maximum', () => {
    const search = bayesianOptimization([[-2, 2]], { candidates: 100, acquisition: entropyAcquisition() });
    const source = rng(1);
    let state = search.init();
    for (let i = 0; i < 12; i++) {
      const [[x]] = search.ask(state, source) as [[number]];
      state = search.tell(state, [x], Math.sin(3 * x) - (x - 0.5) ** 2);
    }
    // Where 3 cos 3x = 2 (x - ½).
    expect(search.best(state)!.point[0]).toBeCloseTo(0.5193, 1);
  });
});

describe('bayesianOptimization', () => {
  const search = bayesianOptimization([[-2, 2], [0, 5]], { candidates: 200 }); // prettier-ignore
  const f = ([x, y]: readonly number[]) => -((x! - 0.5) ** 2) - 0.3 * (y! - 4) ** 2;

  it('comes near the maximum in few evaluations', () => {
    const source = rng(5);
    let state = search.init();
    expect(search.best(state)).toBeUndefined();
    for (let i = 0; i < 16; i++) {
      const [point] = search.ask(state, source);
      expect(point!.every((v, k) => v >= [-2, 0][k]! && v <= [2, 5][k]!)).toBe(true);
      state = search.tell(state, point!, f(point!));
    }
    expect(search.best(state)!.value).toBeGreaterThan(-0.05);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it('spreads several points, and gives the same for the same generator', () => {
    let state = search.init();
    const first = search.ask(state, rng(1), 6);
    for (const point of first) state = search.tell(state, point, f(point));
    const points = search.ask(state, rng(2), 3);
    expect(search.ask(state, rng(2), 3)).toEqual(points);
    const [a, b] = points;
    expect(Math.hypot(a![0]! - b![0]!, a![1]! - b![1]!)).toBeGreaterThan(0.01);
    // One by one the even start is the same sequence.
    let single = search.init();
    for (const point of first) {
      const [asked] = search.ask(single, rng(1));
      asked!.forEach((v, k) => expect(v).toBeCloseTo(point[k]!, 9));
      single = search.tell(single, asked!, 0);
    }
  });
});

describe('bayesianOptimization under constraints, and for a price', () => {
  const box = [[-2, 2]] as const;

  it('finds the best point that a constraint allows, from a start where nothing is', () => {
    const search = bayesianOptimization(box, { candidates: 100, constraints: 1 });
    const source = rng(3);
    let state = search.init();
    // The maximum at 0.5 is out of bounds; the best that is left is at -0.5.
    const told = (x: number) => (state = search.tell(state, [x], -((x - 0.5) ** 2), [x + 0.5]));
    [0, 0.7, 1.4, 2].forEach(told);
    expect(search.best(state)).toBeUndefined();
    const [a, b] = search.ask(state, source, 2);
    expect(Math.abs(a![0]! - b![0]!)).toBeGreaterThan(0.01);
    for (let i = 0; i < 10; i++) told(search.ask(state, source)[0]![0]!);
    const { point, value } = search.best(state)!;
    expect(point[0]!).toBeLessThanOrEqual(-0.5);
    expect(value).toBeGreaterThan(-1.15);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it('asks where a promise is cheapest', () => {
    const seen: readonly number[] = [-1.5, -0.5, 1, 1.8];
    const where = (cost?: (point: readonly number[]) => number) => {
      const search = bayesianOptimization(box, { candidates: 200, acquisition: (_k, { rows }) => new Float64Array(rows).fill(1), cost });
      return search.ask(seen.reduce((state, x) => search.tell(state, [x], x), search.init()), rng(4))[0]![0]!; // prettier-ignore
    };
    expect(where(([x]) => 1 + (x! - 0.3) ** 2)).toBeCloseTo(0.3, 2);
    expect(where(() => 5)).toBe(where());
  });
});

describe('AutoLRS', () => {
  it('fits decays, also with outliers', async () => {
    const ys = Array.from({ length: 100 }, (_, t) => 2 * Math.exp(-0.05 * t) + 0.7);
    const { a, b, c, predict } = fitExponentialDecay(ys);
    await expectClose([a, b, c, predict(1000)], [2, -0.05, 0.7, 0.7], { rtol: 1e-4 });
    const spiked = ys.map((y, t) => (t === 10 || t === 30 ? y + 3 : y));
    await expectClose(fitExponentialDecay(spiked).predict(1000), 0.7, { rtol: 1e-3 });
    expect(Math.abs(fitExponentialDecay(spiked, { robust: false }).predict(1000) - 0.7)).toBeGreaterThan(1e-3);
  });

  it('never lets a probe touch the training', async () => {
    let [w, saved] = [1, 1];
    const probed: number[] = [];
    const training = {
      trainSteps(rate: number, steps: number) {
        if (steps === 4) probed.push(w);
        return Array.from({ length: steps }, () => ((w -= rate * w), w * w));
      },
      save: () => void (saved = w),
      restore: () => void (w = saved),
    };
    const { value } = await autoLearningRates(training, {
      minLearningRate: 1e-3,
      maxLearningRate: 4,
      rng: rng(2),
      steps: 40,
      probes: 6,
    }).next();
    expect(probed).toEqual(Array<number>(6).fill(1));
    expect(w).toBeCloseTo((1 - value.learningRate) ** 40, 12);
    expect(value.losses[39]!).toBeLessThan(1e-3);
  });

  it('is led by validation, once stages have their greatest length', async () => {
    // The training loss wants the highest rate; the validation loss wants to stay at 1.
    let [w, saved, validations] = [1, 1, 0];
    const training = {
      trainSteps: (rate: number, steps: number) => Array.from({ length: steps }, () => (w *= 1 - rate) ** 2),
      save: () => void (saved = w),
      restore: () => void (w = saved),
      validate: () => {
        validations++;
        return 1 + (w - 1) ** 2;
      },
    };
    const options = { minLearningRate: 1e-4, maxLearningRate: 0.1, rng: rng(2), steps: 160, maxSteps: 160, probes: 4 };
    const stages = autoLearningRates(training, options);
    const first = (await stages.next()).value;
    expect(validations).toBe(1);
    w = 1;
    const { learningRate, predicted } = (await stages.next()).value;
    expect(validations).toBe(1 + 4 * 16);
    expect(learningRate).toBeLessThan(first.learningRate);
    // No loss is below the first, so the forecast is the last: that of 16 steps.
    expect(predicted).toBeCloseTo(1 + (1 - (1 - learningRate) ** 16) ** 2, 12);
  });

  it('forecasts validation at the end of a stage', async () => {
    let [t, saved] = [0, 0];
    const training = {
      trainSteps: (_: number, steps: number) => Array.from({ length: steps }, () => ++t),
      save: () => void (saved = t),
      restore: () => void (t = saved),
      validate: () => 1 + 3 * Math.exp(-0.002 * t),
    };
    const options = { minLearningRate: 0.1, maxLearningRate: 1, rng: rng(1), steps: 320, maxSteps: 320, probes: 2 };
    const stages = autoLearningRates(training, options);
    await stages.next();
    const { value } = await stages.next();
    expect(value.predicted).toBeCloseTo(1 + 3 * Math.exp(-0.002 * 640), 3);
  });
});
