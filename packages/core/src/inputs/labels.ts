/** @file Class labels in each form that users have them: int32 class ids, one-hot rows, soft labels. */
import { Tensor, tidy, type TypedArray } from '@tensorflow/tfjs-core';
import { hostValues } from '../backends/hostValues.js';
import { runtime } from '../runtime.js';
import { fail } from './checks.js';
import { asTensor, flatten, type TensorLike } from './tensors.js';

/** int32 class ids of the rows' shape `[...]`, or one-hot / soft labels `[..., K]`. */
export type Labels = TensorLike;

/** Labels that were understood: class ids, or a distribution a row. */
export type ClassTarget = { readonly ids: Tensor; readonly soft?: undefined } | { readonly ids?: undefined; readonly soft: Tensor };

const equal = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((size, i) => size === b[i]);

/**
 * Reads class labels for logits of a given shape.
 *
 * @param fn the public function, for the message.
 * @param labels class ids, one-hot or soft labels.
 * @param shape the shape of the logits with the class axis last, `[..., K]`.
 * @param ignoreIndex an id that marks rows to leave out; exempt from the range check.
 * @param argument the argument's name, for the message. Default `labels`.
 * @returns the ids (int32 `[...]`) or the soft labels (float32 `[..., K]`).
 * @throws SurrogateError `shape` when the labels fit neither form, `dtype` when ids are not integers, `range` when an id that can be read without a round trip is outside [0, K).
 * @example
 * import { asClassTarget } from '@surrogate/core';
 * const { ids } = asClassTarget('myLoss', [2, 0], [2, 3]);
 * await ids?.data(); // [2, 0]
 */
export function asClassTarget(
  fn: string,
  labels: Labels,
  shape: readonly number[],
  ignoreIndex?: number,
  argument = 'labels',
): ClassTarget {
  const rows = shape.slice(0, -1);
  const given = shapeOf(labels);
  if (given.length === shape.length && equal(given, shape)) return { soft: asTensor(fn, argument, labels, 'float32') };
  if (!equal(given, rows)) {
    // What is no number at all is told so, rather than that its shape is wrong.
    tidy(() => void asTensor(fn, argument, labels));
    fail(
      'shape',
      fn,
      argument,
      `must be class ids of shape [${rows.join(', ')}] or labels of shape [${shape.join(', ')}], got [${given.join(', ')}]`,
    );
  }
  const ids = asTensor(fn, argument, labels, 'int32');
  const values = labels instanceof Tensor ? hostValues(ids) : (flatten(labels) as unknown as TypedArray);
  checkIds(fn, argument, values, rows, shape.at(-1) ?? 0, ignoreIndex);
  return { ids };
}

/** @internal Ids in [0, count), where they can be read; what is outside is named with its position. */
function checkIds(
  fn: string,
  argument: string,
  values: TypedArray | undefined,
  rows: readonly number[],
  count: number,
  ignoreIndex?: number,
): void {
  if (values === undefined || !runtime().checks) return;
  for (let i = 0; i < values.length; i++) {
    const id = values[i]!;
    if ((id < 0 || id >= count) && id !== ignoreIndex)
      fail('range', fn, argument, `must be class ids in [0, ${count}), got ${id} at [${position(i, rows).join(', ')}]`);
  }
}

/** @internal Indices in [0, count), where they are on the host; `indices` is what the user passed, `at` the tensor that was made of it. */
export function checkIndices(fn: string, argument: string, indices: TensorLike, at: Tensor, count: number): void {
  const values = indices instanceof Tensor ? hostValues(at) : (flatten(indices) as unknown as TypedArray);
  checkIds(fn, argument, values, at.shape, count);
}

function position(flat: number, shape: readonly number[]): number[] {
  const at: number[] = [];
  for (let axis = shape.length - 1, rest = flat; axis >= 0; rest = Math.floor(rest / shape[axis]!), axis--) at.unshift(rest % shape[axis]!);
  return at;
}

/** @internal The shape that a value will have as a tensor. */
export function shapeOf(value: TensorLike): readonly number[] {
  if (value instanceof Tensor) return value.shape;
  if (ArrayBuffer.isView(value)) return [value.length];
  return Array.isArray(value) ? [value.length, ...(value.length ? shapeOf(value[0] as TensorLike) : [])] : [];
}
