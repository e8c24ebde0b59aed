/** @file The conformance rows of sequences. */
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { disposed, tensorFunction, utility, type BadCalls, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';
import { others, rows, text } from '../shared.rows.js';

const tokenRefusals = (call: (options: object) => Tensor): BadCalls => ({
  'range temperature': [() => call({ temperature: 0 }), () => call({ temperature: NaN })],
  'shape mask': () => call({ mask: [1, 1, 1] }),
});

/** Two pairs of rows that have little in common. */
const apart = [
  [
    [1e4, -1e4],
    [0, -Infinity],
  ],
  [
    [-100, 100],
    [0, 1],
  ],
];

/** The rows by name. */
export const sequenceRows: ConformanceTable = {
  shiftTokens: utility(core.shiftTokens, {
    call: () => core.shiftTokens([[5, 6, 7]]),
    bad: {
      'shape tokens': [() => core.shiftTokens([5, 6]), (keep) => core.shiftTokens(keep(tensor([], [2, 0], 'int32')))],
      'dtype tokens': () => core.shiftTokens([[0.5, 1]]),
      'disposed tokens': () => core.shiftTokens(disposed([[1, 2]], 'int32')),
    },
  }),
  tokenLogProbs: tensorFunction(core.tokenLogProbs, {
    at: [rows],
    call: {
      plain: (x) => core.tokenLogProbs(x, [0, 2]),
      'warm and masked': (x) => core.tokenLogProbs(x, [0, 2], { temperature: 2, mask: [1, 0] }),
    },
    extremes: [
      [
        [
          [1e4, -1e4, 0],
          [0, -Infinity, 2],
        ],
      ],
    ],
    bad: {
      ...tokenRefusals((options) => core.tokenLogProbs(rows, [0, 2], options)),
      'shape tokens': () => core.tokenLogProbs(rows, [0]),
      'range tokens': () => core.tokenLogProbs(rows, [0, 3]),
      'dtype tokens': () => core.tokenLogProbs(rows, [0.5, 1]),
      'shape logits': () => core.tokenLogProbs(1, 0),
    },
  }),
  tokenEntropy: tensorFunction(core.tokenEntropy, {
    at: [rows],
    call: { plain: (x) => core.tokenEntropy(x), 'warm and masked': (x) => core.tokenEntropy(x, { temperature: 2, mask: [1, 0] }) },
    extremes: [
      [
        [
          [1e4, -1e4, 0],
          [0, -Infinity, 2],
        ],
      ],
    ],
    bad: { ...tokenRefusals((options) => core.tokenEntropy(rows, options)), 'shape logits': () => core.tokenEntropy(1) },
  }),
  klFromLogits: tensorFunction(core.klFromLogits, {
    at: [rows, others],
    call: {
      plain: (p, q) => core.klFromLogits(p, q),
      'warm and masked': (p, q) => core.klFromLogits(p, q, { temperature: 2, mask: [1, 0] }),
    },
    extremes: [apart],
    bad: {
      ...tokenRefusals((options) => core.klFromLogits(rows, others, options)),
      'shape logitsQ': () => core.klFromLogits(rows, [[1, 2]]),
    },
  }),
  skewKlFromLogits: tensorFunction(core.skewKlFromLogits, {
    at: [rows, others],
    call: {
      plain: (p, q) => core.skewKlFromLogits(p, q),
      'half of it, warm and masked': (p, q) => core.skewKlFromLogits(p, q, { skew: 0.5, temperature: 2, mask: [1, 0] }),
      'not at all': (p, q) => core.skewKlFromLogits(p, q, { skew: 0 }),
    },
    extremes: [apart],
    bad: {
      ...tokenRefusals((options) => core.skewKlFromLogits(rows, others, options)),
      'shape logitsQ': () => core.skewKlFromLogits(rows, [[1, 2]]),
      'range skew': () => core.skewKlFromLogits(rows, others, { skew: 1 }),
    },
  }),
  jensenShannonFromLogits: tensorFunction(core.jensenShannonFromLogits, {
    at: [rows, others],
    call: {
      plain: (p, q) => core.jensenShannonFromLogits(p, q),
      'weighted, warm and masked': (p, q) => core.jensenShannonFromLogits(p, q, { weight: 0.2, temperature: 2, mask: [1, 0] }),
    },
    extremes: [apart],
    bad: {
      ...tokenRefusals((options) => core.jensenShannonFromLogits(rows, others, options)),
      'shape logitsQ': () => core.jensenShannonFromLogits(rows, [[1, 2]]),
      'range weight': () => core.jensenShannonFromLogits(rows, others, { weight: 1 }),
    },
  }),
  sequenceLogProbs: tensorFunction(core.sequenceLogProbs, {
    at: [rows],
    call: {
      sum: (x) => core.sequenceLogProbs(x),
      'mean of what is left': (x) =>
        core.sequenceLogProbs(x, {
          reduction: 'mean',
          mask: [
            [1, 1, 0],
            [0, 0, 0],
          ],
          weights: [[2, 1, 1]],
        }),
    },
    bad: {
      'shape logProbs': () => core.sequenceLogProbs([1, 2]),
      'shape mask': () => core.sequenceLogProbs(rows, { mask: [1, 1] }),
      'range reduction': () => core.sequenceLogProbs(rows, { reduction: text }),
    },
  }),
  klEstimator: tensorFunction(core.klEstimator, {
    at: [rows, others],
    call: {
      k1: (p, q) => core.klEstimator(p, q, { kind: 'k1' }),
      k2: (p, q) => core.klEstimator(p, q, { kind: 'k2' }),
      k3: (p, q) => core.klEstimator(p, q, { mask: [[1, 0, 1]] }),
    },
    bad: {
      'shape refLogProbs': () => core.klEstimator([1], [1, 2]),
      'shape mask': () => core.klEstimator(rows, others, { mask: [1, 1] }),
      'range kind': () => core.klEstimator(rows, others, { kind: text }),
    },
  }),
};
