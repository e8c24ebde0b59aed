/** @file P43: where data cover little, the likelihood term of RPO keeps the policy on what they cover. */
import { rpoLoss } from '@surrogate/align';
import type { Rng } from '@surrogate/core';
import { sgd } from '@surrogate/optim';
import { dispose, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { descend } from '../model/descend.js';
import { entries, logPolicy, type World } from '../model/logLinear.js';
import type { Pairs } from '../model/preferences.js';

export default claim({
  paper: 43,
  says: 'Where preferences cover few actions, DPO moves its probability to actions that nobody judged; RPO keeps it on the preferred ones and earns more reward.',
  params: { actions: 20, features: 6, closeness: 0.1, beta: 1, eta: 0.2, smallEta: 0.05, steps: 1500, learningRate: 0.5 },
  quick: { steps: 100 },
  seeds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  async run({ params, rng, progress }) {
    const { beta, learningRate, steps } = params;
    const { world, rewards, reference, pairs } = await narrowWorld(params, rng);

    /** What a policy does: its probability of the preferred and of the unjudged actions, and what it earns. */
    const behaviour = async (weights: Tensor) => {
      const table = tidy(() => logPolicy(world, weights));
      const probs = Array.from(await table.data<'float32'>(), Math.exp);
      table.dispose();
      const total = (share: (action: number) => number) => probs.reduce((sum, prob, action) => sum + prob * share(action), 0);
      const judged = new Set([...pairs.chosen, ...pairs.rejected]);
      return {
        chosen: total((action) => (pairs.chosen.includes(action) ? 1 : 0)),
        unjudged: total((action) => (judged.has(action) ? 0 : 1)),
        reward: total((action) => rewards[action]!),
      };
    };
    const [refChosen, refRejected] = tidy<[Tensor, Tensor]>(() => {
      const table = logPolicy(world, reference);
      return [entries(table, pairs.chosen), entries(table, pairs.rejected)];
    });
    const learn = async (arm: number, eta: number) => {
      const { policy } = await descend(
        { policy: reference.clone() },
        { optimizer: sgd(learningRate), steps, after: (done) => progress((arm + done / steps) / 3) },
        () =>
          ({ policy }) => {
            const table = logPolicy(world, policy);
            const logProbs = { chosen: entries(table, pairs.chosen), rejected: entries(table, pairs.rejected) };
            return rpoLoss({ ...logProbs, refChosen, refRejected }, { beta, eta });
          },
      );
      const learned = await behaviour(policy);
      policy.dispose();
      return learned;
    };

    const start = await behaviour(reference);
    const dpo = await learn(0, 0);
    const small = await learn(1, params.smallEta);
    const rpo = await learn(2, params.eta);
    dispose([world.features, reference, refChosen, refRejected]);
    return {
      metrics: { ...rpo, chosenAtSmallEta: small.chosen, rewardAtSmallEta: small.reward },
      baseline: { ...dpo, chosenAtStart: start.chosen, unjudgedAtStart: start.unjudged, rewardAtStart: start.reward },
    };
  },
  /** The specification's prototype: P(preferred) .26 at the start, .05 after DPO, .53 after RPO; reward .24 after DPO, .60 after RPO. */
  shown: ({ metrics, baseline }) =>
    baseline.chosen < 0.5 * baseline.chosenAtStart &&
    baseline.unjudged > baseline.unjudgedAtStart &&
    metrics.chosen > baseline.chosenAtStart &&
    metrics.reward > baseline.reward,
});

interface NarrowWorld {
  readonly world: World;
  readonly rewards: readonly number[];
  /** Weights of the reference, which likes the four actions that were judged. */
  readonly reference: Tensor;
  readonly pairs: Pairs<number>;
}

/** Two pairs of actions, the two of each almost the same; nobody judged the other actions. */
async function narrowWorld(
  { actions, features: width, closeness }: { actions: number; features: number; closeness: number },
  rng: Rng,
): Promise<NarrowWorld> {
  const values = rng.fillNormal(new Float32Array(actions * width));
  for (const pair of [0, 1])
    for (let i = 0; i < width; i++) values[(2 * pair + 1) * width + i] = values[2 * pair * width + i]! + closeness * rng.normal();
  const direction = Array.from({ length: width }, (_, i) => values[i]! + values[2 * width + i]!);
  const scale = direction.reduce((sum, x) => sum + x * x, 0);
  // Reward is near 1 for what was judged and spreads around 0 elsewhere.
  const rewards = Array.from({ length: actions }, (_, action) =>
    direction.reduce((sum, x, i) => sum + (2 * x * values[action * width + i]!) / scale, 0),
  );
  // Bradley-Terry: between actions that are almost the same, a coin.
  const preferred = [0, 2].map((action) =>
    rng.bernoulli(1 / (1 + Math.exp(rewards[action + 1]! - rewards[action]!))) ? action : action + 1,
  );
  return {
    world: { contexts: 1, actions, features: tensor2d(values, [actions, width]) },
    rewards,
    reference: tensor2d(direction.map((x) => 0.3 * x), [width, 1]), // prettier-ignore
    pairs: { chosen: preferred, rejected: preferred.map((action) => (action % 2 === 0 ? action + 1 : action - 1)) },
  };
}
