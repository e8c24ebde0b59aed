/** @file Whole optimizer steps over all parameters in one call, in place. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';

interface AdamWNumbers {
  readonly learningRate: number;
  readonly b1: number;
  readonly b2: number;
  readonly eps: number;
  /** One for all parameters, or one for each. */
  readonly weightDecay: number | readonly number[];
  /** Counted from 1. */
  readonly step: number;
}

/** SurrogateAdamWStep: parameters and moments take their next values where they are. */
export const adamWStep: Kernel = ({ inputs, attrs, heap }) => {
  const { learningRate, b1, b2, eps, weightDecay, step } = attrs as unknown as AdamWNumbers;
  const corrections = [1 / (1 - b1 ** step), 1 / (1 - b2 ** step)] as const;
  for (let i = 0; inputs[`param${i}`] !== undefined; i++) {
    const [param, grad, m, v] = [`param${i}`, `grad${i}`, `m${i}`, `v${i}`].map((name) => heap.address(inputs[name] as TensorInfo)) as [number, number, number, number]; // prettier-ignore
    const size = (inputs[`param${i}`] as TensorInfo).shape.reduce((a, b) => a * b, 1);
    const decay = typeof weightDecay === 'number' ? weightDecay : weightDecay[i]!;
    heap.run.adamw(param, grad, m, v, size, learningRate, b1, 1 - b1, b2, 1 - b2, eps, decay, ...corrections);
  }
  return [];
};
