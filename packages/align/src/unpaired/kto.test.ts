import { grad, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose, oracle, read } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import { ktoBaseline, ktoLoss } from '../index.js';

// Chosen and rejected responses of the foundation's pairs A and B: log-ratios 1, -0.5, -0.5 and 0.3.
const responses = { logProbs: [-4, -3.5, -6, -2.5], refLogProbs: [-5, -3, -5.5, -2.8], desirable: [true, true, false, false] };
const none = { reduction: 'none' } as const;

oracle('align/kto', ({ options, logProbs, refLogProbs, desirable, mismatched, refMismatched }) =>
  ktoLoss({ logProbs, refLogProbs, desirable }, { ...options, baseline: ktoBaseline(mismatched, refMismatched) }),
);

eachBackend(() => {
  describe('KTO', () => {
    it("gives the foundation's numbers", async () => {
      await expectClose(ktoLoss(responses, { beta: 0.5, baseline: 0.2, ...none }), [0.401312, 0.586618, 0.413382, 0.512497]);
      await expectClose(ktoLoss(responses, { beta: 0.5, baseline: 0.2 }), 0.478452);
      await expectClose(ktoLoss(responses, { beta: 0.5 }), 0.478743);
    });

    it('treats the two kinds alike when all signs are turned', async () => {
      const turned = {
        logProbs: responses.refLogProbs,
        refLogProbs: responses.logProbs,
        desirable: responses.desirable.map((liked) => !liked),
      };
      await expectClose(ktoLoss(turned, none), ktoLoss(responses, none));
    });

    it('is half the weight at the baseline, and never leaves [0, weight]', async () => {
      const at = { logProbs: [-4, -4], refLogProbs: [-5, -5], desirable: [1, 0] };
      await expectClose(ktoLoss(at, { baseline: 1, desirableWeight: 3, undesirableWeight: 2, ...none }), [1.5, 1]);
      const far = { logProbs: [-1e4, 1e4, -1e4, 1e4], refLogProbs: [0, 0, 0, 0], desirable: [1, 1, 0, 0] };
      await expectClose(ktoLoss(far, none), [1, 0, 0, 1]);
    });

    it('pulls less the further a response is from the baseline, on both sides', async () => {
      const slope = async (logRatio: number) => {
        const gradient = grad((x: Tensor) => ktoLoss({ logProbs: x, refLogProbs: [0], desirable: [1] }, { beta: 1 }))(tensor([logRatio]));
        return Math.abs((await read(gradient)).data[0]!);
      };
      await expectClose(await slope(0), 0.25);
      expect(await slope(3)).toBeLessThan(await slope(1));
      expect(await slope(-3)).toBeLessThan(await slope(-1));
      expect(await slope(-1e4)).toBe(0);
    });

    it('has a baseline that is never negative and carries no gradient', async () => {
      await expectClose(ktoBaseline([-7, -9], [-6, -8]), 0);
      await expectClose(ktoBaseline([-7, NaN], [-7.5, NaN], { mask: [1, 0] }), 0.5);
      const gradient = grad((x: Tensor) => ktoLoss({ ...responses, logProbs: x }, { baseline: ktoBaseline(x, responses.refLogProbs) }));
      const fixed = grad((x: Tensor) => ktoLoss({ ...responses, logProbs: x }, { baseline: 0.075 }));
      const at = tensor(responses.logProbs);
      await expectClose(gradient(at), fixed(at));
    });
  });
});
