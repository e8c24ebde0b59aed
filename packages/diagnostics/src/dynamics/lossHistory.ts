/** @file Which examples does a model pull between? The losses of each, step by step, and the groups whose losses move in opposition. */
import { checkInteger, fail } from '@surrogate/core';
import { checkRecord } from '../common/checkRecord.js';

/** The losses of the same examples over the last steps. */
export interface LossHistory {
  /** The losses of one step after the other, one an example. */
  readonly steps: readonly Float64Array[];
  /** The largest change in one step that each example's loss has made, in all steps seen. */
  readonly largestChange: Float64Array;
}

/** Options of {@link observeLosses}. */
export interface LossHistoryOptions {
  /** How many steps are kept, >= 2. Default 100. */
  window?: number | undefined;
}

/** Two groups of examples whose losses move in opposition, if the correlation is near -1. */
export interface OpposingGroups {
  /** The examples that move with the one that has moved most. */
  readonly groupA: readonly number[];
  /** Those that move against it. */
  readonly groupB: readonly number[];
  /** Of the changes of the groups' mean losses, in [-1, 1]; 0 where a group is empty or does not move. */
  readonly correlation: number;
}

/**
 * Adds a step to a history of losses.
 *
 * @param history what came before; undefined at the first step.
 * @param losses the loss of each example, the same examples in the same order at each step.
 * @param options how many steps are kept.
 * @returns a new history.
 * @throws SurrogateError `shape` for another number of examples, `range` for a loss that is NaN, `dtype`.
 * @see Rosenfeld, Risteski: Outliers with Opposing Signals Have an Outsized Effect on Neural Network Optimization, 2023. arXiv:2311.04163
 * @example
 * import { observeLosses } from '@surrogate/diagnostics';
 * const first = observeLosses(undefined, [1, 1]);
 * observeLosses(first, [3, 0.5]).largestChange; // [2, 0.5]
 */
export function observeLosses(
  history: LossHistory | undefined,
  losses: ArrayLike<number>,
  { window = 100 }: LossHistoryOptions = {},
): LossHistory {
  const fn = 'observeLosses';
  checkInteger(fn, 'window', window, 2);
  const now = Float64Array.from(losses);
  const odd = now.findIndex(Number.isNaN);
  if (odd >= 0) fail('range', fn, 'losses', `must be numbers, got NaN at [${odd}]`);
  if (history === undefined) return { steps: [now], largestChange: new Float64Array(now.length) };
  checkRecord(fn, 'history', history, 'what observeLosses gave');
  const before = history.steps.at(-1)!;
  if (before.length !== now.length) fail('shape', fn, 'losses', `must be the same ${before.length} examples, got ${now.length}`);
  return {
    steps: [...history.steps, now].slice(-window),
    largestChange: history.largestChange.map((most, i) => Math.max(most, Math.abs(now[i]! - before[i]!))),
  };
}

/**
 * The examples whose loss has changed most in one step.
 *
 * @param history what `observeLosses` gave.
 * @param k how many, at most as many as there are.
 * @returns their places, the one that changed most first.
 * @throws SurrogateError `range`, `dtype`.
 * @see Rosenfeld, Risteski: Outliers with Opposing Signals Have an Outsized Effect on Neural Network Optimization, 2023. arXiv:2311.04163
 * @example
 * import { observeLosses, rankByLossChange } from '@surrogate/diagnostics';
 * rankByLossChange(observeLosses(observeLosses(undefined, [1, 1, 1]), [3, 1, 0]), 2); // [0, 2]
 */
export function rankByLossChange(history: LossHistory, k: number): number[] {
  const fn = 'rankByLossChange';
  checkRecord(fn, 'history', history, 'what observeLosses gave');
  return ranked(fn, history, k);
}

function ranked(fn: string, { largestChange }: LossHistory, k: number): number[] {
  checkInteger(fn, 'k', k, 1);
  if (k > largestChange.length) fail('range', fn, 'k', `must be at most ${largestChange.length}, the number of examples, got ${k}`);
  return [...largestChange.keys()].sort((a, b) => largestChange[b]! - largestChange[a]!).slice(0, k);
}

/** A series less its mean, of length 1; of zeros where it does not move. */
function normalized(series: Float64Array): Float64Array {
  const mean = series.reduce((a, b) => a + b, 0) / series.length;
  const centered = series.map((value) => value - mean);
  const length = Math.hypot(...centered);
  return length > 0 ? centered.map((value) => value / length) : centered;
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/**
 * Splits the examples whose losses change most into two groups that move in opposition: when the loss of one falls, that of the other rises.
 *
 * Two centres, one the negative of the other, are fitted to the series of changes; the correlation says whether there is an opposition at all.
 *
 * @param history what `observeLosses` gave, three steps or more.
 * @param top how many examples take part, at most as many as there are.
 * @returns the groups, and the correlation of the changes of their mean losses.
 * @throws SurrogateError `shape` for a shorter history, `range`, `dtype`.
 * @see Rosenfeld, Risteski: Outliers with Opposing Signals Have an Outsized Effect on Neural Network Optimization, 2023. arXiv:2311.04163
 * @example
 * import { observeLosses, opposingGroups } from '@surrogate/diagnostics';
 * let history;
 * for (const up of [0, 1, 0, 1]) history = observeLosses(history, [up, 5, 1 - up]);
 * const { groupA, groupB, correlation } = opposingGroups(history, 2);
 * groupA; // [0]
 * groupB; // [2]
 * correlation; // -1
 */
export function opposingGroups(history: LossHistory, top: number): OpposingGroups {
  const fn = 'opposingGroups';
  checkRecord(fn, 'history', history, 'what observeLosses gave');
  const { steps } = history;
  if (steps.length < 3) fail('shape', fn, 'history', `must have three steps or more, got ${steps.length}`);
  const chosen = ranked(fn, history, top);
  const changes = (of: (step: Float64Array) => number) =>
    normalized(Float64Array.from({ length: steps.length - 1 }, (_, t) => of(steps[t + 1]!) - of(steps[t]!)));
  const series = chosen.map((i) => changes((step) => step[i]!));
  let center = series[0]!;
  let sides: number[] = [];
  // The rounds of two-means settle in a few; ten bound them.
  for (let round = 0; round < 10; round++) {
    const next = series.map((one) => (dot(one, center) < 0 ? -1 : 1));
    if (next.every((side, i) => side === sides[i])) break;
    sides = next;
    center = center.map((_, t) => series.reduce((sum, one, i) => sum + sides[i]! * one[t]!, 0));
  }
  const lead = sides[0]!;
  const [groupA, groupB] = [chosen.filter((_, i) => sides[i] === lead), chosen.filter((_, i) => sides[i] !== lead)];
  const meanOf = (group: readonly number[]) => changes((step) => group.reduce((sum, i) => sum + step[i]! / group.length, 0));
  return { groupA, groupB, correlation: groupB.length === 0 ? 0 : dot(meanOf(groupA), meanOf(groupB)) };
}
