/** @file P58: weighing examples by their adversarial losses keeps the rare class robust. */
import { adversarialExamples, crossEntropy, doublyRobustLoss, robustAccuracy } from '@surrogate/losses';
import { adam } from '@surrogate/optim';
import type { Rng } from '@surrogate/core';
import { add, dispose, matMul, tensor1d, tensor2d, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { descend } from '../model/descend.js';

interface Linear {
  w: Tensor;
  b: Tensor;
}

const width = 10;
const frequencies = [0.5, 0.45, 0.05];
/** The rare class lies beside the second. */
const meanOf = (k: number, j: number) => (k === 0 ? (j < 3 ? 2 : 0) : (j >= 3 && j < 6 ? 2 : 0) + (k === 2 && j >= 6 && j < 9 ? 1.2 : 0));

const rowOf = (k: number, noise: number, rng: Rng) => Array.from({ length: width }, (_, j) => rng.normal(meanOf(k, j), noise));

const logitsOf =
  ({ w, b }: Linear) =>
  (x: Tensor) =>
    add(matMul(x, w), b);

export default claim({
  paper: 58,
  says: 'Adversarial training of a model of little capacity forsakes the rare class; under the worst weights of the examples it does not.',
  params: { examples: 1500, tests: 300, steps: 600, batch: 128, learningRate: 5e-3, eps: 0.3, noise: 0.5, temperature: 0.5 },
  quick: { examples: 200, tests: 20, steps: 20 },
  seeds: [0, 1, 2, 3],
  async run({ params, rng, progress }) {
    const { examples, tests, steps, batch, learningRate, eps, noise, temperature } = params;
    const data = rng.split();
    const labels = Array.from({ length: examples }, () => data.categorical(frequencies.map(Math.log)));
    const rows = labels.map((k) => rowOf(k, noise, data));
    const order = rng.split();
    const batches = Array.from({ length: steps }, () => [...order.choice(examples, batch)]);
    const testLabels = Array.from({ length: 3 * tests }, (_, i) => i % 3);
    const testRows = testLabels.map((k) => rowOf(k, noise, data));

    type Loss = (model: (x: Tensor) => Tensor, x: Tensor, y: number[]) => Tensor;
    const trained = async (arm: number, lossOf: Loss) => {
      let step = 0;
      const model = await descend<Linear>(
        { w: zeros([width, 3]), b: zeros([3]) },
        { optimizer: adam(learningRate), steps, after: (done) => progress((arm + done / steps) / 2) },
        () => {
          const drawn = batches[step++]!;
          return (current) =>
            lossOf(
              logitsOf(current),
              tensor2d(drawn.map((i) => rows[i]!)),
              drawn.map((i) => labels[i]!),
            );
        },
      );
      const [x, y] = [tensor2d(testRows), tensor1d(testLabels, 'int32')];
      const { average, worstClass } = await robustAccuracy(logitsOf(model), x, y, { eps, steps: 20 });
      dispose([x, y, model.w, model.b]);
      return { average, worstClass };
    };

    const attack = { eps, steps: 5 };
    const baseline = await trained(0, (model, x, y) => crossEntropy(model(adversarialExamples(model, x, y, attack)), y));
    const metrics = await trained(1, (model, x, y) => doublyRobustLoss(model, x, y, { ...attack, temperature }));
    return { metrics, baseline };
  },
  /** The specification measures 0.458 against 0.156 for the worst class. */
  shown: ({ metrics, baseline }) => metrics.worstClass > baseline.worstClass + 0.15 && metrics.average > baseline.average,
});
