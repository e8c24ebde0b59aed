/** @file The frame of losses whose rows are whole examples: the first axis counts them, what follows belongs to one. */
import { asTensor, fail, lossScope, type LossOptions, type TensorLike } from '@surrogate/core';
import { mul, onesLike, reshape, sum, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** The sum over everything that belongs to one example. */
export const sumEvent = (x: Tensor): Tensor => (x.rank <= 1 ? x : sum(reshape(x, [x.shape[0], -1]), -1));

/** How many numbers belong to one example. */
export const eventSize = (x: Tensor): number => x.shape.slice(1).reduce((a, b) => a * b, 1);

/** A tensor of x's shape that is 1 at one number of each example and 0 elsewhere. */
export function alongAxis(x: Tensor, i: number): Tensor {
  const axis = new Float32Array(eventSize(x));
  axis[i] = 1;
  return mul(onesLike(x), x.rank === 1 ? 1 : reshape(tensor1d(axis), [1, ...x.shape.slice(1)]));
}

/** One number an example, shaped so that it multiplies into the examples. */
export const columnOf = (level: Tensor, x: Tensor): Tensor =>
  level.rank === 1 && x.rank > 1 ? reshape(level, [level.shape[0], ...Array<number>(x.rank - 1).fill(1)]) : level;

/** A tensor of examples. */
export function asExamples(fn: string, argument: string, value: TensorLike): Tensor {
  const x = asTensor(fn, argument, value);
  if (x.rank === 0) fail('shape', fn, argument, 'must have rank 1 or more, got a scalar');
  return x;
}

/** As `lossScope`, with rows that are examples `[B, ...]`. */
export function rowScope<K extends string>(
  fn: string,
  inputs: Record<K, TensorLike>,
  options: LossOptions,
  body: (rows: Record<K, Tensor>) => Tensor,
): Tensor {
  return tidy(() => {
    const names = Object.keys(inputs) as K[];
    const tensors = Object.fromEntries(names.map((name) => [name, asTensor(fn, name, inputs[name])])) as Record<K, Tensor>;
    const first = asExamples(fn, names[0]!, tensors[names[0]!]);
    return lossScope(fn, tensors, options, body, first.rank - 1);
  });
}
