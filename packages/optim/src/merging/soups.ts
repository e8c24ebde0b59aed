/** @file Model soups: several fine-tuned models as one, by averages of their parameters. */
import { add, clone, mul, reshape, scalar, slice, tensor, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAtLeast,
  checkBetween,
  checkBoolean,
  checkInteger,
  disposeState,
  disposeTree,
  fail,
  softmax,
  step,
  treeLeaves,
  treeMap,
  treeZip,
  valueAndGrad,
  type GradientTransformation,
  type TensorTree,
} from '@surrogate/core';
import { checkFunction } from '../host/vectors.js';
import { adamw } from '../optimizers/adamw.js';

/** Throws unless there are models, and as many numbers where those are given. */
export function checkModels(fn: string, models: readonly unknown[], argument?: string, numbers?: readonly unknown[]): void {
  if (!Array.isArray(models)) fail('dtype', fn, 'models', `must be an array of parameter trees, got ${typeof models}`);
  if (models.length === 0) fail('shape', fn, 'models', 'must hold at least one model, got none');
  if (numbers !== undefined && numbers.length !== models.length)
    fail('shape', fn, argument!, `must be as many as the ${models.length} models, got ${numbers.length}`);
}

/** a x + b y in the leaves that are numbers; what counts or indexes stays as it is in x. */
const mixed = <P extends TensorTree<P>>(x: P, y: P, a: number, b: number): P =>
  treeZip(x, y, (u, v) => (u.dtype === 'float32' ? add(mul(u, a), mul(v, b)) : u));

/** Options of {@link uniformSoup}. */
export interface UniformSoupOptions {
  /** How much each model counts, >= 0; brought to the sum 1. Default all alike. */
  weights?: readonly number[] | undefined;
}

/**
 * The mean of several models' parameters.
 *
 * $$ \bar\theta = \sum_i w_i \theta_i, \qquad \sum_i w_i = 1 $$
 *
 * It helps where all were fine-tuned from one model by short runs, so that they lie in one valley.
 *
 * @param models parameter trees of one form; integer leaves are those of the first.
 * @returns a new tree.
 * @throws SurrogateError `shape` where models differ in form or there is none, `range` for weights, `dtype`, `disposed`.
 * @see Wortsman et al.: Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time, 2022. arXiv:2203.05482
 * @example
 * import { uniformSoup } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await uniformSoup([{ a: tensor([1, 3]) }, { a: tensor([3, 5]) }]).a.data(); // [2, 4]
 */
export function uniformSoup<P extends TensorTree<P>>(models: readonly P[], { weights }: UniformSoupOptions = {}): P {
  checkModels('uniformSoup', models, 'weights', weights);
  weights?.forEach((weight) => checkAtLeast('uniformSoup', 'weights', weight, 0));
  const total = weights?.reduce((a, b) => a + b) ?? models.length;
  if (total === 0) fail('range', 'uniformSoup', 'weights', 'must not all be 0, got the sum 0');
  const weight = (i: number): number => (weights?.[i] ?? 1) / total;
  let soup: P = treeMap(models[0]!, (x) => (x.dtype === 'float32' ? mul(x, weight(0)) : clone(x)));
  for (let i = 1; i < models.length; i++) soup = replacing(soup, (before) => mixed(before, models[i]!, 1, weight(i)));
  return soup;
}

/** What a function makes of a tree, which it replaces. */
function replacing<P extends TensorTree<P>>(before: P, make: (before: P) => P): P {
  try {
    return make(before);
  } finally {
    disposeTree(before);
  }
}

/**
 * The straight line between two models, such as a pre-trained one and its fine-tuned version (WiSE-FT).
 *
 * $$ \theta = (1 - \alpha)\, \theta_a + \alpha\, \theta_b $$
 *
 * @param a a parameter tree, whose integer leaves are kept.
 * @param b a tree of its form.
 * @param alpha α; beyond [0, 1] the line goes on.
 * @returns a new tree.
 * @throws SurrogateError `shape` where the two differ in form, `range`, `dtype`, `disposed`.
 * @see Wortsman et al.: Robust fine-tuning of zero-shot models, 2021. arXiv:2109.01903
 * @example
 * import { interpolateModels } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await interpolateModels({ w: tensor([0]) }, { w: tensor([4]) }, 0.25).w.data(); // [1]
 */
