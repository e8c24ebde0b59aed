/** @file What the losses of a whole batch are made of: rows without weight replaced, classes last, and one weight a row. */
import {
  asClassTarget,
  asTensor,
  classLossScope,
  lossScope,
  oneHotMask,
  select,
  softmax,
  type ClassLossOptions,
  type Labels,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { broadcastTo, cast, greater, mul, ones, reshape, transpose, zerosLike, type Tensor } from '@tensorflow/tfjs-core';

/** Rows of a batch: predictions and labels `[N, K]`, weights `[N, 1]`. */
export interface BatchRows {
  readonly predictions: Tensor;
  readonly labels: Tensor;
  readonly weights: Tensor;
}

const shielded = (x: Tensor, alive: Tensor): Tensor =>
  select(
    cast(broadcastTo(reshape(alive, [...alive.shape, ...Array<number>(x.rank - alive.rank).fill(1)]), x.shape), 'bool'),
    x,
    zerosLike(x),
  );

/**
 * Independent decisions as rows of one class.
 *
 * @param fn the public function.
 * @param named the predictions and the labels, by argument name.
 * @param options what weighs.
 * @returns undefined where there are no rows.
 */
export function decisionRows(
  fn: string,
  named: readonly [string, TensorLike],
  labels: TensorLike,
  options: LossOptions,
): BatchRows | undefined {
  const [name, given] = named;
  const weights = lossScope(fn, { [name]: given, labels }, { ...options, reduction: 'none' }, (rows) => ones(rows['labels']!.shape));
  if (weights.size === 0) return undefined;
  const alive = greater(weights, 0);
  const column = [weights.size, 1];
  return {
    predictions: reshape(shielded(asTensor(fn, name, given), alive), column),
    labels: reshape(shielded(asTensor(fn, 'labels', labels), alive), column),
    weights: reshape(weights, column),
  };
}

/** Which rows and classes are counted, and how. */
export type ClassRowOptions = Omit<ClassLossOptions, 'classWeights' | 'reduction'>;

/**
 * Softmax probabilities and one-hot or soft labels as rows of K classes.
 *
 * @param fn the public function.
 * @param logits with the classes on `options.axis`.
 * @param labels class ids, one-hot or soft labels.
 * @param options what weighs, and where the classes are.
 * @returns undefined where there are no rows.
 */
export function classRows(fn: string, logits: TensorLike, labels: Labels, options: ClassRowOptions): BatchRows | undefined {
  const { axis = -1, ignoreIndex, mask, weights: given } = options;
  const weights = classLossScope(fn, { logits, labels }, { axis, ignoreIndex, mask, weights: given, reduction: 'none' }, (rows) =>
    ones(rows.logits.shape.slice(0, -1)),
  );
  if (weights.size === 0) return undefined;
  const raw = asTensor(fn, 'logits', logits);
  const at = axis < 0 ? axis + raw.rank : axis;
  const order = [...raw.shape.map((_, i) => i).filter((i) => i !== at), at];
  const last = (x: Tensor) => (at === raw.rank - 1 ? x : transpose(x, order));
  const z = last(raw);
  const alive = greater(weights, 0);
  const soft = asTensor(fn, 'labels', labels).rank === raw.rank;
  const target = asClassTarget(fn, soft ? last(asTensor(fn, 'labels', labels)) : labels, z.shape, ignoreIndex);
  const table = [weights.size, z.shape.at(-1)!];
  const known = target.ids === undefined ? target.soft : oneHotMask(mul(target.ids, cast(alive, 'int32')), z.shape.at(-1)!);
  return {
    predictions: softmax(reshape(shielded(z, alive), table)),
    labels: reshape(target.ids === undefined ? shielded(known, alive) : known, table),
    weights: reshape(weights, [weights.size, 1]),
  };
}
