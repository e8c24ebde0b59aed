/** @file The rows of the simplicity testbed. */
import { rng } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as diagnostics from '../index.js';

const blocks = ['linear', 'slab3', 'slab5', 'slab7'] as const;
const made = (more: object = {}) => diagnostics.slabDataset({ examples: 40, blocks, ...more }, rng(1));
const first = ({ rows, cols, data }: Matrix) => Array.from({ length: rows }, (_, i) => data[i * cols]!);
const randomized = (coordinates: unknown, more: object = {}, score: unknown = first, random: unknown = rng(2)) =>
  diagnostics.randomizedFeatureScore(score as typeof first, made(), coordinates as number[], random as never, more);
const report = (simple: unknown, more: object = {}, score: unknown = first, random: unknown = rng(2)) =>
  diagnostics.simplicityBiasReport(score as typeof first, made(), simple as number[], random as never, more);

/** The rows by name. */
export const simplicityRows: ConformanceTable = {
  slabDataset: hostFunction(diagnostics.slabDataset, {
    call: { plain: () => made(), rotated: () => made({ rotate: true, linearNoise: 0.3, margin: 0.05 }) },
    bad: {
      'dtype rng': () => diagnostics.slabDataset({ examples: 1, blocks }, 3 as never),
      'range examples': [0, 1.5, NaN].map((examples) => () => made({ examples })),
      'range blocks': [[], ['slab9'], 'linear'].map((some) => () => made({ blocks: some })),
      'range margin': [0, NaN, 0.2].map((margin) => () => made({ margin })),
      'range linearNoise': [-0.1, 1].map((linearNoise) => () => made({ linearNoise })),
    },
  }),
  rocAuc: hostFunction(diagnostics.rocAuc, {
    call: () => diagnostics.rocAuc([1, 2, 2, 3], [0, 1, 0, 1]),
    bad: {
      'shape labels': () => diagnostics.rocAuc([1, 2], [1]),
      'range labels': [() => diagnostics.rocAuc([1, 2], [1, 2]), () => diagnostics.rocAuc([1, 2], [1, 1])],
      'range scores': () => diagnostics.rocAuc([1, NaN], [1, 0]),
    },
  }),
  randomizedFeatureScore: hostFunction(diagnostics.randomizedFeatureScore, {
    call: () => randomized([0, 2]),
    bad: {
      'range coordinates': [[4], [-1], [0.5]].map((some) => () => randomized(some)),
      'dtype coordinates': () => randomized(3),
      'range metric': () => randomized([0], { metric: 'f1' }),
      'dtype score': () => randomized([0], {}, null),
      'shape score': () => randomized([0], {}, () => [1]),
      'dtype rng': () => randomized([0], {}, first, 1),
    },
  }),
  simplicityBiasReport: hostFunction(diagnostics.simplicityBiasReport, {
    call: () => report([0], { metric: 'accuracy' }),
    bad: {
      'range simple': () => report([4]),
      'dtype simple': () => report('first'),
      'range metric': () => report([0], { metric: 'f1' }),
      'dtype score': () => report([0], {}, 'model'),
      'shape score': () => report([0], {}, () => []),
      'dtype rng': () => report([0], {}, first, 1),
    },
  }),
};
