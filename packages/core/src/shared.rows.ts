/** @file Small inputs and calls that the rows of core's conformance table share. */
import { type Tensor } from '@tensorflow/tfjs-core';
import * as core from './index.js';
import type { NumericDType, TensorLike } from './index.js';

/** Two rows of three numbers, none of them alike. */
export const rows = [
  [0.4, -1.3, 1.1],
  [2.2, 0.3, -0.6],
];

/** Others of that shape. */
export const others = [
  [0.1, 0.8, -0.2],
  [-1.2, 0.5, 0.9],
];

/** What is neither a number nor one of the words that are allowed. */
export const text = 'three' as never;

/** Core's own, for bodies of calls that have to refuse what is no tensor. */
export const asTensor = (fn: string, argument: string, x: TensorLike, dtype?: NumericDType): Tensor =>
  core.asTensor(fn, argument, x, dtype);

/** Arguments of a fused op as tensors. */
export const named = <K extends string>(fn: string, inputs: Record<K, TensorLike>) =>
  Object.fromEntries(Object.entries<TensorLike>(inputs).map(([name, x]) => [name, asTensor(fn, name, x)])) as Record<K, Tensor>;
