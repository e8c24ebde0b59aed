/** @file P88: while noise is high every score is a Gaussian's, so that the first steps of a sampler can be skipped. */
import { edmSigmas, fitGaussianScore, gaussianScore, gaussianTeleport, mixtureScore, sampleProbabilityFlow } from '@surrogate/losses';
import { randomNormal } from '@surrogate/core';
import {
  dispose,
  div,
  mean,
  scalar,
  sqrt,
  square,
  squaredDifference,
  sub,
  sum,
  tensor2d,
  tidy,
  add,
  mul,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';

const [dimension, components, variance] = [16, 8, 0.05];
const levels = [5, 2, 1, 0.2];

export default claim({
  paper: 88,
  says: 'At high noise the score of a mixture is nearly that of one Gaussian, and a sampler that begins with the Gaussian in closed form saves a third of its evaluations at no loss.',
  params: { samples: 200, points: 2000, steps: 18, referenceSteps: 200 },
  quick: { samples: 8, points: 100, referenceSteps: 18 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { samples, points, steps, referenceSteps } = params;
    const centers = new Float32Array(components * dimension);
    for (let k = 0; k < components; k++)
      for (let i = 0; i < dimension; i++) centers[k * dimension + i] = rng.normal() * (2 - (1.7 * i) / (dimension - 1));
    const means = tensor2d(centers, [components, dimension]);
    const mixture = { means, variances: variance };
    const rows = Array.from({ length: points }, () => rng.integer(0, components));
    const data = tidy(() => {
      const at = tensor2d(Float32Array.from(rows.flatMap((k) => Array.from(centers.subarray(k * dimension, (k + 1) * dimension)))), [
        points,
        dimension,
      ]);
      return add(at, randomNormal(rng, [points, dimension], { stddev: Math.sqrt(variance) }));
    });
    const gaussian = await fitGaussianScore(data);

    /** How much of the true score the Gaussian explains. */
    const explained = (sigma: number) =>
      tidy(() => {
        const noisy = add(data, randomNormal(rng, [points, dimension], { stddev: sigma }));
        const truth = mixtureScore(noisy, mixture, { sigma });
        return sub(1, div(mean(squaredDifference(gaussianScore(gaussian, noisy, sigma), truth)), mean(square(truth))));
      });
    const number = async (x: Tensor) => (await x.data<'float32'>().finally(() => x.dispose()))[0]!;
    const shares: number[] = [];
    const grid = [...levels, 20, 10, 3, 0.5].sort((a, b) => b - a);
    for (const sigma of grid) shares.push(await number(explained(sigma)));
    const share = (sigma: number) => shares[grid.indexOf(sigma)]!;

    let evaluations = 0;
    const score = (x: Tensor, sigma: number) => {
      evaluations++;
      return mixtureScore(x, mixture, { sigma });
    };
    const sigmas = edmSigmas(steps);
    const noise = tidy(() => mul(randomNormal(rng, [samples, dimension]), scalar(sigmas[0]!)));
    const reference = sampleProbabilityFlow(score, noise, { sigmas: edmSigmas(referenceSteps) });
    progress(0.7);
    const distances: { skip: number; distance: number; evaluations: number }[] = [];
    for (const skip of [0, 2, 4, 6, 7, 8, 9, 10]) {
      evaluations = 0;
      const start = gaussianTeleport(gaussian, noise, sigmas[0]!, sigmas[skip]!);
      const drawn = sampleProbabilityFlow(score, skip === 0 ? noise : start, { sigmas: sigmas.slice(skip) });
      const distance = await number(tidy(() => mean(sqrt(sum(squaredDifference(drawn, reference), 1)))));
      distances.push({ skip, distance, evaluations });
      dispose([start, drawn]);
    }
    const projection = async (x: Tensor) => Array.from(await x.data<'float32'>());
    const begun = gaussianTeleport(gaussian, noise, sigmas[0]!, sigmas[6]!);
    const drawn = sampleProbabilityFlow(score, begun, { sigmas: sigmas.slice(6) });
    const [teleported, full] = [await projection(drawn), await projection(reference)];
    dispose([means, data, noise, reference, begun, drawn]);
    const histogram = (values: readonly number[]) => {
      const [low, width, bins] = [-5, 0.4, 25];
      const counts = new Array<number>(bins).fill(0);
      values.forEach((value, i) => {
        const bin = Math.floor((value - low) / width);
        if (i % dimension === 0 && bin >= 0 && bin < bins) counts[bin]!++;
      });
      return counts.map((count, bin) => ({ x: low + (bin + 0.5) * width, y: count / (samples * width) }));
    };
    const at = (skip: number) => distances.find((row) => row.skip === skip)!;
    return {
      metrics: {
        explainedAt5: share(5),
        explainedAt2: share(2),
        explainedAt1: share(1),
        distanceSkip6: at(6).distance,
        distanceSkip10: at(10).distance,
        evaluationsSkip6: at(6).evaluations,
      },
      baseline: { distance: at(0).distance, evaluations: at(0).evaluations },
      sections: [
        {
          kind: 'picture',
          title: 'How much of the true score a Gaussian explains',
          x: 'log10 of the level of noise',
          y: 'share of the variance',
          curves: [{ name: 'Gaussian score', points: grid.map((sigma, i) => ({ x: Math.log10(sigma), y: shares[i]! })) }],
        },
        {
          kind: 'picture',
          title: 'The samples along the first coordinate',
          x: 'first coordinate',
          y: 'density',
          curves: [
            { name: `${referenceSteps} steps`, points: histogram(full) },
            { name: 'teleported past 6 of 18', points: histogram(teleported) },
          ],
        },
        {
          kind: 'table',
          title: 'Steps that are skipped',
          columns: ['skipped', 'level', 'evaluations', 'distance to the reference'],
          rows: distances.map((row) => [row.skip, sigmas[row.skip]!, row.evaluations, row.distance]),
        },
      ],
    };
  },
  /** The specification measures 0.9985 explained at 5, 0.94 at 2, and 0.0674 to 0.0660 with 35 to 23 evaluations. */
  shown: ({ metrics, baseline }) =>
    metrics.explainedAt5 > 0.99 &&
    metrics.explainedAt2 > 0.85 &&
    metrics.distanceSkip6 < 1.15 * baseline.distance &&
    metrics.evaluationsSkip6 < 0.7 * baseline.evaluations,
});
