import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import { reverseKl } from '@surrogate/divergences';
import { batchLoss, conformance, pairBatch, tensorFunction, utility, type BadCalls, type Row, type TensorCall } from '@surrogate/testing';
import * as align from './index.js';

const { chosen, rejected, refChosen, refRejected } = pairBatch;
const batch = {
  chosen,
  rejected,
  refChosen: { rows: refChosen, kind: 'number' },
  refRejected: { rows: refRejected, kind: 'number' },
} as const;

/** Pairs that no float32 exponential survives. */
const extremes = [
  { chosen: [1e4, -1e4, 0, -1e4] },
  { rejected: [-1e4, 1e4, 0, -1e4], refRejected: [1e4, 1e4, 0, 0] },
  { chosen: [0, 0, 0, 0], rejected: [0, 0, 0, 0], refChosen: [0, 0, 0, 0], refRejected: [0, 0, 0, 0] },
];

type PairLoss = (pairs: align.PreferencePairs, options?: { beta?: number | undefined }) => Tensor;

/** A loss over pairs with a reference. */
const pairLoss = (fn: PairLoss, bad: BadCalls = {}): Row =>
  batchLoss(fn, {
    batch,
    numbers: ['beta'],
    extremes,
    bad: { 'range beta': [() => fn(pairBatch, { beta: 0 }), () => fn(pairBatch, { beta: -1 })], ...bad },
  });

const probability = (
  fn: (pairs: align.PreferencePairs, options: object) => Tensor,
  option: string,
  more: readonly number[] = [],
): BadCalls => ({
  [`range ${option}`]: [NaN, -0.1, 0.5, 1, ...more].map((value) => () => fn(pairBatch, { [option]: value })),
});

interface LinkRow {
  /** Margins at a corner of the link. */
  readonly ties?: readonly number[];
  /** How far from 0 it is finite. Default 1e4. */
  readonly reach?: number;
  readonly bad?: BadCalls;
}

/** The row of a link, or of a function that makes one. */
function linkRow(subject: unknown, link: align.PreferenceLink, { ties = [], reach = 1e4, bad = {} }: LinkRow = {}): Row {
  const loss: TensorCall = (m) => tidy(() => link.loss(m as Tensor));
  const given = tensorFunction(loss, {
    at: [[-2.3, -0.6, 0.2, 0.7, 2.6]],
    gradient: { eps: 0.02 },
    extremes: [[[-reach, 0, 1e4]]],
    ties: ties.length === 0 ? [] : [[ties]],
  });
  // A link sees tensors only: there is nothing to refuse but its options.
  const skipped = /^(takes plain arrays|refuses (disposed|dtype) )/;
  const own = utility(subject, { bad });
  return {
    subject,
    declare(it, name, backend) {
      given.declare((title, run) => skipped.test(title) || it(title, run), name, backend);
      own.declare(it, name, backend);
    },
  };
}

const smoothing = (make: (epsilon: number) => unknown, option: string, more: readonly number[] = []): BadCalls => ({
  [`range ${option}`]: [NaN, -0.1, 0.5, ...more].map((value) => () => make(value)),
});

const logits = [
  [
    [0.5, -0.5, 1],
    [2, 0, -1],
  ],
  [
    [0, 1, 0.5],
    [1, 1, 1],
  ],
];
const tokens = [
  [2, 0],
  [1, 2],
];

