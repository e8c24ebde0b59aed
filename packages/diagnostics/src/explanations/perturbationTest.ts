/** @file Is an explanation right about what matters? Take features away by its order, and look. */
import {
  asTensor,
  checkAbove,
  checkFinite,
  checkInteger,
  checkOneOf,
  checkRank,
  checkRng,
  checkShape,
  fail,
  onHost,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { valuesAt, type RowModel } from './explain.js';

/** What {@link perturbationTest} does to an input. */
export interface PerturbationTestOptions {
  /** How many coordinates of each input are perturbed. */
  k: number;
  /** Those whose attributions are largest in size, or smallest. Default bottom. */
  order?: 'top' | 'bottom' | undefined;
  /** What is put in their place, without noise. Default 0. */
  baseline?: number | undefined;
  /** Adds noise of a standard deviation `sigma` (default 0.1) to them instead; the generator moves on. */
  noise?: { readonly rng: Rng; readonly sigma?: number | undefined } | undefined;
}

/**
 * How much a model's output changes when coordinates are perturbed that an explanation calls important, or unimportant: for a good one the change is large at the top and
 * small at the bottom.
 *
 * $$ \frac1n \sum_i \lvert f(x_i) - f(x_i') \rvert $$
 *
 * @param f the model: float32 `[m, d]` to `[m]`, each row on its own.
 * @param x float32 `[n, d]`, n >= 1.
 * @param attributions float32 `[n, d]`; their size is what counts, ties go to the first.
 * @param options how many coordinates, which, and what happens to them.
 * @returns the mean change, >= 0.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Han, Srinivas, Lakkaraju: Which Explanation Should I Choose?, 2022. arXiv:2206.01254
 * @example
 * import { perturbationTest } from '@surrogate/diagnostics';
 * import { sum } from '@tensorflow/tfjs-core';
 * const model = (x) => sum(x, 1);
 * await perturbationTest(model, [[5, 1]], [[0.9, 0.1]], { k: 1, order: 'top' }); // 5
 * await perturbationTest(model, [[5, 1]], [[0.9, 0.1]], { k: 1 }); // 1
 */
export async function perturbationTest(
  f: RowModel,
  x: TensorLike,
  attributions: TensorLike,
  { k, order = 'bottom', baseline = 0, noise }: PerturbationTestOptions,
): Promise<number> {
  const fn = 'perturbationTest';
  if (typeof f !== 'function') fail('dtype', fn, 'f', `must be a function, got ${f === null ? 'null' : typeof f}`);
  checkOneOf(fn, 'order', order, ['top', 'bottom']);
  checkFinite(fn, 'baseline', baseline);
  if (noise !== undefined) checkRng(fn, 'noise.rng', noise.rng);
  const sigma = noise?.sigma ?? 0.1;
  checkAbove(fn, 'noise.sigma', sigma, 0);
  const read = await onHost(() => {
    const rows = asTensor(fn, 'x', x);
    checkRank(fn, 'x', rows.shape, 2);
    const scores = asTensor(fn, 'attributions', attributions);
    checkShape(fn, 'attributions', scores.shape, rows.shape);
    return { rows, scores };
  });
  const [n, d] = read.rows.shape as [number, number];
  checkInteger(fn, 'k', k, 0);
  if (n === 0 || k > d) fail('range', fn, 'k', `must be at most the ${d} coordinates of at least one input, got ${k} of ${n} inputs`);
  const before = Float64Array.from(read.rows.data);
  const after = before.slice();
  for (let i = 0; i < n; i++) {
    const size = (j: number) => Math.abs(read.scores.data[i * d + j]!) * (order === 'top' ? -1 : 1);
    const chosen = Array.from({ length: d }, (_, j) => j).sort((a, b) => size(a) - size(b)).slice(0, k); // prettier-ignore
    for (const j of chosen) after[i * d + j] = noise === undefined ? baseline : before[i * d + j]! + noise.rng.normal(0, sigma);
  }
  const [was, is] = [await valuesAt(fn, f, before, d), await valuesAt(fn, f, after, d)];
  return was.reduce((sum, value, i) => sum + Math.abs(value - is[i]!) / n, 0);
}
