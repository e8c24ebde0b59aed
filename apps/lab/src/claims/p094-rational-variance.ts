/** @file P94: initial weights that know the activation keep variances through depth. */
import type { Rng } from '@surrogate/core';
import { groupRationalLayer, rationalGain, rationalSwish } from '@surrogate/losses';
import { dispose, mul, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';

/** The variance of what comes out of layers on a stack, by depth. */
async function variances(
  rng: Rng,
  { width, depth, rows }: { width: number; depth: number; rows: number },
  scale: number,
): Promise<number[]> {
  const layer = groupRationalLayer({ inputs: width, outputs: width, activation: rationalSwish });
  let x: Tensor = tensor2d(rng.fillNormal(new Float32Array(rows * width), 0, 1), [rows, width]);
  const found: number[] = [];
  for (let at = 0; at < depth; at++) {
    const params = layer.init(rng);
    const next = tidy(() => mul(layer.apply(params, x), scale));
    dispose([x, ...Object.values<Tensor>({ ...params })]);
    x = next;
    const values = await x.data<'float32'>();
    found.push(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  }
  x.dispose();
  return found;
}

export default claim({
  paper: 94,
  says: 'Eight layers with rational activations keep the variance of their input under the initial weights that know the activation, and lose it under those that do not.',
  params: { width: 128, depth: 8, rows: 128 },
  quick: { width: 16, depth: 2, rows: 8 },
  seeds: [0, 1, 2],
  async run({ params, rng }) {
    const own = await variances(rng.split(), params, 1);
    // Kaiming's rule for linear maps, as if there were no activation.
    const usual = await variances(rng.split(), params, 1 / Math.sqrt(rationalGain(rationalSwish)));
    return {
      metrics: { leastVariance: Math.min(...own), largestVariance: Math.max(...own) },
      baseline: { usualVariance: usual.at(-1)! },
      sections: [
        {
          kind: 'picture',
          title: 'Variance by depth',
          x: 'layers behind',
          y: 'variance',
          curves: [
            { name: 'weights for the activation', points: own.map((y, i) => ({ x: i + 1, y })) },
            { name: 'weights for no activation', points: usual.map((y, i) => ({ x: i + 1, y })) },
          ],
        },
      ],
    };
  },
  /** The specification measures 0.94 to 1.09 against 0.0168. */
  shown: ({ metrics, baseline }) => metrics.leastVariance > 0.8 && metrics.largestVariance < 1.25 && baseline.usualVariance < 0.1,
});
