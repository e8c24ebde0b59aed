/** @file First-order linear recurrences along rows. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';

/** SurrogateLinearRecurrence. */
export const linearRecurrence: Kernel = ({ inputs, attrs, heap }) => {
  const { x, decay } = inputs as { x: TensorInfo; decay: TensorInfo };
  const [n, steps] = x.shape as [number, number];
  const out = heap.make(x.shape);
  heap.run.linearRecurrence(heap.address(x), heap.address(decay), heap.address(out), n, steps, +(attrs['reverse'] === true));
  return [out];
};

/** SurrogateLinearRecurrenceGrad: by both. */
export const linearRecurrenceGrad: Kernel = ({ inputs, attrs, heap }) => {
  const { x, decay, upstream } = inputs as { x: TensorInfo; decay: TensorInfo; upstream: TensorInfo };
  const [n, steps] = x.shape as [number, number];
  const outs = [heap.make(x.shape), heap.make(x.shape)];
  const addresses = [x, decay, upstream, ...outs].map((tensor) => heap.address(tensor));
  heap.run.linearRecurrenceGrad(...addresses, n, steps, +(attrs['reverse'] === true));
  return outs;
};
