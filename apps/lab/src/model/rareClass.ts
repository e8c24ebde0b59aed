/** @file A rare class: two Gaussians, few positives, and a logistic model that is trained on any loss. */
import type { Rng } from '@surrogate/core';
import { adam } from '@surrogate/optim';
import { add, dispose, matMul, reshape, tensor1d, tensor2d, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { descend } from './descend.js';

/** What the world is like. */
export interface RareClassOptions {
  readonly width: number;
  /** How far the classes' means are apart, in standard deviations. */
  readonly shift: number;
  /** The part of positives. */
  readonly rate: number;
}

/** Examples with their labels. */
export interface Examples {
  readonly features: Tensor;
  readonly labels: Tensor;
  readonly truth: readonly boolean[];
}

/** Draws examples: positives are moved along the diagonal. */
export function rareExamples(count: number, { width, shift, rate }: RareClassOptions, rng: Rng): Examples {
  const truth = Array.from({ length: count }, () => rng.bernoulli(rate));
  const step = shift / Math.sqrt(width);
  const values = rng.fillNormal(new Float32Array(count * width)).map((x, i) => x + (truth[Math.floor(i / width)]! ? step : 0));
  return { features: tensor2d(values, [count, width]), labels: tensor1d(truth.map(Number), 'float32'), truth };
}

/** How a model decides on examples that it has not seen. */
export interface Decisions {
  readonly f1: number;
  readonly balancedAccuracy: number;
}

/**
 * Trains a logistic model on all examples at once, and counts its decisions on others.
 *
 * @param lossOf the loss of logits against labels.
 */
export async function trainAndCount(
  train: Examples,
  test: Examples,
  { steps, learningRate, after }: { steps: number; learningRate: number; after: (part: number) => void },
  lossOf: (logits: Tensor, labels: Tensor) => Tensor,
): Promise<Decisions> {
  const width = train.features.shape[1]!;
  const logitsOf = (features: Tensor, { weights, bias }: { weights: Tensor; bias: Tensor }) =>
    add(reshape(matMul(features, reshape(weights, [width, 1])), [-1]), bias);
  const params = await descend(
    { weights: zeros([width]), bias: zeros([]) },
    { optimizer: adam(learningRate), steps, after: (done) => after(done / steps) },
    () => (current) => lossOf(logitsOf(train.features, current), train.labels),
  );
  const logits = tidy(() => logitsOf(test.features, params));
  const decided = Array.from(await logits.data<'float32'>(), (z) => z > 0);
  dispose([logits, params.weights, params.bias]);
  const count = (positive: boolean, chosen: boolean) => decided.filter((is, i) => is === chosen && test.truth[i] === positive).length;
  const [tp, fn, fp, tn] = [count(true, true), count(true, false), count(false, true), count(false, false)];
  return { f1: (2 * tp) / Math.max(2 * tp + fn + fp, 1), balancedAccuracy: (tp / Math.max(tp + fn, 1) + tn / Math.max(tn + fp, 1)) / 2 };
}