export function interpolateModels<P extends TensorTree<P>>(a: P, b: P, alpha: number): P {
  checkBetween('interpolateModels', 'alpha', alpha, -Number.MAX_VALUE, Number.MAX_VALUE);
  return mixed(a, b, 1 - alpha, alpha);
}

/** Options of {@link greedySoup}. */
export interface GreedySoupOptions {
  /** A model must raise the score; with false it is enough not to lower it, as the paper's text has it. Default true, as in the authors' code. */
  strict?: boolean | undefined;
}

/** What {@link greedySoup} cooked. */
export interface GreedySoup<P> {
  /** The soup; the caller's. */
  readonly params: P;
  /** The places of the models in it, in the order in which they went in. */
  readonly ingredients: readonly number[];
  /** Each model's own score. */
  readonly scores: readonly number[];
  /** The soup's. */
  readonly score: number;
}

/**
 * Averages models one after the other, the best first, and keeps each that makes the average better on held-out data: never worse there than the best model alone.
 *
 * $$ S \leftarrow S \cup \lbrace i \rbrace \quad \text{where} \quad \operatorname{score}\Big(\tfrac{1}{|S| + 1} \textstyle\sum_{j \in S \cup \lbrace i \rbrace} \theta_j\Big) > \operatorname{score}\Big(\tfrac{1}{|S|} \textstyle\sum_{j \in S} \theta_j\Big) $$
 *
 * @param models parameter trees of one form.
 * @param evaluate the score of a model on held-out data, higher is better; it must leave the tree alone.
 * @returns the soup, what is in it, and the scores.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` where a score is NaN.
 * @see Wortsman et al.: Model soups, 2022. arXiv:2203.05482
 * @example
 * import { greedySoup } from '@surrogate/optim';
 * import { scalar } from '@tensorflow/tfjs-core';
 * const models = [0.9, 1.4, 0.4, 1.2].map((p) => ({ p: scalar(p) }));
 * const { ingredients } = await greedySoup(models, async ({ p }) => -(((await p.data())[0]! - 1) ** 2));
 * ingredients; // [0, 3]
 */
export async function greedySoup<P extends TensorTree<P>>(
  models: readonly P[],
  evaluate: (params: P) => number | Promise<number>,
  { strict = true }: GreedySoupOptions = {},
): Promise<GreedySoup<P>> {
  checkModels('greedySoup', models);
  checkFunction('greedySoup', 'evaluate', evaluate);
  checkBoolean('greedySoup', 'strict', strict);
  const scoreOf = async (params: P): Promise<number> => {
    const score = await evaluate(params);
    if (typeof score !== 'number' || Number.isNaN(score))
      fail('range', 'greedySoup', 'evaluate', `must give numbers, got ${String(score)}`);
    return score;
  };
  const scores: number[] = [];
  for (const model of models) scores.push(await scoreOf(model));
  const order = scores.map((_, i) => i).sort((i, j) => scores[j]! - scores[i]!);
  const ingredients = [order[0]!];
  let score = scores[order[0]!]!;
  let params: P = treeMap(models[order[0]!]!, clone);
  try {
    for (const i of order.slice(1)) {
      const count = ingredients.length;
      const candidate = mixed(params, models[i]!, count / (count + 1), 1 / (count + 1));
      let taken = false;
      try {
        const reached = await scoreOf(candidate);
        taken = strict ? reached > score : reached >= score;
        if (taken) score = reached;
      } finally {
        disposeTree(taken ? params : candidate);
      }
      if (!taken) continue;
      params = candidate;
      ingredients.push(i);
    }
  } catch (error) {
    disposeTree(params);
    throw error;
  }
  return { params, ingredients, scores, score };
}

