/** @file P12: robust DPO undoes flipped preferences. */
import { dpoLoss, robustDpoLoss, type PreferencePairs } from '@surrogate/align';
import type { Rng } from '@surrogate/core';
import { sgd } from '@surrogate/optim';
import { dispose, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { descend } from '../model/descend.js';
import { entries, logPolicy, normalFeatures, type World } from '../model/logLinear.js';
import { flipPairs, type Pairs } from '../model/preferences.js';

/** The reward is linear in the features of an action, as the policy's logits are. */
interface RewardedWorld extends World {
  /** `contexts * actions` numbers. */
  readonly rewards: Float64Array;
}

export default claim({
  paper: 12,
  says: 'Where labels are flipped, robust DPO recovers the policy that DPO and conservative DPO lose.',
  params: { contexts: 16, actions: 4, features: 6, beta: 1, pairs: 2000, flipRate: 0.3, steps: 600, learningRate: 0.5 },
  quick: { pairs: 200, steps: 40 },
  seeds: [0, 1, 2, 3, 4],
  async run({ params, rng, progress }) {
    const { beta, flipRate, learningRate, steps } = params;
    const world = await rewardedWorld(params, rng.split());
    const clean = bradleyTerryPairs(world, params.pairs, rng.split());
    const noisy = flipPairs(clean, flipRate, rng.split());

    /** How far the policy that a loss learns stays behind the best one, in the KL-regularised value. */
    const suboptimality = async (arm: number, pairs: Pairs<number>, loss: (pairs: PreferencePairs) => Tensor): Promise<number> => {
      const reference = zeros([pairs.chosen.length]);
      const { weights } = await descend(
        { weights: zeros([params.features]) },
        { optimizer: sgd(learningRate), steps, after: (done) => progress((arm + done / steps) / 4) },
        () =>
          ({ weights }) => {
            const table = logPolicy(world, weights);
            // The reference is uniform: its log-probabilities cancel in every pair.
            return loss({ chosen: entries(table, pairs.chosen), rejected: entries(table, pairs.rejected), refChosen: reference, refRejected: reference }); // prettier-ignore
          },
      );
      const logProbs = tidy(() => logPolicy(world, weights));
      const value = regularisedValue(world, await logProbs.data<'float32'>(), beta);
      dispose([reference, weights, logProbs]);
      return bestValue(world, beta) - value;
    };

    const baseline = {
      suboptimality: await suboptimality(0, noisy, (pairs) => dpoLoss(pairs, { beta })),
      conservative: await suboptimality(1, noisy, (pairs) => dpoLoss(pairs, { beta, labelSmoothing: flipRate })),
      clean: await suboptimality(2, clean, (pairs) => dpoLoss(pairs, { beta })),
    };
    const metrics = { suboptimality: await suboptimality(3, noisy, (pairs) => robustDpoLoss(pairs, { beta, flipRate })) };
    world.features.dispose();
    return { metrics, baseline };
  },
  /** The specification measures 0.05 against 0.90 (DPO), 1.37 (conservative DPO) and 0.002 (DPO on clean labels). */
  shown: ({ metrics, baseline }) =>
    metrics.suboptimality < 0.25 * baseline.suboptimality && metrics.suboptimality < 0.25 * baseline.conservative,
});

async function rewardedWorld(
  { contexts, actions, features: width }: { contexts: number; actions: number; features: number },
  rng: Rng,
): Promise<RewardedWorld> {
  const features = normalFeatures(rng, contexts * actions, width);
  const truth = rng.fillNormal(new Float64Array(width));
  const values = await features.data<'float32'>();
  const rewards = Float64Array.from({ length: contexts * actions }, (_, row) =>
    truth.reduce((sum, weight, i) => sum + weight * values[row * width + i]!, 0),
  );
  return { contexts, actions, features, rewards };
}

/** Two different actions in a context, the first preferred with probability sigmoid of its lead in reward. */
function bradleyTerryPairs({ contexts, actions, rewards }: RewardedWorld, count: number, rng: Rng): Pairs<number> {
  const drawn = Array.from({ length: count }, () => {
    const context = rng.integer(0, contexts);
    const [a, b] = [...rng.choice(actions, 2)].map((action) => context * actions + action) as [number, number];
    return rng.bernoulli(1 / (1 + Math.exp(rewards[b]! - rewards[a]!))) ? { chosen: a, rejected: b } : { chosen: b, rejected: a };
  });
  return { chosen: drawn.map(({ chosen }) => chosen), rejected: drawn.map(({ rejected }) => rejected) };
}

/** E[r] - beta KL(π‖uniform), averaged over contexts. */
function regularisedValue({ contexts, actions, rewards }: RewardedWorld, logProbs: Float32Array, beta: number): number {
  return rewards.reduce((sum, reward, row) => {
    const logProb = logProbs[row]!;
    return sum + Math.exp(logProb) * (reward - beta * (logProb + Math.log(actions)));
  }, 0) / contexts; // prettier-ignore
}

/** The same for the best policy: beta log mean exp(r / beta). */
function bestValue({ contexts, actions, rewards }: RewardedWorld, beta: number): number {
  let sum = 0;
  for (let context = 0; context < contexts; context++) {
    const row = rewards.subarray(context * actions, (context + 1) * actions);
    sum += beta * Math.log(row.reduce((total, reward) => total + Math.exp(reward / beta), 0) / actions);
  }
  return sum / contexts;
}
