/** @file Explanations by subsets of coordinates, which are kept while a baseline takes the place of the others: LIME, KernelSHAP, occlusion. */
import { checkAbove, checkFinite, checkInteger, checkRng, type Rng } from '@surrogate/core';
import { matrixFromRows, type Matrix } from '@surrogate/core/host';
import { alike, multiplicativePerturbation, type LocalNeighborhood } from './neighborhood.js';

/** What explanations that leave coordinates out are told. */
export interface BaselineOptions {
  /** What stands for an absent coordinate. Default 0. */
  baseline?: number | undefined;
}

/** What {@link kernelShap} is told. */
export interface SubsetOptions extends BaselineOptions {
  /** How many subsets are drawn, >= 1; where there are no more than so many, all are taken and none is drawn. Default 1000. */
  samples?: number | undefined;
}

/** What {@link lime} is told. */
export interface LimeOptions extends SubsetOptions {
  /** How far from the input a subset's point may be and still count, > 0; Infinity counts all alike. Default 1. */
  kernelWidth?: number | undefined;
}

/** What {@link kernelShap} gives the empty set and the full one, which have to fit exactly. */
const endWeight = 1e6;

function checkSubsets(fn: string, rng: Rng, samples: number, baseline: number): void {
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'samples', samples, 1);
  checkFinite(fn, 'baseline', baseline);
}

/** All subsets of coordinates as rows of 0 and 1; undefined where they are too many. */
function allSubsets(width: number, most: number): Matrix | undefined {
  const rows = 2 ** width;
  if (rows > most) return undefined;
  return { rows, cols: width, data: Float64Array.from({ length: rows * width }, (_, i) => (Math.floor(i / width) >> (i % width)) & 1) };
}

const row = ({ cols, data }: Matrix, i: number) => data.subarray(i * cols, (i + 1) * cols);
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

/**
 * LIME on the coordinates themselves: each is kept or left out by a fair coin, and points near the input count more.
 *
 * $$ \min_{w, b}\ \mathbb{E}_{\xi \sim \lbrace 0, 1 \rbrace^d}\ e^{-\lVert x - x \circ \xi \rVert^2 / s^2} \big( f(x \circ \xi) - \langle w, \xi \rangle - b \big)^2 $$
 *
 * @param rng what subsets are drawn from where they are too many; it moves on.
 * @param options how many, the width s, the baseline.
 * @returns the neighbourhood, for `explainLocal`.
 * @throws SurrogateError `range`, `dtype`.
 * @see Ribeiro, Singh, Guestrin: "Why Should I Trust You?": Explaining the Predictions of Any Classifier, 2016. arXiv:1602.04938; Han, Srinivas, Lakkaraju: Which Explanation Should I Choose?, 2022. arXiv:2206.01254
 * @example
 * import { rng } from '@surrogate/core';
 * import { explainLocal, lime } from '@surrogate/diagnostics';
 * import { sum } from '@tensorflow/tfjs-core';
 * (await explainLocal((x) => sum(x, 1), [1, 3], lime(rng(0)))).weights; // [1, 3]
 */
export function lime(rng: Rng, { samples = 1000, kernelWidth = 1, baseline = 0 }: LimeOptions = {}): LocalNeighborhood {
  checkSubsets('lime', rng, samples, baseline);
  if (kernelWidth !== Infinity) checkAbove('lime', 'kernelWidth', kernelWidth, 0);
  return {
    sample(x) {
      const cols = x.length;
      const drawn = () => Float64Array.from({ length: samples * cols }, () => Number(rng.bernoulli(0.5)));
      const xi = allSubsets(cols, samples) ?? { rows: samples, cols, data: drawn() };
      const far = (i: number) => row(xi, i).reduce((sum, kept, j) => sum + ((1 - kept) * (x[j]! - baseline)) ** 2, 0);
      return { xi, weights: Float64Array.from({ length: xi.rows }, (_, i) => Math.exp(-far(i) / kernelWidth ** 2)) };
    },
    operator: multiplicativePerturbation(baseline),
    match: 'values',
    anchored: false,
  };
}