conformance(align, {
  logisticLink: linkRow(align.logisticLink, align.logisticLink),
  hingeLink: linkRow(align.hingeLink, align.hingeLink, { ties: [1] }),
  exponentialLink: linkRow(align.exponentialLink, align.exponentialLink, { reach: 80 }),
  truncatedQuadraticLink: linkRow(align.truncatedQuadraticLink, align.truncatedQuadraticLink, { ties: [1] }),
  savageLink: linkRow(align.savageLink, align.savageLink),
  smoothedLink: linkRow(align.smoothedLink, align.smoothedLink(0.1), { bad: smoothing(align.smoothedLink, 'labelSmoothing') }),
  robustLink: linkRow(align.robustLink, align.robustLink(0.2), { bad: smoothing(align.robustLink, 'flipRate') }),
  squaredLink: linkRow(align.squaredLink, align.squaredLink(0.5), { bad: { 'range target': () => align.squaredLink(Infinity) } }),
  exoLink: linkRow(align.exoLink, align.exoLink(), { bad: smoothing(align.exoLink, 'labelSmoothing', [0]) }),
  discoPopLink: linkRow(align.discoPopLink, align.discoPopLink(0.4), {
    bad: { 'range temperature': [NaN, 0, 1.1].map((value) => () => align.discoPopLink(value)) },
  }),

  preferenceLoss: {
    ...pairLoss((pairs, options) => align.preferenceLoss(pairs, align.savageLink, options)),
    subject: align.preferenceLoss,
  },
  dpoLoss: pairLoss(align.dpoLoss, probability(align.dpoLoss, 'labelSmoothing')),
  ipoLoss: pairLoss(align.ipoLoss),
  robustDpoLoss: pairLoss(align.robustDpoLoss, probability(align.robustDpoLoss, 'flipRate')),

  implicitRewards: utility(align.implicitRewards, {
    call: {
      'log-ratios': () => align.implicitRewards(pairBatch),
      'another divergence': () => align.implicitRewards(pairBatch, { beta: 0.3, divergence: reverseKl }),
    },
    bad: {
      'range beta': [0, NaN, -1].map((value) => () => align.implicitRewards(pairBatch, { beta: value })),
      'shape refChosen': () => align.implicitRewards({ ...pairBatch, refChosen: [1] }),
      'dtype rejected': () => align.implicitRewards({ ...pairBatch, rejected: null as never }),
    },
  }),
  rewardMargin: pairLoss(align.rewardMargin),
  rewardAccuracy: batchLoss(align.rewardAccuracy, { batch, extremes, not: { gradient: 'a count has none' } }),

  ktoLoss: batchLoss<align.UnpairedResponses, align.KtoOptions>(align.ktoLoss, {
    batch: {
      logProbs: chosen,
      refLogProbs: { rows: refChosen, kind: 'number' },
      desirable: { rows: [1, 0, 1, 0], kind: 'number' },
    },
    options: { baseline: 0.1, desirableWeight: 1.3 },
    numbers: ['beta', 'desirableWeight', 'undesirableWeight'],
    extremes: [{ logProbs: [1e4, -1e4, -1e4, 1e4] }],
    bad: {
      'range beta': () => align.ktoLoss({ logProbs: chosen, refLogProbs: refChosen, desirable: [1, 0, 1, 0] }, { beta: 0 }),
      'shape baseline': () => align.ktoLoss({ logProbs: chosen, refLogProbs: refChosen, desirable: [1, 0, 1, 0] }, { baseline: [1] }),
    },
  }),
  ktoBaseline: utility(align.ktoBaseline, {
    call: {
      plain: () => align.ktoBaseline(chosen, refChosen),
      'with weights': () => align.ktoBaseline(rejected, refRejected, { weights: [1, 2, 0, 1] }),
    },
    bad: {
      'shape refLogProbs': () => align.ktoBaseline(chosen, [1]),
      'shape mask': () => align.ktoBaseline(chosen, refChosen, { mask: [1, 1] }),
      'dtype logProbs': () => align.ktoBaseline('three' as never, refChosen),
    },
  }),

  sftLoss: tensorFunction(align.sftLoss, {
    at: [logits],
    call: {
      'all tokens': (x) => align.sftLoss(x, tokens),
      'under a mask': (x) =>
        align.sftLoss(x, tokens, {
          mask: [
            [0, 1],
            [1, 1],
          ],
          normalizer: 'sequence',
        }),
      'with ignored ids': (x) =>
        align.sftLoss(
          x,
          [
            [2, -100],
            [1, 2],
          ],
          { ignoreIndex: -100, normalizer: 3 },
        ),
    },
    extremes: [
      [
        [
          [
            [1e4, -1e4, 0],
            [0, 0, 0],
          ],
          [
            [-1e4, -1e4, -1e4],
            [1e4, 1e4, 1e4],
          ],
        ],
      ],
    ],
    bad: {
      'shape logits': () => align.sftLoss([[1, 2]], [[1]]),
      'shape tokens': () => align.sftLoss(logits, [[1, 2]]),
      'shape mask': () => align.sftLoss(logits, tokens, { mask: [[1, 1, 1]] }),
      'dtype tokens': () =>
        align.sftLoss(logits, [
          [0.5, 1],
          [1, 1],
        ]),
      'range tokens': () =>
        align.sftLoss(logits, [
          [3, 1],
          [1, 1],
        ]),
      'range normalizer': [
        () => align.sftLoss(logits, tokens, { normalizer: 'batch' as never }),
        () => align.sftLoss(logits, tokens, { normalizer: 0 }),
      ],
      'range ignoreIndex': () => align.sftLoss(logits, tokens, { ignoreIndex: 0.5 }),
    },
  }),
});
