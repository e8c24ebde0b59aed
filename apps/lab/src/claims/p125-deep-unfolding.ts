/** @file P125: a dozen trained step sizes recover sparse signals; what they are trained on decides what they are good at where the problem is convex. */
import { transpose, type Matrix } from '@surrogate/core/host';
import { noGrad, type Rng } from '@surrogate/core';
import { trainUnfolded, unfoldedIht, unfoldedIsta, type UnfoldedSolver } from '@surrogate/optim';
import { mean, square, sub, sum, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import type { Curve } from '../report/sections.js';

/** Sparse signals and their noisy measurements. */
function signalsOf(a: Matrix, rng: Rng, count: number, density: number, noise: number) {
  const across = transpose(a);
  const x = new Float32Array(count * a.cols);
  const y = rng.fillNormal(new Float32Array(count * a.rows), 0, noise);
  for (let n = 0; n < count; n++)
    for (let j = 0; j < a.cols; j++) {
      if (!rng.bernoulli(density)) continue;
      const value = rng.normal();
      x[n * a.cols + j] = value;
      for (let i = 0; i < a.rows; i++) y[n * a.rows + i]! += value * across.data[j * a.rows + i]!;
    }
  return { x, y };
}

export default claim({
  paper: 125,
  says: 'With twelve trained steps unfolded ISTA comes closer to the signals where it is trained on them and to the least objective where it is trained on that, both far ahead of twelve plain iterations; unfolded IHT trained either way beats plain IHT run to the end.',
  params: {
    width: 60,
    measurements: 30,
    density: 0.1,
    noise: 0.02,
    lambda: 0.05,
    layers: 12,
    batch: 100,
    stepsPerLayer: 60,
    tests: 500,
    longRuns: 30,
  },
  quick: { width: 6, measurements: 4, layers: 2, batch: 4, stepsPerLayer: 2, tests: 5, longRuns: 1 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { width, measurements, density, noise, lambda, layers, batch, stepsPerLayer, tests, longRuns } = params;
    const a = {
      rows: measurements,
      cols: width,
      data: rng.fillNormal(new Float64Array(measurements * width)).map((v) => v / Math.sqrt(measurements)),
    };
    const held = signalsOf(a, rng.split(), tests, density, noise);
    const [x, y] = [tensor2d(held.x, [tests, width]), tensor2d(held.y, [tests, measurements])];
    const curves: Curve[] = [];
    const figures = async (solver: UnfoldedSolver, found: Tensor) => {
      const both = tidy(() => [mean(sum(square(sub(found, x)), -1)), mean(solver.objective(found, y))]);
      const [error, objective] = await Promise.all(both.map(async (t) => (await t.data())[0]!));
      [found, ...both].forEach((t) => t.dispose());
      return { error: error!, objective: objective! };
    };
    let arm = 0;
    const trained = async (name: string, solver: UnfoldedSolver, supervised: boolean) => {
      const source = rng.split();
      const best = await trainUnfolded(
        solver,
        () => {
          const drawn = signalsOf(a, source, batch, density, noise);
          return { signals: tensor2d(drawn.x, [batch, width]), measurements: tensor2d(drawn.y, [batch, measurements]) };
        },
        { supervised, stepsPerLayer, onStep: ({ step }) => progress((arm + step / (stepsPerLayer * layers)) / 6) },
      );
      arm++;
      const points = Array.from(await best.steps.data<'float32'>(), (alpha, t) => ({ x: t + 1, y: alpha / solver.safeStep }));
      curves.push({ name, points });
      const result = await figures(solver, solver.apply(best, y));
      best.steps.dispose();
      return result;
    };
    const plain = async (solver: UnfoldedSolver, runs: number) => {
      const { steps } = solver.init();
      let found = solver.apply({ steps }, y);
      for (let run = 1; run < runs; run++) {
        const next = noGrad(() => solver.apply({ steps }, y, { start: found }));
        found.dispose();
        found = next;
      }
      steps.dispose();
      return figures(solver, found);
    };
    const [ista, iht] = [unfoldedIsta(a, { lambda, layers }), unfoldedIht(a, { lambda, layers })];
    const long = 100;
    const istaBySignals = await trained('ISTA, by signals', ista, true);
    const istaByObjective = await trained('ISTA, by the objective', ista, false);
    const ihtBySignals = await trained('IHT, by signals', iht, true);
    const ihtByObjective = await trained('IHT, by the objective', iht, false);
    const [istaPlain, ihtPlain] = [await plain(ista, 1), await plain(iht, 1)];
    const istaLong = await plain(unfoldedIsta(a, { lambda, layers: long }), longRuns);
    progress(5 / 6);
    const ihtLong = await plain(unfoldedIht(a, { lambda, layers: long }), longRuns);
    [x, y].forEach((t) => t.dispose());
    return {
      metrics: {
        istaBySignalsError: istaBySignals.error,
        istaBySignalsObjective: istaBySignals.objective,
        istaByObjectiveError: istaByObjective.error,
        istaByObjectiveObjective: istaByObjective.objective,
        ihtBySignalsError: ihtBySignals.error,
        ihtBySignalsObjective: ihtBySignals.objective,
        ihtByObjectiveError: ihtByObjective.error,
        ihtByObjectiveObjective: ihtByObjective.objective,
      },
      baseline: {
        istaPlainError: istaPlain.error,
        istaPlainObjective: istaPlain.objective,
        istaLongError: istaLong.error,
        istaLongObjective: istaLong.objective,
        ihtPlainError: ihtPlain.error,
        ihtPlainObjective: ihtPlain.objective,
        ihtLongError: ihtLong.error,
        ihtLongObjective: ihtLong.objective,
      },
      sections: [
        {
          kind: 'picture' as const,
          title: 'Trained step sizes',
          caption: 'In units of the step size with which the plain iteration is safe.',
          x: 'layer',
          y: 'step size',
          curves,
        },
      ],
    };
  },
  /** The specification measures errors of 2.43 (plain), 1.15 (signals), 1.22 (objective) and objectives of 0.336, 0.283 and 0.262 for ISTA; for IHT errors of 1.28 run to the end, 0.88 and 1.05. */
  shown: ({ metrics, baseline }) =>
    metrics.istaBySignalsError < 0.7 * baseline.istaPlainError &&
    metrics.istaBySignalsError < metrics.istaByObjectiveError &&
    metrics.istaByObjectiveObjective < metrics.istaBySignalsObjective &&
    metrics.istaByObjectiveObjective < 0.9 * baseline.istaPlainObjective &&
    metrics.ihtBySignalsError < baseline.ihtLongError &&
    metrics.ihtByObjectiveError < baseline.ihtLongError,
});
