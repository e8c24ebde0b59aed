/** @file Which coordinates does a model look at? Those without which it no longer tells the classes apart. */
import { checkOneOf, checkRng, fail, type Rng } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';
import { withoutCoordinates, type SlabDataset } from './slabs.js';

/** A model's scores of examples, rows of doubles; more means class 1. */
export type Scorer = (features: Matrix) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** How {@link randomizedFeatureScore} counts. */
export interface RandomizedFeatureOptions {
  /** The area under the ROC curve, or the part of examples whose score is on the right side of 0. Default auc. */
  metric?: 'auc' | 'accuracy' | undefined;
}

/** What {@link simplicityBiasReport} finds. */
export interface SimplicityBiasReport {
  /** With all coordinates. */
  readonly standard: number;
  /** Without the simple ones. */
  readonly simpleRandomized: number;
  /** Without the others. */
  readonly complexRandomized: number;
}

/**
 * The area under the ROC curve: how likely an example of class 1 has a higher score than one of class 0; ties count half.
 *
 * @param scores one an example.
 * @param labels 0 or 1, one an example; both must occur.
 * @returns the area, in [0, 1].
 * @throws SurrogateError `shape` where the lengths differ, `range` for other labels, for one class alone and for NaN.
 * @see Hanley, McNeil: The Meaning and Use of the Area under a Receiver Operating Characteristic (ROC) Curve, 1982
 * @example
 * import { rocAuc } from '@surrogate/diagnostics';
 * rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]); // 0.75
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const fn = 'rocAuc';
  if (scores.length !== labels.length)
    fail('shape', fn, 'labels', `must be one a score, of which there are ${scores.length}, got ${labels.length}`);
  const odd = Array.from(labels).findIndex((label) => label !== 0 && label !== 1);
  if (odd >= 0) fail('range', fn, 'labels', `must be 0 or 1, got ${labels[odd]} at [${odd}]`);
  const unsound = Array.from(scores).findIndex(Number.isNaN);
  if (unsound >= 0) fail('range', fn, 'scores', `must be numbers, got NaN at [${unsound}]`);
  const order = [...Array.from(scores).keys()].sort((a, b) => scores[a]! - scores[b]!);
  let [ones, rankSum] = [0, 0];
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++;
    // Ties share the mean of their ranks, which begin with 1.
    for (const i of order.slice(from, to))
      if (labels[i] === 1) {
        ones++;
        rankSum += (from + 1 + to) / 2;
      }
    from = to;
  }
  const zeros = order.length - ones;
  if (ones === 0 || zeros === 0) fail('range', fn, 'labels', `must hold both classes, got ${ones} of 1 and ${zeros} of 0`);
  return (rankSum - (ones * (ones + 1)) / 2) / (ones * zeros);
}

const accuracyOf = (scores: ArrayLike<number>, labels: Int32Array) =>
  labels.reduce((right, label, i) => right + Number(scores[i]! > 0 === (label === 1)), 0) / labels.length;

function checkCoordinates(fn: string, argument: string, coordinates: readonly number[], width: number): void {
  if (!Array.isArray(coordinates)) fail('dtype', fn, argument, `must be a list of coordinates, got ${typeof coordinates}`);
  const odd = coordinates.findIndex((j) => !Number.isInteger(j) || j < 0 || j >= width);
  if (odd >= 0) fail('range', fn, argument, `must be coordinates in [0, ${width}), got ${coordinates[odd]} at [${odd}]`);
}

async function scored(fn: string, score: Scorer, features: Matrix, labels: Int32Array, metric: 'auc' | 'accuracy'): Promise<number> {
  const scores = await score(features);
  if (scores.length !== labels.length)
    fail('shape', fn, 'score', `must return one score an example, ${labels.length}, got ${scores.length}`);
  return metric === 'auc' ? rocAuc(scores, labels) : accuracyOf(scores, labels);
}

/**
 * How well a model does when some coordinates are taken from other examples, at random and all together: what it loses is what it read there.
 *
 * @param score the model.
 * @param data examples, labels and the rotation, which is undone and done again.
 * @param coordinates which coordinates are taken away.
 * @param rng the generator; it moves on.
 * @returns the area under the ROC curve, or the accuracy.
 * @throws SurrogateError `range` for coordinates and the metric, `shape`, `dtype`.
 * @see Shah, Tamuly, Raghunathan, Jain, Netrapalli: The Pitfalls of Simplicity Bias in Neural Networks, 2020. arXiv:2006.07710
 * @example
 * import { rng } from '@surrogate/core';
 * import { randomizedFeatureScore, slabDataset } from '@surrogate/diagnostics';
 * const data = slabDataset({ examples: 200, blocks: ['linear', 'slab5'] }, rng(0));
 * const firstAlone = ({ rows, cols, data }) => Array.from({ length: rows }, (_, i) => data[i * cols]);
 * await randomizedFeatureScore(firstAlone, data, [1], rng(1)); // 1
 */
