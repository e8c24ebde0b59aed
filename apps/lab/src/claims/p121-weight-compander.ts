/** @file P121: weights under the arctangent are bounded, and fewer of them stay near 0. */
import { disposeTree, type Rng } from '@surrogate/core';
import { adam, reparameterize, weightCompander, type Reparameterization } from '@surrogate/optim';
import { mean, square, sub, tensor2d } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { denseOutputs, denseParams, denseVector, type DenseParams } from '../model/denseNet.js';
import { descend } from '../model/descend.js';
import { initialParams, layersOf, outputsOf, squaredLoss, type HostNet } from '../model/hostNet.js';

const net: HostNet = { sizes: [20, 64, 1], activation: 'tanh' };

export default claim({
  paper: 121,
  says: 'Training under the weight compander keeps every weight below its bound and leaves fewer first-layer weights near 0 than plain training; its test error is no worse than a tenth above.',
  params: { rows: 60, testRows: 2000, steps: 600 },
  quick: { rows: 20, testRows: 50, steps: 10 },
  seeds: [0, 1, 2, 3],
  async run({ params, rng, progress }) {
    const { rows, testRows, steps } = params;
    const teacher: HostNet = { sizes: [20, 8, 1], activation: 'tanh' };
    const truth = initialParams(teacher, rng.split(), 2);
    const draw = (source: Rng, count: number, noise: number) => {
      const x = source.fillNormal(new Float64Array(count * 20));
      return { x, y: outputsOf(teacher, truth, x, count).map((v) => v + noise * source.normal()) };
    };
    const [train, test] = [draw(rng.split(), rows, 0.3), draw(rng.split(), testRows, 0)];
    const begin = initialParams(net, rng.split(), 0.5);
    const x = tensor2d(Float32Array.from(train.x), [rows, 20]);
    const y = tensor2d(Float32Array.from(train.y), [rows, 1]);
    let arm = 0;
    const fit = async (rule: Reparameterization) => {
      const start = denseParams(net, begin);
      const { params: latent, materialize } = reparameterize(start, rule);
      disposeTree(start);
      const after = (done: number) => progress((arm + done / steps) / 3);
      const trained = await descend(
        latent,
        { optimizer: adam(0.01), steps, after },
        () => (now: DenseParams) => mean(square(sub(denseOutputs(net, materialize(now), x), y))),
      );
      arm++;
      const weights = materialize(trained);
      const vector = await denseVector(net, weights);
      [trained, weights].forEach((tree) => disposeTree(tree));
      const first = vector.subarray(0, layersOf(net).layers[0]!.biases);
      const kernels = layersOf(net).layers.flatMap(({ weights: from, biases: to }) => Array.from(vector.subarray(from, to)));
      return {
        error: squaredLoss(test.y)(outputsOf(net, vector, test.x, testRows), testRows).value,
        largest: Math.max(...kernels.map(Math.abs)),
        nearZero: first.filter((w) => Math.abs(w) < 0.05).length / first.length,
      };
    };
    const plain = await fit({ name: 'plain', forward: (v) => v, inverse: (w) => w });
    const wide = await fit(weightCompander({ a: 0.3, b: 0.3 }));
    const narrow = await fit(weightCompander({ a: 0.2, b: 0.1 }));
    [x, y].forEach((t) => t.dispose());
    return {
      metrics: {
        error: narrow.error,
        largest: narrow.largest,
        nearZero: narrow.nearZero,
        errorWide: wide.error,
        nearZeroWide: wide.nearZero,
      },
      baseline: plain,
    };
  },
  /** The specification measures test errors of 0.776 against 0.820, largest weights of 0.30 against 0.79, and 6.8 % against 16.6 % of first-layer weights below 0.05. */
  shown: ({ metrics, baseline }) =>
    metrics.largest < (0.2 * Math.PI) / 2 && metrics.nearZero < 0.8 * baseline.nearZero && metrics.error < 1.1 * baseline.error,
});
