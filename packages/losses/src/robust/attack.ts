/** @file Adversarial examples of a classifier, and what they do to its accuracy. */
import {
  asClassTarget,
  asTensor,
  checkAbove,
  checkAtLeast,
  checkBetween,
  checkInteger,
  checkOneOf,
  checkRng,
  classLossScope,
  fail,
  maximum,
  noGrad,
  pgdMaximize,
  type Labels,
  type PgdOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, argMax, cast, clone, dispose, equal, log, mul, reshape, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { crossEntropyRows } from '../common/crossEntropyRows.js';

/** A classifier: logits float32 `[n, K]` of inputs whose first axis is the examples. */
export type Classifier = (x: Tensor) => Tensor;

/** Options of {@link adversarialExamples}. */
export interface AttackOptions extends PgdOptions {
  /** c, how hard a logarithmic barrier pushes off the ball's surface, >= 0; the search then ends inside. Default 0. */
  barrier?: number | undefined;
}

/** @internal The options of an attack, in the name of the public function. */
export function checkAttack(fn: string, model: Classifier, options: AttackOptions): void {
  const { eps, norm = 'linf', steps = 10, stepSize = 1, rng, barrier = 0 } = options;
  if (typeof model !== 'function') fail('dtype', fn, 'model', `must be a function, got ${model === null ? 'null' : typeof model}`);
  checkAbove(fn, 'eps', eps, 0);
  checkOneOf(fn, 'norm', norm, ['linf', 'l2']);
  checkInteger(fn, 'steps', steps, 1);
  checkAbove(fn, 'stepSize', stepSize, 0);
  checkAtLeast(fn, 'barrier', barrier, 0);
  if (rng !== undefined) checkRng(fn, 'rng', rng);
}

/** @internal Cross-entropy of a classifier, one an example. */
export const lossesAt = (fn: string, model: Classifier, x: Tensor, labels: Labels): Tensor =>
  classLossScope(fn, { logits: model(x), labels }, { reduction: 'none' }, (rows) => crossEntropyRows(rows));

/** The barrier's term of each example: log of how far its move is from the surface, 0 at the centre. */
function inside(move: Tensor, eps: number, norm: 'linf' | 'l2'): Tensor {
  const part = reshape(square(mul(move, 1 / eps)), [move.shape[0] ?? 1, -1]);
  const used = norm === 'l2' ? sum(part, 1, true) : part;
  return sum(log(maximum(sub(1, used), 1e-6)), 1);
}

/** The part of the radius that a search with a barrier may use: at the surface itself the barrier is infinite. */
const within = 0.999;

/** @internal The search, with options that are checked. */
export function attacked(fn: string, model: Classifier, x: TensorLike, labels: Labels, options: AttackOptions): Tensor {
  const { eps, norm = 'linf', barrier = 0 } = options;
  const centre = asTensor(fn, 'x', x);
  if (centre.rank === 0) fail('shape', fn, 'x', 'must have the examples on its first axis, got a scalar');
  const objective = (moved: Tensor) => {
    const losses = lossesAt(fn, model, moved, labels);
    return barrier === 0 ? losses : add(losses, mul(barrier, inside(sub(moved, centre), eps, norm)));
  };
  return pgdMaximize(objective, centre, { ...options, eps: barrier === 0 ? eps : within * eps });
}

/**
 * Adversarial examples: inputs moved within a ball so that a classifier's cross-entropy rises.
 *
 * $$ x' = \arg\max_{\lVert x' - x \rVert \le \varepsilon} \ell(x', y) + c \sum_k \log\left( 1 - (x'_k - x_k)^2 / \varepsilon^2 \right) $$
 *
 * The search is `pgdMaximize` of core; with a barrier c > 0 it ends inside the ball. To gradients the result is a constant.
 *
 * @param model logits float32 `[n, K]` from inputs of the shape of x; examples must not depend on each other.
 * @param x float32, examples along the first axis.
 * @param labels int32 class ids `[n]`, or one-hot / soft labels `[n, K]`.
 * @param options ε and how to search; the barrier c.
 * @returns float32 of the shape of x.
 * @throws SurrogateError `range` for options, `shape` or `range` for labels that do not fit, `dtype`, `disposed`.
 * @see Madry, Makelov, Schmidt, Tsipras, Vladu: Towards Deep Learning Models Resistant to Adversarial Attacks, 2018. arXiv:1706.06083
 * @example
 * import { adversarialExamples } from '@surrogate/losses';
 * import { concat, neg } from '@tensorflow/tfjs-core';
 * const model = (x) => concat([x, neg(x)], 1);
 * await adversarialExamples(model, [[1], [-1]], [0, 1], { eps: 0.5 }).data(); // [0.5, -0.5]
 */
export function adversarialExamples(model: Classifier, x: TensorLike, labels: Labels, options: AttackOptions): Tensor {
  const fn = 'adversarialExamples';
  checkAttack(fn, model, options);
  return tidy(() => attacked(fn, model, x, labels, options));
}

/** Options of {@link robustAccuracy}. */
export interface RobustAccuracyOptions extends AttackOptions {
  /** Which part of the classes, those of least accuracy, `tail` is the mean of, in (0, 1]. Default 0.3. */
  tail?: number | undefined;
}

/** How a classifier fares under attack. */
export interface RobustAccuracy {
  /** Over all examples. */
  readonly average: number;
  /** Of each class; NaN of a class without examples. */
  readonly byClass: readonly number[];
  /** Of the class that fares worst. */
  readonly worstClass: number;
  /** Mean of the classes that fare worst. */
  readonly tail: number;
}

/**
 * Accuracy under attack: of all examples, of each class and of the classes that fare worst, which an average hides.
 *
 * @param model logits float32 `[n, K]` from inputs of the shape of x.
 * @param x float32, examples along the first axis.
 * @param labels int32 class ids `[n]`.
 * @param options the attack, and which part of the classes is the tail.
 * @returns plain numbers.
 * @throws SurrogateError `range`, `shape`, `dtype`, `disposed`.
 * @see Sow, Lin, Wang, Liang: Doubly Robust Instance-Reweighted Adversarial Training, 2024. arXiv:2308.00311
 * @example
 * import { robustAccuracy } from '@surrogate/losses';
 * import { concat, neg } from '@tensorflow/tfjs-core';
 * const model = (x) => concat([x, neg(x)], 1);
 * (await robustAccuracy(model, [[1], [0.3], [-1]], [0, 0, 1], { eps: 0.5 })).byClass; // [0.5, 1]
 */
export async function robustAccuracy(
  model: Classifier,
  x: TensorLike,
  labels: TensorLike,
  options: RobustAccuracyOptions,
): Promise<RobustAccuracy> {
  const fn = 'robustAccuracy';
  const { tail = 0.3 } = options;
  checkAttack(fn, model, options);
  if (tail !== 1) checkBetween(fn, 'tail', tail, Number.MIN_VALUE, 1);
  const { right, ids, classes } = noGrad(() =>
    tidy(() => {
      const logits = model(attacked(fn, model, x, labels, options));
      const target = asClassTarget(fn, labels, logits.shape).ids;
      if (target === undefined) fail('shape', fn, 'labels', `must be class ids of shape [${logits.shape[0]}], got [${logits.shape}]`);
      return { right: cast(equal(argMax(logits, 1), target), 'int32'), ids: clone(target), classes: logits.shape[1]! };
    }),
  );
  const [hits, classOf] = await Promise.all([right.data<'int32'>(), ids.data<'int32'>()]).finally(() => dispose([right, ids]));
  const counts = new Float64Array(classes);
  const correct = new Float64Array(classes);
  classOf.forEach((k, i) => {
    counts[k]!++;
    correct[k]! += hits[i]!;
  });
  const byClass = Array.from(correct, (hit, k) => (counts[k] === 0 ? NaN : hit / counts[k]!));
  const worstFirst = byClass.filter((accuracy) => !Number.isNaN(accuracy)).sort((a, b) => a - b);
  const last = worstFirst.slice(0, Math.max(1, Math.round(tail * worstFirst.length)));
  return {
    average: hits.reduce((sum, hit) => sum + hit, 0) / hits.length,
    byClass,
    worstClass: worstFirst[0] ?? NaN,
    tail: last.reduce((sum, accuracy) => sum + accuracy, 0) / last.length,
  };
}
