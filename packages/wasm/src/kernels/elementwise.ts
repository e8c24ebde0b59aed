/** @file Copies and exponentials. */
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
