/** @file The conformance rows of federated training. */
import { asTensor } from '@surrogate/core';
import { tensorFunction, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import { scalar, tensor, tidy } from '@tensorflow/tfjs-core';
import * as optim from '../index.js';
import { refuse } from '../refuse.rows.js';

const updates = (keep: Keep) => [[1, 0], [0.8, 0.6], [1, -0.2]].map((w, i) => ({ b: keep(scalar(i)), w: keep(tensor(w)) })); // prettier-ignore
const squared = (w: number, client: number) => (w - client) ** 2;

/** The rows by name. */
export const federatedRows: ConformanceTable = {
  federatedLossDecomposition: utility(optim.federatedLossDecomposition, {
    call: () => optim.federatedLossDecomposition([0, 0.5, 3], 1, squared),
    bad: {
      'dtype models': () => optim.federatedLossDecomposition(3 as never, 1, squared),
      'shape models': () => optim.federatedLossDecomposition([], 1, squared),
      'dtype loss': () => optim.federatedLossDecomposition([1], 1, 3 as never),
      'range loss': () => optim.federatedLossDecomposition([1], 1, () => NaN),
    },
    backends: ['cpu'],
    because: 'it makes no tensor of its own',
  }),
  proximalPenalty: tensorFunction(optim.proximalPenalty, {
    at: [[1, -2]],
    call: (w) => tidy(() => optim.proximalPenalty({ w: asTensor('proximalPenalty', 'w', w) }, { w: tensor([0.5, 0.5]) }, 0.7)),
    bad: refuse('strength', (strength) => optim.proximalPenalty({}, {}, strength)),
  }),
  principalGradientAggregate: utility(optim.principalGradientAggregate, {
    call: {
      'most directions': (keep) => optim.principalGradientAggregate(updates(keep)),
      'one direction, of the length of the mean': (keep) =>
        optim.principalGradientAggregate(updates(keep), { proportion: 0.1, rescale: true }),
    },
    bad: {
      'dtype models': () => optim.principalGradientAggregate(3 as never),
      'shape models': () => optim.principalGradientAggregate([]),
      ...refuse('proportion', (proportion) => optim.principalGradientAggregate([{}], { proportion }), [NaN, 0, 1.1]),
      'dtype rescale': () => optim.principalGradientAggregate([{}], { rescale: 1 as never }),
    },
  }),
};