export async function randomizedFeatureScore(
  score: Scorer,
  data: SlabDataset,
  coordinates: readonly number[],
  rng: Rng,
  options: RandomizedFeatureOptions = {},
): Promise<number> {
  const fn = 'randomizedFeatureScore';
  const { metric = 'auc' } = options;
  if (typeof score !== 'function') fail('dtype', fn, 'score', `must be a function, got ${score === null ? 'null' : typeof score}`);
  checkCoordinates(fn, 'coordinates', coordinates, data.features.cols);
  checkOneOf(fn, 'metric', metric, ['auc', 'accuracy']);
  checkRng(fn, 'rng', rng);
  return scored(fn, score, withoutCoordinates(data, coordinates, rng), data.labels, metric);
}

/**
 * What a model does with all coordinates, without the simple ones and without the others. Under extreme simplicity bias it is lost without the simple ones, and misses
 * nothing without the others.
 *
 * @param score the model.
 * @param data examples that it has not seen.
 * @param simple the simple coordinates; all others are complex.
 * @param rng the generator; it moves on.
 * @returns areas under the ROC curve, or accuracies.
 * @throws SurrogateError `range` for coordinates and the metric, `shape`, `dtype`.
 * @see Shah, Tamuly, Raghunathan, Jain, Netrapalli: The Pitfalls of Simplicity Bias in Neural Networks, 2020. arXiv:2006.07710
 * @example
 * import { rng } from '@surrogate/core';
 * import { simplicityBiasReport, slabDataset } from '@surrogate/diagnostics';
 * const data = slabDataset({ examples: 500, blocks: ['linear', 'slab5'] }, rng(0));
 * const firstAlone = ({ rows, cols, data }) => Array.from({ length: rows }, (_, i) => data[i * cols]);
 * (await simplicityBiasReport(firstAlone, data, [0], rng(1))).complexRandomized; // 1
 */
export async function simplicityBiasReport(
  score: Scorer,
  data: SlabDataset,
  simple: readonly number[],
  rng: Rng,
  options: RandomizedFeatureOptions = {},
): Promise<SimplicityBiasReport> {
  const fn = 'simplicityBiasReport';
  const { metric = 'auc' } = options;
  if (typeof score !== 'function') fail('dtype', fn, 'score', `must be a function, got ${score === null ? 'null' : typeof score}`);
  checkCoordinates(fn, 'simple', simple, data.features.cols);
  checkOneOf(fn, 'metric', metric, ['auc', 'accuracy']);
  checkRng(fn, 'rng', rng);
  const complex = Array.from({ length: data.features.cols }, (_, j) => j).filter((j) => !simple.includes(j));
  const without = (coordinates: readonly number[]) => scored(fn, score, withoutCoordinates(data, coordinates, rng), data.labels, metric);
  return { standard: await without([]), simpleRandomized: await without(simple), complexRandomized: await without(complex) };
}
