/** @file A schedule from the gradients of a run that is over, and the bound that compares schedules. */
import { checkAbove, checkBoolean, checkBetween, checkFinite, checkInteger, fail, type Schedule } from '@surrogate/core';
import { vectorOf } from '../host/vectors.js';

/**
 * The running median: each number becomes the median of those around it.
 *
 * Beyond both ends the first and the last number are repeated.
 *
 * @param values any numbers, n of them.
 * @param width how many numbers a median is taken of, odd.
 * @returns n numbers.
 * @throws SurrogateError `range` for an even width or numbers that are not finite, `dtype`.
 * @example
 * import { medianFilter } from '@surrogate/optim';
 * Array.from(medianFilter([1, 9, 2, 3, 2], 3)); // [1, 2, 3, 2, 2]
 */
export function medianFilter(values: ArrayLike<number>, width: number): Float64Array {
  const x = vectorOf('medianFilter', 'values', values);
  checkInteger('medianFilter', 'width', width, 1);
  if (width % 2 === 0) fail('range', 'medianFilter', 'width', `must be odd, got ${width}`);
  const n = x.length;
  const half = (width - 1) / 2;
  const at = (i: number): number => x[Math.min(Math.max(i, 0), n - 1)]!;
  const window = Float64Array.from({ length: width }, (_, i) => at(i - half)).sort();
  return x.map((_, i) => {
    if (i > 0) replace(window, at(i - 1 - half), at(i + half));
    return window[half]!;
  });
}

