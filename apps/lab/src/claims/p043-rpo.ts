/** @file P43: where data cover little, the likelihood term of RPO keeps the policy on what they cover. */
import { rpoLoss } from '@surrogate/align';
import { logSoftmax, type Rng } from '@surrogate/core';
import { sgd } from '@surrogate/optim';
import { dispose, matMul, squeeze, stack, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { descend } from '../model/descend.js';
import { entries } from '../model/logLinear.js';
import type { Pairs } from '../model/preferences.js';

export default claim({
  paper: 43,
  says: 'Where preferences cover few actions, DPO moves its probability to actions that nobody judged; RPO keeps it on the preferred ones and earns more reward.',
  params: { worlds: 20, actions: 20, features: 6, closeness: 0.1, beta: 1, eta: 0.2, smallEta: 0.05, steps: 1500, learningRate: 0.5 },
  quick: { worlds: 2, steps: 100 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { worlds: count, beta, learningRate, steps } = params;
    const worlds = Array.from({ length: count }, () => narrowWorld(params, rng.split()));
    const features = stack(worlds.map((world) => world.features));
    const reference = stack(worlds.map((world) => world.reference));
    dispose(worlds.flatMap((world) => [world.features, world.reference]));
    const [chosen, rejected] = (['chosen', 'rejected'] as const).map((kind) =>
      worlds.flatMap((world, i) => world.pairs[kind].map((action) => i * params.actions + action)),
    ) as [number[], number[]];
    const logPolicies = (weights: Tensor) => logSoftmax(squeeze(matMul(features, weights), [2]));

    /** What policies do on average: their probability of the preferred and of the unjudged actions, and what they earn. */
    const behaviour = async (weights: Tensor) => {
      const table = tidy(() => logPolicies(weights));
      const probs = Array.from(await table.data<'float32'>(), Math.exp);
      table.dispose();
      const mean = (share: (action: number, world: NarrowWorld, at: number) => number) =>
        probs.reduce((sum, prob, at) => sum + prob * share(at % params.actions, worlds[Math.floor(at / params.actions)]!, at), 0) / count;
      return {
        chosen: mean((_action, _world, at) => (chosen.includes(at) ? 1 : 0)),
        unjudged: mean((action) => (action < judged ? 0 : 1)),
        reward: mean((action, world) => world.rewards[action]!),
      };
    };
    const [refChosen, refRejected] = tidy<[Tensor, Tensor]>(() => {
      const table = logPolicies(reference);
      return [entries(table, chosen), entries(table, rejected)];
    });
    const learn = async (arm: number, eta: number) => {
      const { policy } = await descend(
        { policy: reference.clone() },
        // The loss is a mean over worlds; each learns as if it were alone.
        { optimizer: sgd(learningRate * count), steps, after: (done) => progress((arm + done / steps) / 3) },
        () =>
          ({ policy }) => {
            const table = logPolicies(policy);
            return rpoLoss({ chosen: entries(table, chosen), rejected: entries(table, rejected), refChosen, refRejected }, { beta, eta });
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
    dispose([features, reference, refChosen, refRejected]);
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

/** How many actions were judged: the first ones, two pairs of them. */
const judged = 4;

interface NarrowWorld {
  /** float32 `[actions, features]`. */
  readonly features: Tensor;
  /** float32 `[features, 1]`: weights of the reference, which likes the actions that were judged. */
  readonly reference: Tensor;
  readonly rewards: readonly number[];
  readonly pairs: Pairs<number>;
}

/** Two pairs of actions, the two of each almost the same; nobody judged the other actions. */
function narrowWorld(
  { actions, features: width, closeness }: { actions: number; features: number; closeness: number },
  rng: Rng,
): NarrowWorld {
  const values = rng.fillNormal(new Float32Array(actions * width));
  for (let action = 0; action < judged; action += 2)
    for (let i = 0; i < width; i++) values[(action + 1) * width + i] = values[action * width + i]! + closeness * rng.normal();
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
    features: tensor2d(values, [actions, width]),
    reference: tensor2d(direction.map((x) => 0.3 * x), [width, 1]), // prettier-ignore
    rewards,
    pairs: { chosen: preferred, rejected: preferred.map((action) => (action % 2 === 0 ? action + 1 : action - 1)) },
  };
}
