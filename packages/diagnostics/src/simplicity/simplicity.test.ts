import { rng } from '@surrogate/core';
import { matMul, transpose, type Matrix } from '@surrogate/core/host';
import { oracle } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import { randomizedFeatureScore, rocAuc, simplicityBiasReport, slabDataset, type SlabBlock } from '../index.js';

const column = ({ rows, cols, data }: Matrix, j: number) => Array.from({ length: rows }, (_, i) => data[i * cols + j]!);

describe('slabs', () => {
  it.each([
    ['linear', 1],
    ['slab3', 3],
    ['slab5', 5],
    ['slab7', 7],
  ] as [SlabBlock, number][])('%s tells the classes apart, with gaps of twice the margin', (block, slabs) => {
    const { features, labels } = slabDataset({ examples: 4000, blocks: [block] }, rng(1));
    const x = column(features, 0);
    const order = [...x.keys()].sort((a, b) => x[a]! - x[b]!);
    expect(Math.max(...x.map(Math.abs))).toBeLessThanOrEqual(1 + 1e-12);
    expect(Math.max(...x.map(Math.abs))).toBeGreaterThan(0.99);
    const gaps = order.slice(1).flatMap((i, at) => (labels[i] === labels[order[at]!] ? [] : [x[i]! - x[order[at]!]!]));
    expect(gaps.length).toBe(slabs === 1 ? 1 : slabs - 1);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(0.2 - 1e-12);
    expect(Math.abs(labels.reduce((sum, label) => sum + label, 0) / 4000 - 0.5)).toBeLessThan(0.03);
  });

  it('are rotated, not stretched', () => {
    const { features, rotation } = slabDataset({ examples: 300, blocks: ['linear', 'slab3', 'slab5'], rotate: true }, rng(2));
    const straight = matMul(features, transpose(rotation!));
    for (let j = 0; j < 3; j++) expect(Math.max(...column(straight, j).map(Math.abs))).toBeLessThanOrEqual(1 + 1e-9);
    expect(Math.min(...column(straight, 0).map(Math.abs))).toBeGreaterThanOrEqual(0.1 - 1e-9);
  });

  it('may be silent in the linear coordinate', () => {
    const { features } = slabDataset({ examples: 2000, blocks: ['linear'], linearNoise: 0.1 }, rng(3));
    const between = column(features, 0).filter((x) => Math.abs(x) < 0.1).length;
    expect(Math.abs(between / 2000 - 0.1)).toBeLessThan(0.03);
  });
});

describe('what a model looks at', () => {
  oracle('diagnostics/roc_auc', (c) => rocAuc(c.scores, c.labels), { backends: ['cpu'] });

  const data = slabDataset({ examples: 3000, blocks: ['linear', 'slab3', 'slab3'], rotate: true }, rng(4));
  const first = (features: Matrix) => column(matMul(features, transpose(data.rotation!)), 0);

  it('is what it cannot do without', async () => {
    const { standard, simpleRandomized, complexRandomized } = await simplicityBiasReport(first, data, [0], rng(5));
    expect([standard, complexRandomized]).toEqual([1, 1]);
    expect(Math.abs(simpleRandomized - 0.5)).toBeLessThan(0.03);
  });

  it('is nothing in particular when all is taken away, and all when nothing is', async () => {
    expect(Math.abs((await randomizedFeatureScore(first, data, [0, 1, 2], rng(6))) - 0.5)).toBeLessThan(0.03);
    expect(await randomizedFeatureScore(first, data, [], rng(7), { metric: 'accuracy' })).toBe(1);
  });
});
