/** @file How the name model is trained: on names, then on preferences between names. */
import { sftLoss } from '@surrogate/align';
import { treeClone, type Rng } from '@surrogate/core';
import { adamw, chain, clipByGlobalNorm, warmupCosine } from '@surrogate/optim';
import { slice, tensor1d } from '@tensorflow/tfjs-core';
import { descend, type Descent } from './descend.js';
import { nameLogProbs, nameTensors, readLogProbs } from './nameModel.js';
import type { Objective } from './objectives.js';
import type { Preferences } from './preferences.js';
import { logits, type Transformer } from './transformer.js';

/** How a model is trained. */
export interface Training {
  readonly steps: number;
  /** Names, or pairs of names, a step. */
  readonly batch: number;
  /** The highest; a warm-up over a tenth of the steps reaches it, a cosine leaves it. */
  readonly learningRate: number;
  readonly weightDecay: number;
}

/** What happens between two steps; `done` steps are behind. */
export type AfterStep = (done: number, model: Transformer) => void | Promise<void>;

/** Learns to say names. Takes the model over and returns the one that has learned. */
export function learnNames(
  model: Transformer,
  names: readonly string[],
  training: Training,
  rng: Rng,
  after: AfterStep,
): Promise<Transformer> {
  const draw = batches(names.length, training.batch, rng);
  return descend(model, descent(training, after), () => {
    const batch = draw().map((i) => names[i]!);
    return (params) => {
      const { inputs, targets, mask } = nameTensors(batch, contextOf(params));
      return sftLoss(logits(params, inputs), targets, { mask });
    };
  });
}

/** Preferences with what the reference says of them, which is computed once. */
export interface ReferencedPreferences extends Preferences {
  readonly refChosen: Float32Array;
  readonly refRejected: Float32Array;
}

/** Asks the reference. */
export async function withReference(reference: Transformer, preferences: Preferences): Promise<ReferencedPreferences> {
  const { chosen, rejected } = preferences;
  return { ...preferences, refChosen: await readLogProbs(reference, chosen), refRejected: await readLogProbs(reference, rejected) };
}

/** An objective, at one strength, told how many labels are wrong. */
export interface Arm {
  readonly objective: Objective;
  readonly beta: number;
  readonly flipRate: number;
}

/** Learns what is preferred, starting from the reference, which it leaves alone. */
export function learnPreferences(
  reference: Transformer,
  pairs: ReferencedPreferences,
  { objective, beta, flipRate }: Arm,
  training: Training,
  rng: Rng,
  after: AfterStep,
): Promise<Transformer> {
  const draw = batches(pairs.chosen.length, training.batch, rng);
  return descend(treeClone(reference), descent(training, after), () => {
    const rows = draw();
    const names = [...rows.map((i) => pairs.chosen[i]!), ...rows.map((i) => pairs.rejected[i]!)];
    const read = (values: Float32Array) => tensor1d(Float32Array.from(rows, (i) => values[i]!));
    return (params) => {
      const logProbs = nameLogProbs(params, nameTensors(names, contextOf(params)));
      const chosen = slice(logProbs, 0, rows.length);
      const rejected = slice(logProbs, rows.length, rows.length);
      return objective.loss({ chosen, rejected, refChosen: read(pairs.refChosen), refRejected: read(pairs.refRejected) }, beta, flipRate);
    };
  });
}

function descent({ steps, learningRate, weightDecay }: Training, after: AfterStep): Descent<Transformer> {
  const schedule = warmupCosine(learningRate, { warmupSteps: Math.ceil(steps / 10), steps });
  return { optimizer: chain(clipByGlobalNorm(1), adamw(schedule, { weightDecay })), steps, after };
}

/** Rows in a random order, each once before any comes again. */
function batches(count: number, size: number, rng: Rng): () => number[] {
  let waiting: number[] = [];
  return () => {
    while (waiting.length < size) waiting = [...waiting, ...rng.permutation(count)];
    return waiting.splice(0, size);
  };
}

const contextOf = (model: Transformer): number => model.position.shape[0];
