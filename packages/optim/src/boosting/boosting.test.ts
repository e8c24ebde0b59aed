import { rng } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { expectClose } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import { binaryBoosting, denseScores, fitBoostedNetwork, squaredBoosting } from './boostedNetwork.js';

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

  it('learns labels', () => {
    const labels = matrixFromRows(Array.from({ length: 60 }, (_, i) => [wave(i) > 0 ? 1 : -1]));
    const { losses } = fitBoostedNetwork(x, labels, binaryBoosting, { ...options, rng: rng(1) });
    expect(losses[4]!).toBeLessThan(0.6 * losses[0]!);
  });
});
