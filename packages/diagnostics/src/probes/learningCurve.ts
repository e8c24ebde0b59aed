/** @file Accuracy by number of examples: which probe needs fewer, and which ends higher. */
import { checkInteger, checkRng, fail, onHost, type HostArray, type Rng, type TensorLike } from '@surrogate/core';
import { argMax, cast, dispose, equal, mean, tensor, tidy } from '@tensorflow/tfjs-core';
import { classIds, featuresOf, probeLogits, type LinearProbe, type ProbeFit } from './linearProbe.js';
import { fitLogisticProbe } from './logistic.js';
import { classMoments, naiveBayesProbe } from './naiveBayes.js';

/** Features with the class of each. */
export interface LabeledFeatures {
  /** float32 `[n, d]`. */
  readonly features: TensorLike;
  /** int32 `[n]`. */
  readonly labels: TensorLike;
}

/** What {@link probeLearningCurve} tries. */
export interface LearningCurveOptions {
  /** How many classes there are, >= 1. */
  classes: number;
  /** With how many examples, each from 1 to the number of training examples. */
  sizes: readonly number[];
  /** How many draws of examples are averaged over, >= 1. Default 5. */
  repeats?: number | undefined;
  /** The probes by name. Default `generative` (naive Bayes) and `discriminative` (logistic regression). */
  probes?: Readonly<Record<string, ProbeFit>> | undefined;
}

/** Test accuracies at one size. */
export interface LearningCurvePoint {
  /** How many examples the probes were fitted to. */
  readonly examples: number;
  /** Mean test accuracy of each probe, by name. */
  readonly accuracy: Readonly<Record<string, number>>;
}

/** Naive Bayes and logistic regression. */
const bothProbes: Readonly<Record<string, ProbeFit>> = {
  generative: (features, labels, classes) => tidy(() => ({ ...naiveBayesProbe(classMoments(features, labels, classes)) })),
  discriminative: (features, labels, classes) => fitLogisticProbe(features, labels, classes),
};

/** Some of the examples as tensors. */
const drawn = ({ features, labels }: Record<'features' | 'labels', HostArray>, rows: Int32Array) => {
  const width = features.shape[1]!;
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, i) => values.set(features.data.subarray(row * width, (row + 1) * width), i * width));
  return {
    features: tensor(values, [rows.length, width]),
    labels: tensor(
      rows.map((row) => labels.data[row]!),
      [rows.length],
      'int32',
    ),
  };
};

async function accuracyOf(probe: LinearProbe, { features, labels }: ReturnType<typeof drawn>): Promise<number> {
  const right = tidy(() => mean(cast(equal(argMax(probeLogits(features, probe), 1), labels), 'float32')));
  const [value] = await right.data();
  right.dispose();
  return value!;
}

/**
 * How accurate probes are on test features by how many training examples they saw: draws of examples are nested, and the same for all probes.
 *
 * @param train features `[n, d]` and class ids `[n]` to draw from.
 * @param test features `[m, d]` and class ids `[m]` that no probe sees.
 * @param options the number of classes, the sizes, the number of draws and the probes.
 * @param rng the generator; it moves on.
 * @returns one point a size, in their order: plain numbers.
 * @throws SurrogateError `range` for a size above n, `shape`, `dtype`, `disposed`.
 * @see Ng, Jordan: On Discriminative vs. Generative Classifiers: A comparison of logistic regression and naive Bayes, 2001
 * @example
 * import { rng } from '@surrogate/core';
 * import { probeLearningCurve } from '@surrogate/diagnostics';
 * const examples = { features: [[0], [1], [9], [8]], labels: [0, 0, 1, 1] };
 * const [point] = await probeLearningCurve(examples, examples, { classes: 2, sizes: [4] }, rng(0));
 * point.accuracy; // { generative: 1, discriminative: 1 }
 */
export async function probeLearningCurve(
  train: LabeledFeatures,
  test: LabeledFeatures,
  options: LearningCurveOptions,
  rng: Rng,
): Promise<LearningCurvePoint[]> {
  const fn = 'probeLearningCurve';
  const { classes, sizes, repeats = 5, probes = bothProbes } = options;
  checkInteger(fn, 'classes', classes, 1);
  checkInteger(fn, 'repeats', repeats, 1);
  checkRng(fn, 'rng', rng);
  const matrix = ({ features, labels }: LabeledFeatures) => {
    const x = featuresOf(fn, features);
    return { features: x, labels: classIds(fn, labels, x.shape[0], classes) };
  };
  const examples = await onHost(() => matrix(train));
  const count = examples.features.shape[0]!;
  sizes.forEach((size, i) => {
    checkInteger(fn, `sizes[${i}]`, size, 1);
    if (size > count) fail('range', fn, `sizes[${i}]`, `must be at most the ${count} examples, got ${size}`);
  });
  const names = Object.keys(probes);
  const sums = sizes.map(() => Object.fromEntries(names.map((name) => [name, 0])));
  const unseen = await onHost(() => matrix(test));
  const held = drawn(
    unseen,
    Int32Array.from(unseen.labels.data, (_, i) => i),
  );
  try {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = rng.permutation(count);
      for (const [i, size] of sizes.entries()) {
        const given = drawn(examples, order.subarray(0, size));
        try {
          for (const name of names) {
            const probe = await probes[name]!(given.features, given.labels, classes);
            sums[i]![name]! += await accuracyOf(probe, held).finally(() => dispose([probe.weights, probe.bias]));
          }
        } finally {
          dispose([given.features, given.labels]);
        }
      }
    }
  } finally {
    dispose([held.features, held.labels]);
  }
  return sizes.map((size, i) => ({
    examples: size,
    accuracy: Object.fromEntries(names.map((name) => [name, sums[i]![name]! / repeats])),
  }));
}