/** Options of {@link learnedSoup}. */
export interface LearnedSoupOptions {
  /** How many steps, >= 0. */
  steps: number;
  /** What moves the mixture. Default AdamW with the learning rate 0.05 and no decay. */
  optimizer?: GradientTransformation | undefined;
  /** A mixture for each layer (what shares the path up to the last key); with false one for all. Default true. */
  perLayer?: boolean | undefined;
}

/** What {@link learnedSoup} found. All belongs to the caller. */
export interface LearnedSoup<P> {
  /** The mixed model. */
  readonly params: P;
  /** float32 `[models]` for each layer, of sum 1, by the layer's path. */
  readonly weights: Readonly<Record<string, Tensor>>;
  /** β, what the loss was told to multiply logits by: float32 scalar. */
  readonly scale: Tensor;
}

/**
 * Learns how much of each model goes into each layer, by descent on held-out data.
 *
 * $$ \min_{\alpha, \beta} L\Big(\textstyle\sum_i \operatorname{softmax}(\alpha_l)_i\, \theta_i,\ \beta\Big) $$
 *
 * @param models parameter trees of one form, float32.
 * @param loss a float32 scalar of the mixed model and of β, the factor of the logits that is learned beside; called once a step, so it may take another batch each time.
 * @returns the mixed model, the weights and β.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range`.
 * @see Wortsman et al.: Model soups, 2022, learned soups. arXiv:2203.05482
 * @example
 * import { learnedSoup } from '@surrogate/optim';
 * import { add, scalar, square, sub } from '@tensorflow/tfjs-core';
 * const models = [{ p: scalar(0) }, { p: scalar(4) }];
 * const { params } = learnedSoup(models, ({ p }, beta) => add(square(sub(p, 1)), square(sub(beta, 1))), { steps: 300 });
 * Math.abs((await params.p.data())[0]! - 1) < 0.01; // true
 */
export function learnedSoup<P extends TensorTree<P>>(
  models: readonly P[],
  loss: (params: P, scale: Scalar) => Tensor,
  { steps, optimizer = adamw(0.05, { weightDecay: 0 }), perLayer = true }: LearnedSoupOptions,
): LearnedSoup<P> {
  const fn = 'learnedSoup';
  checkModels(fn, models);
  checkFunction(fn, 'loss', loss);
  checkInteger(fn, 'steps', steps);
  checkBoolean(fn, 'perLayer', perLayer);
  const layerOf = (path: string): string => (perLayer ? path.slice(0, Math.max(0, path.lastIndexOf('/'))) : '');
  const layers = [...new Set(treeLeaves(models[0]!).map(({ path }) => layerOf(path)))];
  const leaves = models.map((model) => new Map(treeLeaves(model).map(({ path, tensor: x }) => [path, x])));
  interface Mixture {
    weights: Record<string, Tensor>;
    scale: Tensor;
  }
  const mix = ({ weights }: Mixture): P =>
    tidy(() => {
      const shares = Object.fromEntries(Object.entries(weights).map(([layer, w]) => [layer, softmax(w)]));
      return treeMap(models[0]!, (_x, path) =>
        leaves.map((own, i) => mul(own.get(path)!, reshape(slice(shares[layerOf(path)]!, [i], [1]), []))).reduce((a, b) => add(a, b)),
      ) as never;
    });
  // Refuses trees that differ before anything is made.
  models.slice(1).forEach((model) => disposeTree(treeZip(models[0]!, model, clone)));
  let mixture: Mixture = {
    weights: Object.fromEntries(layers.map((layer) => [layer, tensor(Array<number>(models.length).fill(1))])),
    scale: scalar(1),
  };
  let state = optimizer.init(mixture);
  try {
    for (let done = 0; done < steps; done++) {
      const { value, grads } = valueAndGrad((now: Mixture) => loss(mix(now), now.scale as Scalar))(mixture);
      value.dispose();
      ({ params: mixture, state } = step(optimizer, mixture, grads, state));
      disposeTree(grads);
    }
    const params = mix(mixture);
    return { params, weights: treeMap(mixture.weights, (w) => softmax(w)), scale: clone(mixture.scale) };
  } finally {
    disposeTree(mixture);
    disposeState(state);
  }
}
