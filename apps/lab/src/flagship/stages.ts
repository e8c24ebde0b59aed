/** @file The stages of the flagship: a reference that says names, then policies that start from it. */
import { disposeTree, Rng } from '@surrogate/core';
import type { Experiment } from '../claim.js';
import { vocabularySize } from '../data/vocabulary.js';
import type { FrontierPoint } from '../model/frontier.js';
import { bitsPerCharacter, klFrom, sampleNames } from '../model/nameModel.js';
import { objectives } from '../model/objectives.js';
import { flipPairs, judgePairs } from '../model/preferences.js';
import type { RewardModel } from '../model/rewardModel.js';
import { learnNames, learnPreferences, withReference, type Training } from '../model/train.js';
import { init, type Transformer } from '../model/transformer.js';
import { readable } from '../report/sections.js';

/** The parameters of the flagship. */
export interface FlagshipParams {
  readonly model: { readonly width: number; readonly heads: number; readonly layers: number; readonly context: number };
  readonly pretraining: Training;
  /** How often learning is watched on the held-out names. */
  readonly looks: number;
  readonly alignment: Training;
  /** Names that the reference draws, two a preference. */
  readonly drawn: number;
  /** The share of the labels that are turned round in the noisy arms. */
  readonly flipRate: number;
  /** Names that each policy draws to be judged by. */
  readonly judged: number;
}

/** A policy as it is judged. */
export interface Judged extends FrontierPoint {
  /** The share of the drawn names that are distinct. */
  readonly distinct: number;
  readonly samples: readonly string[];
}

/** A policy that an objective made of the reference. */
export interface ArmResult extends Judged {
  readonly objective: string;
  readonly labels: string;
  readonly beta: number;
}

/** Judges a policy. */
export type Judge = (policy: Transformer) => Promise<Judged>;

/** Says that so many names more have gone through the model. */
export type Tick = (names: number, doing: string) => void;

/** Counts the work in names, so that the progress tells how much time is left. */
export function workOf({ params: { pretraining, alignment, judged }, progress }: Experiment<FlagshipParams>): Tick {
  const arms = 2 * objectives.reduce((count, { betas }) => count + betas.length, 0);
  const whole = pretraining.steps * pretraining.batch + arms * (2 * alignment.steps * alignment.batch + judged);
  let done = 0;
  return (names, doing) => {
    done += names;
    progress(Math.min(done / whole, 1), doing);
  };
}

/** How many bits a character of unseen names takes, in the course of learning. */
export type LearningCurve = readonly { readonly step: number; readonly bits: number }[];

/** Learns to say names. */
export async function pretrain(
  { params: { model, pretraining, looks }, rng }: Experiment<FlagshipParams>,
  names: readonly string[],
  unseen: readonly string[],
  tick: Tick,
): Promise<{ reference: Transformer; learned: LearningCurve }> {
  const fresh = init(rng.split(), { vocabulary: vocabularySize, ...model });
  const learned: { step: number; bits: number }[] = [];
  const every = Math.ceil(pretraining.steps / looks);
  const reference = await learnNames(fresh, names, pretraining, rng.split(), async (step, current) => {
    if (step % every === 0 || step === pretraining.steps) learned.push({ step, bits: await bitsPerCharacter(current, unseen) });
    const last = learned.at(-1);
    tick(pretraining.batch, last === undefined ? 'learning names' : `learning names, ${last.bits.toFixed(3)} bits a character`);
  });
  return { reference, learned };
}

/** Judges every policy by names drawn with the same random numbers, so that policies differ and luck does not. */
export function judgeOf(reference: Transformer, { reward }: RewardModel, count: number, rng: Rng): Judge {
  const start = rng.toJSON();
  return async (policy) => {
    const names = await sampleNames(policy, count, Rng.fromJSON(start));
    return {
      kl: await klFrom(policy, reference, names),
      reward: names.reduce((sum, name) => sum + reward(name), 0) / count,
      distinct: new Set(names).size / count,
      samples: [...new Set(names)].slice(0, 6),
    };
  };
}

/** Aligns the reference by every objective, at every strength, on clean and on flipped labels. */
export async function align(
  { params: { alignment, drawn, flipRate, judged }, rng, say }: Experiment<FlagshipParams>,
  reference: Transformer,
  rewardModel: RewardModel,
  judge: Judge,
  tick: Tick,
): Promise<ArmResult[]> {
  const clean = judgePairs(await sampleNames(reference, drawn, rng.split()), rewardModel);
  const noisy = flipPairs(clean, flipRate, rng.split());
  const order = rng.split().toJSON();
  const results: ArmResult[] = [];
  for (const [labels, preferences, wrong] of [
    ['clean', clean, 0],
    ['flipped', noisy, flipRate],
  ] as const) {
    const pairs = await withReference(reference, preferences);
    for (const objective of objectives)
      for (const beta of objective.betas) {
        const doing = `${objective.name}, β = ${beta}, ${labels} labels`;
        const arm = { objective, beta, flipRate: wrong };
        const policy = await learnPreferences(reference, pairs, arm, alignment, Rng.fromJSON(order), () =>
          tick(2 * alignment.batch, doing),
        );
        const result = { objective: objective.name, labels, beta, ...(await judge(policy)) };
        disposeTree(policy);
        tick(judged, doing);
        say(`${doing}: reward ${readable(result.reward)} at KL ${readable(result.kl)}, ${result.samples.slice(0, 4).join(' ')}`);
        results.push(result);
      }
  }
  return results;
}
