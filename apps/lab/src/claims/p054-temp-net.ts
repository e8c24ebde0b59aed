/** @file P54: a network of temperatures comes near the best temperature of each example. */
import type { Rng } from '@surrogate/core';
import { optimalTemperature, robustTemperatureLoss, tempNet, type TempNetParams } from '@surrogate/losses';
import { adam } from '@surrogate/optim';
import { dispose, gather, tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { descend } from '../model/descend.js';

interface Logits {
  readonly logits: Tensor;
  readonly labels: Tensor;
}

/** Logits of noise, raised at the label by an amount between 0 and 8. */
function draw(count: number, classes: number, rng: Rng): Logits {
  const ids = Int32Array.from({ length: count }, () => rng.integer(0, classes));
  const values = rng.fillNormal(new Float32Array(count * classes));
  ids.forEach((label, row) => (values[row * classes + label]! += 8 * rng.uniform()));
  return { logits: tensor2d(values, [count, classes]), labels: tensor1d(ids, 'int32') };
}

const read = async (x: Tensor) => {
  const values = await x.data<'float32'>();
  x.dispose();
  return values;
};

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (x: Float32Array) => x.reduce((sum, v) => sum + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: Float32Array, mx: number, y: Float32Array, my: number) => x.reduce((sum, v, i) => sum + (v - mx) * (y[i]! - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}

export default claim({
  paper: 54,
  says: 'TempNet closes more than half of the gap in the robust loss between one temperature for all and the best temperature of each example.',
  params: { classes: 20, examples: 2000, test: 1000, hidden: 64, rho: 1, min: 0.05, max: 10, steps: 3000, batch: 128, learningRate: 0.01 },
  quick: { examples: 200, test: 100, steps: 15 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { classes, rho, min, max, steps, batch, learningRate } = params;
    const train = draw(params.examples, classes, rng.split());
    const test = draw(params.test, classes, rng.split());
    const net = tempNet({ inputs: classes, hidden: params.hidden, min, max, dropout: 0 });
    const trained = await descend<TempNetParams>(
      net.init(rng.split()),
      { optimizer: adam(learningRate), steps, after: (done) => progress(done / steps) },
      () => {
        const at = Int32Array.from({ length: batch }, () => rng.integer(0, params.examples));
        return (current) => {
          const rows = tensor1d(at, 'int32');
          const z = gather(train.logits, rows);
          return robustTemperatureLoss(z, gather(train.labels, rows), net.apply(current, z), { rho });
        };
      },
    );
    const lossAt = async (set: Logits, temperatures: Tensor | number) =>
      (await read(robustTemperatureLoss(set.logits, set.labels, temperatures, { rho })))[0]!;
    const temperatures = net.apply(trained, test.logits);
    const best = optimalTemperature(test.logits, { rho, min, max });
    const learned = await lossAt(test, temperatures);
    const ideal = await lossAt(test, best);
    // One temperature for all, chosen on the training examples.
    const grid = Array.from({ length: 40 }, (_, i) => min * (max / min) ** (i / 39));
    const costs: number[] = [];
    for (const tau of grid) costs.push(await lossAt(train, tau));
    const single = await lossAt(test, grid[costs.indexOf(Math.min(...costs))]!);
    const agreement = correlation(await read(temperatures), await read(best));
    dispose([...Object.values(trained), train.logits, train.labels, test.logits, test.labels] as Tensor[]);
    return {
      metrics: { robustLoss: learned, gapClosed: (single - learned) / (single - ideal), correlation: agreement },
      baseline: { oneTemperature: single, bestOfEach: ideal },
    };
  },
  /** The specification measures 73 % of the gap closed, and a correlation of 0.87 with the best temperatures. */
  shown: ({ metrics }) => metrics.gapClosed > 0.5 && metrics.correlation > 0.7,
});
