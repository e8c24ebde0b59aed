/** @file P4: the smooth adversarial loss withstands an adversary, as training on its inputs does. */
import { pgdMaximize, type Rng } from '@surrogate/core';
import { crossEntropy, smoothAdversarialLoss } from '@surrogate/losses';
import { adam } from '@surrogate/optim';
import { dispose, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { denseOutputs, denseParams, type DenseParams } from '../model/denseNet.js';
import { descend } from '../model/descend.js';
import { initialParams } from '../model/hostNet.js';
import { noisyClasses } from '../model/noisyClasses.js';
import { accuracyOfOutputs } from '../model/trainDense.js';

export default claim({
  paper: 4,
  says: 'Trained on the smooth adversarial comp-sum loss a network withstands an adversary better than one trained on cross-entropy, and about as well as one trained on the adversary’s inputs.',
  params: { classes: 4, width: 12, spread: 0.6, hidden: 32, examples: 400, test: 1000, eps: 0.4, nu: 0.3, steps: 150, learningRate: 0.01 },
  quick: { examples: 60, test: 60, steps: 4 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { eps, nu, steps, learningRate } = params;
    const world = noisyClasses(params, rng.split());
    const train = world(params.examples, 0, rng.split());
    const test = world(params.test, 0, rng.split());
    const net = { sizes: [params.width, params.hidden, params.classes], activation: 'relu' } as const;
    const first = initialParams(net, rng.split());
    const attack = (generator: Rng) => ({ eps, steps: 5, stepSize: eps / 2, rng: generator });
    let arm = 0;
    const accuracies = async (lossOf: (model: (x: Tensor) => Tensor, generator: Rng) => Tensor) => {
      const generator = rng.split();
      const trained = await descend(
        denseParams(net, first),
        { optimizer: adam(learningRate), steps, after: (done) => progress((arm + done / steps) / 3) },
        () => (current: DenseParams) => lossOf((x) => denseOutputs(net, current, x), generator),
      );
      arm++;
      const model = (x: Tensor) => denseOutputs(net, trained, x);
      const judge = async (outputs: Tensor) => {
        const values = await outputs.data<'float32'>();
        outputs.dispose();
        return accuracyOfOutputs(values, test.ids);
      };
      const clean = await judge(tidy(() => model(test.features)));
      const robust = await judge(
        tidy(() => {
          const worst = pgdMaximize((x) => crossEntropy(model(x), test.labels, { reduction: 'none' }), test.features, { eps, steps: 20 });
          return model(worst);
        }),
      );
      dispose(trained.flatMap(({ w, b }) => [w, b]));
      return { clean, robust };
    };
    const plain = await accuracies((model) => crossEntropy(model(train.features), train.labels));
    const adversarial = await accuracies((model, generator) => {
      const worst = pgdMaximize((x) => crossEntropy(model(x), train.labels, { reduction: 'none' }), train.features, attack(generator));
      return crossEntropy(model(worst), train.labels);
    });
    const smooth = await accuracies((model, generator) =>
      smoothAdversarialLoss(model, train.features, train.labels, { nu, attack: attack(generator) }),
    );
    dispose([train, test].flatMap(({ features, labels }) => [features, labels]));
    return {
      metrics: { robust: smooth.robust, clean: smooth.clean },
      baseline: { robust: plain.robust, clean: plain.clean, robustOfAdversarial: adversarial.robust },
    };
  },
  /** The specification measures 0.95 against 0.90 at equal clean accuracy, on a par with adversarial training (0.95): half of the gain is asked for. */
  shown: ({ metrics, baseline }) =>
    metrics.robust > baseline.robust + 0.025 &&
    metrics.clean > baseline.clean - 0.02 &&
    metrics.robust > baseline.robustOfAdversarial - 0.03,
});
