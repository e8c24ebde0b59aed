/** @file The conformance rows of upsampling. */
import { rng } from '@surrogate/core';
import { hostFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as losses from '../index.js';

const outputs = [
  [0, 1],
  [0.1, 1],
  [5, 0],
  [5.2, 0],
  [1, 1],
];
const labels = [0, 0, 0, 0, 1];
const each = [2, 2, 0.1, 0.1, 1];

/** The rows by name. */
export const upsamplingRows: ConformanceTable = {
  usefulSplit: utility(losses.usefulSplit, {
    call: async () => (await losses.usefulSplit(outputs, labels, each, rng(0))).slow.map(Number),
    bad: {
      'dtype rng': () => losses.usefulSplit(outputs, labels, each, 1 as never),
      'dtype outputs': () => losses.usefulSplit('z' as never, labels, each, rng(0)),
      'shape outputs': () => losses.usefulSplit([1, 2], labels, each, rng(0)),
      'range outputs': () => losses.usefulSplit([[NaN]], [0], [1], rng(0)),
      'shape labels': [() => losses.usefulSplit(outputs, [0], each, rng(0)), () => losses.usefulSplit(outputs, outputs, each, rng(0))],
      'range labels': () => losses.usefulSplit(outputs, [0, 0, 0, 0, 2], each, rng(0)),
      'shape losses': () => losses.usefulSplit(outputs, labels, [1], rng(0)),
      'range losses': () => losses.usefulSplit(outputs, labels, [1, 1, 1, 1, Infinity], rng(0)),
    },
  }),
  usefulIndices: hostFunction(losses.usefulIndices, {
    call: () => losses.usefulIndices([true, false, true], 3),
    bad: {
      'range factor': [0, 1.5].map((factor) => () => losses.usefulIndices([true], factor)),
      'dtype slow': [() => losses.usefulIndices([1] as never), () => losses.usefulIndices('all' as never)],
    },
  }),
  suggestSeparationEpoch: hostFunction(losses.suggestSeparationEpoch, {
    call: () => losses.suggestSeparationEpoch([0.5, 0.4, 0.3, 0.29]),
    bad: {
      'shape trainErrors': [() => losses.suggestSeparationEpoch([1, 2]), () => losses.suggestSeparationEpoch(3 as never)],
      'range trainErrors': () => losses.suggestSeparationEpoch([1, NaN, 0]),
    },
  }),
};
