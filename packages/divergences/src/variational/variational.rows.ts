/** @file The conformance rows of variational bounds and of what records say of samples. */
import { statefulObjective, tensorFunction, type ConformanceTable } from '@surrogate/testing';
import * as divergences from '../index.js';

const {
  club,
  donskerVaradhan,
  fDistillWeight,
  fDivergenceFromLogRatios,
  ganObjective,
  infoNceBound,
  jensenShannon,
  kl,
  mine,
  nwj,
  pseudoReward,
} = divergences;
const { reverseKl, skewKl, smile, totalVariation, variationalBound } = divergences;

const [p, q] = [[0.4, -1.3, 1.1], [2.2, 0.3, -0.6, 0.5]] as const; // prettier-ignore
const critic = (f: (a: typeof p | number[], b: typeof q | number[]) => unknown) => ({
  'shape scoresP': () => f([], q),
  'shape scoresQ': () => f(p, []),
});
const far = [[1e4, -1e4, 0], [1e4, -1e4]] as const; // prettier-ignore

/** The rows by name. */
export const variationalRows: ConformanceTable = {
  variationalBound: tensorFunction(variationalBound, {
    at: [p, q],
    call: {
      'of log-ratios': (a, b) => variationalBound(a, b, jensenShannon),
      activated: (a, b) => variationalBound(a, b, reverseKl, { parametrisation: 'activation' }),
    },
    bad: {
      ...critic((a, b) => variationalBound(a, b, kl)),
      'range parametrisation': () => variationalBound(p, q, kl, { parametrisation: 'none' as 'logRatio' }),
      'range divergence': () => variationalBound(p, q, skewKl(0.1), { parametrisation: 'activation' }),
    },
  }),
  donskerVaradhan: tensorFunction(donskerVaradhan, { at: [p, q], extremes: [far], bad: critic(donskerVaradhan) }),
  ganObjective: tensorFunction(ganObjective, { at: [p, q], extremes: [far], bad: critic(ganObjective) }),
  nwj: tensorFunction(nwj, { at: [p, q], bad: critic(nwj) }),
  infoNceBound: tensorFunction(infoNceBound, {
    at: [[[0.4, -1.3], [2.2, 0.3]]], // prettier-ignore
    call: (scores) => infoNceBound(scores, { temperature: 0.5 }),
    extremes: [[[[1e4, -1e4], [0, 0]]]], // prettier-ignore
    bad: {
      'shape scores': [() => infoNceBound([1]), () => infoNceBound([[1, 2]]), () => infoNceBound([[]])],
      'range temperature': () => infoNceBound([[1]], { temperature: 0 }),
    },
  }),
  smile: tensorFunction(smile, {
    at: [p, q],
    call: (a, b) => smile(a, b, { limit: 1 }),
    extremes: [far],
    bad: { ...critic(smile), 'range limit': [0, -1, NaN].map((limit) => () => smile(p, q, { limit })) },
  }),
  club: tensorFunction(club, {
    at: [[[0.4, -1.3], [2.2, 0.3]]], // prettier-ignore
    extremes: [[[[1e4, -1e4], [0, 0]]]], // prettier-ignore
    bad: { 'shape logProbs': [() => club([1]), () => club([[1, 2]]), () => club([[]])] },
  }),
  mine: statefulObjective(mine, {
    init: () => mine().init(),
    apply: (state, { scoresP, scoresQ }) => mine().apply(state, { scoresP: scoresP!, scoresQ: scoresQ! }),
    variables: { scoresP: p, scoresQ: q },
    // The running mean is a constant to gradients, as the estimate of the gradient has it: differences see it move.
    order: 0,
    bad: { 'range decay': [() => mine({ decay: 1 }), () => mine({ decay: -0.1 })] },
  }),
  fDivergenceFromLogRatios: tensorFunction(fDivergenceFromLogRatios, {
    at: [p],
    call: {
      'of q': (v) => fDivergenceFromLogRatios(v, jensenShannon),
      'of p': (v) => fDivergenceFromLogRatios(v, kl, { sampledFrom: 'p', reduction: 'none', mask: [1, 0, 1] }),
    },
    bad: {
      'range sampledFrom': () => fDivergenceFromLogRatios(p, kl, { sampledFrom: 'm' as 'p' }),
      'range reduction': () => fDivergenceFromLogRatios(p, kl, { reduction: 'average' as 'mean' }),
    },
  }),
  fDistillWeight: tensorFunction(fDistillWeight, {
    at: [p],
    call: (v) => fDistillWeight(v, jensenShannon),
    // A weight is a constant to gradients.
    order: 0,
    extremes: [[far[0]]],
    bad: { 'range divergence': () => fDistillWeight(p, totalVariation) },
  }),
  pseudoReward: tensorFunction(pseudoReward, { at: [p], call: (v) => pseudoReward(v, jensenShannon), extremes: [[far[0]]] }),
};
