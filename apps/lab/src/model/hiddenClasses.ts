/** @file Classes that differ in a few hidden directions among many noisy ones, and networks that learn to embed them. */
import { l2Normalize, type Rng } from '@surrogate/core';
import { adam } from '@surrogate/optim';
import { tensor1d, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { denseOutputs, denseParams, type DenseParams } from './denseNet.js';
import { descend } from './descend.js';
import { initialParams, type HostNet } from './hostNet.js';

/** What the world is like: standard deviations along signal and nuisance directions. */
export interface HiddenClassesOptions {
  readonly signal: number;
  readonly nuisance: number;
  readonly centers: number;
  readonly within: number;
  readonly noise: number;
}

/** Examples of several classes. */
export interface ClassExamples {
  readonly rows: readonly Float64Array[];
  readonly labels: readonly number[];
}

/** A world of classes, each with a centre of its own, seen through a rotation. */
export interface HiddenClasses {
  /** So many examples of each of so many classes that were not seen before, labelled from 0. */
  draw(classes: number, each: number, rng: Rng): ClassExamples;
}

/** Makes a world: reflections in random hyperplanes hide which directions matter. */
export function hiddenClasses({ signal, nuisance, centers, within, noise }: HiddenClassesOptions, rng: Rng): HiddenClasses {
  const width = signal + nuisance;
  const mirrors = Array.from({ length: width }, () => {
    const v = rng.fillNormal(new Float64Array(width));
    const length = Math.hypot(...v);
    return v.map((x) => x / length);
  });
  const turn = (x: Float64Array) => {
    for (const v of mirrors) {
      const along = 2 * v.reduce((sum, vi, i) => sum + vi * x[i]!, 0);
      x.forEach((xi, i) => (x[i] = xi - along * v[i]!));
    }
    return x;
  };
  return {
    draw(classes, each, random) {
      const middles = Array.from({ length: classes }, () => random.fillNormal(new Float64Array(signal), 0, centers));
      const labels = Array.from({ length: classes * each }, (_, i) => Math.floor(i / each));
      const rows = labels.map((label) =>
        turn(
          Float64Array.from({ length: width }, (_, d) =>
            d < signal ? middles[label]![d]! + within * random.normal() : noise * random.normal(),
          ),
        ),
      );
      return { rows, labels };
    },
  };
}

/** Some of the examples as tensors. */
export function batchOf({ rows, labels }: ClassExamples, picked: readonly number[]): { x: Tensor; labels: Tensor } {
  return {
    x: tensor2d(Float32Array.from(picked.flatMap((i) => [...rows[i]!])), [picked.length, rows[0]!.length]),
    labels: tensor1d(
      picked.map((i) => labels[i]!),
      'int32',
    ),
  };
}

/** The places of all examples. */
export const everyOne = ({ labels }: ClassExamples): number[] => labels.map((_, i) => i);

/** Places of a batch of so many examples of each of so many classes. */
export function classBatch({ labels }: ClassExamples, classes: number, each: number, rng: Rng): number[] {
  const count = Math.max(...labels) + 1;
  const perClass = labels.length / count;
  const some = (n: number, k: number) => Array.from(rng.permutation(n)).slice(0, k);
  return some(count, classes).flatMap((label) => some(perClass, each).map((i) => label * perClass + i));
}

/** A network that embeds, and what is trained beside it. */
export interface Embedding {
  readonly net: DenseParams;
  readonly extra: Readonly<Record<string, Tensor>>;
}

/** How an embedding is trained. */
export interface EmbeddingTraining {
  readonly form: HostNet;
  readonly extra: Embedding['extra'];
  readonly steps: number;
  readonly learningRate: number;
  /** Places of the next batch. */
  batch(): readonly number[];
  /** The loss of raw embeddings, one row an example. */
  loss(embeddings: Tensor, labels: Tensor, extra: Embedding['extra']): Tensor;
  after?(part: number): void;
}

/** Trains a network to embed examples. */
export async function trainEmbedding(
  examples: ClassExamples,
  { form, extra, steps, learningRate, batch, loss, after }: EmbeddingTraining,
  rng: Rng,
): Promise<Embedding> {
  const start: Embedding = { net: denseParams(form, initialParams(form, rng)), extra };
  return descend(start, { optimizer: adam(learningRate), steps, after: (done) => after?.(done / steps) }, () => {
    const places = batch();
    return ({ net, extra: beside }) => {
      const { x, labels } = batchOf(examples, places);
      return loss(denseOutputs(form, net, x), labels, beside);
    };
  });
}

/** Unit embeddings of all examples, and their labels. */
export function embedAll(examples: ClassExamples, form: HostNet, net: DenseParams): { embeddings: Tensor; labels: Tensor } {
  const { x, labels } = batchOf(examples, everyOne(examples));
  const embeddings = tidy(() => l2Normalize(denseOutputs(form, net, x)));
  x.dispose();
  return { embeddings, labels };
}
