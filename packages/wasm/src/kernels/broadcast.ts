/** @file Arithmetic of two tensors, and what becomes a float. */
import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** An axis of the output: its size, and how far apart its elements are on both sides; 0 where a side is repeated. */
type Axis = [size: number, a: number, b: number];

function stridesIn(shape: readonly number[], rank: number): number[] {
  let stride = 1;
  const own = shape.map(() => 0);
  for (let i = shape.length - 1; i >= 0; i--) {
    own[i] = shape[i] === 1 ? 0 : stride;
    stride *= shape[i]!;
  }
  return [...Array<number>(rank - shape.length).fill(0), ...own];
}

/** The axes of the output, neighbours taken together where both sides go on as they began. */
function axesOf(shape: readonly number[], a: readonly number[], b: readonly number[]): Axis[] {
  const [left, right] = [stridesIn(a, shape.length), stridesIn(b, shape.length)];
  const axes: Axis[] = [];
  shape.forEach((size, i) => {
    if (size === 1) return;
    const [x, y] = [left[i]!, right[i]!];
    const last = axes.at(-1);
    if (last !== undefined && last[1] === x * size && last[2] === y * size) axes[axes.length - 1] = [last[0] * size, x, y];
    else axes.push([size, x, y]);
  });
  return axes;
}

const arithmetic =
  (operation: number): Kernel =>
  ({ inputs, attrs, heap, delegate }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return delegate(inputs, attrs);
    const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const axes = axesOf(shape, a.shape, b.shape);
    if (axes.length > 4) return delegate(inputs, attrs);
    const out = heap.make(shape);
    if (shape.includes(0)) return out;
    const [n, aStep, bStep] = axes.pop() ?? [1, 1, 1];
    while (axes.length < 3) axes.unshift([1, 0, 0]);
    const outer = axes.flatMap(([size, x, y]) => [size, x * 4, y * 4]);
    heap.run.broadcast(operation, heap.address(a), heap.address(b), heap.address(out), ...outer, n, aStep * 4, bStep * 4);
    return out;
  };

/** Add. */
export const add: Kernel = arithmetic(0);
/** Sub. */
export const sub: Kernel = arithmetic(1);
/** Multiply. */
export const multiply: Kernel = arithmetic(2);
/** RealDiv. */
export const realDiv: Kernel = arithmetic(3);

/** Cast: to its own type nothing is copied. */
export const cast: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const x = inputs['x'] as TensorInfo;
  if (x.dtype === attrs['dtype'] && x.dtype !== 'string') return heap.share(x, x.shape);
  if (attrs['dtype'] !== 'float32' || (x.dtype !== 'bool' && x.dtype !== 'int32')) return delegate(inputs, attrs);
  const out = heap.make(x.shape);
  const run = x.dtype === 'bool' ? heap.run.boolToFloat : heap.run.intToFloat;
  run(heap.address(x), heap.address(out), sizeOf(x.shape));
  return out;
};
