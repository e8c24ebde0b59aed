/** @file What exponentials and logarithms are made into, each number by itself. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';

/** The module takes so many numbers at a time. */
const width = 8;

type Name = `${'tanh' | 'expm1' | 'log' | 'log1p' | 'softplus'}Of`;

const activation =
  (name: Name): Kernel =>
  ({ inputs, attrs, heap, delegate }) => {
    const x = inputs['x'] as TensorInfo;
    if (x.dtype !== 'float32') return delegate(inputs, attrs);
    const out = heap.make(x.shape);
    const size = x.shape.reduce((a, b) => a * b, 1);
    const [from, to] = [heap.address(x), heap.address(out)];
    if (size >= width) heap.run[name](from, to, size);
    else
      heap.scratch(8 * width, (at) => {
        const [given, made] = [heap.bytes(at, 4 * width), heap.bytes(at + 4 * width, 4 * size)];
        given.fill(0).set(heap.bytes(from, 4 * size));
        heap.run[name](at, at + 4 * width, width);
        heap.bytes(to, 4 * size).set(made);
      });
    return out;
  };

/** Tanh. */
export const tanh: Kernel = activation('tanhOf');
/** Expm1. */
export const expm1: Kernel = activation('expm1Of');
/** Log. */
export const log: Kernel = activation('logOf');
/** Log1p. */
export const log1p: Kernel = activation('log1pOf');
/** Softplus. */
export const softplus: Kernel = activation('softplusOf');
