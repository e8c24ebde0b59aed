import { tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { reverseKl, softenedReverseKl } from '@surrogate/divergences';
import {
  batchLoss,
  conformance,
  statefulObjective,
  type Keep,
  pairBatch,
  tensorFunction,
  utility,
  type BadCalls,
  type Call,
  type Row,
  type TensorCall,
} from '@surrogate/testing';
import * as align from './index.js';

const { chosen, rejected, refChosen, refRejected } = pairBatch;
const batch = {
  chosen,
  rejected,
  refChosen: { rows: refChosen, kind: 'number' },
  refRejected: { rows: refRejected, kind: 'number' },
} as const;

const liked = [1, 0, 1, 0];
const unpaired = {
  logProbs: chosen,
  refLogProbs: { rows: refChosen, kind: 'number' },
  desirable: { rows: liked, kind: 'number' },
} as const;

/** Mean log-probabilities of tokens. */
const policyBatch = { chosen: [-0.9, -1.4, -0.3, -2.1], rejected: [-1.2, -1.1, -0.8, -2.6] };

const groups = {
  logProbs: [
    [-4.1, -5.2, -3.3],
    [-2.7, -3.9, -4.4],
  ],
  refLogProbs: {
    rows: [
      [-4, -5, -3.6],
      [-3, -3.8, -4.1],
    ],
    kind: 'number',
  },
  rewards: {
    rows: [
      [1, 0, 0.5],
      [-0.3, 0.8, 0.1],
    ],
    kind: 'number',
  },
} as const;
const farGroups = [
  {
    logProbs: [
      [1e4, -1e4, 0],
      [0, 0, 0],
    ],
  },
];

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

/** A first state of BCO, for a call that will be refused. */
function kept(keep: Keep): align.BcoState {
  const state = align.bco().init();
  for (const { mean, count } of [state.desirable, state.undesirable]) [mean, count].forEach(keep);
  return state;
}

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

  rpoLoss: pairLoss(align.rpoLoss, {
    'range eta': [NaN, -1].map((eta) => () => align.rpoLoss(pairBatch, { eta })),
    'shape baseline': () => align.rpoLoss(pairBatch, { baseline: [1] }),
  }),
  dpopLoss: pairLoss(align.dpopLoss, { 'range penalty': [NaN, -1].map((penalty) => () => align.dpopLoss(pairBatch, { penalty })) }),
  tdpoLoss: batchLoss<align.TdpoPairs, align.TdpoOptions>(align.tdpoLoss, {
    batch: { ...batch, chosenKl: { rows: [0.2, 0.5, 0.1, 0.4], kind: 'number' }, rejectedKl: [0.3, 0.2, 0.6, 0.1] },
    numbers: ['beta', 'alpha'],
    extremes,
    bad: { 'dtype detachChosen': () => align.tdpoLoss({ ...pairBatch, chosenKl: [1], rejectedKl: [1] }, { detachChosen: 1 as never }) },
  }),
  apoZeroLoss: pairLoss(align.apoZeroLoss),
  apoDownLoss: pairLoss(align.apoDownLoss),
  sppoLoss: pairLoss(align.sppoLoss, { 'shape winRate': () => align.sppoLoss(pairBatch, { winRate: [1] }) }),
  inpoLoss: batchLoss<align.InpoPairs, align.InpoOptions>(align.inpoLoss, {
    batch: {
      ...batch,
      prevChosen: { rows: [-3.3, -5.1, -2.9, -4.3], kind: 'number' },
      prevRejected: { rows: [-4.1, -5, -3.2, -5.8], kind: 'number' },
    },
    options: { eta: 0.5, tau: 0.2 },
    numbers: ['eta', 'tau'],
    extremes,
    bad: {
      'range tau': [0.5, -0.1].map(
        (tau) => () => align.inpoLoss({ ...pairBatch, prevChosen: chosen, prevRejected: rejected }, { eta: 0.5, tau }),
      ),
    },
  }),
  simpoLoss: batchLoss<align.PolicyPairs, align.SimpoOptions>(align.simpoLoss, {
    batch: policyBatch,
    options: { alpha: 0.2 },
    numbers: ['beta', 'gamma', 'alpha', 'labelSmoothing'],
  }),
  cpoLoss: batchLoss<align.PolicyPairs, align.CpoOptions>(align.cpoLoss, {
    batch: { chosen, rejected },
    numbers: ['beta', 'sftWeight'],
    extremes: [{ chosen: [1e4, -1e4, 0, 0] }],
  }),
  orpoLoss: batchLoss<align.PolicyPairs, align.OrpoOptions>(align.orpoLoss, {
    batch: policyBatch,
    options: { beta: 1 },
    numbers: ['beta', 'sftWeight'],
    extremes: [{ chosen: [0, -1e4, -1e-7, -1] }, { rejected: [0, -1e4, -1e-7, -1] }],
  }),
  infoNcaLoss: batchLoss(align.infoNcaLoss, { batch: groups, numbers: ['beta', 'temperature'], extremes: farGroups }),
  ncaLoss: batchLoss(align.ncaLoss, { batch: groups, numbers: ['beta', 'temperature'], extremes: farGroups }),
  plackettLuceLoss: batchLoss<align.ResponseGroups, align.PlackettLuceOptions>(align.plackettLuceLoss, {
    batch: { logProbs: groups.logProbs, refLogProbs: groups.refLogProbs },
    numbers: ['beta'],
    extremes: farGroups,
  }),

  bcoLoss: batchLoss<align.UnpairedResponses, align.BcoOptions>(align.bcoLoss, {
    batch: unpaired,
    options: { shift: 0.2 },
    numbers: ['beta'],
    extremes: [{ logProbs: [1e4, -1e4, -1e4, 1e4] }],
    bad: { 'shape shift': () => align.bcoLoss({ logProbs: chosen, refLogProbs: refChosen, desirable: liked }, { shift: [1] }) },
  }),
  bco: statefulObjective<align.BcoState>(align.bco, {
    init: () => align.bco().init(),
    apply: (state, { logProbs }) =>
      align.bco({ beta: 0.5, shift: 'balanced' }).apply(state, { logProbs: logProbs!, refLogProbs: refChosen, desirable: liked }),
    variables: { logProbs: chosen },
    // The shift moves with the rewards and is a constant to the gradient: differences see what the gradient must not.
    order: 0,
    bad: {
      'range beta': [NaN, 0].map((beta) => () => align.bco({ beta })),
      'range shift': () => align.bco({ shift: 'mean' as never }),
      'shape refLogProbs': (keep) => align.bco().apply(kept(keep), { logProbs: chosen, refLogProbs: [1], desirable: liked }),
    },
  }),
  aotLoss: batchLoss<align.PreferencePairs, align.AotOptions>(align.aotLoss, {
    batch,
    options: { labelSmoothing: 0.1 },
    numbers: ['beta'],
    extremes: [{ chosen: [1e4, -1e4, 0, 0] }],
    not: {
      mask: 'rows are matched within the batch',
      weights: 'rows are matched within the batch',
      batch: 'rows are matched within the batch',
    },
    bad: {
      ...probability(align.aotLoss, 'labelSmoothing'),
      'dtype paired': () => align.aotLoss(pairBatch, { paired: 1 as never }),
      'shape chosen': () => align.aotLoss({ chosen: [[1]], rejected: [[1]], refChosen: [[1]], refRejected: [[1]] }),
    },
  }),
  likelihoodWeights: utility(align.likelihoodWeights, {
    call: {
      'all tokens': () => align.likelihoodWeights(logits, tokens),
      'under a mask': () =>
        align.likelihoodWeights(logits, tokens, {
          mask: [
            [0, 1],
            [0, 0],
          ],
        }),
    },
    bad: {
      'shape logits': () => align.likelihoodWeights([[1, 2]], [[1]]),
      'shape tokens': () => align.likelihoodWeights(logits, [[1, 2]]),
      'shape mask': () => align.likelihoodWeights(logits, tokens, { mask: [[1, 1, 1]] }),
      'range tokens': () =>
        align.likelihoodWeights(logits, [
          [3, 1],
          [1, 1],
        ]),
    },
  }),
  lengthWeights: utility(align.lengthWeights, {
    call: () =>
      align.lengthWeights(
        [
          [0, 1, 1],
          [1, 1, 1],
        ],
        [[1], [0]],
      ),
    bad: {
      'range alpha': [NaN, -0.1, 1.1].map((alpha) => () => align.lengthWeights([[1]], [[1]], { alpha })),
      'shape mask': () => align.lengthWeights([1], [[1]]),
      'shape otherMask': () => align.lengthWeights([[1]], [[1], [1]]),
    },
  }),
  syncReference: utility(align.syncReference, {
    call: (keep) => align.syncReference({ w: keep(tensor([1, 2])) }, { w: keep(tensor([3, 4])) }),
    bad: {
      'range mixing': [NaN, 0, 1.1].map((mixing): Call => (keep) => {
        const w = keep(tensor([1]));
        return align.syncReference({ w }, { w }, { mixing });
      }),
      'shape policy': (keep) => align.syncReference({ w: keep(tensor([1, 2])) }, { w: keep(tensor([3])) }),
    },
  }),
  regularizedOptimum: utility(align.regularizedOptimum, {
    call: {
      'of kl': () => align.regularizedOptimum([0, 1, 2], [-1, -2, -0.7]),
      'of another divergence': () => align.regularizedOptimum([[0, 1, 2]], [[-1, -2, -0.7]], { divergence: reverseKl, beta: 0.5 }),
    },
    bad: {
      'range beta': [NaN, 0].map((value) => () => align.regularizedOptimum([0, 1], [-1, -1], { beta: value })),
      'shape refLogProbs': () => align.regularizedOptimum([0, 1], [-1]),
      'shape rewards': [() => align.regularizedOptimum(1, 0), () => align.regularizedOptimum([], [])],
      'range divergence': () => align.regularizedOptimum([0, 1], [-1, -1], { divergence: softenedReverseKl }),
    },
  }),
  npoLoss: batchLoss<align.ForgetResponses, align.NpoOptions>(align.npoLoss, {
    batch: { logProbs: chosen, refLogProbs: { rows: refChosen, kind: 'number' } },
    numbers: ['beta', 'gamma'],
    extremes: [{ logProbs: [1e4, -1e4, 0, -1e4] }],
  }),
  bradleyTerryLoss: {
    ...batchLoss<align.PolicyPairs, align.BradleyTerryOptions>(
      (rewards, options) => align.bradleyTerryLoss(rewards.chosen, rewards.rejected, options),
      {
        batch: { chosen, rejected },
        options: { centering: 0.01 },
        numbers: ['centering'],
        extremes: [{ chosen: [1e4, -1e4, 0, 0] }],
        bad: { 'shape margin': () => align.bradleyTerryLoss(chosen, rejected, { margin: [1] }) },
      },
    ),
    subject: align.bradleyTerryLoss,
  },

  ktoLoss: batchLoss<align.UnpairedResponses, align.KtoOptions>(align.ktoLoss, {
    batch: unpaired,
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
