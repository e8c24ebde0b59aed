import { add, grads, mul, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { alphaDivergence, jensenShannon, kl, reverseKl, totalVariation } from '@surrogate/divergences';
import { eachBackend, expectClose, oracle, read, type OracleCase } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import {
  discoPopLink,
  dpoLoss,
  exoLink,
  exponentialLink,
  hingeLink,
  implicitRewards,
  ipoLoss,
  logisticLink,
  preferenceLoss,
  rewardAccuracy,
  rewardMargin,
  robustDpoLoss,
  robustLink,
  savageLink,
  smoothedLink,
  squaredLink,
  truncatedQuadraticLink,
  type PreferencePairs,
} from '../index.js';

// The pairs A and B of the foundation's table: margins of log-ratios 1.5 and -0.8.
const pairs = { chosen: [-4, -3.5], rejected: [-6, -2.5], refChosen: [-5, -3], refRejected: [-5.5, -2.8] };
const none = { reduction: 'none' } as const;

const links = [
  logisticLink,
  hingeLink,
  exponentialLink,
  truncatedQuadraticLink,
  savageLink,
  smoothedLink(0.2),
  robustLink(0.2),
  squaredLink(0.5),
  exoLink(0.01),
  discoPopLink(0.3),
];

/** Pairs with the given margins of log-ratios. */
const withMargins = (margins: readonly number[]): PreferencePairs => ({
  chosen: margins.map((m) => m - 1),
  rejected: margins.map(() => -2),
  refChosen: margins.map(() => -1),
  refRejected: margins.map(() => -2),
});

/** Value and gradients by the policy's log-probabilities. */
async function evaluate(loss: (p: PreferencePairs) => Tensor, p: PreferencePairs) {
  const [chosen, rejected] = [tensor(p.chosen as number[]), tensor(p.rejected as number[])];
  const value = loss({ ...p, chosen, rejected });
  const [byChosen, byRejected] = grads((a: Tensor, b: Tensor) => loss({ ...p, chosen: a, rejected: b }))([chosen, rejected]);
  const result = {
    value: (await read(value)).data,
    byChosen: (await read(byChosen!)).data,
    byRejected: (await read(byRejected!)).data,
  };
  [chosen, rejected, value, byChosen!, byRejected!].forEach((x) => x.dispose());
  return result;
}

const divergences = { forward_kl: reverseKl, js_divergence: jensenShannon } as const;

function fromOracle({ options, ...p }: OracleCase): Tensor {
  const { loss, beta, labelSmoothing, flipRate, divergence, coef, temperature } = options;
  if (loss === 'ipo') return ipoLoss(p, { beta });
  if (loss === 'robust') return robustDpoLoss(p, { beta, flipRate });
  if (loss === 'sigmoid')
    return dpoLoss(p, {
      // f-DPO's js is twice the Jensen-Shannon divergence.
      beta: divergence === 'js_divergence' ? 2 * beta : beta,
      labelSmoothing,
      divergence: divergence === 'alpha' ? alphaDivergence(coef) : divergences[divergence as keyof typeof divergences],
    });
  const link = {
    hinge: hingeLink,
    exponential: exponentialLink,
    truncatedQuadratic: truncatedQuadraticLink,
    savage: savageLink,
    exo_pair: exoLink(labelSmoothing ?? 0.1),
    discopop: discoPopLink(temperature ?? 0.1),
  }[loss as 'hinge'];
  return preferenceLoss(p, link, { beta });
}

oracle('align/pairwise', fromOracle);

eachBackend(() => {
  describe('the family of preference losses', () => {
    it("gives the foundation's table", async () => {
      await expectClose(dpoLoss(pairs, { beta: 0.5, ...none }), [0.386871, 0.913015]);
      await expectClose(dpoLoss(pairs, { beta: 0.5, labelSmoothing: 0.1, ...none }), [0.461871, 0.873015]);
      await expectClose(robustDpoLoss(pairs, { beta: 0.5, flipRate: 0.1, ...none }), [0.293121, 0.963015]);
      await expectClose(ipoLoss(pairs, { beta: 0.5, ...none }), [0.25, 3.24]);
      await expectClose(preferenceLoss(pairs, hingeLink, { beta: 0.5, ...none }), [0.25, 1.4]);
      await expectClose(preferenceLoss(pairs, exoLink(0.1), { beta: 0.5, ...none }), [0.18279, 0.747272]);
      await expectClose(preferenceLoss(pairs, discoPopLink(), { beta: 0.5, ...none }), [0.472367, 0.913209]);
      await expectClose(dpoLoss(pairs, { beta: 0.5, divergence: reverseKl, ...none }), [0.423351, 0.945664]);
      await expectClose(dpoLoss(pairs, { beta: 1, divergence: jensenShannon, ...none }), [0.541528, 0.803573]);
      await expectClose(dpoLoss(pairs, { beta: 0.5, divergence: alphaDivergence(0.3), ...none }), [0.417006, 0.933892]);
    });

    it('is IPO with length-normalised log-probabilities where means come in', async () => {
      const lengths = { chosen: [4, 3], rejected: [5, 2] };
      const means = {
        chosen: pairs.chosen.map((x, i) => x / lengths.chosen[i]!),
        refChosen: pairs.refChosen.map((x, i) => x / lengths.chosen[i]!),
        rejected: pairs.rejected.map((x, i) => x / lengths.rejected[i]!),
        refRejected: pairs.refRejected.map((x, i) => x / lengths.rejected[i]!),
      };
      await expectClose(ipoLoss(means, { beta: 0.5, ...none }), [0.4225, 1.733611]);
      await expectClose(dpoLoss(means, { beta: 0.5, ...none }), [0.60947, 0.775444]);
    });

    it('loses less the further the chosen response leads', async () => {
      const margins = [-30, -3, -1, 0, 0.3];
      for (const link of links) {
        const losses = (await read(preferenceLoss(withMargins(margins), link, { beta: 1, ...none }))).data;
        for (let i = 1; i < margins.length; i++) expect(losses[i]!).toBeLessThanOrEqual(losses[i - 1]!);
      }
    });
  });

  describe('identities', () => {
    it('robust DPO without flips is DPO', async () => {
      await expectClose(robustDpoLoss(pairs, { flipRate: 0 }), dpoLoss(pairs));
    });

    it('robust DPO is DPO in the mean over the flips', async () => {
      const flipped = { chosen: pairs.rejected, rejected: pairs.chosen, refChosen: pairs.refRejected, refRejected: pairs.refChosen };
      for (const flipRate of [0.1, 0.4]) {
        const kept = (await read(robustDpoLoss(pairs, { flipRate, ...none }))).data;
        const wrong = (await read(robustDpoLoss(flipped, { flipRate, ...none }))).data;
        const mixed = kept.map((value, i) => (1 - flipRate) * value + flipRate * wrong[i]!);
        await expectClose(dpoLoss(pairs, none), mixed, { rtol: 1e-4 });
      }
    });

    it('conservative DPO is the mixture of DPO on both labels', async () => {
      const flipped = { chosen: pairs.rejected, rejected: pairs.chosen, refChosen: pairs.refRejected, refRejected: pairs.refChosen };
      const kept = (await read(dpoLoss(pairs, none))).data;
      const wrong = (await read(dpoLoss(flipped, none))).data;
      await expectClose(
        dpoLoss(pairs, { labelSmoothing: 0.2, ...none }),
        kept.map((value, i) => 0.8 * value + 0.2 * wrong[i]!),
      );
    });

    it('f-DPO with kl, and with alpha near 1, is DPO', async () => {
      await expectClose(dpoLoss(pairs, { divergence: kl }), dpoLoss(pairs));
      await expectClose(dpoLoss(pairs, { divergence: { ...kl } }), dpoLoss(pairs));
      await expectClose(dpoLoss(pairs, { divergence: alphaDivergence(0.998) }), dpoLoss(pairs), { rtol: 1e-3 });
      await expectClose(dpoLoss(pairs, { divergence: alphaDivergence(0) }), dpoLoss(pairs, { divergence: reverseKl }));
    });

    it('IPO is 0 with gradient 0 at a margin of 1/(2β), and nowhere less', async () => {
      const { value, byChosen } = await evaluate((p) => ipoLoss(p, { beta: 0.25 }), withMargins([2, 2, 2]));
      expect(value).toEqual([0]);
      expect(byChosen.map(Math.abs)).toEqual([0, 0, 0]);
      for (const value of (await read(ipoLoss(withMargins([-5, 1.9, 2.1]), { beta: 0.25, ...none }))).data)
        expect(value).toBeGreaterThan(0);
    });

    it('without a margin all losses know only the constant of their link', async () => {
      const level = withMargins([0]);
      await expectClose(dpoLoss(level), Math.LN2);
      await expectClose(robustDpoLoss(level, { flipRate: 0.3 }), Math.LN2);
      await expectClose(ipoLoss(level, { beta: 0.5 }), 1);
      await expectClose(preferenceLoss(level, hingeLink), 1);
      await expectClose(preferenceLoss(level, savageLink), 0.25);
    });

    it('the convex links of GPO share the slope of DPO at 0 up to scale, and weigh by σ(-m) as DPO does', async () => {
      const { byChosen, byRejected } = await evaluate((p) => dpoLoss(p, { beta: 0.5 }), pairs);
      const weights = [1.5, -0.8].map((d) => -0.5 / (1 + Math.exp(0.5 * d)) / 2);
      await expectClose(byChosen, weights);
      await expectClose(
        byRejected,
        weights.map((w) => -w),
      );
    });

    it('an offset is a margin that must be led by', async () => {
      await expectClose(dpoLoss(withMargins([1.5]), { beta: 0.5, offset: [1] }), dpoLoss(withMargins([-0.5]), { beta: 0.5 }));
      // R-DPO at a = 0.02 with lengths 4, 5 and 3, 2.
      await expectClose(dpoLoss(pairs, { beta: 0.5, offset: [0.02, -0.02], ...none }), [0.393331, 0.90109]);
      await expectClose(ipoLoss(withMargins([2]), { beta: 0.5, offset: [1] }), 0);
    });
  });

  describe('far from the reference', () => {
    it('stays finite with finite gradients at margins of ±1e4', async () => {
      const far = withMargins([-1e4, 1e4]);
      await expectClose(dpoLoss(far, { beta: 0.5, ...none }), [5000, 0]);
      for (const loss of [
        (p: PreferencePairs) => dpoLoss(p, { beta: 0.5 }),
        (p: PreferencePairs) => dpoLoss(p, { labelSmoothing: 0.1 }),
        (p: PreferencePairs) => robustDpoLoss(p),
        (p: PreferencePairs) => ipoLoss(p),
        ...links
          .filter((link) => link !== exponentialLink && !link.name.startsWith('discoPop'))
          .map((link) => (p: PreferencePairs) => preferenceLoss(p, link)),
      ])
        for (const numbers of Object.values(await evaluate(loss, far))) expect(numbers.every(Number.isFinite)).toBe(true);
    });

    it('saturates where the score of a divergence leaves float32', async () => {
      const far = { chosen: [-1e4, 0, -1e4], rejected: [0, -1e4, -1e4], refChosen: [-5, -5e3, -5], refRejected: [-5, -5, -5] };
      for (const divergence of [reverseKl, jensenShannon, alphaDivergence(0.5), alphaDivergence(2), totalVariation])
        for (const numbers of Object.values(await evaluate((p) => dpoLoss(p, { divergence }), far)))
          expect(numbers.every(Number.isFinite), divergence.name).toBe(true);
    });

    it('holds no gradient for the reference', async () => {
      const [chosen, refChosen] = [tensor(pairs.chosen), tensor(pairs.refChosen)];
      const [, byReference] = grads((a: Tensor, b: Tensor) => add(dpoLoss({ ...pairs, chosen: a, refChosen: b }), mul(sum(b), 0)))([
        chosen,
        refChosen,
      ]);
      await expectClose(byReference!, [0, 0]);
    });
  });

  describe('what people log', () => {
    it('gives the rewards of both responses', async () => {
      const { chosen, rejected, margin } = implicitRewards(pairs, { beta: 0.5 });
      await expectClose(chosen, [0.5, -0.25]);
      await expectClose(rejected, [-0.25, 0.15]);
      await expectClose(margin, [0.75, -0.4]);
    });

    it('counts the pairs that are in order, ties half', async () => {
      await expectClose(rewardAccuracy(pairs), 0.5);
      await expectClose(rewardAccuracy(withMargins([1, 0, -1, 2]), none), [1, 0.5, 0, 1]);
      await expectClose(rewardAccuracy(withMargins([1, -1]), { weights: [3, 1] }), 0.75);
      await expectClose(rewardMargin(pairs, { beta: 0.5, mask: [1, 0] }), 0.75);
    });

    it('gives the logistic loss of its own margin', async () => {
      const margin = (await read(rewardMargin(pairs, { beta: 0.5, ...none }))).data;
      await expectClose(
        dpoLoss(pairs, { beta: 0.5, ...none }),
        margin.map((m) => Math.log1p(Math.exp(-m))),
      );
    });
  });
});
