/** @file P16: a score of neighbourhoods beside prototypes helps where classes are few. */
import { disposeTree, Rng } from '@surrogate/core';
import { fewShotLoss, prototypes, type FewShotOptions } from '@surrogate/losses';
import { argMin, dispose, matMul, mul, slice, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { denseOutputs, type DenseParams } from '../model/denseNet.js';
import { batchOf, hiddenClasses, trainEmbedding, type ClassExamples } from '../model/hiddenClasses.js';

const world = { signal: 5, nuisance: 19, centers: 1.5, within: 0.7, noise: 1.5 };
const form = { sizes: [24, 64, 16], activation: 'relu' } as const;
const ways = 5;

/** Places of an episode: the support of all classes, then their queries. */
function episodeOf({ labels }: ClassExamples, shots: number, queries: number, rng: Rng): number[] {
  const classes = Math.max(...labels) + 1;
  const each = labels.length / classes;
  const chosen = Array.from(rng.permutation(classes)).slice(0, ways);
  const orders = chosen.map((label) => Array.from(rng.permutation(each), (i) => label * each + i));
  return [...orders.flatMap((order) => order.slice(0, shots)), ...orders.flatMap((order) => order.slice(shots, shots + queries))];
}

const inOrder = (each: number) => Array.from({ length: ways * each }, (_, i) => Math.floor(i / each));

/** The part of queries that lie nearest to the prototype of their own class. */
async function accuracy(examples: ClassExamples, net: DenseParams, episodes: number, rng: Rng): Promise<number> {
  const queries = 5;
  let right = 0;
  for (let e = 0; e < episodes; e++) {
    const { x, labels } = batchOf(examples, episodeOf(examples, 1, queries, rng));
    const nearest = tidy(() => {
      const embedded = denseOutputs(form, net, x);
      const centers = prototypes(slice(embedded, [0, 0], [ways, -1]), inOrder(1), ways);
      const inner = matMul(slice(embedded, [ways, 0], [ways * queries, -1]), centers, false, true);
      return argMin(sub(sum(square(centers), 1), mul(2, inner)), 1);
    });
    const found = await nearest.data();
    inOrder(queries).forEach((label, i) => (right += found[i] === label ? 1 : 0));
    dispose([x, labels, nearest]);
  }
  return right / (episodes * ways * queries);
}

/** The loss of an episode of embeddings, support first. */
function episodeLoss(embeddings: Tensor, shots: number, queries: number, options: FewShotOptions): Tensor {
  const support = slice(embeddings, [0, 0], [ways * shots, -1]);
  const query = slice(embeddings, [ways * shots, 0], [ways * queries, -1]);
  return fewShotLoss({ support, supportLabels: inOrder(shots), query, queryLabels: inOrder(queries) }, ways, options);
}

export default claim({
  paper: 16,
  says: 'With eight classes to learn from, proto-triplet and ICNN losses beside cross-entropy name unseen classes from one example more often.',
  params: { trained: 8, unseen: 20, each: 15, shots: 5, queries: 5, steps: 150, learningRate: 3e-3, episodes: 60 },
  quick: { steps: 6, episodes: 4 },
  seeds: [0, 1, 2, 3, 4],
  async run({ params, rng, progress }) {
    const { shots, queries } = params;
    const { draw } = hiddenClasses(world, rng.split());
    const train = draw(params.trained, params.each, rng.split());
    const test = draw(params.unseen, params.each, rng.split());
    // Both arms start alike, see the same episodes and are tried on the same.
    const [start, order, trials] = [0, 1, 2].map(() => {
      const saved = rng.split().toJSON();
      return () => Rng.fromJSON(saved);
    }) as [() => Rng, () => Rng, () => Rng];
    const arm = async (index: number, options: FewShotOptions) => {
      const batches = order();
      const { net } = await trainEmbedding(
        train,
        {
          form,
          extra: {},
          steps: params.steps,
          learningRate: params.learningRate,
          batch: () => episodeOf(train, shots, queries, batches),
          loss: (embeddings) => episodeLoss(embeddings, shots, queries, options),
          after: (part) => progress((index + part) / 2),
        },
        start(),
      );
      const found = await accuracy(test, net, params.episodes, trials());
      disposeTree(net);
      return found;
    };
    const cross = await arm(0, { terms: ['cross'] });
    const all = await arm(1, { itemsPerClass: shots + queries });
    return { metrics: { accuracy: all }, baseline: { accuracy: cross } };
  },
  /** The specification measures 0.6625 against 0.640, better for each of five seeds. */
  shown: ({ metrics, baseline }) => metrics.accuracy > baseline.accuracy + 0.005,
});
