/** @file Arithmetic and comparisons of two tensors, repetition, and what becomes a float. */
import { broadcast_util, type DataType, type TensorInfo } from '@tensorflow/tfjs-core';
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

/** Numbers, or truth values, from two tensors of numbers. */
const pairwise =
  (name: 'broadcast' | 'compare', operation: number): Kernel =>
  ({ inputs, attrs, heap, delegate }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return delegate(inputs, attrs);
    const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const axes = axesOf(shape, a.shape, b.shape);
    if (axes.length > 4) return delegate(inputs, attrs);
    const out = heap.make(shape, name === 'compare' ? 'bool' : 'float32');
    if (shape.includes(0)) return out;
    const [n, aStep, bStep] = axes.pop() ?? [1, 1, 1];
    while (axes.length < 3) axes.unshift([1, 0, 0]);
    const outer = axes.flatMap(([size, x, y]) => [size, x * 4, y * 4]);
    heap.run[name](operation, heap.address(a), heap.address(b), heap.address(out), ...outer, n, aStep * 4, bStep * 4);
    return out;
  };

/** Add. */
export const add: Kernel = pairwise('broadcast', 0);
/** Sub. */
export const sub: Kernel = pairwise('broadcast', 1);
/** Multiply. */
export const multiply: Kernel = pairwise('broadcast', 2);
/** RealDiv. */
export const realDiv: Kernel = pairwise('broadcast', 3);
/** Maximum. */
export const maximum: Kernel = pairwise('broadcast', 4);
/** Minimum. */
export const minimum: Kernel = pairwise('broadcast', 5);
/** Greater. */
export const greater: Kernel = pairwise('compare', 0);
/** GreaterEqual. */
export const greaterEqual: Kernel = pairwise('compare', 1);
/** Less. */
export const less: Kernel = pairwise('compare', 2);
/** LessEqual. */
export const lessEqual: Kernel = pairwise('compare', 3);
/** Equal. */
export const equal: Kernel = pairwise('compare', 4);
/** NotEqual. */
export const notEqual: Kernel = pairwise('compare', 5);

/** Tile: each axis is one that repeats and one that goes on. */
export const tile: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const x = inputs['x'] as TensorInfo;
  const reps = attrs['reps'] as number[];
  if (x.dtype === 'string' || x.dtype === 'complex64') return delegate(inputs, attrs);
  const unit = x.dtype === 'bool' ? 1 : 4;
  const shape = x.shape.map((size, i) => size * reps[i]!);
  const axes = axesOf(
    x.shape.flatMap((size, i) => [reps[i]!, size]),
    x.shape.flatMap((size) => [1, size]),
    [],
  );
  if (axes.length > 5) return delegate(inputs, attrs);
  if (axes.every(([, stride]) => stride !== 0)) return heap.share(x, shape);
  const out = heap.make(shape, x.dtype);
  if (shape.includes(0)) return out;
  const [n, step] = axes.pop()!;
  while (axes.length < 4) axes.unshift([1, 0, 0]);
  heap.run.repeat(heap.address(x), heap.address(out), ...axes.flatMap(([size, stride]) => [size, stride * unit]), n, step * unit, unit);
  return out;
};

/** Cast: to its own type nothing is copied; true is what is not 0, where tfjs's kernel cuts off the fraction and takes the rest by 256. */
export const cast: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const x = inputs['x'] as TensorInfo;
  const to = attrs['dtype'] as DataType;
  if (x.dtype === to && to !== 'string') return heap.share(x, x.shape);
  const run = { bool: heap.run.boolToFloat, int32: heap.run.intToFloat }[x.dtype as string];
  if ((to !== 'float32' && to !== 'bool') || (run === undefined && x.dtype !== 'float32')) return delegate(inputs, attrs);
  const floats = run === undefined ? x : heap.make(x.shape);
  run?.(heap.address(x), heap.address(floats), sizeOf(x.shape));
  if (to === 'float32') return floats;
  const zero = heap.zeros([]);
  const out = notEqual({ inputs: { a: floats, b: zero }, attrs: {}, heap, delegate }) as TensorInfo;
  [zero, ...(run === undefined ? [] : [floats])].forEach((made) => heap.release(made));
  return out;
};
