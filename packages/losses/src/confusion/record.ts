/** @file Soft confusion counts, and the metrics that are functions of them: a family of records. */
import { checkAbove, checkAtLeast, detach, safeSqrt } from '@surrogate/core';
import { add, cast, div, equal, mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** How much of what was predicted is right and wrong, in fractions where predictions are probabilities; scalars, or one of each a class. */
export interface SoftConfusion {
  /** Positives that were found. */
  readonly tp: Tensor;
  /** Positives that were missed. */
  readonly fn: Tensor;
  /** Negatives that were taken for positives. */
  readonly fp: Tensor;
  /** Negatives that were left alone. */
  readonly tn: Tensor;
}

/** A metric of a confusion matrix: larger is better, 1 is perfect. */
export interface ConfusionMetric {
  /** What it is called in reports and messages. */
  readonly name: string;
  /** The metric, differentiable in the counts. */
  of(counts: SoftConfusion): Tensor;
}

const metric = (name: string, of: (counts: SoftConfusion) => Tensor): ConfusionMetric => ({ name, of: (counts) => tidy(() => of(counts)) });

/** a / b, where 0 / 0 is 0. */
const ratio = (a: Tensor, b: Tensor): Tensor => div(a, add(b, cast(equal(detach(b), 0), 'float32')));

const recall = ({ tp, fn }: SoftConfusion) => ratio(tp, add(tp, fn));
const specificity = ({ tn, fp }: SoftConfusion) => ratio(tn, add(tn, fp));

/** The part of all decisions that is right. */
export const accuracy = metric('accuracy', ({ tp, fn, fp, tn }) => ratio(add(tp, tn), add(add(tp, tn), add(fp, fn))));

/** The mean of the parts of positives and of negatives that are right; a side that does not occur counts 0. */
export const balancedAccuracy = metric('balancedAccuracy', (counts) => mul(0.5, add(recall(counts), specificity(counts))));

/** The geometric mean of the parts of positives and of negatives that are right. */
export const geometricMean = metric('geometricMean', (counts) => safeSqrt(mul(recall(counts), specificity(counts))));

/** The correlation of predictions with labels (Matthews), which is 0 for guessing and -1 at worst. */
export const matthews = metric('matthews', ({ tp, fn, fp, tn }) => {
  const positives = mul(add(tp, fp), add(tp, fn));
  const negatives = mul(add(tn, fp), add(tn, fn));
  return ratio(sub(mul(tp, tn), mul(fp, fn)), mul(safeSqrt(positives), safeSqrt(negatives)));
});

/**
 * The Tversky index: overlap in which false positives and misses count differently.
 *
 * $$ T = \frac{tp}{tp + a\, fp + b\, fn} $$
 *
 * @param fpWeight a, >= 0. Default 0.5.
 * @param fnWeight b, >= 0. Default 0.5.
 * @returns the metric; with 1 and 1 the Jaccard index, with ½ and ½ the Dice index.
 * @throws SurrogateError `range`.
 * @see Tversky: Features of Similarity, 1977
 * @example
 * import { softConfusion, tverskyIndex } from '@surrogate/losses';
 * const counts = softConfusion([1, 1, 0], [1, 0, 0]);
 * (await tverskyIndex(1, 1).of(counts).data())[0]; // 0.5
 */
export function tverskyIndex(fpWeight = 0.5, fnWeight = 0.5): ConfusionMetric {
  checkAtLeast('tverskyIndex', 'fpWeight', fpWeight, 0);
  checkAtLeast('tverskyIndex', 'fnWeight', fnWeight, 0);
  return metric('tversky', ({ tp, fn, fp }) => ratio(tp, add(tp, add(mul(fpWeight, fp), mul(fnWeight, fn)))));
}

/**
 * The F-measure, in which recall counts β times as much as precision.
 *
 * $$ F_\beta = \frac{(1 + \beta^2)\, tp}{(1 + \beta^2)\, tp + \beta^2 fn + fp} $$
 *
 * @param beta > 0. Default 1.
 * @returns the metric.
 * @throws SurrogateError `range`.
 * @see van Rijsbergen: Information Retrieval, 1979
 * @example
 * import { fBeta, softConfusion } from '@surrogate/losses';
 * const counts = softConfusion([1, 1, 0], [1, 0, 0]);
 * (await fBeta(1).of(counts).data())[0]; // 0.666667
 */
export function fBeta(beta = 1): ConfusionMetric {
  checkAbove('fBeta', 'beta', beta, 0);
  const b = beta * beta;
  return metric(`f${beta}`, ({ tp, fn, fp }) => ratio(mul(1 + b, tp), add(mul(1 + b, tp), add(mul(b, fn), fp))));
}

/** The Jaccard index, or intersection over union. */
export const jaccard = metric('jaccard', ({ tp, fn, fp }) => ratio(tp, add(tp, add(fp, fn))));
