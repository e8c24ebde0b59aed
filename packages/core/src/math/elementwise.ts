/** @file The frame of the elementwise primitives: tensors of the arguments, a gradient in terms of the input, nothing left behind. */
import { broadcast_util, broadcastTo, mul, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import { checkInteger, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';

/** A function of one tensor and its derivative; the derivative is made of primitives, so that it can be differentiated again. */
export function elementwise(fn: string, x: TensorLike, value: (x: Tensor) => Tensor, slope: (x: Tensor) => Tensor): Tensor {
  return tidy(() =>
    differentiable(
      { x: asTensor(fn, 'x', x) },
      (inputs) => value(inputs.x),
      (inputs, upstream) => ({ x: () => mul(upstream, slope(inputs.x)) }),
    ),
  );
}

/** Two arguments as tensors of their common shape. */
export function broadcastPair(fn: string, a: readonly [name: string, value: TensorLike], b: readonly [name: string, value: TensorLike]) {
  const [x, y] = [asTensor(fn, ...a), asTensor(fn, ...b)];
  return [spread(x, commonShape(fn, b[0], x, y)), spread(y, commonShape(fn, b[0], x, y))] as const;
}

/** tfjs spreads to an empty shape as if it were not empty. */
const spread = (x: Tensor, shape: number[]): Tensor =>
  x.shape.join() === shape.join() ? x : shape.includes(0) ? zeros(shape) : broadcastTo(x, shape);

function commonShape(fn: string, argument: string, x: Tensor, y: Tensor): number[] {
  try {
    return broadcast_util.assertAndGetBroadcastShape(x.shape, y.shape);
  } catch {
    return fail('shape', fn, argument, `must broadcast with shape [${x.shape.join(', ')}], got [${y.shape.join(', ')}]`);
  }
}

/** An axis counted from 0. */
export function axisOf(fn: string, axis: number, rank: number): number {
  checkInteger(fn, 'axis', axis, -rank);
  if (axis >= rank) fail('range', fn, 'axis', `must be in [${-rank}, ${rank}), got ${axis}`);
  return axis < 0 ? axis + rank : axis;
}

/** Axes counted from 0, in order; all of them where none is given. */
export function axesOf(fn: string, axis: number | readonly number[] | undefined, rank: number): number[] {
  if (axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  const axes = (typeof axis === 'number' ? [axis] : [...axis]).map((one) => axisOf(fn, one, rank));
  if (new Set(axes).size < axes.length) fail('range', fn, 'axis', `must name each axis once, got [${axes.join(', ')}]`);
  return axes.sort((a, b) => a - b);
}

/** A shape with 1 in place of the axes that were reduced. */
export const keptShape = (shape: readonly number[], axes: readonly number[]): number[] =>
  shape.map((size, i) => (axes.includes(i) ? 1 : size));
