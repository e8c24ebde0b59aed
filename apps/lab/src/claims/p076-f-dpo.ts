/** @file P76: the divergence that holds a policy decides how much diversity alignment leaves. */
import { dpoLoss, implicitRewards, type PreferencePairs } from '@surrogate/align';
import { logSoftmax } from '@surrogate/core';
import { alphaDivergence, jensenShannon, kl, reverseKl, type FDivergence } from '@surrogate/divergences';
import { adamw, warmupCosine } from '@surrogate/optim';
import { dispose, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { descend } from '../model/descend.js';
import { entries } from '../model/logLinear.js';

/** The paper's js is twice the Jensen-Shannon divergence, so that β counts double for it. */
const divergences = {
  reverseKl: { name: 'reverse KL', divergence: reverseKl, scale: 1 },
  alpha: { name: 'alpha 0.5', divergence: alphaDivergence(0.5), scale: 1 },
  kl: { name: 'KL (DPO)', divergence: kl, scale: 1 },
  jensenShannon: { name: 'Jensen-Shannon', divergence: jensenShannon, scale: 2 },
};
type DivergenceKey = keyof typeof divergences;

/** What is known of a policy. */
interface Aligned {
  readonly reward: number;
  readonly entropy: number;
  /** How far the preferences that its implicit rewards predict are from the true ones, on average. */
  readonly miscalibration: number;
  /** The same if its implicit rewards are read as if KL had held it. */
  readonly misread: number;
}

export default claim({
  paper: 76,
  says: 'At equal β, reverse KL leaves the policy most diverse, then alpha, KL and Jensen-Shannon; each predicts preferences rightly when read by its own divergence.',
  params: { actions: 8, beta: 0.5, grid: [0.25, 0.5, 1], steps: 500, learningRate: 0.05 },
  quick: { grid: [0.5], steps: 60 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { actions, grid, steps, learningRate } = params;
    const rewards = Array.from(rng.fillNormal(new Float64Array(actions)));
    const reference = tidy(() => logSoftmax(tensor1d(rng.fillNormal(new Float32Array(actions), 0, 0.5))));

    // Every ordered pair, as often as it would be preferred: the whole population in place of a sample.
    const ordered = rewards.flatMap((_, a) => rewards.flatMap((_, b) => (a === b ? [] : [[a, b] as const])));
    const [chosen, rejected] = [ordered.map(([a]) => a), ordered.map(([, b]) => b)];
    const preferred = ordered.map(([a, b]) => 1 / (1 + Math.exp(rewards[b]! - rewards[a]!)));
    const weights = tensor1d(preferred);
    const [refChosen, refRejected] = tidy<[Tensor, Tensor]>(() => [entries(reference, chosen), entries(reference, rejected)]);
    const pairsOf = (logProbs: Tensor): PreferencePairs => ({
      chosen: entries(logProbs, chosen),
      rejected: entries(logProbs, rejected),
      refChosen,
      refRejected,
    });

    const fits = Object.keys(divergences).length * grid.length;
    let fitted = 0;
    const align = async (divergence: FDivergence, beta: number): Promise<Aligned> => {
      const optimizer = adamw(warmupCosine(learningRate, { warmupSteps: 1, steps }), { weightDecay: 0 });
      const { logits } = await descend(
        { logits: reference.clone() },
        { optimizer, steps, after: (done) => progress((fitted + done / steps) / fits) },
        () =>
          ({ logits }) =>
            dpoLoss(pairsOf(logSoftmax(logits)), { beta, divergence, weights }),
      );
      fitted++;
      const [logProbs, own, asKl] = tidy<[Tensor, Tensor, Tensor]>(() => {
        const table = logSoftmax(logits);
        const margin = (by: FDivergence) => implicitRewards(pairsOf(table), { beta, divergence: by }).margin;
        return [table, margin(divergence), margin(kl)];
      });
      const [values, ownMargins, klMargins] = await Promise.all([logProbs, own, asKl].map((x) => x.data<'float32'>()));
      dispose([logits, logProbs, own, asKl]);
      const miss = (margins: Float32Array) =>
        margins.reduce((sum, margin, i) => sum + Math.abs(1 / (1 + Math.exp(-margin)) - preferred[i]!), 0) / margins.length;
      const mean = (value: (logProb: number, action: number) => number) =>
        values!.reduce((sum, logProb, action) => sum + Math.exp(logProb) * value(logProb, action), 0);
      return {
        reward: mean((_, action) => rewards[action]!),
        entropy: mean((logProb) => -logProb),
        miscalibration: miss(ownMargins!),
        misread: miss(klMargins!),
      };
    };

    const curves = new Map<DivergenceKey, { beta: number; aligned: Aligned }[]>();
    for (const key of Object.keys(divergences) as DivergenceKey[]) {
      const { divergence, scale } = divergences[key];
      const curve: { beta: number; aligned: Aligned }[] = [];
      for (const beta of grid) curve.push({ beta, aligned: await align(divergence, scale * beta) });
      curves.set(key, curve);
    }
    dispose([reference, refChosen, refRejected, weights]);

    const at = (key: DivergenceKey) => curves.get(key)!.find(({ beta }) => beta === params.beta)!.aligned;
    return {
      metrics: {
        entropyReverseKl: at('reverseKl').entropy,
        entropyAlpha: at('alpha').entropy,
        entropyJensenShannon: at('jensenShannon').entropy,
        rewardReverseKl: at('reverseKl').reward,
        rewardAlpha: at('alpha').reward,
        rewardJensenShannon: at('jensenShannon').reward,
        miscalibration: Math.max(...(Object.keys(divergences) as DivergenceKey[]).map((key) => at(key).miscalibration)),
      },
      baseline: { entropyKl: at('kl').entropy, rewardKl: at('kl').reward, miscalibration: at('reverseKl').misread },
      sections: [
        {
          kind: 'picture',
          title: 'Reward against diversity',
          caption: `Every curve is one divergence, its points β = ${grid.join(', ')}.`,
          x: 'entropy of the policy (nats)',
          y: 'mean reward',
          curves: [...curves].map(([key, curve]) => ({
            name: divergences[key].name,
            points: curve.map(({ aligned }) => ({ x: aligned.entropy, y: aligned.reward })),
          })),
        },
      ],
    };
  },
  /** The specification measures entropies of 1.848, 1.823, 1.776 and 1.471 nats, and a calibration error near 0 for the matching divergence. */
  shown: ({ metrics, baseline }) =>
    metrics.entropyReverseKl > metrics.entropyAlpha &&
    metrics.entropyAlpha > baseline.entropyKl &&
    baseline.entropyKl > metrics.entropyJensenShannon &&
    metrics.miscalibration < 0.01,
});
