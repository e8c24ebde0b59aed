/** @file P64: regression as classification knows no scale, and gives way to no outlier. */
import { Rng } from '@surrogate/core';
import { hlGauss, squaredError } from '@surrogate/losses';
import { dispose, gather, reshape, tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { outputsAndFree, trainDense } from '../model/trainDense.js';

/** y = 5 sin(1.5 ω·x + φ) ± 2 x₀. */
function sample(count: number, world: { omega: Float64Array; phase: number; sign: number }, rng: Rng) {
  const width = world.omega.length;
  const values = rng.fillNormal(new Float32Array(count * width));
  const targets = Float32Array.from({ length: count }, (_, n) => {
    const row = values.subarray(n * width, (n + 1) * width);
    const along = row.reduce((sum, x, i) => sum + x * world.omega[i]!, 0);
    return 5 * Math.sin(1.5 * along + world.phase) + 2 * world.sign * row[0]!;
  });
  return { features: tensor2d(values, [count, width]), targets };
}

const bins = 51;
const half = 12;

export default claim({
  paper: 64,
  says: 'HL-Gauss fits as well whatever the scale of the targets, where the squared error fits one scale, and outliers that ruin the squared error hardly harm it.',
  params: { width: 4, examples: 2000, test: 1000, outliers: 0.05, steps: 400, batch: 64, learningRate: 3e-3 },
  quick: { examples: 200, test: 100, steps: 10 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { width, outliers } = params;
    const direction = rng.fillNormal(new Float64Array(width));
    const length = Math.hypot(...direction);
    const world = { omega: direction.map((x) => x / length), phase: rng.uniform(0, 2 * Math.PI), sign: rng.bernoulli(0.5) ? 1 : -1 };
    const train = sample(params.examples, world, rng.split());
    const test = sample(params.test, world, rng.split());
    const spoiled = rng.split();
    const wild = train.targets.map((y) => (spoiled.bernoulli(outliers) ? (spoiled.bernoulli(0.5) ? 50 : -50) : y));
    const begin = rng.split();
    const mean = test.targets.reduce((a, b) => a + b, 0) / params.test;
    const variance = test.targets.reduce((sum, y) => sum + (y - mean) ** 2, 0) / params.test;
    let done = 0;
    const runs = 8;
    /** The error over the variance of the targets. */
    const errorOf = async (
      outputs: number,
      targets: Float32Array,
      scale: number,
      lossOf: (z: Tensor, y: Tensor) => Tensor,
      decode: (z: Float32Array) => number,
    ) => {
      const net = { sizes: [width, 64, 64, outputs], activation: 'relu' } as const;
      const y = tensor1d(targets.map((value) => scale * value));
      const trained = await trainDense(
        net,
        train.features,
        { ...params, after: (part) => progress((done + part) / runs) },
        Rng.fromJSON(begin.toJSON()),
        (z, rows) => lossOf(z, gather(y, rows)),
      );
      done++;
      const values = await outputsAndFree(net, trained, test.features);
      y.dispose();
      const errors = test.targets.map((value, n) => (decode(values.subarray(n * outputs, (n + 1) * outputs)) / scale - value) ** 2);
      return errors.reduce((a, b) => a + b, 0) / params.test / variance;
    };
    const squared = (scale: number, targets = train.targets) =>
      errorOf(
        1,
        targets,
        scale,
        (z, y) => squaredError(reshape(z, [-1]), y),
        (z) => z[0]!,
      );
    const gauss = (scale: number, targets = train.targets) => {
      const code = hlGauss({ min: -half * scale, max: half * scale, bins });
      const width = (2 * half) / bins;
      return errorOf(
        bins,
        targets,
        scale,
        (z, y) => code.loss(z, y),
        (z) => {
          const most = Math.max(...z);
          const weights = z.map((value) => Math.exp(value - most));
          const total = weights.reduce((a, b) => a + b, 0);
          return weights.reduce((sum, w, i) => sum + (w / total) * scale * (-half + (i + 0.5) * width), 0);
        },
      );
    };
    const results = {
      small: await gauss(0.01),
      one: await gauss(1),
      large: await gauss(100),
      wild: await gauss(1, wild),
      squaredSmall: await squared(0.01),
      squaredOne: await squared(1),
      squaredLarge: await squared(100),
      squaredWild: await squared(1, wild),
    };
    dispose([train.features, test.features]);
    return {
      metrics: { small: results.small, one: results.one, large: results.large, withOutliers: results.wild },
      baseline: {
        small: results.squaredSmall,
        one: results.squaredOne,
        large: results.squaredLarge,
        withOutliers: results.squaredWild,
      },
    };
  },
  /** The specification measures 0.296 at each scale against 0.58, 0.17 and 0.70, and with outliers 0.26 against 0.65; at scale 1 without outliers nothing is asserted. */
  shown: ({ metrics, baseline }) =>
    Math.abs(metrics.small - metrics.one) < 0.05 &&
    Math.abs(metrics.large - metrics.one) < 0.05 &&
    metrics.small < 0.8 * baseline.small &&
    metrics.large < 0.8 * baseline.large &&
    metrics.withOutliers < 0.8 * baseline.withOutliers &&
    metrics.withOutliers < metrics.one + 0.05,
});
