/** @file The frame of every loss: it makes tensors of the arguments, checks them, shields the body from rows without weight, reduces, and tidies. */
import { broadcastTo, cast, fill, mul, notEqual, reshape, sum, tidy, transpose, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { detach } from '../gradients/tape.js';
import { checkInteger, checkOneOf, checkShape, fail } from '../inputs/checks.js';
import { asClassTarget, shapeOf, type ClassTarget, type Labels } from '../inputs/labels.js';
import { oneHotRows } from '../indexing/oneHotMask.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { select } from '../math/select.js';
import { emptyLoss, reduceLoss, safeRatio, type Reduction } from './reduce.js';

/** What every loss takes. */
export interface LossOptions {
  /** The weighted mean, the weighted sum, or one loss a row. Default mean. */
  reduction?: Reduction | undefined;
  /** float32, broadcast to the rows: how much each counts, >= 0. */
  weights?: TensorLike | undefined;
  /** bool or 0/1, broadcast to the rows: what counts at all. What is masked out may hold NaN. */
  mask?: TensorLike | undefined;
}

/** What every loss over classes takes. */
export interface ClassLossOptions extends LossOptions {
  /** Where the classes are in the logits. Default -1. */
  axis?: number | undefined;
  /** A class id that marks rows to leave out. No default. */
  ignoreIndex?: number | undefined;
  /** float32 `[K]`: each row also weighs as much as its class. */
  classWeights?: TensorLike | undefined;
}

/** What the body of a loss over classes works with: the classes are last, and rows without weight hold harmless values. */
export interface ClassRows {
  /** float32 `[..., K]`. */
  readonly logits: Tensor;
  /** int32 `[...]` where the labels are class ids. */
  readonly ids: Tensor | undefined;
  /** float32 `[..., K]`: the labels as distributions; ids are made one-hot when this is first read. */
  readonly target: Tensor;
}

/** Σ wᵢ ℓᵢ of rows `[N, K]` at once, for a loss that has it as one op. Rows of weight 0 may hold anything and must not count. */
export type WeightedSum = (rows: { readonly logits: Tensor; readonly ids: Tensor }, weights: Tensor) => Tensor;

/** @internal The mask and the weights, broadcast to the rows, as one float32 weight a row; undefined where all count alike. */
export function rowWeights(
  fn: string,
  rows: readonly number[],
  { weights, mask }: LossOptions,
  more: readonly Tensor[],
): Tensor | undefined {
  const given = [
    ...(weights === undefined ? [] : [spread(fn, 'weights', asTensor(fn, 'weights', weights), rows)]),
    ...(mask === undefined ? [] : [spread(fn, 'mask', cast(notEqual(asTensor(fn, 'mask', mask), 0), 'float32'), rows)]),
    ...more,
  ];
  return given.length === 0 ? undefined : given.reduce((a, b) => mul(a, b));
}

function spread(fn: string, argument: string, x: Tensor, rows: readonly number[]): Tensor {
  const offset = rows.length - x.rank;
  if (offset < 0 || x.shape.some((size, i) => size !== 1 && size !== rows[i + offset]))
    fail('shape', fn, argument, `must broadcast to the rows' shape [${rows.join(', ')}], got [${x.shape.join(', ')}]`);
  return broadcastTo(x, rows as number[]);
}

/** @internal x with the rows that have no weight replaced by zeros; x's shape begins with the rows'. */
export function shield(x: Tensor, alive: Tensor | undefined): Tensor {
  if (alive === undefined) return x;
  const column = reshape(alive, [...alive.shape, ...Array<number>(x.rank - alive.rank).fill(1)]);
  return x.dtype === 'float32' ? select(broadcastTo(column, x.shape), x, zerosLike(x)) : mul(x, cast(column, x.dtype));
}

/** @internal Which rows count at all; undefined where all do. */
export const aliveOf = (weights: Tensor | undefined) => (weights === undefined ? undefined : cast(notEqual(detach(weights), 0), 'bool'));

/**
 * The frame of a loss over rows of numbers (regression, scores, embeddings).
 *
 * @param fn the public function, for messages.
 * @param inputs what the user passed, by argument name; all of one shape, which begins with the rows'.
 * @param options the loss's options.
 * @param body computes one loss a row.
 * @param eventRank how many trailing axes belong to one row. Default 0: every element is a row.
 * @returns the reduced loss.
 * @throws SurrogateError `shape` where shapes differ or weights do not broadcast, `dtype`, `disposed`, `range` for an unknown reduction.
 * @example
 * import { lossScope } from '@surrogate/core';
 * import { squaredDifference } from '@tensorflow/tfjs-core';
 * const mse = lossScope('mse', { predictions: [1, 4], targets: [1, 2] }, {}, ({ predictions, targets }) => squaredDifference(predictions, targets));
 * (await mse.data())[0]; // 2
 */
export function lossScope<K extends string>(
  fn: string,
  inputs: Record<K, TensorLike>,
  options: LossOptions,
  body: (rows: Record<K, Tensor>) => Tensor,
  eventRank = 0,
): Tensor {
  const { reduction = 'mean' } = options;
  checkOneOf(fn, 'reduction', reduction, ['mean', 'sum', 'none']);
  return tidy(() => {
    const names = Object.keys(inputs) as K[];
    const tensors = names.map((name) => asTensor(fn, name, inputs[name]));
    const first = tensors[0]!;
    tensors.forEach((x, i) => checkShape(fn, names[i]!, x.shape, first.shape));
    if (first.rank < eventRank) fail('shape', fn, names[0]!, `must have rank ${eventRank} or more, got shape [${first.shape.join(', ')}]`);
    const rows = first.shape.slice(0, first.rank - eventRank);
    const weights = rowWeights(fn, rows, options, []);
    if (rows.includes(0)) return emptyLoss(tensors, rows, reduction);
    const alive = aliveOf(weights);
    const shielded = Object.fromEntries(names.map((name, i) => [name, shield(tensors[i]!, alive)])) as Record<K, Tensor>;
    return reduceLoss(body(shielded), weights, reduction);
  });
}

/**
 * The frame of a loss over classes: logits against class ids, one-hot or soft labels.
 *
 * @param fn the public function, for messages.
 * @param inputs float32 logits with the classes on `options.axis`, and labels of the rows' shape (int32) or of the logits' shape.
 * @param options the loss's options.
 * @param body computes one loss a row.
 * @param whole where it is given it computes the mean and the sum over class ids, and `body` the rest.
 * @returns the reduced loss.
 * @throws SurrogateError as {@link lossScope}, and `range` when a class id that is on the host is outside [0, K).
 * @example
 * import { classLossScope, dotLast, logSoftmax } from '@surrogate/core';
 * import { neg } from '@tensorflow/tfjs-core';
 * const ce = classLossScope('ce', { logits: [[0, 0]], labels: [1] }, {}, ({ logits, target }) => neg(dotLast(target, logSoftmax(logits))));
 * (await ce.data())[0]; // 0.693147
 */
export function classLossScope(
  fn: string,
  inputs: { logits: TensorLike; labels: Labels },
  options: ClassLossOptions,
  body: (rows: ClassRows) => Tensor,
  whole?: WeightedSum,
): Tensor {
  const { reduction = 'mean', axis = -1, ignoreIndex, classWeights } = options;
  checkOneOf(fn, 'reduction', reduction, ['mean', 'sum', 'none']);
  if (ignoreIndex !== undefined) checkInteger(fn, 'ignoreIndex', ignoreIndex, -Infinity);
  return tidy(() => {
    const raw = asTensor(fn, 'logits', inputs.logits);
    if (raw.rank === 0) fail('shape', fn, 'logits', 'must have rank 1 or more, got a scalar');
    const logits = classesLast(fn, raw, axis);
    const labels = axis === -1 || axis === raw.rank - 1 ? inputs.labels : classesLastLabels(fn, inputs.labels, raw, axis);
    const target = asClassTarget(fn, labels, logits.shape, ignoreIndex);
    const rows = logits.shape.slice(0, -1);
    const classes = logits.shape.at(-1)!;
    const kept = ignoreIndex === undefined || target.ids === undefined ? undefined : cast(notEqual(target.ids, ignoreIndex), 'float32');
    const keptTarget: ClassTarget = kept === undefined ? target : { ids: mul(target.ids!, cast(kept, 'int32')) };
    const given = rowWeights(fn, rows, options, kept === undefined ? [] : [kept]);
    const shown = aliveOf(given);
    // Labels behind the mask are replaced before class weights are looked up by them.
    const ids = keptTarget.ids === undefined ? undefined : shield(keptTarget.ids, shown);
    let dense = keptTarget.soft === undefined ? undefined : shield(keptTarget.soft, shown);
    const weights = classWeights === undefined ? given : withClassWeights(fn, given, dense ?? oneHotRows(ids!, classes), classWeights);
    if (rows.includes(0)) return emptyLoss([logits, ...(dense === undefined ? [] : [dense])], rows, reduction);
    if (whole !== undefined && ids !== undefined && reduction !== 'none') {
      const count = rows.reduce((a, b) => a * b, 1);
      const shares = sharesOf(weights, count, reduction);
      return whole({ logits: reshape(logits, [count, classes]), ids: reshape(ids, [count]) }, shares);
    }
    const alive = aliveOf(weights);
    const view: ClassRows = {
      logits: shield(logits, alive),
      ids,
      get target() {
        return (dense ??= oneHotRows(ids!, classes));
      },
    };
    return reduceLoss(body(view), weights, reduction);
  });
}

/** @internal What each row counts in the result. */
export function sharesOf(weights: Tensor | undefined, count: number, reduction: 'mean' | 'sum'): Tensor {
  if (weights === undefined) return fill([count], reduction === 'sum' ? 1 : 1 / Math.max(count, 1));
  return reshape(reduction === 'sum' ? weights : safeRatio(weights, sum(weights)), [count]);
}

function withClassWeights(fn: string, weights: Tensor | undefined, target: Tensor, classWeights: TensorLike): Tensor {
  const byClass = asTensor(fn, 'classWeights', classWeights);
  checkShape(fn, 'classWeights', byClass.shape, target.shape.slice(-1));
  const ofRow = sum(mul(target, byClass), -1);
  return weights === undefined ? ofRow : mul(weights, ofRow);
}

function classesLast(fn: string, x: Tensor, axis: number): Tensor {
  checkInteger(fn, 'axis', axis, -x.rank);
  if (axis >= x.rank) fail('range', fn, 'axis', `must be in [${-x.rank}, ${x.rank}), got ${axis}`);
  const at = axis < 0 ? axis + x.rank : axis;
  if (at === x.rank - 1) return x;
  const order = x.shape.map((_, i) => i).filter((i) => i !== at);
  return transpose(x, [...order, at]);
}

function classesLastLabels(fn: string, labels: Labels, logits: Tensor, axis: number): Labels {
  return shapeOf(labels).length === logits.rank ? classesLast(fn, asTensor(fn, 'labels', labels), axis) : labels;
}
