/** @file P127: what is best for one sample is not best for many. */
import { softmax, tokenLogProbs, type Rng } from '@surrogate/core';
import { crossEntropy, dcoLoss, passAtN } from '@surrogate/losses';
import { adam } from '@surrogate/optim';
import { dispose, matMul, mean, mul, oneHot, sum, tensor1d, tensor2d, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { descend } from '../model/descend.js';

/** Questions, faint or clear, whose right answer is one of several. */
interface Questions {
  readonly features: Tensor;
  readonly answers: Tensor;
}

export default claim({
  paper: 127,
  says: 'Cross-entropy grows so confident that many samples find fewer right answers the longer it trains; training for pass@N does not.',
  params: { answers: 20, width: 60, examples: 400, test: 1000, n: 64, early: 50, steps: 600, learningRate: 0.02 },
  quick: { examples: 50, test: 50, early: 5, steps: 15 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { answers, width, n, early, steps, learningRate } = params;
    const centres = rng.fillNormal(new Float64Array(answers * width));
    const train = questions(params.examples, params, centres, rng.split());
    const test = questions(params.test, params, centres, rng.split());
    const coverage = async (weights: Tensor) => {
      const passed = tidy(() => {
        const right = sum(mul(softmax(matMul(test.features, weights)), oneHot(test.answers, answers)), -1);
        return mean(passAtN(right, n));
      });
      const [value] = await passed.data<'float32'>();
      passed.dispose();
      return value!;
    };
    const learn = async (arm: number, lossOf: (logits: Tensor) => Tensor) => {
      let soon = 0;
      const { weights } = await descend(
        { weights: zeros([width, answers]) },
        {
          optimizer: adam(learningRate),
          steps,
          after: async (done, current) => {
            if (done === early) soon = await coverage(current.weights);
            progress((arm + done / steps) / 2);
          },
        },
        () =>
          ({ weights }) =>
            lossOf(matMul(train.features, weights)),
      );
      const late = await coverage(weights);
      weights.dispose();
      return { soon, late };
    };
    const entropy = await learn(0, (logits) => crossEntropy(logits, train.answers));
    const direct = await learn(1, (logits) => dcoLoss(tokenLogProbs(logits, train.answers), { n }));
    dispose([train.features, train.answers, test.features, test.answers]);
    return {
      metrics: { passAtN: direct.late, passAtNEarly: direct.soon },
      baseline: { passAtN: entropy.late, passAtNEarly: entropy.soon },
    };
  },
  /** The specification measures pass@64 falling from 0.74 to 0.52 under cross-entropy, and 0.93 throughout under DCO. */
  shown: ({ metrics, baseline }) =>
    baseline.passAtN < baseline.passAtNEarly - 0.05 &&
    metrics.passAtN > metrics.passAtNEarly - 0.05 &&
    metrics.passAtN > baseline.passAtN + 0.15,
});

/** x = g c_y + noise, where the signal g is faint or clear. */
function questions(count: number, { answers, width }: { answers: number; width: number }, centres: ArrayLike<number>, rng: Rng): Questions {
  const right = Int32Array.from({ length: count }, () => rng.integer(0, answers));
  const values = rng.fillNormal(new Float32Array(count * width));
  right.forEach((answer, row) => {
    const signal = rng.bernoulli(0.5) ? 0.15 : 0.6;
    for (let i = 0; i < width; i++) values[row * width + i] = values[row * width + i]! + signal * centres[answer * width + i]!;
  });
  return { features: tensor2d(values, [count, width]), answers: tensor1d(right, 'int32') };
}
