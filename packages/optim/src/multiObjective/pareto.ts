/** @file Several losses at once: weights of their gradients that no task loses by. */
import { tidy } from '@tensorflow/tfjs-core';
import { checkAtLeast, checkBoolean, checkFinite, fail, treeAdd, treeDot, treeScale, type TensorTree } from '@surrogate/core';
import { linearProgram, type Matrix } from '@surrogate/core/host';
import { vectorOf } from '../host/vectors.js';

function checkGram(fn: string, gram: Matrix): void {
  if (typeof gram !== 'object' || !(gram?.data instanceof Float64Array)) fail('dtype', fn, 'gram', `must be a matrix, got ${typeof gram}`);
  if (gram.rows !== gram.cols || gram.rows === 0) fail('shape', fn, 'gram', `must be square, got ${gram.rows} x ${gram.cols}`);
  vectorOf(fn, 'gram', gram.data, gram.rows * gram.cols);
}

/**
 * The weights of the shortest convex combination of gradients: a direction in which no task gets worse (MGDA).
 *
 * $$ \min_{\alpha \ge 0, \sum \alpha = 1} \Big\lVert \textstyle\sum_j \alpha_j g_j \Big\rVert^2 $$
 *
 * @param gram C, m x m: the inner products of the tasks' gradients.
 * @returns α, m numbers.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Désidéri: Multiple-gradient descent algorithm (MGDA) for multiobjective optimization, 2012; Sener, Koltun: Multi-Task Learning as Multi-Objective Optimization, 2018. arXiv:1810.04650
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { minimumNormWeights } from '@surrogate/optim';
 * Array.from(minimumNormWeights(matrixFromRows([[1, 0], [0, 4]]))); // [0.8, 0.2]
 */
export function minimumNormWeights(gram: Matrix): Float64Array {
  checkGram('minimumNormWeights', gram);
  const { rows: m, data: c } = gram;
  const alpha = new Float64Array(m).fill(1 / m);
  const [slope, size] = [new Float64Array(m), new Float64Array(m)];
  const measure = (): void => {
    for (let i = 0; i < m; i++) {
      slope[i] = size[i] = 0;
      for (let j = 0; j < m; j++) {
        const term = c[i * m + j]! * alpha[j]!;
        slope[i]! += term;
        size[i]! += Math.abs(term);
      }
    }
  };
  // Frank and Wolfe's steps between the best and the worst vertex in use, each exact along its line.
  for (let round = 0; round < 2000 * m; round++) {
    measure();
    let [to, from] = [0, -1];
    for (let i = 0; i < m; i++) {
      if (slope[i]! < slope[to]!) to = i;
      if (alpha[i]! > 0 && (from < 0 || slope[i]! > slope[from]!)) from = i;
    }
    const gain = slope[from]! - slope[to]!;
    const curvature = c[to * m + to]! + c[from * m + from]! - 2 * c[to * m + from]!;
    // Where tasks cancel, slopes are small and their rounding errors are not: those are of the size of what was added.
    if (gain <= 1e-14 * Math.max(size[from]!, size[to]!, 1e-300) || !(curvature > 0)) break;
    const step = Math.min(gain / curvature, alpha[from]!);
    alpha[to]! += step;
    alpha[from] = step === alpha[from] ? 0 : alpha[from]! - step;
  }
  return alpha;
}

/** Options of {@link preferenceWeights}. */
export interface PreferenceWeightsOptions {
  /** The validation loss, at least 0; while it is above `threshold`, it is what the weights serve. */
  validationLoss: number;
  /** ε, >= 0. Default 1e-3. */
  threshold?: number | undefined;
  /** In the descent mode, do not hold the validation loss. Default false. */
  relax?: boolean | undefined;
}

/** What {@link preferenceWeights} found. */
export interface PreferenceWeights {
  /** α, one a task, of sum 1. */
  readonly weights: Float64Array;
  /** `balance`: towards the validation loss's minimum; `descent`: all tasks down; `uniform`: no weights were feasible. */
  readonly mode: 'balance' | 'descent' | 'uniform';
}

/**
 * Weights of several tasks' gradients that lower a validation loss as much as no task's objection allows: a Pareto point that generalises.
 *
 * $$ \max_\alpha \langle \alpha, a \rangle \ \text{ s.t. } \ C \alpha \ge r, \quad \alpha \ge 0,\ \textstyle\sum \alpha = 1, \qquad C_{jk} = \langle g_j, g_k \rangle, \quad a_j = \langle g_j, g_{val} \rangle $$
 *
 * A task that goes along with the validation loss may get worse, except the one that goes along most; the others keep at least r_j = a_j. Once the validation loss is small, all tasks descend together. A linear programme on the host, for tens of tasks.
 *
 * @param gram C, m x m: the inner products of the tasks' gradients.
 * @param alignment a, m numbers: their inner products with the validation loss's gradient.
 * @returns the weights and which of the two aims they serve; shared parameters move along m Σ α_j g_j.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Lv, Liang, Gong, Li, Liu, Li, Liu, Wang: Pareto Domain Adaptation, 2021
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { preferenceWeights } from '@surrogate/optim';
 * Array.from(preferenceWeights(matrixFromRows([[1, -0.5], [-0.5, 1.25]]), [1, 0], { validationLoss: 1 }).weights); // [0.714286, 0.285714]
 */
