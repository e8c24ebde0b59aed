/** @file The conformance rows of distribution matching. */
import { kl, squaredHellinger, totalVariation } from '@surrogate/divergences';
import { tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { distributionMatchingLoss, fDistill, scoreDistillationLoss } from '../index.js';

const x = [[1, 2], [0, -1]]; // prettier-ignore
const p = [[0.5, 1], [0.5, 0]]; // prettier-ignore
const q = [[0.8, 2.2], [0.1, -0.6]]; // prettier-ignore
const inputs = { logits: [0.3, -1.2, 2], times: [0.1, 0.15, 0.9] };
const held = (keep: (made: Tensor) => Tensor, options = {}) => {
  const weighter = fDistill({ bins: 3, ...options });
  const { ratios } = weighter.init();
  return { weighter, state: { ratios: keep(ratios) } };
};

/** What both losses refuse. */
const refusals = (loss: typeof scoreDistillationLoss, second: string, third: string) => ({
  'shape generated': () => loss([1, 2], [1, 2], [1, 2]),
  [`shape ${second}`]: () => loss(x, [[1, 2]], q),
  [`shape ${third}`]: () => loss(x, p, [1]),
  'shape importance': () => loss(x, p, q, { importance: [1] }),
  'range reduction': () => loss(x, p, q, { reduction: 'all' as 'mean' }),
  'shape mask': () => loss(x, p, q, { mask: [1, 0, 1] }),
});

/** The rows by name. */
export const matchingRows: ConformanceTable = {
  distributionMatchingLoss: tensorFunction(distributionMatchingLoss, {
    // Its gradient is not that of its value, by design: the tests hold it to the published one.
    order: 0,
    at: [x],
    call: {
      mean: (at) => distributionMatchingLoss(at, p, q, { importance: [0.5, 1.5] }),
      rows: (at) => distributionMatchingLoss(at, p, q, { reduction: 'none' }),
    },
    extremes: [[[[1e4, -1e4], [0.5, 0]]]], // prettier-ignore
    bad: refusals(distributionMatchingLoss, 'teacher', 'student'),
  }),
  scoreDistillationLoss: tensorFunction(scoreDistillationLoss, {
    at: [x],
    call: (at) => scoreDistillationLoss(at, p, q, { importance: [0.5, 1.5] }),
    bad: refusals(scoreDistillationLoss, 'teacherScores', 'studentScores'),
  }),
  fDistill: utility(fDistill, {
    call: {
      init: () => fDistill().init(),
      apply: (keep) => {
        const { weighter, state } = held(keep);
        return weighter.apply(state, inputs);
      },
      hellinger: (keep) => {
        const { weighter, state } = held(keep, { divergence: squaredHellinger, decay: 0.5, normalize: false });
        return weighter.apply(state, inputs);
      },
    },
    bad: {
      'dtype divergence': () => fDistill({ divergence: 'kl' as never }),
      'range divergence': () => fDistill({ divergence: totalVariation }),
      'range ratioMin': () => fDistill({ divergence: kl, ratioMin: 0 }),
      'range ratioMax': () => fDistill({ ratioMax: 0.05 }),
      'range bins': () => fDistill({ bins: 0 }),
      'range timeMin': () => fDistill({ timeMin: NaN }),
      'range timeMax': () => fDistill({ timeMax: 0 }),
      'range decay': () => fDistill({ decay: 1 }),
      'dtype normalize': () => fDistill({ normalize: 1 as never }),
      'shape logits': (keep) => held(keep).weighter.apply({ ratios: keep(tensor([1, 1, 1])) }, { logits: [[1]], times: [[1]] }),
      'shape times': (keep) => held(keep).weighter.apply({ ratios: keep(tensor([1, 1, 1])) }, { logits: [1, 2], times: [1] }),
    },
  }),
};
