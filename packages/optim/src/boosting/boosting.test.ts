import { rng } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { expectClose } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import { denseScores, fitBoostedNetwork } from './boostedNetwork.js';
import { binaryBoosting, multiclassBoosting, squaredBoosting } from './tasks.js';

describe('boosting of labels', () => {
  it('starts at half the log-odds, and leaves their slope', async () => {
    const five = matrixFromRows([[1], [1], [1], [-1], [-1]]); // prettier-ignore
    await expectClose(Array.from(binaryBoosting.start(five)), [0.2027325541], { rtol: 1e-9 });
    await expectClose(Array.from(binaryBoosting.residuals(matrixFromRows([[1]]), Float64Array.of(0.2027325541))), [0.8], { rtol: 1e-9 });
  });

  it('steps as Newton does', async () => {
    const [y, scores, h] = [matrixFromRows([[1], [-1], [1]]), Float64Array.of(0.1, 0.2, -0.3), Float64Array.of(0.5, -1, 0.8)]; // prettier-ignore
    await expectClose(Array.from(binaryBoosting.residuals(y, scores)), [0.90033201, -1.19737532, 1.29131261], { rtol: 1e-8 });
    await expectClose(binaryBoosting.stepSize(y, scores, h), 1.4939922415, { rtol: 1e-9 });
  });
});

describe('boosting of classes', () => {
  const targets = matrixFromRows([[1, 0, 0], [0, 0, 1]]); // prettier-ignore
  const scores = Float64Array.of(0.3, -0.7, 1.1, 0.2, 0.5, -0.4);
  /** The summed loss where the scores have moved along h. */
  const along = (h: Float64Array, size: number) => 2 * multiclassBoosting.loss(targets, scores.map((z, i) => z + size * h[i]!)); // prettier-ignore

  it('leaves the slope of cross-entropy', () => {
    const residuals = multiclassBoosting.residuals(targets, scores);
    scores.forEach((_z, i) => {
      const unit = scores.map((_v, j) => (i === j ? 1 : 0));
      expect(residuals[i]).toBeCloseTo((along(unit, -1e-5) - along(unit, 1e-5)) / 2e-5, 7);
    });
    expect(multiclassBoosting.loss(targets, new Float64Array(6))).toBeCloseTo(Math.log(3), 12);
  });

  it('steps as Newton does where each row moves one class, and as the formula says where it moves more', () => {
    const h = Float64Array.of(0.5, 0, 0, 0, 0, -2);
    const [back, here, ahead] = [-1e-3, 0, 1e-3].map((size) => along(h, size)) as [number, number, number];
    const [slope, bend] = [(ahead - back) / 2e-3, (ahead - 2 * here + back) / 1e-6];
    expect(multiclassBoosting.stepSize(targets, scores, h)).toBeCloseTo(-slope / bend, 5);
    // One row of even scores: p = 1/3, so that ρ = (2/3 · 1 - 1/3 · 2) / ... = 0, and with the signs turned (2/3 + 2/3) / ((1 + 4) 2/9) = 1.2.
    const row = matrixFromRows([[1, 0, 0]]); // prettier-ignore
    expect(multiclassBoosting.stepSize(row, new Float64Array(3), Float64Array.of(1, 2, 0))).toBeCloseTo(0, 12);
    expect(multiclassBoosting.stepSize(row, new Float64Array(3), Float64Array.of(1, -2, 0))).toBeCloseTo(1.2, 12);
    expect(multiclassBoosting.stepSize(row, new Float64Array(3), new Float64Array(3))).toBe(0);
  });
});

describe('fitBoostedNetwork', () => {
  const draws = rng(4);
  const x = { rows: 60, cols: 3, data: draws.fillNormal(new Float64Array(180)) };
  const wave = (i: number) => Math.sin(2 * x.data[3 * i]!) + x.data[3 * i + 1]!;
  const y = matrixFromRows(Array.from({ length: 60 }, (_, i) => [wave(i), -wave(i)]));
  const options = { units: 8, unitsPerStep: 2, subsample: 1, rate: 0.5, maxSteps: 60 };

  it('is the network that it says, also cut short', async () => {
    const boosted = fitBoostedNetwork(x, y, squaredBoosting, { ...options, rng: rng(1) });
    expect(boosted.steps).toBe(4);
    for (const steps of [0, 2, 4])
      await expectClose(squaredBoosting.loss(y, denseScores(boosted.dense(steps), x).data), boosted.losses[steps]!, { rtol: 1e-9 });
    expect(boosted.losses[4]!).toBeLessThan(0.6 * boosted.losses[0]!);
    // Without a step it is the mean.
    await expectClose(Array.from(boosted.dense(0).b2), Array.from(squaredBoosting.start(y)));
  });

  it('learns classes', () => {
    const classes = matrixFromRows(Array.from({ length: 60 }, (_, i) => [0, 1, 2].map((k) => Number(k === (wave(i) > 0.7 ? 2 : wave(i) > -0.7 ? 1 : 0))))); // prettier-ignore
    const { losses } = fitBoostedNetwork(x, classes, multiclassBoosting, { ...options, rng: rng(1) });
    expect(losses[0]!).toBeCloseTo(Math.log(3), 12);
    expect(losses[4]!).toBeLessThan(0.6 * losses[0]!);
  });

  it('learns labels', () => {
    const labels = matrixFromRows(Array.from({ length: 60 }, (_, i) => [wave(i) > 0 ? 1 : -1]));
    const { losses } = fitBoostedNetwork(x, labels, binaryBoosting, { ...options, rng: rng(1) });
    expect(losses[4]!).toBeLessThan(0.6 * losses[0]!);
  });
});
