/** @file P51: a small survey, and what earlier surveys said is important. */
import { disposeTree, type Rng } from '@surrogate/core';
import { explanationConsistencyLoss, importanceDistribution, occlusionAttributions, squaredError } from '@surrogate/losses';
import { adam } from '@surrogate/optim';
import { add, dispose, mul, reshape, tensor1d, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { denseOutputs, denseParams, type DenseParams } from '../model/denseNet.js';
import { descend } from '../model/descend.js';
import { initialParams } from '../model/hostNet.js';

const form = { sizes: [10, 32, 1], activation: 'tanh' } as const;
const effects = [3, 2, 1.2, 0.8, 0.5, 0.3, 0, 0, 0, 0];
const correlation = 0.6;

/** Correlated factors, and an answer that follows some of them. */
function survey(count: number, noise: number, rng: Rng): { x: Tensor; y: Tensor } {
  const rows = Array.from({ length: count }, () => {
    const common = rng.normal() * Math.sqrt(correlation);
    return effects.map(() => common + rng.normal() * Math.sqrt(1 - correlation));
  });
  const answers = rows.map(
    (row) => 0.5 * row.reduce((sum, v, j) => sum + v * effects[j]!, 0) + Math.tanh(row[0]! * row[1]!) + noise * rng.normal(),
  );
  return { x: tensor2d(rows), y: tensor1d(answers) };
}

const predict = (params: DenseParams, x: Tensor): Tensor => reshape(denseOutputs(form, params, x), [-1]);

/** How far apart two distributions are. */
const divergence = (p: readonly number[], q: readonly number[]) => p.reduce((sum, pj, j) => sum + pj * Math.log(pj / q[j]!), 0);

export default claim({
  paper: 51,
  says: 'Held to the importances that models of earlier surveys agree on, networks trained on a small survey predict better and agree more on what is important.',
  params: { prior: 400, train: 40, test: 1000, models: 4, steps: 400, learningRate: 5e-3, noise: 1.5, weight: 1 },
  quick: { prior: 20, test: 20, models: 2, steps: 5 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { models, weight, steps } = params;
    const earlier = survey(params.prior, params.noise, rng.split());
    const train = survey(params.train, params.noise, rng.split());
    const test = survey(params.test, params.noise, rng.split());
    let trained = 0;
    const fit = async ({ x, y }: { x: Tensor; y: Tensor }, start: Rng, prior?: Tensor): Promise<DenseParams> => {
      const net = await descend(
        denseParams(form, initialParams(form, start)),
        { optimizer: adam(params.learningRate), steps, after: (done) => progress((trained + done / steps) / (3 * models)) },
        () => (net) => {
          const task = squaredError(predict(net, x), y);
          if (prior === undefined) return task;
          return add(
            task,
            mul(
              weight,
              explanationConsistencyLoss(
                occlusionAttributions((rows) => predict(net, rows), x),
                prior,
              ),
            ),
          );
        },
      );
      trained++;
      return net;
    };
    const importances = async (net: DenseParams, x: Tensor): Promise<number[]> => {
      const a = tidy(() => importanceDistribution(occlusionAttributions((rows) => predict(net, rows), x)));
      const values = Array.from(await a.data());
      a.dispose();
      return values;
    };
    const known: number[][] = [];
    for (let i = 0; i < models; i++) {
      const net = await fit(earlier, rng.split());
      known.push(await importances(net, earlier.x));
      disposeTree(net);
    }
    const prior = tensor1d(effects.map((_, j) => known.reduce((sum, a) => sum + a[j]!, 0) / models));
    const arm = async (held: Tensor | undefined) => {
      let error = 0;
      const found: number[][] = [];
      for (let i = 0; i < models; i++) {
        const net = await fit(train, rng.split(), held);
        const loss = tidy(() => squaredError(predict(net, test.x), test.y));
        error += (await loss.data())[0]! / models;
        found.push(await importances(net, train.x));
        loss.dispose();
        disposeTree(net);
      }
      const pairs = found.flatMap((p, i) => found.filter((_, j) => j !== i).map((q) => divergence(p, q)));
      return { testError: error, disagreement: pairs.reduce((a, b) => a + b, 0) / pairs.length };
    };
    const baseline = await arm(undefined);
    const metrics = await arm(prior);
    dispose([earlier, train, test].flatMap(({ x, y }) => [x, y]));
    prior.dispose();
    return { metrics, baseline };
  },
  /** The specification measures a test error of 3.98 against 4.64, and a divergence of 0.038 against 0.138. */
  shown: ({ metrics, baseline }) => metrics.testError < baseline.testError && metrics.disagreement < 0.6 * baseline.disagreement,
});
