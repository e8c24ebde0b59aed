/** @file The conformance rows of multimodal recommendation. */
import { hostFunction, tensorFunction, type ConformanceTable } from '@surrogate/testing';
import * as losses from '../index.js';

const { orthonormalDct, progressiveAttention, progressiveWeight } = losses;

const gates = [[0.2, -0.1, 0.4], [1, 0, -2]]; // prettier-ignore
const kept = [[0, 0.5, -0.5], [0.3, 0.3, 0.4]]; // prettier-ignore

/** The rows by name. */
export const multimodalRows: ConformanceTable = {
  orthonormalDct: tensorFunction(orthonormalDct, {
    at: [gates],
    call: (x) => orthonormalDct(x),
    extremes: [[[[1e30, 0, -1e30]]]], // prettier-ignore
    bad: { 'shape x': [() => orthonormalDct(1), () => orthonormalDct([])] },
  }),
  progressiveAttention: tensorFunction(progressiveAttention, {
    at: [gates, kept],
    call: (g, t) => progressiveAttention(g, t, { weight: 0.7 }),
    extremes: [[[[1e4, 0, -1e4]], [[-1e4, 0, 1e4]]]], // prettier-ignore
    bad: {
      'shape gates': () => progressiveAttention([1], [1]),
      'shape kept': () => progressiveAttention(gates, [[1, 2, 3]]),
      'range weight': [-0.1, 1.1, NaN].map((weight) => () => progressiveAttention(gates, kept, { weight })),
    },
  }),
  progressiveWeight: hostFunction(progressiveWeight, {
    call: () => [progressiveWeight(0.9, 1), progressiveWeight(0, 3), progressiveWeight(1, 1e6), progressiveWeight(0.5, 1e6)],
    bad: {
      'range weight': [-0.1, 1.1, NaN].map((weight) => () => progressiveWeight(weight, 1)),
      'range epoch': [0, 1.5].map((epoch) => () => progressiveWeight(0.9, epoch)),
      'range base': [0, 1, NaN].map((base) => () => progressiveWeight(0.9, 1, { base })),
    },
  }),
};
