/** @file Fisher-weighted averaging: each model counts where its own task cares. */
import {
  add,
  argMax,
  cast,
  clone,
  div,
  divNoNan,
  equal,
  mul,
  oneHot,
  slice,
  square,
  sum,
  tidy,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkAtLeast,
  checkBoolean,
  checkInteger,
  checkRng,
  checkShape,
  detach,
  disposeTree,
  dotLast,
  exp,
  fail,
  grad,
  logSoftmax,
  maximum,
  randomGumbel,
  treeAdd,
  treeLeaves,
  treeMap,
  treeNorm,
  treeScale,
  treeZerosLike,
  treeZip,
  type Rng,
  type TensorLike,
  type TensorTree,
} from '@surrogate/core';
import { sampleDirichlet } from '@surrogate/core/host';
import { checkFunction } from '../host/vectors.js';
import { checkModels } from './soups.js';

/** Options of {@link diagonalFisher}; without any, the expectation over labels is exact. */
export interface DiagonalFisherOptions {
  /** int32 `[N]`: take these labels in place of the model's own (the "empirical" Fisher). */
  labels?: TensorLike | undefined;
  /** How many labels to draw from the model for each example, for models of many classes; needs `rng`. */
  samples?: number | undefined;
  /** What labels are drawn from. */
  rng?: Rng | undefined;
}

/**
 * The diagonal of the Fisher information of a classifier: how much each parameter matters to what the model says.
 *
 * $$ F_j = \frac1N \sum_n \mathbb{E}_{y \sim p(\cdot \mid x_n)} \left( \frac{\partial \log p(y \mid x_n)}{\partial \theta_j} \right)^2 $$
 *
 * It takes one backward pass for each example and class (for each draw with `samples`), so a few hundred examples are what it is for.
 *
 * @param logits float32 `[B, K]` of the parameters and a batch of inputs.
 * @param params the parameter tree, float32.
 * @param inputs `[N, ...]`, N >= 1 examples along the first axis.
 * @returns a tree of the parameters' form.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range`.
 * @see Matena, Raffel: Merging Models with Fisher-Weighted Averaging, 2021. arXiv:2111.09832
 * @example
 * import { diagonalFisher } from '@surrogate/optim';
 * import { matMul, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
 * const fisher = diagonalFisher(({ w }, x) => matMul(x, w as Tensor), { w: tensor2d([[0, 0]]) }, tensor2d([[2]]));
 * await fisher.w.data(); // [1, 1]
 */
export function diagonalFisher<P extends TensorTree<P>>(
  logits: (params: P, inputs: Tensor) => Tensor,
  params: P,
  inputs: Tensor,
  { labels, samples, rng }: DiagonalFisherOptions = {},
): P {
  const fn = 'diagonalFisher';
  checkFunction(fn, 'logits', logits);
  treeLeaves(params);
  const count = tidy(() => asTensor(fn, 'inputs', inputs, inputs.dtype === 'int32' ? 'int32' : 'float32').shape[0] ?? 0);
  if (count === 0) fail('shape', fn, 'inputs', `must hold at least one example, got shape [${inputs.shape.join(', ')}]`);
  if (samples !== undefined) {
    checkInteger(fn, 'samples', samples, 1);
    checkRng(fn, 'rng', rng as Rng);
  }
  const given = labels === undefined ? undefined : tidy(() => clone(asTensor(fn, 'labels', labels, 'int32')));
  const rowOf = (z: Tensor): Tensor => {
    checkShape(fn, 'logits', z.shape, [1, null]);
    return z;
  };
  let total = treeZerosLike(params);
  const addSquares = (scale: number, x: Tensor, weightsOf: (logP: Tensor) => Tensor): void => {
    const next = tidy(() => {
      const scoreOf = (p: P): Tensor => {
        const logP = logSoftmax(rowOf(logits(p, x)));
        return sum(dotLast(weightsOf(detach(logP)), logP));
      };
      return treeZip(total, grad(scoreOf)(params), (f, g) => add(f, mul(square(g), scale / count))) as never;
    }) as P;
    disposeTree(total);
    total = next;
  };
  try {
    if (given !== undefined) checkShape(fn, 'labels', given.shape, [count]);
    for (let n = 0; n < count; n++) {
      const x = slice(inputs, [n], [1]);
      try {
        const classes = tidy(() => rowOf(logits(params, x)).shape[1]!);
        if (given !== undefined) addSquares(1, x, () => oneHot(slice(given, [n], [1]), classes));
        else if (samples !== undefined)
          for (let draw = 0; draw < samples; draw++)
            addSquares(1 / samples, x, (logP) => oneHot(argMax<Tensor1D>(add(logP, randomGumbel(rng!, logP.shape)), -1), classes));
        // The root of p on the score of y, so that its square carries p.
        else for (let y = 0; y < classes; y++) addSquares(1, x, (logP) => mul(oneHot([y], classes), exp(mul(logP, 0.5))));
      } finally {
        x.dispose();
      }
    }
    return total;
  } catch (error) {
    disposeTree(total);
    throw error;
  } finally {
    given?.dispose();
  }
}

