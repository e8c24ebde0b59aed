/** @file The conformance rows of continual learning. */
import { rng } from '@surrogate/core';
import { hostFunction, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as losses from '../index.js';

const features = [
  [3, 4],
  [-1, 0.5],
];
const weights = [
  [1, 0.3, -1],
  [0.2, 2, 1],
];
const batch = { features, labels: [0, 2] };
const memory = () => losses.reservoirAdd(losses.reservoir<number>(3), [1, 2, 3, 4, 5], rng(1));

/** The rows by name. */
export const continualRows: ConformanceTable = {
  cosineLogits: tensorFunction(losses.cosineLogits, {
    at: [features, weights],
    call: (h, w) => losses.cosineLogits(h, w, { temperature: 0.5 }),
    extremes: [
      [
        [
          [0, 0],
          [1e4, -1e4],
        ],
        weights,
      ],
    ],
    bad: {
      'range temperature': [0, NaN].map((temperature) => () => losses.cosineLogits(features, weights, { temperature })),
      'shape features': [() => losses.cosineLogits([1, 2], weights), () => losses.cosineLogits([[1, 2, 3]], weights)],
      'shape weights': () => losses.cosineLogits(features, [1, 2]),
    },
  }),
  logitFactors: utility(losses.logitFactors, {
    call: () => losses.logitFactors(features, weights),
    bad: {
      'shape features': () => losses.logitFactors([[1, 2, 3]], weights),
      'dtype weights': () => losses.logitFactors(features, 'w' as never),
    },
  }),
  uerLoss: tensorFunction(losses.uerLoss, {
    at: [features, features, weights],
    call: (h, r, w) =>
      losses.uerLoss({ features: h, labels: [0, 2] }, { features: r, labels: [1, 1] }, w, { temperature: 0.5, replayWeight: 0.7 }),
    bad: {
      'range temperature': () => losses.uerLoss(batch, undefined, weights, { temperature: 0 }),
      'range replayWeight': [-1, NaN].map((replayWeight) => () => losses.uerLoss(batch, undefined, weights, { replayWeight })),
      'range current.labels': () => losses.uerLoss({ features, labels: [0, 3] }, undefined, weights),
      'shape replay.features': () => losses.uerLoss(batch, { features: [[1]], labels: [0] }, weights),
      'shape replay.labels': () => losses.uerLoss(batch, { features, labels: [0] }, weights),
      'dtype current': () => losses.uerLoss(null as never, undefined, weights),
    },
  }),
  reservoir: hostFunction(losses.reservoir, {
    call: () => losses.reservoir(3),
    bad: { 'range capacity': [0, 1.5, NaN].map((capacity) => () => losses.reservoir(capacity)) },
  }),
  reservoirAdd: hostFunction(losses.reservoirAdd, {
    call: memory,
    bad: {
      'dtype reservoir': [() => losses.reservoirAdd(null as never, [], rng(0)), () => losses.reservoirAdd({} as never, [], rng(0))],
      'dtype items': () => losses.reservoirAdd(losses.reservoir(1), 'abc' as never, rng(0)),
      'dtype rng': () => losses.reservoirAdd(losses.reservoir(1), [], 1 as never),
    },
  }),
  reservoirSample: hostFunction(losses.reservoirSample, {
    call: () => losses.reservoirSample(memory(), 2, rng(2)),
    bad: {
      'dtype reservoir': () => losses.reservoirSample(undefined as never, 1, rng(0)),
      'range count': () => losses.reservoirSample(memory(), -1, rng(0)),
      'dtype rng': () => losses.reservoirSample(memory(), 1, 1 as never),
    },
  }),
};
