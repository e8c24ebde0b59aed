/** @file The conformance rows of losses of bags. */
import { rng, type TensorLike } from '@surrogate/core';
import { tensor } from '@tensorflow/tfjs-core';
import { hostFunction, tensorFunction, utility, type ConformanceTable, type Row } from '@surrogate/testing';
import * as losses from '../index.js';

const bags = [0, 1, 1, 0, 2];
const responses = [0.4, -1, 2];
const one = { epsilon: 1, clip: 1 };

type BagLoss = (
  predictions: TensorLike,
  bags: TensorLike,
  responses: TensorLike,
  options?: losses.BagOptions,
) => ReturnType<typeof losses.bagLevelLoss>;

const bagLoss = (fn: BagLoss, bad = {}): Row =>
  tensorFunction(fn, {
    at: [[0.3, -1.2, 2.1, 0.7, 0.1], responses],
    call: {
      mean: (f, y) => fn(f, bags, y),
      'a weighted sum': (f, y) => fn(f, bags, y, { weights: [1, 0.5, 2], reduction: 'sum' }),
      'each bag, but one': (f, y) => fn(f, bags, y, { mask: [1, 0, 1], reduction: 'none' }),
    },
    extremes: [[[1e4, -1e4, 0, 0, 1e4], responses]],
    bad: {
      'shape predictions': () => fn([[1]], [[0]], [1]),
      'shape responses': () => fn([1], [0], [[1]]),
      'shape bags': [() => fn([1, 2], [0], [1]), () => fn([1], [[1]], [1])],
      'range bags': () => fn([1], [1], [1]),
      'dtype bags': () => fn([1], [0.5], [1]),
      'dtype loss': () => fn([1], [0], [1], { loss: 'squared' as never }),
      'shape weights': () => fn([1], [0], [1], { weights: [1, 2] }),
      'shape mask': () => fn([1], [0], [1], { mask: [1, 2] }),
      'range reduction': () => fn([1], [0], [1], { reduction: 'average' as 'mean' }),
      ...bad,
    },
  });

const member = (record: losses.ResponseLoss): Row =>
  utility(record, { call: (keep) => record.of(keep(tensor([0.2, 0, 1])), keep(tensor([0.4, 0, 1]))) });

/** The rows by name. */
export const aggregateRows: ConformanceTable = {
  bagLevelLoss: bagLoss(losses.bagLevelLoss),
  instanceLevelLoss: bagLoss(losses.instanceLevelLoss),
  aggregateLoss: bagLoss(losses.aggregateLoss, {
    'range rho': [() => losses.aggregateLoss([1], [0], [1], { rho: 2 }), () => losses.aggregateLoss([1], [0], [1], { rho: NaN })],
  }),
  squaredResponse: member(losses.squaredResponse),
  proportionResponse: member(losses.proportionResponse),
  fitAggregateLinear: hostFunction(losses.fitAggregateLinear, {
    call: () => losses.fitAggregateLinear([[1], [2], [4]], [0, 0, 1], [1, 2], { ridge: 0.1 }),
    bad: {
      'shape rows': [() => losses.fitAggregateLinear([], [], []), () => losses.fitAggregateLinear([[1], [1, 2]], [0, 0], [1])],
      'shape bags': () => losses.fitAggregateLinear([[1]], [0, 0], [1]),
      'range bags': [() => losses.fitAggregateLinear([[1]], [1], [1]), () => losses.fitAggregateLinear([[1]], [0], [1, 2])],
      'range rho': () => losses.fitAggregateLinear([[1]], [0], [1], { rho: -1 }),
      'range ridge': () => losses.fitAggregateLinear([[1]], [0], [1], { ridge: NaN }),
    },
  }),
  privatizeResponses: hostFunction(losses.privatizeResponses, {
    call: () => losses.privatizeResponses([1, 2, 9], [0, 0, 1], 2, rng(1), one),
    bad: {
      'range epsilon': () => losses.privatizeResponses([1], [0], 1, rng(1), { epsilon: 0, clip: 1 }),
      'range clip': () => losses.privatizeResponses([1], [0], 1, rng(1), { epsilon: 1, clip: NaN }),
      'range bags': [() => losses.privatizeResponses([1], [1], 1, rng(1), one), () => losses.privatizeResponses([1], [0], 2, rng(1), one)],
      'shape bags': () => losses.privatizeResponses([1], [0, 1], 2, rng(1), one),
      'dtype rng': () => losses.privatizeResponses([1], [0], 1, 3 as never, one),
    },
  }),
};
