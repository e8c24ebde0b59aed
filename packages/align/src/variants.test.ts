import { grad, grads, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose, oracle, read, type OracleCase } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import * as align from './index.js';

const pairs = { chosen: [-4, -3.5], rejected: [-6, -2.5], refChosen: [-5, -3], refRejected: [-5.5, -2.8] };
const means = { chosen: [-1, -3.5 / 3], rejected: [-1.2, -1.25] };
const responses = { logProbs: [-4, -3.5, -6, -2.5], refLogProbs: [-5, -3, -5.5, -2.8], desirable: [1, 1, 0, 0] };
const none = { reduction: 'none' } as const;

const losses: Readonly<Record<string, (inputs: never, options: object) => Tensor>> = {
  apoZero: align.apoZeroLoss,
  apoDown: align.apoDownLoss,
  rpo: align.rpoLoss,
  dpop: align.dpopLoss,
  tdpo: align.tdpoLoss,
  simpo: align.simpoLoss,
  cpo: align.cpoLoss,
  orpo: align.orpoLoss,
  inpo: align.inpoLoss,
  bco: align.bcoLoss,
  npo: align.npoLoss,
  infoNca: align.infoNcaLoss,
  nca: align.ncaLoss,
  plackettLuce: align.plackettLuceLoss,
  sppo: ({ winRate, ...given }: OracleCase, options) => align.sppoLoss(given, { ...options, winRate }),
  bradleyTerry: ({ chosen, rejected, margin }: OracleCase, options) => align.bradleyTerryLoss(chosen, rejected, { ...options, margin }),
};

oracle('align/variants', ({ options: { loss, ...options }, ...inputs }: OracleCase) => losses[loss]!(inputs as never, options));

