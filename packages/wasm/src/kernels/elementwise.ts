/** @file Copies, functions of each number by itself, and choices. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';

/** Identity: numbers never change in place while two tensors look at them, so that a copy is not needed. */
export const identity: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const x = inputs['x'] as TensorInfo;
  return x.dtype === 'string' ? delegate(inputs, attrs) : heap.share(x, x.shape);
};

const sizeOf = ({ shape }: TensorInfo) => shape.reduce((a, b) => a * b, 1);

const unary =
  (operation: number, low = '', high = ''): Kernel =>
  ({ inputs, attrs, heap, delegate }) => {
    const x = inputs['x'] as TensorInfo;
    if (x.dtype !== 'float32') return delegate(inputs, attrs);
    const out = heap.make(x.shape);
    const bounds = [low, high].map((name) => (attrs[name] as number | undefined) ?? 0) as [number, number];
    heap.run.unary(operation, heap.address(x), heap.address(out), sizeOf(x), ...bounds);
    return out;
  };

/** Sqrt. */
export const sqrt: Kernel = unary(0);
/** Rsqrt. */
export const rsqrt: Kernel = unary(1);
/** Square. */
export const square: Kernel = unary(2);
/** Abs. */
export const abs: Kernel = unary(3);
/** Neg. */
export const neg: Kernel = unary(4);
/** Relu. */
export const relu: Kernel = unary(5);
/** Step. */
export const step: Kernel = unary(6, 'alpha');
/** Reciprocal. */
export const reciprocal: Kernel = unary(7);
/** ClipByValue. */
export const clipByValue: Kernel = unary(8, 'clipValueMin', 'clipValueMax');

/** Select: where the condition has one truth value for each number. */
export const select: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const { condition, t, e } = inputs as Record<'condition' | 't' | 'e', TensorInfo>;
  const whole = condition.shape.length === t.shape.length || t.shape.length <= 1;
  if (!whole || t.dtype !== e.dtype || (t.dtype !== 'float32' && t.dtype !== 'int32')) return delegate(inputs, attrs);
  const out = heap.make(t.shape, t.dtype);
  const [c, a, b] = [condition, t, e].map((x) => heap.address(x)) as [number, number, number];
  heap.run.select(c, a, b, heap.address(out), sizeOf(t));
  return out;
};

/** Exp. */
export const exponential: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const x = inputs['x'] as TensorInfo;
  if (x.dtype !== 'float32') return delegate(inputs, attrs);
  const out = heap.make(x.shape);
  heap.run.expArray(heap.address(x), heap.address(out), sizeOf(x));
  return out;
};
