/** @file Copies, functions of each number by itself, and choices. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';

/** Identity: numbers never change in place while two tensors look at them, so that a copy is not needed. */
export const identity: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const x = inputs['x'] as TensorInfo;
  return x.dtype === 'string' ? delegate(inputs, attrs) : heap.share(x, x.shape);
};

const sizeOf = ({ shape }: TensorInfo) => shape.reduce((a, b) => a * b, 1);

type Name = `${'sqrt' | 'rsqrt' | 'square' | 'abs' | 'neg' | 'relu' | 'step' | 'reciprocal' | 'clip' | 'sign' | 'leakyRelu'}Of`;

/** A function of each number, told the attributes of these names. */
const unary =
  (name: Name, ...told: readonly string[]): Kernel =>
  ({ inputs, attrs, heap, delegate }) => {
    const x = inputs['x'] as TensorInfo;
    if (x.dtype !== 'float32') return delegate(inputs, attrs);
    const out = heap.make(x.shape);
    heap.run[name](
      heap.address(x),
      heap.address(out),
      sizeOf(x),
      ...told.map((attribute) => (attrs[attribute] as number | undefined) ?? 0),
    );
    return out;
  };

/** Sqrt. */
export const sqrt: Kernel = unary('sqrtOf');
/** Rsqrt. */
export const rsqrt: Kernel = unary('rsqrtOf');
/** Square. */
export const square: Kernel = unary('squareOf');
/** Abs. */
export const abs: Kernel = unary('absOf');
/** Neg. */
export const neg: Kernel = unary('negOf');
/** Relu. */
export const relu: Kernel = unary('reluOf');
/** LeakyRelu. */
export const leakyRelu: Kernel = unary('leakyReluOf', 'alpha');
/** Sign. */
export const sign: Kernel = unary('signOf');
/** Step. */
export const step: Kernel = unary('stepOf', 'alpha');
/** Reciprocal. */
export const reciprocal: Kernel = unary('reciprocalOf');
/** ClipByValue. */
export const clipByValue: Kernel = unary('clipOf', 'clipValueMin', 'clipValueMax');

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