eachBackend(() => {
  describe('more preference losses', () => {
    it("give the foundation's table", async () => {
      await expectClose(align.apoZeroLoss(pairs, { beta: 0.5, ...none }), [0.815364, 1.099606]);
      await expectClose(align.apoDownLoss(pairs, { beta: 0.5, ...none }), [0.943281, 1.036511]);
      await expectClose(align.sppoLoss(pairs, { beta: 0.5, ...none }), [0.25, 3.94]);
      await expectClose(align.dpopLoss(pairs, { beta: 0.5, penalty: 5, ...none }), [0.386871, 1.825674]);
      await expectClose(align.simpoLoss(means, { beta: 0.5, ...none }), [0.913015, 0.948346]);
      await expectClose(align.simpoLoss(means, { beta: 0.5, alpha: 0.25, ...none }), [0.894177, 0.939369]);
      await expectClose(align.orpoLoss(means, { beta: 1, sftWeight: 0, ...none }), [0.554231, 0.635485]);
      await expectClose(align.cpoLoss(pairs, { beta: 0.5, sftWeight: 0, ...none }), [0.313262, 0.974077]);
      await expectClose(align.cpoLoss(pairs, { beta: 0.5, sftWeight: 0, link: align.hingeLink, ...none }), [0, 1.5]);
      await expectClose(align.cpoLoss(means, { beta: 1, sftWeight: 0, link: align.squaredLink(1), ...none }), [0.64, 0.840278]);
      await expectClose(align.bradleyTerryLoss([1.2], [0.4], { margin: [0.5] }), 0.554355);
      await expectClose(align.bradleyTerryLoss([1.2], [0.4], { centering: 0.01 }), 0.396701);
    });

    it('are DPO where what they add is nothing', async () => {
      const dpo = align.dpoLoss(pairs, none);
      await expectClose(align.rpoLoss(pairs, { eta: 0, ...none }), dpo);
      await expectClose(align.dpopLoss(pairs, { penalty: 0, ...none }), dpo);
      await expectClose(align.tdpoLoss({ ...pairs, chosenKl: [1, 2], rejectedKl: [3, 1] }, { alpha: 0, ...none }), dpo);
      await expectClose(align.tdpoLoss({ ...pairs, chosenKl: [1, 2], rejectedKl: [1, 2] }, none), dpo);
      const ranking = {
        logProbs: pairs.chosen.map((x, i) => [x, pairs.rejected[i]!]),
        refLogProbs: pairs.refChosen.map((x, i) => [x, pairs.refRejected[i]!]),
      };
      await expectClose(align.plackettLuceLoss(ranking, none), dpo);
      const rewards = [
        [1e3, 0],
        [1e3, 0],
      ];
      await expectClose(align.infoNcaLoss({ ...ranking, rewards }, none), dpo);
      // TRL's nca_pair, by the table.
      await expectClose(align.ncaLoss({ ...ranking, rewards }, { beta: 0.5, ...none }), [1.249085, 1.499388]);
    });

    it('are DPO on other log-probabilities', async () => {
      const zeros = { refChosen: [0, 0], refRejected: [0, 0] };
      await expectClose(align.cpoLoss(pairs, { sftWeight: 0, ...none }), align.dpoLoss({ ...pairs, ...zeros }, none));
      await expectClose(align.simpoLoss(means, { gamma: 0, ...none }), align.dpoLoss({ ...means, ...zeros }, { beta: 2, ...none }));
      await expectClose(
        align.simpoLoss(means, { gamma: 0.3, labelSmoothing: 0.1, ...none }),
        align.dpoLoss({ ...means, ...zeros }, { beta: 2, offset: [0.3, 0.3], labelSmoothing: 0.1, ...none }),
      );
      const rewards = align.implicitRewards(pairs, { beta: 0.5 });
      await expectClose(align.bradleyTerryLoss(rewards.chosen, rewards.rejected, none), align.dpoLoss(pairs, { beta: 0.5, ...none }));
    });

    it('AlphaPO tends to SimPO', async () => {
      await expectClose(align.simpoLoss(means, { alpha: 1e-4, ...none }), align.simpoLoss(means, none), { rtol: 1e-3 });
    });

    it('RPO averages the likelihood over tokens where it is given so', async () => {
      const baseline = [-4 / 4];
      await expectClose(
        align.rpoLoss({ chosen: [-4], rejected: [-6], refChosen: [-5], refRejected: [-5.5] }, { beta: 0.5, eta: 0.4, baseline }),
        0.586871,
      );
    });

    it('INPO without the reference is IPO around the last iterate, and 0 at the step of mirror descent', async () => {
      const played = { ...pairs, prevChosen: [-4.5, -3.1], prevRejected: [-5, -2.9] };
      await expectClose(
        align.inpoLoss(played, { eta: 0.25, tau: 0, ...none }),
        align.ipoLoss({ ...pairs, refChosen: played.prevChosen, refRejected: played.prevRejected }, { beta: 0.25, ...none }),
      );
      // log π = τ/η log ref + (1 - τ/η) log π_t + P/η, for a pair whose chosen response wins 1/2 more often.
      const [eta, tau] = [0.5, 0.2];
      const step = (ref: number, prev: number, wins: number) => (tau / eta) * ref + (1 - tau / eta) * prev + wins / eta;
      const reached = { refChosen: [-2], refRejected: [-3], prevChosen: [-2.2], prevRejected: [-1.5] };
      const next = { ...reached, chosen: [step(-2, -2.2, 0.75)], rejected: [step(-3, -1.5, 0.25)] };
      await expectClose(align.inpoLoss(next, { eta, tau }), 0, { atol: 1e-9 });
    });

    it('stay finite far from the reference', async () => {
      const far = { chosen: [-1e4, 1e4], rejected: [1e4, -1e4], refChosen: [0, 0], refRejected: [0, 0] };
      const at = [tensor(far.chosen), tensor(far.rejected)] as const;
      for (const loss of [align.apoZeroLoss, align.apoDownLoss, align.sppoLoss, align.rpoLoss, align.dpopLoss, align.cpoLoss]) {
        const gradients = grads((chosen: Tensor, rejected: Tensor) => loss({ ...far, chosen, rejected }))([...at]);
        for (const g of gradients) expect((await read(g)).data.every(Number.isFinite), loss.name).toBe(true);
      }
    });

    it('ORPO is sane for a response that is certain', async () => {
      const gradient = grad((x: Tensor) => align.orpoLoss({ chosen: x, rejected: [-1e4, 0] }))(tensor([0, -1e4]));
      expect((await read(gradient)).data.every(Number.isFinite)).toBe(true);
    });
  });

  describe('forgetting', () => {
    it("gives the paper's numbers and tends to gradient ascent", async () => {
      const forget = { logProbs: [-6.2, -5.3], refLogProbs: [-5, -5] };
      await expectClose(align.npoLoss(forget, { beta: 1, ...none }), [0.526565, 1.10871]);
      const weights = grad((x: Tensor) => align.npoLoss({ ...forget, logProbs: x }, { beta: 1, reduction: 'sum' }))(
        tensor(forget.logProbs),
      );
      await expectClose(weights, [0.46295, 0.851115]);
      for (const [beta, excess] of [
        [1, -0.568657],
        [0.1, -0.730886],
      ] as const)
        await expectClose(align.npoLoss(forget, { beta }), (2 * Math.LN2) / beta + excess);
    });

    it('is done where nothing is left', async () => {
      const forget = { logProbs: [-205], refLogProbs: [-5] };
      await expectClose(align.npoLoss(forget), 0);
      await expectClose(grad((x: Tensor) => align.npoLoss({ ...forget, logProbs: x }))(tensor([-205])), [0]);
    });
  });

  describe('binary classifier optimisation', () => {
    const numbers = async (state: align.BcoState) =>
      Promise.all(
        [state.desirable.mean, state.desirable.count, state.undesirable.mean, state.undesirable.count].map(
          async (x) => (await read(x)).data[0]!,
        ),
      );

    it("gives the paper's numbers", async () => {
      await expectClose(align.bcoLoss(responses, { beta: 0.5, shift: 0.0375, ...none }), [0.4884, 0.847194, 0.559694, 0.750978]);
    });

    it('is the paired form of TRL without a shift', async () => {
      const loss = (await read(align.bcoLoss(responses, { beta: 0.5, ...none }))).data;
      await expectClose([loss[0]! + loss[2]!, loss[1]! + loss[3]!], [1.050016, 1.596896]);
    });

    it('keeps the running means of all it has seen, whatever the batches', async () => {
      const objective = align.bco({ beta: 0.5 });
      const slice = (from: number, to: number) => ({
        logProbs: responses.logProbs.slice(from, to),
        refLogProbs: responses.refLogProbs.slice(from, to),
        desirable: responses.desirable.slice(from, to),
      });
      const whole = objective.apply(objective.init(), responses);
      const parts = objective.apply(objective.apply(objective.init(), slice(0, 1)).state, slice(1, 4));
      await expectClose(await numbers(parts.state), await numbers(whole.state));
      await expectClose(await numbers(whole.state), [0.125, 2, -0.05, 2]);
      await expectClose(whole.loss, 0.661567);
    });

    it('does not see masked rows, and weighs the loss alone', async () => {
      const objective = align.bco({ beta: 0.5 });
      const spoilt = { ...responses, logProbs: [-4, -3.5, -6, NaN] };
      const masked = objective.apply(objective.init(), spoilt, { mask: [1, 1, 1, 0], weights: [1, 3, 1, 1] });
      await expectClose(await numbers(masked.state), [0.125, 2, -0.25, 1]);
    });

    it('does not mind where the rewards are when balanced, and does when pooled', async () => {
      const at = (offset: number, shift: 'pooled' | 'balanced') => {
        const objective = align.bco({ beta: 1, shift });
        const many = { logProbs: [1, 0.5, 2, -1].map((x) => x + offset), refLogProbs: [0, 0, 0, 0], desirable: [1, 1, 1, 0] };
        return tidy(() => objective.apply(objective.init(), many).loss);
      };
      await expectClose(at(4, 'balanced'), at(0, 'balanced'));
      await expectClose(at(4, 'pooled'), at(0, 'pooled'));
      const onlyUp = { logProbs: [1, 2], refLogProbs: [0, 0], desirable: [1, 1] };
      const objective = align.bco({ beta: 1, shift: 'balanced' });
      await expectClose(objective.apply(objective.init(), onlyUp).loss, align.bcoLoss(onlyUp, { beta: 1, shift: 1.5 }));
    });
  });
});
