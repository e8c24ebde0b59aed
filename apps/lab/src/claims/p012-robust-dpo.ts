/** @file P12: robust DPO undoes flipped preferences. */
import { dpoLoss, robustDpoLoss, type DpoOptions, type PreferencePairs } from '@surrogate/align';
import type { Rng } from '@surrogate/core';
import { sgd } from '@surrogate/optim';
import { dispose, tensor1d, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
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
    const suboptimality = async (
      arm: number,
      { chosen, rejected, counts }: CountedPairs,
      loss: (pairs: PreferencePairs, options: DpoOptions) => Tensor,
    ): Promise<number> => {
      // The reference is uniform: its log-probabilities cancel in every pair.
      const [weights, reference] = [tensor1d(counts), zeros([counts.length])];
      const { policy } = await descend(
        { policy: zeros([params.features]) },
        { optimizer: sgd(learningRate), steps, after: (done) => progress((arm + done / steps) / 4) },
        () =>
          ({ policy }) => {
            const table = logPolicy(world, policy);
            const pairs = {
              chosen: entries(table, chosen),
              rejected: entries(table, rejected),
              refChosen: reference,
              refRejected: reference,
            };
            return loss(pairs, { beta, weights });
          },
      );
      const logProbs = tidy(() => logPolicy(world, policy));
      const value = regularisedValue(world, await logProbs.data<'float32'>(), beta);
      dispose([weights, reference, policy, logProbs]);
      return bestValue(world, beta) - value;
    };

    const baseline = {
      suboptimality: await suboptimality(0, counted(noisy), dpoLoss),
      conservative: await suboptimality(1, counted(noisy), (pairs, options) => dpoLoss(pairs, { ...options, labelSmoothing: flipRate })),
      clean: await suboptimality(2, counted(clean), dpoLoss),
    };
    const metrics = {
      suboptimality: await suboptimality(3, counted(noisy), (pairs, options) => robustDpoLoss(pairs, { ...options, flipRate })),
    };
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

/** Each different pair once, with how often it came: the loss is the same, over a tenth of the rows. */
interface CountedPairs extends Pairs<number> {
  readonly counts: number[];
}

function counted({ chosen, rejected }: Pairs<number>): CountedPairs {
  const counts = new Map<string, number>();
  chosen.forEach((row, i) => {
    const key = `${row} ${rejected[i]!}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  const pairs = [...counts.keys()].map((key) => key.split(' ').map(Number) as [number, number]);
  return { chosen: pairs.map(([row]) => row), rejected: pairs.map(([, row]) => row), counts: [...counts.values()] };
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
