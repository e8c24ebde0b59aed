/** @file The conformance rows of merged models. */
import { matMul, square, sub, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { rng, treeMap } from '@surrogate/core';
import { disposed, hostFunction, utility, type BadCalls, type ConformanceTable, type Keep } from '@surrogate/testing';
import * as optim from '../index.js';

interface Params {
  readonly head: { readonly w: Tensor };
}

const model = (keep: Keep, shift = 0): Params => ({ head: { w: keep(tensor([[1 + shift, -2], [0.5, 3 - shift]])) } }); // prettier-ignore
const three = (keep: Keep) => [model(keep), model(keep, 1), model(keep, -2)];
const fishers = (keep: Keep) => three(keep).map((tree) => treeMap(tree, (w) => keep(square(w))));

const logits = ({ head }: Params, x: Tensor) => matMul(x, head.w);
const inputs = (keep: Keep) => keep(tensor([[1, 2], [-1, 0.5], [0, 1]])); // prettier-ignore
const distance = async ({ head }: Params) => -Math.abs((await head.w.data())[0]! - 1.3);
const loss = ({ head }: Params) => sum(square(sub(head.w, 1)));

/** What every average of models refuses. */
const notModels = (call: (models: Params[], keep: Keep) => unknown): BadCalls => ({
  'dtype models': (keep) => call('three' as never, keep),
  'shape models': (keep) => call([], keep),
});

/** The rows by name. */
export const mergingRows: ConformanceTable = {
  uniformSoup: utility(optim.uniformSoup, {
    call: {
      mean: (keep) => optim.uniformSoup(three(keep)),
      weighted: (keep) => optim.uniformSoup(three(keep), { weights: [1, 0, 3] }),
    },
    bad: {
      ...notModels((models) => optim.uniformSoup(models)),
      'range weights': [
        (keep) => optim.uniformSoup(three(keep), { weights: [1, -1, 1] }),
        (keep) => optim.uniformSoup(three(keep), { weights: [0, 0, 0] }),
      ],
      'shape weights': (keep) => optim.uniformSoup(three(keep), { weights: [1] }),
    },
  }),
  interpolateModels: utility(optim.interpolateModels, {
    call: (keep) => optim.interpolateModels(model(keep), model(keep, 1), 0.3),
    bad: { 'range alpha': (keep) => optim.interpolateModels(model(keep), model(keep), NaN) },
  }),
  greedySoup: utility(optim.greedySoup, {
    call: {
      strict: (keep) => optim.greedySoup(three(keep), distance),
      lax: (keep) => optim.greedySoup(three(keep), distance, { strict: false }),
    },
    bad: {
      ...notModels((models) => optim.greedySoup(models, distance)),
      'dtype evaluate': (keep) => optim.greedySoup(three(keep), 3 as never),
      'range evaluate': (keep) => optim.greedySoup(three(keep), () => NaN),
      'dtype strict': (keep) => optim.greedySoup(three(keep), distance, { strict: 1 as never }),
    },
  }),
  learnedSoup: utility(optim.learnedSoup, {
    call: {
      layers: (keep) => optim.learnedSoup(three(keep), loss, { steps: 3 }),
      whole: (keep) => optim.learnedSoup(three(keep), loss, { steps: 3, perLayer: false, optimizer: optim.sgd(0.1) }),
    },
    bad: {
      ...notModels((models) => optim.learnedSoup(models, loss, { steps: 1 })),
      'dtype loss': (keep) => optim.learnedSoup(three(keep), 3 as never, { steps: 1 }),
      'range steps': (keep) => optim.learnedSoup(three(keep), loss, { steps: -1 }),
      'dtype perLayer': (keep) => optim.learnedSoup(three(keep), loss, { steps: 1, perLayer: 1 as never }),
    },
  }),
  diagonalFisher: utility(optim.diagonalFisher, {
    call: {
      exact: (keep) => optim.diagonalFisher(logits, model(keep), inputs(keep)),
      sampled: (keep) => optim.diagonalFisher(logits, model(keep), inputs(keep), { samples: 2, rng: rng(3) }),
      empirical: (keep) => optim.diagonalFisher(logits, model(keep), inputs(keep), { labels: [0, 1, 1] }),
    },
    bad: {
      'dtype logits': (keep) => optim.diagonalFisher(3 as never, model(keep), inputs(keep)),
      'shape logits': (keep) => optim.diagonalFisher(({ head }: Params) => sum(head.w), model(keep), inputs(keep)),
      'shape inputs': (keep) => optim.diagonalFisher(logits, model(keep), keep(tensor([], [0, 2]))),
      'disposed inputs': (keep) => optim.diagonalFisher(logits, model(keep), disposed()),
      'shape labels': (keep) => optim.diagonalFisher(logits, model(keep), inputs(keep), { labels: [0] }),
      'range samples': (keep) => optim.diagonalFisher(logits, model(keep), inputs(keep), { samples: 0, rng: rng(3) }),
      'dtype rng': (keep) => optim.diagonalFisher(logits, model(keep), inputs(keep), { samples: 1 }),
    },
  }),
  fisherMerge: utility(optim.fisherMerge, {
    call: {
      'by default': (keep) => optim.fisherMerge(three(keep), fishers(keep)),
      'all alike': (keep) =>
        optim.fisherMerge(three(keep), fishers(keep), { coefficients: [1, 2, 0], favorTarget: false, normalize: false, floor: 0 }),
    },
    bad: {
      ...notModels((models, keep) => optim.fisherMerge(models, fishers(keep))),
      'shape fishers': (keep) => optim.fisherMerge(three(keep), [model(keep)]),
      'shape coefficients': (keep) => optim.fisherMerge(three(keep), fishers(keep), { coefficients: [1] }),
      'range coefficients': [
        (keep) => optim.fisherMerge(three(keep), fishers(keep), { coefficients: [1, -1, 1] }),
        (keep) => optim.fisherMerge(three(keep), fishers(keep), { coefficients: [0, 0, 0] }),
      ],
      'range floor': (keep) => optim.fisherMerge(three(keep), fishers(keep), { floor: -1 }),
      'dtype favorTarget': (keep) => optim.fisherMerge(three(keep), fishers(keep), { favorTarget: 1 as never }),
      'dtype normalize': (keep) => optim.fisherMerge(three(keep), fishers(keep), { normalize: 1 as never }),
    },
  }),
  mergeCoefficients: hostFunction(optim.mergeCoefficients, {
    call: { grid: () => optim.mergeCoefficients(2, 5), draws: () => optim.mergeCoefficients(3, 4, { rng: rng(1) }) },
    bad: {
      'range models': () => optim.mergeCoefficients(1, 5),
      'range count': () => optim.mergeCoefficients(2, 1),
      'dtype rng': () => optim.mergeCoefficients(3, 5),
    },
  }),
  searchMerge: utility(optim.searchMerge, {
    call: (keep) => optim.searchMerge(three(keep), fishers(keep), distance, [[1, 0, 0], [0.2, 0.3, 0.5], [0, 0, 1]]), // prettier-ignore
    bad: {
      ...notModels((models, keep) => optim.searchMerge(models, fishers(keep), distance, [[1, 0, 0]])),
      'dtype evaluate': (keep) => optim.searchMerge(three(keep), fishers(keep), 3 as never, [[1, 0, 0]]),
      'shape settings': [
        (keep) => optim.searchMerge(three(keep), fishers(keep), distance, []),
        (keep) => optim.searchMerge(three(keep), fishers(keep), distance, [[1]]),
      ],
    },
  }),
};