/**
 * KernelSHAP: with all subsets the weights are the Shapley values, which share what f(x) is above f at the baseline among the coordinates.
 *
 * $$ \min_{w, b} \sum_{\xi \in \lbrace 0, 1 \rbrace^d} \frac{d - 1}{\binom{d}{|\xi|} |\xi| (d - |\xi|)} \big( f(x \circ \xi) - \langle w, \xi \rangle - b \big)^2 $$
 *
 * Where subsets are too many, their sizes are drawn by what the sizes weigh, and each draw counts the same.
 *
 * @param rng what subsets are drawn from where they are too many; it moves on.
 * @param options how many, the baseline.
 * @returns the neighbourhood, for `explainLocal`.
 * @throws SurrogateError `range`, `dtype`.
 * @see Lundberg, Lee: A Unified Approach to Interpreting Model Predictions, 2017. arXiv:1705.07874
 * @example
 * import { rng } from '@surrogate/core';
 * import { explainLocal, kernelShap } from '@surrogate/diagnostics';
 * import { prod } from '@tensorflow/tfjs-core';
 * (await explainLocal((x) => prod(x, 1), [2, 3], kernelShap(rng(0)))).weights; // [3, 3]
 */
export function kernelShap(rng: Rng, { samples = 1000, baseline = 0 }: SubsetOptions = {}): LocalNeighborhood {
  checkSubsets('kernelShap', rng, samples, baseline);
  return {
    sample(x) {
      const d = x.length;
      const all = allSubsets(d, Math.max(samples, 2));
      if (all !== undefined) {
        const weight = (size: number) => (size === 0 || size === d ? endWeight : (d - 1) / (choose(d, size) * size * (d - size)));
        return { xi: all, weights: Float64Array.from({ length: all.rows }, (_, i) => weight(total(row(all, i)))) };
      }
      const bySize = Float64Array.from({ length: d - 1 }, (_, i) => -Math.log((i + 1) * (d - i - 1)));
      const drawn = Array.from({ length: samples }, () => {
        const kept = new Float64Array(d);
        for (const j of rng.choice(d, 1 + rng.categorical(bySize))) kept[j] = 1;
        return kept;
      });
      const xi = matrixFromRows([new Float64Array(d), new Float64Array(d).fill(1), ...drawn]);
      return { xi, weights: Float64Array.from({ length: xi.rows }, (_, i) => (i < 2 ? endWeight : 1 / samples)) };
    },
    operator: multiplicativePerturbation(baseline),
    match: 'values',
    anchored: false,
  };
}

/** How many subsets of a size there are. */
const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

/**
 * Occlusion: the weight of a coordinate is what f loses when the baseline takes its place.
 *
 * $$ w_j = f(x) - f(x \circ (1 - e_j)) $$
 *
 * @param options the baseline.
 * @returns the neighbourhood, for `explainLocal`.
 * @throws SurrogateError `range`.
 * @see Zeiler, Fergus: Visualizing and Understanding Convolutional Networks, 2013. arXiv:1311.2901
 * @example
 * import { explainLocal, occlusion } from '@surrogate/diagnostics';
 * import { prod } from '@tensorflow/tfjs-core';
 * (await explainLocal((x) => prod(x, 1), [2, 3], occlusion())).weights; // [6, 6]
 */
export function occlusion({ baseline = 0 }: BaselineOptions = {}): LocalNeighborhood {
  checkFinite('occlusion', 'baseline', baseline);
  return {
    sample: ({ length: d }) => alike({ rows: d, cols: d, data: Float64Array.from({ length: d * d }, (_, i) => Number(i % (d + 1) !== 0)) }),
    operator: multiplicativePerturbation(baseline),
    match: 'values',
    anchored: true,
  };
}
