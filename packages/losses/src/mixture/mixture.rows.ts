/** @file The conformance rows of mixtures of experts. */
import { hostFunction, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as losses from '../index.js';

const { fitGaussianMoe, gaussianMoeNll, moeVoronoiLoss, topKSoftmaxGate } = losses;

const gate = [[1.5, 0, -1]]; // prettier-ignore
const [bias, slopes, offsets, logStds] = [[0.3, 0, 2], [[2, -1, 0.5]], [1, -2, 0], [-0.7, -0.2, 0]]; // prettier-ignore
const [x, y] = [[[0.5], [-1.2]], [1.2, 0.3]]; // prettier-ignore
const experts = { gateWeights: gate, gateBias: bias, slopes, offsets, logStds };
const truth = { gateWeights: [[1.5], [0]], gateBias: [0.3, 0], slopes: [[2], [-1]], offsets: [1, -2], stds: [0.5, 0.8] };
const rows = [[0], [1], [2], [3]]; // prettier-ignore

/** The rows by name. */
export const mixtureRows: ConformanceTable = {
  topKSoftmaxGate: utility(topKSoftmaxGate, {
    call: () => topKSoftmaxGate([[2, 1, -1], [1, 1, 1]], { topK: 2, bias: [0, 0.5, 3] }), // prettier-ignore
    bad: {
      'range topK': [0, 4, NaN].map((topK) => () => topKSoftmaxGate([1, 2, 3], { topK })),
      'shape scores': () => topKSoftmaxGate(1, { topK: 1 }),
      'shape bias': () => topKSoftmaxGate([1, 2], { topK: 1, bias: [1] }),
      'dtype scores': () => topKSoftmaxGate('v' as never, { topK: 1 }),
    },
  }),
  gaussianMoeNll: tensorFunction(gaussianMoeNll, {
    at: [gate, bias, slopes, offsets, logStds],
    call: {
      sparse: (gateWeights, gateBias, a, b, s) =>
        gaussianMoeNll({ gateWeights, gateBias, slopes: a, offsets: b, logStds: s }, x, y, { topK: 2 }),
      masked: (gateWeights, gateBias, a, b, s) =>
        gaussianMoeNll({ gateWeights, gateBias, slopes: a, offsets: b, logStds: s }, [[0.5], [NaN]], [1.2, NaN], { mask: [1, 0] }),
    },
    bad: {
      'range topK': [0, 4].map((topK) => () => gaussianMoeNll(experts, x, y, { topK })),
      'shape x': () => gaussianMoeNll(experts, [1, 2], y),
      'shape y': () => gaussianMoeNll(experts, x, [1]),
      'shape gateWeights': () => gaussianMoeNll({ ...experts, gateWeights: [1, 2, 3] }, x, y),
      'shape offsets': () => gaussianMoeNll({ ...experts, offsets: [1] }, x, y),
      'shape mask': () => gaussianMoeNll(experts, x, y, { mask: [1, 1, 1] }),
      'range reduction': () => gaussianMoeNll(experts, x, y, { reduction: 'average' as 'mean' }),
    },
  }),
  fitGaussianMoe: hostFunction(fitGaussianMoe, {
    call: () => fitGaussianMoe(rows, [1, 2, 5, 4], { start: truth, topK: 1, maxSteps: 3 }),
    bad: {
      'shape rows': [() => fitGaussianMoe([], [], { start: truth }), () => fitGaussianMoe([[1, 2]], [1], { start: truth })],
      'shape responses': () => fitGaussianMoe(rows, [1], { start: truth }),
      'range responses': () => fitGaussianMoe([[1]], [NaN], { start: truth }),
      'range rows': () => fitGaussianMoe([[Infinity]], [1], { start: truth }),
      'range topK': () => fitGaussianMoe(rows, [1, 2, 5, 4], { start: truth, topK: 3 }),
      'range start.stds': () => fitGaussianMoe(rows, [1, 2, 5, 4], { start: { ...truth, stds: [1, 0] } }),
      'shape start.offsets': () => fitGaussianMoe(rows, [1, 2, 5, 4], { start: { ...truth, offsets: [1] } }),
      'dtype start': () => fitGaussianMoe(rows, [1, 2, 5, 4], { start: null as never }),
    },
  }),
  moeVoronoiLoss: hostFunction(moeVoronoiLoss, {
    call: () => moeVoronoiLoss({ ...truth, offsets: [1.2, -2.1] }, truth, { topK: 1 }),
    bad: {
      'shape estimate': () => moeVoronoiLoss({ ...truth, gateWeights: [[1, 2], [0, 0]], slopes: [[1, 2], [0, 0]] }, truth), // prettier-ignore
      'range topK': () => moeVoronoiLoss(truth, truth, { topK: 3 }),
      'range truth.gateBias': () => moeVoronoiLoss(truth, { ...truth, gateBias: [0, NaN] }),
      'shape truth.gateWeights': () => moeVoronoiLoss(truth, { ...truth, gateWeights: [] }),
      'dtype estimate': () => moeVoronoiLoss(3 as never, truth),
    },
  }),
};