/** Options of {@link fisherMerge}. */
export interface FisherMergeOptions {
  /** λ, how much each model counts, >= 0. Default all alike. */
  coefficients?: readonly number[] | undefined;
  /** The least Fisher information, >= 0. Default 1e-6. */
  floor?: number | undefined;
  /** Only the first model's information has the floor, so that it decides where none of them cares. Default true, as in the authors' code. */
  favorTarget?: boolean | undefined;
  /** Divide each model's information by its norm over the whole tree first. Default true. */
  normalize?: boolean | undefined;
}

/**
 * Averages models with the Fisher information of each parameter as its weight.
 *
 * $$ \theta_j = \frac{\sum_i \lambda_i F_{ij}\, \theta_{ij}}{\sum_i \lambda_i F_{ij}} $$
 *
 * With information that is the same everywhere this is the mean.
 *
 * @param models parameter trees of one form, float32; the first is the target.
 * @param fishers their information, as `diagonalFisher` gives it.
 * @returns a new tree.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range`.
 * @see Matena, Raffel: Merging Models with Fisher-Weighted Averaging, 2021. arXiv:2111.09832
 * @example
 * import { fisherMerge } from '@surrogate/optim';
 * import { scalar } from '@tensorflow/tfjs-core';
 * const models = [{ w: scalar(1) }, { w: scalar(4) }];
 * (await fisherMerge(models, [{ w: scalar(2) }, { w: scalar(1) }], { normalize: false }).w.data())[0]; // 2
 */
export function fisherMerge<P extends TensorTree<P>>(
  models: readonly P[],
  fishers: readonly P[],
  { coefficients, floor = 1e-6, favorTarget = true, normalize = true }: FisherMergeOptions = {},
): P {
  const fn = 'fisherMerge';
  checkModels(fn, models, 'fishers', fishers);
  checkModels(fn, models, 'coefficients', coefficients);
  coefficients?.forEach((lambda) => checkAtLeast(fn, 'coefficients', lambda, 0));
  if (coefficients?.every((lambda) => lambda === 0)) fail('range', fn, 'coefficients', 'must not all be 0, got the sum 0');
  checkAtLeast(fn, 'floor', floor, 0);
  checkBoolean(fn, 'favorTarget', favorTarget);
  checkBoolean(fn, 'normalize', normalize);
  return tidy(() => {
    const lambdas = models.map((_, i) => coefficients?.[i] ?? 1 / models.length);
    const weights = fishers.map((fisher, i) => {
      const size = normalize ? maximum(treeNorm(fisher), 1e-30) : 1;
      return treeMap(fisher, (f) => mul(div(i === 0 || !favorTarget ? maximum(f, floor) : f, size), lambdas[i]!));
    });
    const total = weights.reduce((a, b) => treeAdd(a, b));
    const sums = models.map((model, i) => treeZip(model, weights[i]!, mul)).reduce((a, b) => treeAdd(a, b));
    // Where no model cares, each counts by its coefficient.
    const all = lambdas.reduce((a, b) => a + b);
    const means = models.map((model, i) => treeScale(model, lambdas[i]! / all)).reduce((a, b) => treeAdd(a, b));
    const uncared = treeZip(means, total, (m, f) => mul(m, cast(equal(f, 0), 'float32')));
    return treeAdd(treeZip(sums, total, divNoNan), uncared) as never;
  });
}

