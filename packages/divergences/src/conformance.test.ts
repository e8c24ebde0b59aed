import { conformance, divergence, fDivergence as record, utility, type BadCalls } from '@surrogate/testing';
import { bridgeRows } from './bridge/bridge.rows.js';
import { closedRows } from './closed.rows.js';
import { kernelRows } from './kernel/kernel.rows.js';
import { neighborRows } from './neighbors/neighbors.rows.js';
import { transportRows } from './transport/transport.rows.js';
import { variationalRows } from './variational/variational.rows.js';
import * as divergences from './index.js';

const { fDivergence, fDivergenceFromLogits, kl, jensenShannon } = divergences;

/** A family of records by one number, which must lie inside (0, 1). */
const inside = (argument: string, make: (weight: number) => divergences.FDivergence): BadCalls => ({
  [`range ${argument}`]: [0, 1, -0.1, NaN].map((value) => () => make(value)),
});

const twoShapes = [[0.5, 0.5].map(Math.log), [0.2, 0.3, 0.5].map(Math.log)] as const;

conformance(divergences, {
  ...bridgeRows,
  ...kernelRows,
  ...closedRows,
  ...neighborRows,
  ...transportRows,
  ...variationalRows,
  kl: record(kl),
  reverseKl: record(divergences.reverseKl),
  jeffreys: record(divergences.jeffreys),
  jensenShannon: record(jensenShannon),
  softenedKl: record(divergences.softenedKl),
  softenedReverseKl: record(divergences.softenedReverseKl),
  pearson: record(divergences.pearson),
  neyman: record(divergences.neyman),
  squaredHellinger: record(divergences.squaredHellinger),
  leCam: record(divergences.leCam),
  totalVariation: record(divergences.totalVariation, { kink: true }),
  generalizedJensenShannon: utility(divergences.generalizedJensenShannon, {
    call: () => divergences.generalizedJensenShannon(0.3),
    bad: inside('weight', divergences.generalizedJensenShannon),
  }),
  skewKl: utility(divergences.skewKl, { call: () => divergences.skewKl(0.1), bad: inside('skew', divergences.skewKl) }),
  skewReverseKl: utility(divergences.skewReverseKl, {
    call: () => divergences.skewReverseKl(0.1),
    bad: inside('skew', divergences.skewReverseKl),
  }),
  alphaDivergence: utility(divergences.alphaDivergence, {
    call: () => divergences.alphaDivergence(0.5),
    bad: { 'range alpha': [() => divergences.alphaDivergence(NaN), () => divergences.alphaDivergence(Infinity)] },
  }),
  fDivergence: divergence(fDivergence, {
    call: (p, q) => fDivergence(p, q, kl),
    bad: {
      'shape logQ': () => fDivergence(...twoShapes, kl),
      'range axis': () => fDivergence([0], [0], kl, { axis: 1 }),
      'range reduction': () => fDivergence([0], [0], kl, { reduction: 'average' as 'mean' }),
    },
  }),
  fDivergenceFromLogits: divergence(fDivergenceFromLogits, {
    call: (p, q) => fDivergenceFromLogits(p, q, jensenShannon),
    symmetric: true,
    atMost: Math.LN2,
    bad: {
      'shape logitsQ': () => fDivergenceFromLogits(...twoShapes, kl),
      'range axis': () => fDivergenceFromLogits([0], [0], kl, { axis: 1 }),
      'range reduction': () => fDivergenceFromLogits([0], [0], kl, { reduction: 'average' as 'mean' }),
    },
  }),
});