export function preferenceWeights(
  gram: Matrix,
  alignment: ArrayLike<number>,
  { validationLoss, threshold = 1e-3, relax = false }: PreferenceWeightsOptions,
): PreferenceWeights {
  const fn = 'preferenceWeights';
  checkGram(fn, gram);
  const m = gram.rows;
  const a = vectorOf(fn, 'alignment', alignment, m);
  checkFinite(fn, 'validationLoss', validationLoss);
  checkAtLeast(fn, 'threshold', threshold, 0);
  checkBoolean(fn, 'relax', relax);
  const mode = validationLoss > threshold ? 'balance' : 'descent';
  /** Rows and bounds of what is at most b. */
  const rows: number[][] = [];
  const bounds: number[] = [];
  const atLeast = (row: readonly number[], bound: number): void => {
    rows.push(row.map((entry) => -entry));
    bounds.push(-bound);
  };
  const gramRow = (j: number): number[] => Array.from(gram.data.subarray(j * m, (j + 1) * m));
  const most = a.reduce((best, value, j) => (value > a[best]! ? j : best), 0);
  if (mode === 'balance') {
    const anyGoesAlong = a[most]! > 0;
    for (let j = 0; j < m; j++) {
      if (!anyGoesAlong || j === most) atLeast(gramRow(j), 0);
      else if (a[j]! <= 0) atLeast(gramRow(j), a[j]!);
    }
  } else {
    for (let j = 0; j < m; j++) atLeast(gramRow(j), 0);
    if (!relax) atLeast(Array.from(a), Math.min(0, a[most]!));
  }
  const gain = mode === 'balance' ? a : a.map((_, k) => gramRow(k).reduce((sum, entry) => sum + entry, 0));
  const solution = linearProgram(gain.map((value) => -value), {
    atMost: { a: { rows: rows.length, cols: m, data: Float64Array.from(rows.flat()) }, b: Float64Array.from(bounds) },
    equal: { a: { rows: 1, cols: m, data: new Float64Array(m).fill(1) }, b: Float64Array.of(1) },
  }); // prettier-ignore
  return solution.status === 'optimal' ? { weights: solution.x, mode } : { weights: new Float64Array(m).fill(1 / m), mode: 'uniform' };
}

/** What {@link paretoGradient} gives. */
export interface ParetoGradient<P> extends PreferenceWeights {
  /** m Σ α_j g_j, a tree of the gradients' form; the caller's. */
  readonly gradient: P;
}

/**
 * Combines the gradients of several tasks by {@link preferenceWeights}.
 *
 * $$ g = m \textstyle\sum_j \alpha_j g_j $$
 *
 * It reads the inner products, so it is asynchronous.
 *
 * @param gradients one tree of float32 tensors a task, all of one form: of the shared parameters.
 * @param validationGradient the gradient of the validation loss, of that form.
 * @returns the gradient to step along, and the weights.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Lv et al.: Pareto Domain Adaptation, 2021
 * @example
 * import { paretoGradient } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const tasks = [{ w: tensor([1, 0]) }, { w: tensor([-0.5, 1]) }];
 * const { gradient } = await paretoGradient(tasks, { w: tensor([1, 0.5]) }, { validationLoss: 1 });
 * await gradient.w.data(); // [1.142857, 0.571429]
 */
export async function paretoGradient<P extends TensorTree<P>>(
  gradients: readonly P[],
  validationGradient: P,
  options: PreferenceWeightsOptions,
): Promise<ParetoGradient<P>> {
  const fn = 'paretoGradient';
  const m = gradients.length;
  if (m === 0) fail('shape', fn, 'gradients', 'must hold at least one task, got none');
  const products = tidy(() =>
    gradients.flatMap((g, j) => [validationGradient, ...gradients.slice(0, j + 1)].map((other) => treeDot(g, other))),
  );
  const values = await Promise.all(products.map((product) => product.data())).finally(() =>
    products.forEach((product) => product.dispose()),
  );
  const alignment = new Float64Array(m);
  const gram = { rows: m, cols: m, data: new Float64Array(m * m) };
  let next = 0;
  for (let j = 0; j < m; j++) {
    alignment[j] = values[next++]![0]!;
    for (let k = 0; k <= j; k++) gram.data[j * m + k] = gram.data[k * m + j] = values[next++]![0]!;
  }
  const found = preferenceWeights(gram, alignment, options);
  const gradient = tidy(() => gradients.map((g, j) => treeScale(g, m * found.weights[j]!)).reduce((x, y) => treeAdd(x, y)) as never) as P;
  return { ...found, gradient };
}

/**
 * What a target model should say, from what a source model says and from how much each class's examples look like the target's.
 *
 * $$ p_t(y \mid x) \propto p_s(y \mid x)\, P(\text{target} \mid x, y) $$
 *
 * @param sourceProbs p_s, one number a class.
 * @param targetProbs P(target | x, y), of a domain discriminator for each class.
 * @returns a distribution over the classes.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Lv et al.: Pareto Domain Adaptation, 2021
 * @example
 * import { refineTargetPrediction } from '@surrogate/optim';
 * Array.from(refineTargetPrediction([0.6, 0.3, 0.1], [0.2, 0.9, 0.5])); // [0.272727, 0.613636, 0.113636]
 */
export function refineTargetPrediction(sourceProbs: ArrayLike<number>, targetProbs: ArrayLike<number>): Float64Array {
  const fn = 'refineTargetPrediction';
  const p = vectorOf(fn, 'sourceProbs', sourceProbs);
  const d = vectorOf(fn, 'targetProbs', targetProbs, p.length);
  const odd = [p, d].flatMap((values) => Array.from(values)).find((value) => value < 0);
  if (odd !== undefined) fail('range', fn, 'sourceProbs', `and targetProbs must be at least 0, got ${odd}`);
  const parts = p.map((value, i) => value * d[i]!);
  const total = parts.reduce((sum, part) => sum + part, 0);
  if (!(total > 0)) fail('range', fn, 'targetProbs', 'must leave a class possible, got products that are all 0');
  return parts.map((part) => part / total);
}
