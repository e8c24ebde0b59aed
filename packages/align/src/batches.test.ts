import { add, grad, slice, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { alphaDivergence, jensenShannon, kl, pearson, reverseKl, totalVariation, type FDivergence } from '@surrogate/divergences';
import { exp, sequenceLogProbs } from '@surrogate/core';
import { eachBackend, expectClose, oracle, read, type OracleCase } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import { aotLoss, dpoLoss, lengthWeights, likelihoodWeights, regularizedOptimum, syncReference } from './index.js';

const divergences: Readonly<Record<string, FDivergence>> = { kl, reverseKl, jensenShannon, 'alpha 0.5': alphaDivergence(0.5), pearson };

const computed: Readonly<Record<string, (c: OracleCase) => Tensor>> = {
  aot: ({ options: { what: _, ...options }, ...pairs }) => aotLoss(pairs, options),
  likelihood: ({ logits, tokens, mask }) => likelihoodWeights(logits, tokens, { mask }),
  length: ({ mask, otherMask, options: { alpha } }) => lengthWeights(mask, otherMask, { alpha }),
  optimum: ({ rewards, refLogProbs, options: { beta, divergence } }) =>
    tidy(() => exp(regularizedOptimum(rewards, refLogProbs, { beta, divergence: divergences[divergence] }))),
};

oracle('align/batches', (c: OracleCase) => computed[c.options.what]!(c), { rtol: 1e-4, atol: 1e-5 });

const pairs = { chosen: [-4, -3.5], rejected: [-6, -2.5], refChosen: [-5, -3], refRejected: [-5.5, -2.8] };

eachBackend(() => {
  describe('alignment by optimal transport', () => {
    it("gives the foundation's numbers, and DPO for one pair", async () => {
      await expectClose(aotLoss(pairs, { beta: 0.5, paired: false, reduction: 'none' }), [0.693147, 0.533382]);
      const one = { chosen: [-4], rejected: [-6], refChosen: [-5], refRejected: [-5.5] };
      await expectClose(aotLoss(one), dpoLoss(one));
      await expectClose(aotLoss(one, { paired: false, labelSmoothing: 0.2 }), dpoLoss(one, { labelSmoothing: 0.2 }));
    });

    it('does not mind the order of the rows, nor unpaired who stands beside whom', async () => {
      const turned = Object.fromEntries(Object.entries(pairs).map(([name, [a, b]]) => [name, [b!, a!]])) as typeof pairs;
      await expectClose(aotLoss(turned), aotLoss(pairs));
      const repaired = { ...pairs, rejected: turned.rejected, refRejected: turned.refRejected };
      await expectClose(aotLoss(repaired, { paired: false }), aotLoss(pairs, { paired: false }));
    });
  });

  describe('weights', () => {
    it('desensitise the length of a response', async () => {
      const weights = lengthWeights([[1, 1, 1, 1]], [[1, 1]]);
      await expectClose(sequenceLogProbs([[-1, -0.5, -2, -0.25]], { weights }), [-2.625]);
      await expectClose(lengthWeights([[1, 1, 1]], [[1, 0, 0]], { alpha: 1 }), [1, 1, 1]);
    });

    it('are 1 on average over draws of the policy, for one token', async () => {
      const logits = [0.3, -1, 0.8];
      const each = logits.map((_, token) => likelihoodWeights([[logits]], [[token]]));
      const weights = (await Promise.all(each.map(read))).map(({ data }) => data[0]!);
      const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
      await expectClose(
        weights.reduce((sum, w, i) => sum + (w * Math.exp(logits[i]!)) / total, 0),
        1,
      );
    });

    it('take no account of what is masked', async () => {
      const logits = [
        [
          [1, 0],
          [NaN, NaN],
        ],
      ];
      await expectClose(likelihoodWeights(logits, [[0, 0]], { mask: [[1, 0]] }), likelihoodWeights([[[1, 0]]], [[0]]));
    });
  });

  describe('the reference', () => {
    it('follows the policy by a part, or is replaced', async () => {
      const [reference, policy] = [
        { a: [tensor([1, 2])], b: tensor(3) },
        { a: [tensor([3, 6])], b: tensor(5) },
      ];
      const moved = syncReference(reference, policy, { mixing: 0.25 });
      await expectClose(moved.a[0]!, [1.5, 3]);
      await expectClose(moved.b, 3.5);
      await expectClose(syncReference(reference, policy, { mixing: 1 }).a[0]!, [3, 6]);
    });
  });

  describe('the optimum', () => {
    const rewards = [0.4, -0.7, 1.1, 0.2];
    const reference = [0.4, 0.3, 0.1, 0.2].map(Math.log);

    it('tends to the reference as β grows, and to the best response as it falls', async () => {
      for (const divergence of [kl, jensenShannon, alphaDivergence(0.5)]) {
        await expectClose(regularizedOptimum(rewards, reference, { beta: 1e4, divergence }), reference, { rtol: 1e-3 });
        expect(Math.exp((await read(regularizedOptimum(rewards, reference, { beta: 5e-3, divergence }))).data[2]!)).toBeGreaterThan(0.97);
      }
    });

    it('is where DPO rests under endless preferences, for every divergence', async () => {
      for (const divergence of [kl, reverseKl, jensenShannon, alphaDivergence(0.5)]) {
        const beta = 0.5;
        const optimum = (await read(regularizedOptimum(rewards, reference, { beta, divergence }))).data;
        const ordered = rewards.flatMap((_, w) => rewards.map((__, l) => [w, l] as const)).filter(([w, l]) => w !== l);
        const weights = ordered.map(([w, l]) => 1 / (1 + Math.exp(rewards[l]! - rewards[w]!)));
        const gradient = grad((logProbs: Tensor) => {
          const at = (of: number) => slice(logProbs, [of], [1]);
          const loss = ordered.map(([w, l], i) =>
            dpoLoss(
              { chosen: at(w), rejected: at(l), refChosen: [reference[w]!], refRejected: [reference[l]!] },
              { beta, divergence, reduction: 'sum', weights: [weights[i]!] },
            ),
          );
          return loss.reduce((a, b) => add(a, b));
        })(tensor(optimum));
        await expectClose(gradient, [0, 0, 0, 0], { atol: 3e-5 });
      }
    });

    it('gives up responses where the divergence lets it', async () => {
      const far = (await read(regularizedOptimum([0, 10], [0.5, 0.5].map(Math.log), { beta: 1, divergence: pearson }))).data;
      expect(far[0]).toBeLessThan(-60);
      await expectClose(far[1]!, 0);
    });

    it('works on rows, and says where it does not', async () => {
      const both = regularizedOptimum([rewards, [...rewards].reverse()], [reference, reference], { divergence: jensenShannon });
      await expectClose(slice(both, [0, 0], [1, 4]), regularizedOptimum([rewards], [reference], { divergence: jensenShannon }));
      await expectClose(exp(regularizedOptimum([0.2], [0], { divergence: reverseKl })), [1]);
      expect(() => regularizedOptimum(rewards, reference, { divergence: { ...totalVariation, conjugate: undefined as never } })).toThrow(
        /conjugate/,
      );
    });
  });
});
