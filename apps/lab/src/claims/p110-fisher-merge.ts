/** @file P110: two models that know different features are merged without loss where Fisher information says what each knows. */
import { disposeTree, type Rng } from '@surrogate/core';
import { diagonalFisher, fisherMerge, uniformSoup } from '@surrogate/optim';
import { tensor2d } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { denseOutputs, denseParams, denseVector, type DenseParams } from '../model/denseNet.js';
import { accuracyOf, decisions, initialParams, lossAndGradient, outputsOf, softmaxLoss, type HostNet } from '../model/hostNet.js';

const net: HostNet = { sizes: [40, 4], activation: 'tanh' };

export default claim({
  paper: 110,
  says: 'Merging two softmax regressions by their Fisher information beats their mean on both tasks and on the union.',
  params: { rows: 600, test: 4000, steps: 400, examples: 60 },
  quick: { rows: 40, test: 50, steps: 5, examples: 3 },
  seeds: [0, 1, 2, 3, 4],
  async run({ params, rng, progress }) {
    const { rows, test, steps, examples } = params;
    const truth = initialParams(net, rng.split());
    // Each task moves half of the features, and nearly none of the others.
    const draw = (source: Rng, count: number, task: 0 | 1 | 2) => {
      const x = source
        .fillNormal(new Float64Array(count * 40))
        .map((value, i) => value * (task === 2 || Math.floor((i % 40) / 20) === task ? 1 : Math.sqrt(0.05)));
      return { x, labels: decisions(outputsOf(net, truth, x, count), count) };
    };
    const begin = initialParams(net, rng.split());
    const tasks = ([0, 1] as const).map((task) => draw(rng.split(), rows, task));
    const vectors = tasks.map(({ x, labels }) => {
      const vector = begin.slice();
      for (let t = 0; t < steps; t++) {
        const { gradient } = lossAndGradient(net, vector, x, rows, softmaxLoss(labels));
        for (let i = 0; i < vector.length; i++) vector[i]! -= 1 * (gradient[i]! + 1e-3 * vector[i]!);
      }
      return vector;
    });
    progress(0.5);
    const models = vectors.map((vector) => denseParams(net, vector));
    const fishers = models.map((model, i) => {
      const x = tensor2d(Float32Array.from(tasks[i]!.x.subarray(0, examples * 40)), [examples, 40]);
      const fisher = diagonalFisher((p: DenseParams, inputs) => denseOutputs(net, p, inputs), model, x);
      x.dispose();
      return fisher;
    });
    const merged = fisherMerge(models, fishers);
    const average = uniformSoup(models);
    const tests = ([0, 1, 2] as const).map((task) => draw(rng.split(), test, task));
    const scores = async (model: DenseParams) => {
      const vector = await denseVector(net, model);
      const [first, second, union] = tests.map(({ x, labels }) => accuracyOf(net, vector, x, labels));
      return { first: first!, second: second!, union: union! };
    };
    const [fisher, mean, one, two] = [await scores(merged), await scores(average), await scores(models[0]!), await scores(models[1]!)];
    [...models, ...fishers, merged, average].forEach((tree) => disposeTree(tree));
    return {
      metrics: fisher,
      baseline: { ...mean, ownFirst: one.first, ownSecond: two.second, firstAlone: one.union, secondAlone: two.union },
    };
  },
  /** The specification measures 0.915 against 0.882 on the union, 0.913 and 0.921 on the tasks against 0.881 and 0.891: half of that is asked for. */
  shown: ({ metrics, baseline }) =>
    metrics.union > baseline.union + 0.015 && metrics.first > baseline.first && metrics.second > baseline.second,
});
