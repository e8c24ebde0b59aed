/** @file What the specifications measure of few-shot losses, personal losses and explanations. */
import { rng } from '@surrogate/core';
import { eachBackend, expectClose, read } from '@surrogate/testing';
import { expect, it } from 'vitest';
import {
  bprLoss,
  explanationConsistencyLoss,
  fewShotLoss,
  icnnLoss,
  icnnScore,
  importanceDistribution,
  personalCandidates,
  personalLossResample,
  prototypes,
  protoTripletLoss,
} from '../index.js';

const x = [[0, 0], [1, 0], [0, 1], [3, 0], [4, 0], [3, 1]]; // prettier-ignore
const y = [0, 0, 0, 1, 1, 1];
const queries = [[1, 1], [2, 0], [3, 1]]; // prettier-ignore

eachBackend(() => {
  it.each([
    [2, [0.8841058, 0.5364234, 1, 1]],
    [3, [0.6790512, 0.5364234, 0.8464481, 2 / 3]],
    [4, [0.8312218, 0.6207896, 0.7040977, 1]],
  ])('scores neighbourhoods of %i', async (k, expected) => {
    const { score, same, different, gamma } = icnnScore(x, y, { k });
    for (const [i, part] of [score, same, different, gamma].entries()) await expectClose(part, expected[i]!);
    await expectClose(icnnLoss(x, y, { k }), -Math.log(expected[0]!));
  });

  it('holds queries against prototypes', async () => {
    const centers = prototypes(x, y, 2);
    await expectClose(protoTripletLoss(queries, [0, 0, 1], centers), 0.2751015);
    await expectClose(protoTripletLoss(queries, [0, 0, 0], [[1, 1]]), 0); // prettier-ignore
  });

  it('averages the terms of an episode', async () => {
    const episode = { support: x, supportLabels: y, query: queries, queryLabels: [0, 0, 1] };
    const each = [];
    for (const term of ['cross', 'protoTriplet', 'icnn'] as const)
      each.push((await read(fewShotLoss(episode, 2, { terms: [term] }))).data[0]!);
    await expectClose(fewShotLoss(episode, 2), each.reduce((a, b) => a + b) / 3);
    expect(each[1]).toBeCloseTo(0.2751015, 5);
  });

  it('prefers positives that fit', async () => {
    const probs = async (losses: number[], temperature?: number) =>
      (await read(personalLossResample(rng(0), [losses], { temperature }).probs)).data;
    await expectClose(await probs([0.1, 0.2, 0.5]), [0.7213992, 0.2653879, 0.0132129]);
    await expectClose(await probs([0.1, 0.2, 0.5], 1), [0.3883258, 0.3513717, 0.2603026]);
    const losses = (await read(bprLoss([2, 1, -1], [0, 0, 0], { reduction: 'none' }))).data;
    await expectClose(losses, [0.126928, 0.3132617, 1.3132617]);
    await expectClose(await probs(losses), [0.8656801, 0.1343138, 6.09784e-6], { atol: 1e-7 });
    await expectClose(await probs([0.1, 0.2, 0.5], 1e9), [1 / 3, 1 / 3, 1 / 3]);
    expect((await read(personalLossResample(rng(0), [[3, 1, 2]], { temperature: 1e-3 }).index)).data).toEqual([1]);
  });

  it('draws the pool of a user from what they chose, and a negative from the rest', () => {
    const chosen = [[0, 1, 2], [3], [], [0, 1, 2, 3, 4, 5]]; // prettier-ignore
    const { users, positives, negatives } = personalCandidates(rng(1), chosen, { items: 6, batch: 200, poolSize: 3 });
    expect(new Set(users)).toEqual(new Set([0, 1]));
    users.forEach((user, i) => {
      const pool = [...positives.subarray(3 * i, 3 * i + 3)];
      expect(pool.every((item) => chosen[user]!.includes(item))).toBe(true);
      expect(new Set(pool).size).toBe(user === 0 ? 3 : 1);
      expect(chosen[user]!.includes(negatives[i]!)).toBe(false);
    });
  });

  it('compares importances with what is known', async () => {
    const phi = [[1, -0.5, 0.1], [-2, 0.3, 0.1]]; // prettier-ignore
    await expectClose(importanceDistribution(phi), [0.75, 0.2, 0.05]);
    await expectClose(explanationConsistencyLoss(phi, [0.6, 0.3, 0.1]), 0.0570681);
    await expectClose(explanationConsistencyLoss(phi, [0.6, 0.3, 0.1], { direction: 'model||prior' }), 0.0516073);
    await expectClose(explanationConsistencyLoss(phi, [0.75, 0.2, 0.05]), 0);
  });
});
