/** @file The flagship: a small transformer learns real names, and is aligned to a reward by four objectives. */
import { disposeTree } from '@surrogate/core';
import { claim } from '../claim.js';
import { allNames, splitNames } from '../data/names.js';
import { flagshipSections, frontiers } from '../flagship/report.js';
import { align, judgeOf, pretrain, workOf, type FlagshipParams } from '../flagship/stages.js';
import { fitRewardModel } from '../model/rewardModel.js';
import { fitTrigram } from '../model/trigram.js';
import { readable } from '../report/sections.js';

const params: FlagshipParams = {
  model: { width: 64, heads: 4, layers: 2, context: 16 },
  pretraining: { steps: 700, batch: 64, learningRate: 4e-3, weightDecay: 0.1 },
  looks: 7,
  alignment: { steps: 60, batch: 32, learningRate: 1e-3, weightDecay: 0 },
  drawn: 4096,
  flipRate: 0.2,
  judged: 512,
};

export default claim({
  paper: 12,
  says: 'A character transformer learns real names better than a trigram; DPO, IPO, robust DPO and KTO, on clean and on flipped preferences, then trade its KL for reward.',
  params,
  quick: {
    model: { width: 16, heads: 2, layers: 1, context: 16 },
    pretraining: { steps: 8, batch: 16, learningRate: 4e-3, weightDecay: 0.1 },
    looks: 1,
    alignment: { steps: 2, batch: 4, learningRate: 1e-3, weightDecay: 0 },
    drawn: 32,
    judged: 16,
  },
  seeds: [0],
  async run(experiment) {
    const { rng, say } = experiment;
    const tick = workOf(experiment);
    const { train, heldOut } = splitNames(allNames(), rng.split());
    const [names, unseen] = [train, heldOut].map((split) => split.map(({ name }) => name)) as [string[], string[]];

    const rewardModel = fitRewardModel(train, rng.split());
    const rewardModelAccuracy = rewardModel.accuracy(heldOut);
    say(`reward model: right of ${readable(100 * rewardModelAccuracy)} % of ${heldOut.length} held-out names`);

    const trigram = fitTrigram(names).bitsPerCharacter(unseen);
    const { reference, learned } = await pretrain(experiment, names, unseen, tick);
    const bitsPerCharacter = learned.at(-1)!.bits;
    say(`names: ${readable(bitsPerCharacter)} bits a held-out character, where a smoothed trigram takes ${readable(trigram)}`);

    const judge = judgeOf(reference, rewardModel, experiment.params.judged, rng.split());
    const start = await judge(reference);
    const arms = await align(experiment, reference, rewardModel, judge, tick);
    disposeTree(reference);

    const compared = frontiers(start, arms);
    const rewards = compared.curves.map(({ objective, labels, reward }) => [`rewardAtEqualKl/${objective}/${labels}`, reward] as const);
    return {
      metrics: {
        bitsPerCharacter,
        rewardModelAccuracy,
        referenceReward: start.reward,
        referenceDistinct: start.distinct,
        equalKl: compared.kl,
        ...Object.fromEntries(rewards),
      },
      baseline: { bitsPerCharacter: trigram },
      sections: flagshipSections(start, arms, compared, learned, trigram),
    };
  },
  /** That there is a model worth aligning. The order of the objectives is shown, not asserted: they may lie on one curve. */
  shown: ({ metrics, baseline }) => metrics.bitsPerCharacter < baseline.bitsPerCharacter,
});
