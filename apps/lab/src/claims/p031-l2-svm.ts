/** @file P31: a support vector machine on top of a recurrent network is as right as softmax, and leaves alone what is right already. */
import { randomNormal, sigmoid, tanh, type Rng } from '@surrogate/core';
import { crossEntropy, l2SvmLoss } from '@surrogate/losses';
import { adam } from '@surrogate/optim';
import {
  abs,
  add,
  concat,
  dispose,
  grad,
  matMul,
  max,
  mul,
  slice,
  sub,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { descend } from '../model/descend.js';
import { accuracyOfOutputs } from '../model/trainDense.js';

/** The last state of a gated recurrent unit over steps `[B, F]`, with the gates' bias at 1 as TensorFlow's cell begins. */
function lastState(steps: readonly Tensor[], gates: Tensor, candidate: Tensor): Tensor {
  const hidden = candidate.shape[1]!;
  return steps.reduce<Tensor>(
    (h, x) => {
      const both = sigmoid(add(matMul(concat([x, h], 1), gates), 1));
      const [reset, update] = [slice(both, [0, 0], [-1, hidden]), slice(both, [0, hidden], [-1, hidden])];
      const fresh = tanh(matMul(concat([x, mul(reset, h)], 1), candidate));
      return add(mul(update, h), mul(sub(1, update), fresh));
    },
    zeros([steps[0]!.shape[0], hidden]),
  );
}

interface Sequences {
  readonly steps: Tensor[];
  readonly labels: Tensor;
  readonly ids: Int32Array;
}

/** Sequences in noise; the class is the sign of a sine wave in them. */
function sequences(count: number, { time, width }: { time: number; width: number }, flips: number, rng: Rng): Sequences {
  const truth = Int32Array.from({ length: count }, () => rng.integer(0, 2));
  const steps = Array.from({ length: time }, (_, t) => {
    const values = rng.fillNormal(new Float32Array(count * width)).map((x, i) => {
      const row = Math.floor(i / width);
      return x + (truth[row] === 1 ? 0.5 : -0.5) * Math.sin((2 * Math.PI * t) / time + (i % width));
    });
    return tensor2d(values, [count, width]);
  });
  const ids = truth.map((label) => (rng.bernoulli(flips) ? 1 - label : label));
  return { steps, labels: tensor1d(ids, 'int32'), ids };
}

export default claim({
  paper: 31,
  says: 'On the same recurrent features an L2-SVM head is within about a point of softmax, and has no gradient at all on a part of the examples where softmax has one on each.',
  params: { time: 21, width: 3, hidden: 32, examples: 600, test: 2000, flips: 0.1, steps: 300, learningRate: 0.01 },
  quick: { examples: 60, test: 60, steps: 8 },
  seeds: [0, 1, 2, 3, 4],
  async run({ params, rng, progress }) {
    const { width, hidden, examples, steps, learningRate } = params;
    const train = sequences(examples, params, params.flips, rng.split());
    const test = sequences(params.test, params, 0, rng.split());
    const scale = 1 / Math.sqrt(hidden + width);
    const gates = randomNormal(rng.split(), [width + hidden, 2 * hidden], { stddev: 2 * scale });
    const candidate = randomNormal(rng.split(), [width + hidden, hidden], { stddev: 2 * scale });
    const [known, unseen] = [train, test].map(({ steps: x }) => tidy(() => lastState(x, gates, candidate))) as [Tensor, Tensor];
    const first = rng.fillNormal(new Float32Array(2 * hidden), 0, 0.01);
    let arm = 0;
    const judge = async (lossOf: (scores: Tensor, weights: Tensor) => Tensor, rowLoss: (scores: Tensor) => Tensor) => {
      const head = await descend(
        { weights: tensor2d(first, [hidden, 2]), bias: tensor1d([0.1, 0.1]) },
        { optimizer: adam(learningRate), steps, after: (done) => progress((arm + done / steps) / 2) },
        () =>
          ({ weights, bias }) =>
            lossOf(add(matMul(known, weights), bias), weights),
      );
      arm++;
      const scores = tidy(() => add(matMul(unseen, head.weights), head.bias));
      const slopes = tidy(() => max(abs(grad(rowLoss)(add(matMul(known, head.weights), head.bias))), 1));
      const [outputs, sizes] = await Promise.all([scores.data<'float32'>(), slopes.data<'float32'>()]);
      dispose([scores, slopes, head.weights, head.bias]);
      return { accuracy: accuracyOfOutputs(outputs, test.ids), still: sizes.filter((size) => size === 0).length / examples };
    };
    const softmax = await judge(
      (z) => crossEntropy(z, train.labels),
      (z) => crossEntropy(z, train.labels, { reduction: 'sum' }),
    );
    const machine = await judge(
      (z, headWeights) => l2SvmLoss(z, train.labels, { headWeights, examples }),
      (z) => l2SvmLoss(z, train.labels, { reduction: 'sum' }),
    );
    dispose([gates, candidate, known, unseen, ...[train, test].flatMap((set) => [...set.steps, set.labels])]);
    return {
      metrics: { accuracy: machine.accuracy, withoutGradient: machine.still },
      baseline: { accuracy: softmax.accuracy, withoutGradient: softmax.still },
    };
  },
  /** The specification: within a point of softmax, a share above 0 of examples without gradient, and none for softmax. */
  shown: ({ metrics, baseline }) =>
    Math.abs(metrics.accuracy - baseline.accuracy) <= 0.01 && metrics.withoutGradient > 0 && baseline.withoutGradient === 0,
});