/** Where a number stands, or would stand, in a sorted array. */
function place(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes one number out of a sorted array and puts another in. */
function replace(sorted: Float64Array, out: number, value: number): void {
  const from = place(sorted, out);
  sorted.copyWithin(from, from + 1);
  const to = place(sorted.subarray(0, sorted.length - 1), value);
  sorted.copyWithin(to + 1, to, sorted.length - 1);
  sorted[to] = value;
}

/** Options of {@link refinedSchedule}. */
export interface RefinedScheduleOptions {
  /** The highest learning rate. Default 1. */
  peak?: number | undefined;
  /** p: 2 for SGD, whose norms are Euclidean; 1 for Adam and its relatives, whose norms are sums of absolute values. Default 2. */
  power?: number | undefined;
  /** The width of the median filter as a part of the run, in [0, 1]. Default 0.1. */
  smooth?: number | undefined;
  /** Divide by the largest value, so that the schedule reaches the peak. Default true. */
  normalize?: boolean | undefined;
}

/**
 * The learning rates that the worst-case theory finds best, after a run whose gradient norms are known.
 *
 * $$ w_t = G_t^{-p}, \qquad \eta_t \propto w_t \sum_{s > t} w_s $$
 *
 * With constant norms this is linear decay to 0; where the norms end high, it ends low, and a warm-up appears where they begin high. The norms are smoothed by a running
 * median, behind the last one by their mirror image. Norms of single small batches are mostly noise, which shrinks with the learning rate and misleads: average over runs, or
 * take large batches.
 *
 * @param gradientNorms G, one a step of the earlier run, each > 0.
 * @returns the schedule; 0 from the last of these steps on.
 * @throws SurrogateError `range`, `dtype`, `shape` where there is no norm.
 * @see Defazio, Cutkosky, Mehta, Mishchenko: When, Why and How Much? Adaptive Learning Rate Scheduling by Refinement, 2023. arXiv:2310.07831
 * @example
 * import { refinedSchedule } from '@surrogate/optim';
 * [0, 1, 2, 3].map(refinedSchedule([1, 1, 1, 1])); // [1, 0.666667, 0.333333, 0]
 */
export function refinedSchedule(
  gradientNorms: ArrayLike<number>,
  { peak = 1, power = 2, smooth = 0.1, normalize = true }: RefinedScheduleOptions = {},
): Schedule {
  const fn = 'refinedSchedule';
  const norms = positive(fn, 'gradientNorms', gradientNorms);
  checkFinite(fn, 'peak', peak);
  checkFinite(fn, 'power', power);
  checkBetween(fn, 'smooth', smooth, 0, 1, true);
  checkBoolean(fn, 'normalize', normalize);
  const rates = refined(smoothed(norms, smooth), power);
  const scale = normalize ? rates.reduce((a, b) => Math.max(a, b), 0) || 1 : 1;
  return (step) => (step < rates.length ? (peak * rates[Math.max(0, Math.floor(step))]!) / scale : 0);
}

function positive(fn: string, argument: string, values: ArrayLike<number>): Float64Array {
  const x = vectorOf(fn, argument, values);
  if (x.length === 0) fail('shape', fn, argument, 'must hold at least one number, got none');
  const at = x.findIndex((value) => value <= 0);
  if (at >= 0) fail('range', fn, argument, `must be above 0, got ${x[at]} at [${at}]`);
  return x;
}

function smoothed(norms: Float64Array, part: number): Float64Array {
  const n = norms.length;
  const width = 2 * Math.floor((part * n) / 2) + 1;
  const period = Math.max(1, 2 * (n - 1));
  const mirrored = Float64Array.from({ length: n + 2 * width }, (_, i) => norms[Math.min(i % period, period - (i % period))]!);
  return medianFilter(mirrored, width).slice(0, n);
}

/** w_t Σ_{s>t} w_s / Σ w. */
function refined(norms: Float64Array, power: number): Float64Array {
  const weights = norms.map((g) => g ** -power);
  const total = weights.reduce((a, b) => a + b, 0);
  const rates = new Float64Array(norms.length);
  let after = 0;
  for (let t = norms.length - 1; t >= 0; t--) {
    rates[t] = (weights[t]! * after) / total;
    after += weights[t]!;
  }
  return rates;
}

/**
 * How far the last iterate of subgradient descent can be from the optimum, with given learning rates and gradient norms: the number by which schedules are compared.
 *
 * $$ \frac{D^2}{2 \sum_t \eta_t} + \frac{\sum_t \eta_t^2 G_t^2}{2 \sum_t \eta_t} + \frac12 \sum_{k < T} \frac{\eta_k}{\sum_{t > k} \eta_t} \cdot \frac{\sum_{t \ge k} \eta_t^2 G_t^2}{\sum_{t \ge k} \eta_t} $$
 *
 * @param learningRates η, each >= 0; zeros at the end are left out.
 * @param gradientNorms G, as many.
 * @param distance D, from the start to the optimum, > 0.
 * @returns the bound on the excess loss.
 * @throws SurrogateError `range` also where no rate is above 0, `shape`, `dtype`.
 * @see Defazio, Cutkosky, Mehta, Mishchenko: When, Why and How Much?, 2023. arXiv:2310.07831
 * @example
 * import { lastIterateBound } from '@surrogate/optim';
 * lastIterateBound([0.1, 0.05, 0.02], [1, 2, 1], 1); // 3.272605
 */
export function lastIterateBound(learningRates: ArrayLike<number>, gradientNorms: ArrayLike<number>, distance: number): number {
  const fn = 'lastIterateBound';
  const rates = vectorOf(fn, 'learningRates', learningRates);
  const norms = vectorOf(fn, 'gradientNorms', gradientNorms, rates.length);
  checkAbove(fn, 'distance', distance, 0);
  const negative = rates.findIndex((rate) => rate < 0);
  if (negative >= 0) fail('range', fn, 'learningRates', `must be at least 0, got ${rates[negative]} at [${negative}]`);
  let end = rates.length;
  while (end > 0 && rates[end - 1] === 0) end--;
  if (end === 0) fail('range', fn, 'learningRates', 'must not all be 0, got no rate above 0');
  let [sum, squares, tail] = [0, 0, 0];
  for (let t = end - 1; t >= 0; t--) {
    const after = sum;
    sum += rates[t]!;
    squares += (rates[t]! * norms[t]!) ** 2;
    if (t < end - 1) tail += ((rates[t]! / after) * squares) / sum;
  }
  return (distance ** 2 + squares) / (2 * sum) + tail / 2;
}