/** Options of {@link mergeCoefficients}. */
export interface MergeCoefficientsOptions {
  /** What is drawn from, for three models or more. */
  rng?: Rng | undefined;
}

/**
 * Coefficients to try: for two models an even grid from all of the second to all of the first, for more draws from the flat Dirichlet distribution.
 *
 * @param models how many models there are, >= 2.
 * @param count how many settings, >= 2.
 * @returns settings of sum 1.
 * @throws SurrogateError `range`, `dtype` where a generator is needed and none is given.
 * @see Matena, Raffel: Merging Models with Fisher-Weighted Averaging, 2021. arXiv:2111.09832
 * @example
 * import { mergeCoefficients } from '@surrogate/optim';
 * mergeCoefficients(2, 3); // [[0, 1], [0.5, 0.5], [1, 0]]
 */
export function mergeCoefficients(models: number, count: number, { rng }: MergeCoefficientsOptions = {}): number[][] {
  const fn = 'mergeCoefficients';
  checkInteger(fn, 'models', models, 2);
  checkInteger(fn, 'count', count, 2);
  if (models === 2) return Array.from({ length: count }, (_, i) => [i / (count - 1), 1 - i / (count - 1)]);
  checkRng(fn, 'rng', rng as Rng);
  return Array.from({ length: count }, () => Array.from(sampleDirichlet(rng!, new Float64Array(models).fill(1))));
}

/** What {@link searchMerge} found. */
export interface MergeSearch<P> {
  /** The best merged model; the caller's. */
  readonly params: P;
  /** Its coefficients. */
  readonly coefficients: readonly number[];
  /** Each setting's score. */
  readonly scores: readonly number[];
}

/**
 * Merges with each of several settings of the coefficients and keeps the best on held-out data.
 *
 * @param models parameter trees of one form, float32.
 * @param fishers their information; trees of ones give plain weighted averages.
 * @param evaluate the score of a model, higher is better; it must leave the tree alone.
 * @param settings coefficients, one list a setting, as `mergeCoefficients` gives them.
 * @returns the best model, its coefficients, all scores.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range`.
 * @see Matena, Raffel: Merging Models with Fisher-Weighted Averaging, 2021. arXiv:2111.09832
 * @example
 * import { mergeCoefficients, searchMerge } from '@surrogate/optim';
 * import { scalar } from '@tensorflow/tfjs-core';
 * const [models, ones] = [[{ w: scalar(0) }, { w: scalar(4) }], [{ w: scalar(1) }, { w: scalar(1) }]];
 * const found = await searchMerge(models, ones, async ({ w }) => -Math.abs((await w.data())[0]! - 1), mergeCoefficients(2, 5));
 * found.coefficients; // [0.75, 0.25]
 */
export async function searchMerge<P extends TensorTree<P>>(
  models: readonly P[],
  fishers: readonly P[],
  evaluate: (params: P) => number | Promise<number>,
  settings: readonly (readonly number[])[],
  options: Omit<FisherMergeOptions, 'coefficients'> = {},
): Promise<MergeSearch<P>> {
  const fn = 'searchMerge';
  checkModels(fn, models, 'fishers', fishers);
  checkFunction(fn, 'evaluate', evaluate);
  if (settings.length === 0) fail('shape', fn, 'settings', 'must hold at least one setting, got none');
  settings.forEach((setting) => checkModels(fn, models, 'settings', setting));
  const scores: number[] = [];
  let best: { params: P; score: number; coefficients: readonly number[] } | undefined;
  try {
    for (const coefficients of settings) {
      const params = fisherMerge(models, fishers, { ...options, coefficients });
      let kept = false;
      try {
        const score = await evaluate(params);
        scores.push(score);
        kept = best === undefined || score > best.score;
        if (kept) {
          if (best !== undefined) disposeTree(best.params);
          best = { params, score, coefficients };
        }
      } finally {
        if (!kept) disposeTree(params);
      }
    }
  } catch (error) {
    if (best !== undefined) disposeTree(best.params);
    throw error;
  }
  return { params: best!.params, coefficients: best!.coefficients, scores };
}
