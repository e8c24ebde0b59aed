/** @file Copies, exponentials and softmax. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';

/** Identity: numbers never change in place while two tensors look at them, so that a copy is not needed. */
export const identity: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const x = inputs['x'] as TensorInfo;
  return x.dtype === 'string' ? delegate(inputs, attrs) : heap.share(x, x.shape);
};

/** Exp. */
export const exponential: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const x = inputs['x'] as TensorInfo;
  if (x.dtype !== 'float32') return delegate(inputs, attrs);
  const out = heap.make(x.shape);
  heap.run.expArray(
    heap.address(x),
    heap.address(out),
    x.shape.reduce((a, b) => a * b, 1),
  );
  return out;
};

const rows =
  (name: 'softmax' | 'logSoftmax'): Kernel =>
  ({ inputs, heap }) => {
    const logits = inputs['logits'] as TensorInfo;
    const out = heap.make(logits.shape);
    const k = logits.shape.at(-1) ?? 1;
    const n = logits.shape.slice(0, -1).reduce((a, b) => a * b, 1);
    heap.scratch(8, (state) => heap.run[name](heap.address(logits), heap.address(out), state, n, k));
    return out;
  };

/** Softmax, of the last axis as tfjs has it. */
export const softmax: Kernel = rows('softmax');

/** LogSoftmax. */
export const logSoftmax: Kernel = rows('logSoftmax');
