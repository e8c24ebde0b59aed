/** @file P121: weights under the arctangent are bounded, and fewer of them stay near 0. */
import { disposeTree, type Rng, type TensorTree } from '@surrogate/core';
import { adam, learnedCompander, reparameterize, weightCompander, type Reparameterization } from '@surrogate/optim';
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
    /** Trains what stands for the parameters. */
    const trained = async <T extends TensorTree<T>>(start: T, materialize: (now: T) => DenseParams) => {
      const after = (done: number) => progress((arm + done / steps) / 4);
      const end = await descend(
        start,
        { optimizer: adam(0.01), steps, after },
        () => (now: T) => mean(square(sub(denseOutputs(net, materialize(now), x), y))),
      );
      arm++;
      const weights = materialize(end);
      const vector = await denseVector(net, weights);
      [end, weights].forEach((tree) => disposeTree(tree));
      const { layers } = layersOf(net);
      const first = vector.subarray(0, layers[0]!.biases);
      const kernels = layers.map(({ weights: from, biases: to }) => Array.from(vector.subarray(from, to)));
      const fourth = (power: number) => first.reduce((sum, w) => sum + w ** power, 0) / first.length;
      return {
        error: squaredLoss(test.y)(outputsOf(net, vector, test.x, testRows), testRows).value,
        largest: Math.max(...kernels.flat().map(Math.abs)),
        largestFirst: Math.max(...kernels[0]!.map(Math.abs)),
        nearZero: first.filter((w) => Math.abs(w) < 0.05).length / first.length,
        kurtosis: fourth(4) / fourth(2) ** 2,
      };
    };
    const under = <T>(make: (start: DenseParams) => T): T => {
      const start = denseParams(net, begin);
      const made = make(start);
      disposeTree(start);
      return made;
    };
    const fit = (rule: Reparameterization) => {
      const { params: latent, materialize } = under((start) => reparameterize(start, rule));
      return trained(latent, materialize);
    };
    const plain = await fit({ name: 'plain', forward: (v) => v, inverse: (w) => w });
    const wide = await fit(weightCompander({ a: 0.3, b: 0.3 }));
    const narrow = await fit(weightCompander({ a: 0.2, b: 0.1 }));
    const { params: both, materialize } = under((start) => learnedCompander(start, { a: 0.2, b: 0.1 }));
    const learned = await trained(both, materialize);
    [x, y].forEach((t) => t.dispose());
    const arms = { plain, 'a = b = 0.3': wide, 'a = 0.2, b = 0.1': narrow, 'learned from a = 0.2, b = 0.1': learned };
    return {
      metrics: {
        error: narrow.error,
        largest: narrow.largest,
        nearZero: narrow.nearZero,
        errorWide: wide.error,
        nearZeroWide: wide.nearZero,
        errorLearned: learned.error,
        largestLearned: learned.largest,
        nearZeroLearned: learned.nearZero,
      },
      baseline: { error: plain.error, largest: plain.largest, nearZero: plain.nearZero },
      sections: [
        {
          kind: 'table' as const,
          title: 'Weights and test errors under companders',
          caption: 'The last three columns are of the first layer; a normal distribution has a kurtosis of 3, an even one of 1.8.',
          columns: ['compander', 'test error', 'largest weight', 'largest of the first layer', 'below 0.05', 'kurtosis'],
          rows: Object.entries(arms).map(([name, one]) => [name, one.error, one.largest, one.largestFirst, one.nearZero, one.kurtosis]),
        },
      ],
    };
  },
  /** The specification measures test errors of 0.776 against 0.820, largest weights of 0.30 against 0.79, and 6.8 % against 16.6 % of first-layer weights below 0.05. Of a and b that are trained it has no figures: they are reported. */
  shown: ({ metrics, baseline }) =>
    metrics.largest < (0.2 * Math.PI) / 2 && metrics.nearZero < 0.8 * baseline.nearZero && metrics.error < 1.1 * baseline.error,
});
