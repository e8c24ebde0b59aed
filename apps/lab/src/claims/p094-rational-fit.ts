/** @file P94: learned rational activations fit what fixed activations of that size do not. */
import { relu, sigmoid, type Rng } from '@surrogate/core';
import { groupRationalLayer, rationalIdentity, rationalSwish, squaredError, type GroupRationalParams } from '@surrogate/losses';
import { adam } from '@surrogate/optim';
import { add, dispose, matMul, mul, reshape, tensor1d, tensor2d, tidy, zeros, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { descend } from '../model/descend.js';

interface Dense {
  readonly w: Tensor;
  readonly b: Tensor;
}

const dense = (rng: Rng, from: number, to: number): Dense => ({
  w: tensor2d(rng.fillNormal(new Float32Array(from * to), 0, Math.sqrt(2 / from)), [from, to]),
  b: zeros([to]),
});
const through = ({ w, b }: Dense, x: Tensor) => add(matMul(x as Tensor2D, w as Tensor2D), b);
const target = ([x0, x1, x2, x3]: readonly number[]) =>
  Math.sin(3 * Math.PI * x0!) + Math.exp(x1!) * x2! + Math.cos(2 * Math.PI * x3! * x0!);

export default claim({
  paper: 94,
  says: 'A small network with learned rational activations fits a wavy function of four numbers better than with swish or ReLU.',
  params: { examples: 1000, tests: 1000, hidden: 32, batch: 128, steps: 1000, learningRate: 2e-3 },
  quick: { examples: 40, tests: 20, batch: 16, steps: 5 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { examples, tests, hidden, batch, steps, learningRate } = params;
    const data = rng.split();
    const draw = (count: number) => {
      const rows = Array.from({ length: count }, () => Array.from({ length: 4 }, () => data.uniform(-1, 1)));
      return { rows, ys: rows.map(target) };
    };
    const [train, test] = [draw(examples), draw(tests)];
    const order = rng.split();
    const batches = Array.from({ length: steps }, () => [...order.choice(examples, Math.min(batch, examples))]);
    const sizes = [[4, hidden], [hidden, hidden], [hidden, 1]] as const; // prettier-ignore

    const error = async <P extends object>(arm: number, start: P, model: (p: P, x: Tensor) => Tensor) => {
      let at = 0;
      type Tree = Record<string, Tensor>;
      const trained = await descend<Tree>(
        start as Tree,
        { optimizer: adam(learningRate), steps, after: (done) => progress((arm + done / steps) / 3) },
        () => {
          const ids = batches[at++]!;
          return (current) =>
            squaredError(
              reshape(model(current as P, tensor2d(ids.map((i) => train.rows[i]!))), [-1]),
              tensor1d(ids.map((i) => train.ys[i]!)),
            );
        },
      );
      const loss = tidy(() => squaredError(reshape(model(trained as P, tensor2d(test.rows)), [-1]), tensor1d(test.ys)));
      const value = (await loss.data())[0]!;
      dispose(trained);
      loss.dispose();
      return value;
    };

    const starts = rng.split();
    const layers = sizes.map(([from, to], i) =>
      groupRationalLayer({ inputs: from, outputs: to, groups: i === 0 ? 4 : 8, activation: i === 0 ? rationalIdentity : rationalSwish }),
    );
    const rational = await error<readonly GroupRationalParams[]>(
      0,
      layers.map((layer) => layer.init(starts)),
      (p, x) => layers.reduce((input, layer, i) => layer.apply(p[i]!, input), x),
    );
    const fixed = (arm: number, activate: (x: Tensor) => Tensor) =>
      error<readonly Dense[]>(
        arm,
        sizes.map(([from, to]) => dense(starts, from, to)),
        (p, x) => p.reduce((input, layer, i) => through(layer, i === 0 ? input : activate(input)), x),
      );
    const swish = await fixed(1, (x) => mul(x, sigmoid(x)));
    const rectified = await fixed(2, relu);
    return {
      metrics: { error: rational },
      baseline: { errorSwish: swish, errorRelu: rectified },
    };
  },
  /** The specification measures 0.013 against 0.032 (swish) and 0.326 (ReLU). */
  shown: ({ metrics, baseline }) => metrics.error < 0.7 * baseline.errorSwish && metrics.error < 0.3 * baseline.errorRelu,
});
