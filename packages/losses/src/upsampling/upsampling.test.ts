import { rng } from '@surrogate/core';
import { describe, expect, it } from 'vitest';
import { suggestSeparationEpoch, usefulIndices, usefulSplit } from '../index.js';

describe('upsampling what is learnt late', () => {
  const outputs = [[0, 9], [3, 0], [0.1, 9], [3.1, 0], [5, 9], [7, 7], [5.2, 9], [7, 7.1]]; // prettier-ignore
  const labels = [0, 1, 0, 1, 0, 1, 0, 1];
  const losses = [2, 0.2, 2, 0.1, 0.1, 3, 0.1, 2];

  it('finds the cluster of higher loss in each class', async () => {
    const { slow, classes } = await usefulSplit(outputs, labels, losses, rng(1));
    expect(slow).toEqual([true, false, true, false, false, true, false, true]);
    expect(classes).toMatchObject([
      { label: 0, examples: 4, slow: 2, slowLoss: 2 },
      { label: 1, examples: 4, slow: 2, slowLoss: 2.5 },
    ]);
    expect(usefulIndices(slow).length).toBe(8 + 4);
  });

  it('finds the same examples in any order', async () => {
    const order = [5, 2, 7, 0, 1, 6, 3, 4];
    const { slow } = await usefulSplit(
      order.map((i) => outputs[i]!),
      order.map((i) => labels[i]!),
      order.map((i) => losses[i]!),
      rng(1),
    );
    expect(slow.flatMap((late, i) => (late ? [order[i]!] : [])).sort()).toEqual([0, 2, 5, 7]);
  });

  it('leaves a small class, and one whose outputs are all alike, whole', async () => {
    expect((await usefulSplit(outputs.slice(0, 3), [0, 0, 0], [1, 2, 3], rng(0))).slow).toEqual([false, false, false]);
    expect((await usefulSplit([[1], [1], [1], [1]], [0, 0, 0, 0], [1, 1, 1, 1], rng(0))).slow).toEqual([false, false, false, false]);
  });

  it('repeats only what is late', () => {
    expect([...usefulIndices([false, true, true])]).toEqual([0, 1, 2, 1, 2]);
    expect([...usefulIndices([false, true], 1)]).toEqual([0, 1]);
    expect([...usefulIndices([false, true], 3)]).toEqual([0, 1, 1, 1]);
  });

  it('splits where the error no longer falls as at first', () => {
    expect(suggestSeparationEpoch([0.9, 0.7, 0.5, 0.3, 0.1])).toBe(4);
    expect(suggestSeparationEpoch([0.9, 0.4, 0.39, 0.38])).toBe(2);
  });
});
