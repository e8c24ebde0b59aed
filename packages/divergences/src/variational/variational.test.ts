import { disposeState } from '@surrogate/core';
import { eachBackend, expectClose, oracle, type OracleCase } from '@surrogate/testing';
import { grads, mul, sub, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import * as divergences from '../index.js';
import {
  club,
  donskerVaradhan,
  fDistillWeight,
  fDivergence,
  fDivergenceFromLogRatios,
  ganObjective,
  infoNceBound,
  jensenShannon,
  kl,
  leCam,
  mine,
  nwj,
  pearson,
  pseudoReward,
  reverseKl,
  smile,
  squaredHellinger,
  totalVariation,
  variationalBound,
  type FDivergence,
} from '../index.js';

const record = (name: unknown) => (divergences as unknown as Record<string, FDivergence>)[name as string]!;
const calls: Record<string, (c: OracleCase) => Tensor> = {
  bound: ({ scoresP, scoresQ, divergence }) => variationalBound(scoresP as Tensor, scoresQ as Tensor, record(divergence)),
  weight: ({ logRatios, divergence }) => fDistillWeight(logRatios as Tensor, record(divergence)),
  reward: ({ logRatios, divergence }) => pseudoReward(logRatios as Tensor, record(divergence)),
  plugin: ({ logRatios, divergence, options }) =>
    fDivergenceFromLogRatios(logRatios as Tensor, record(divergence), { ...(options as object), reduction: 'none' }),
  dv: ({ scoresP, scoresQ }) => donskerVaradhan(scoresP as Tensor, scoresQ as Tensor),
  nwj: ({ scoresP, scoresQ }) => nwj(scoresP as Tensor, scoresQ as Tensor),
  gan: ({ scoresP, scoresQ }) => ganObjective(scoresP as Tensor, scoresQ as Tensor),
  smile: ({ scoresP, scoresQ, options }) => smile(scoresP as Tensor, scoresQ as Tensor, options as object),
  club: ({ logProbs }) => club(logProbs as Tensor),
  infoNce: ({ scores, options }) => infoNceBound(scores as Tensor, options as object),
};
oracle('divergences/variational', (c) => calls[c.call as string]!(c), { rtol: 5e-4, atol: 1e-5 });

const scores = [[2, 0, -1], [0.5, 1.5, 0], [-0.5, 0.2, 1]]; // prettier-ignore
const [paired, crossed] = [[2, 1.5, 1], [0, -1, 0.5, 0, -0.5, 0.2]]; // prettier-ignore
const value = async (made: Tensor) => (await made.data<'float32'>())[0]!;

// Distributions of tenths and their samples, each as often as its probability says.
const [p, q] = [[0.7, 0.2, 0.1], [0.3, 0.4, 0.3]] as const; // prettier-ignore
const sampled = (from: readonly number[], of: readonly number[]) =>
  from.flatMap((mass, k) => Array<number>(Math.round(10 * mass)).fill(of[k]!));
const logRatio = p.map((mass, k) => Math.log(mass / q[k]!));

eachBackend(() => {
  it('gives the numbers that were derived elsewhere', async () => {
    await expectClose(infoNceBound(scores), 0.7157756632, { rtol: 1e-4 });
    await expectClose(donskerVaradhan(paired, crossed), 1.5262525815, { rtol: 1e-4 });
    await expectClose(nwj(paired, crossed), 1.1416526751, { rtol: 1e-4 });
    await expectClose(smile(paired, crossed, { limit: 0.3 }), 1.4912223024, { rtol: 1e-4 });
    await expectClose(smile(paired, crossed, { limit: Infinity }), 1.5262525815, { rtol: 1e-4 });
    await expectClose(club(scores), 1.0888888889, { rtol: 1e-5 });
    const half = logRatio.map((v) => v / 2);
    await expectClose(donskerVaradhan(sampled(p, half), sampled(q, half)), 0.2618995871, { rtol: 1e-4 });
    await expectClose(variationalBound(sampled(p, half), sampled(q, half), kl), 0.2580035559, { rtol: 1e-4 });
  });

  describe.each([kl, reverseKl, jensenShannon, squaredHellinger, pearson, leCam].map((member) => [member.name, member] as const))(
    '%s',
    (_name, member) => {
      it('is reached by the optimal critic and by no other', async () => {
        const exact = await value(fDivergence(p.map(Math.log), q.map(Math.log), member));
        await expectClose(variationalBound(sampled(p, logRatio), sampled(q, logRatio), member), exact, { rtol: 1e-4 });
        for (const wrong of [logRatio.map((v) => v + 0.3), logRatio.map((v) => 0.6 * v)])
          expect(await value(variationalBound(sampled(p, wrong), sampled(q, wrong), member))).toBeLessThan(exact);
        for (const sampledFrom of ['p', 'q'] as const)
          await expectClose(fDivergenceFromLogRatios(sampled({ p, q }[sampledFrom], logRatio), member, { sampledFrom }), exact, {
            rtol: 1e-4,
          });
      });

      it('has a critic that is free, whose bound lies below', async () => {
        const exact = await value(fDivergence(p.map(Math.log), q.map(Math.log), member));
        const options = { parametrisation: 'activation' } as const;
        for (const free of [
          [0, 0, 0],
          [0.4, -0.3, -0.6],
          [1, 0, -1],
        ])
          // prettier-ignore
          expect(await value(variationalBound(sampled(p, free), sampled(q, free), member, options))).toBeLessThanOrEqual(exact + 1e-5);
      });
    },
  );

  it('the objective of a GAN is Jensen-Shannon at its optimum, and scores pairs', async () => {
    const exact = await value(fDivergence(p.map(Math.log), q.map(Math.log), jensenShannon));
    await expectClose(ganObjective(sampled(p, logRatio), sampled(q, logRatio)), 2 * exact - 2 * Math.LN2, { rtol: 1e-4 });
    await expectClose(ganObjective(paired, crossed), -0.8715091399, { rtol: 1e-4 });
  });

  it('weighs by a bounded function where the divergence forgives, also far out', async () => {
    await expectClose(fDistillWeight([-200, 0, 200], reverseKl), [1, 1, 1]);
    await expectClose(fDistillWeight([-200, 0, 200], jensenShannon), [0, 0.25, 0.5], { atol: 1e-6 });
    expect(() => fDistillWeight([0], totalVariation)).toThrow('must have a curvature');
  });

  it('mine has the gradient of Donsker and Varadhan at its first step, and remembers', async () => {
    const objective = mine({ decay: 0.5 });
    const state = objective.init();
    const [joint, product] = [tensor([1, 2]), tensor([0, 1, -1])];
    const own = grads((a: Tensor, b: Tensor) => objective.apply(state, { scoresP: a, scoresQ: b }).loss)([joint, product]);
    const exact = grads((a: Tensor, b: Tensor) => mul(-1, donskerVaradhan(a, b)))([joint, product]);
    for (const i of [0, 1]) await expectClose(own[i]!, await exact[i]!.data(), { rtol: 1e-4 });
    const first = objective.apply(state, { scoresP: joint, scoresQ: product });
    const second = objective.apply(first.state, { scoresP: joint, scoresQ: sub(product, 1) });
    // Means e^s of m and m/e, weighted 1/4 and 1/2.
    const average = (0.25 + 0.5 / Math.E) / 0.75;
    await expectClose(second.loss, -1.5 + 1 / Math.E / average, { rtol: 1e-4 });
    [state, first.state, second.state].forEach((one) => disposeState(one as never));
  });
});
