/** @file Cross-entropy from hidden states and classifier weights: a few rows of logits at a time, and their gradient as soon as they are there. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import type { Kernel } from './kernel.js';

interface LinearNumbers {
  readonly labelSmoothing: number;
  readonly zLoss: number;
  readonly temperature: number;
  readonly chunk: number;
}

type Inputs = Record<'hidden' | 'kernel' | 'bias' | 'target' | 'weights', TensorInfo>;

/** SurrogateLinearCrossEntropySum: the weighted sum; with residuals also what it is by hidden, kernel and bias, and each row's loss. */
export const linearCrossEntropySum: Kernel = ({ inputs, attrs, heap }) => {
  const { hidden, kernel, bias, target, weights } = inputs as Inputs;
  const { labelSmoothing, zLoss, temperature, chunk } = attrs as unknown as LinearNumbers;
  const [n, d] = hidden.shape as [number, number];
  const v = kernel.shape[1]!;
  const recorded = attrs['residuals'] === true;
  const [value, losses] = [heap.make([]), heap.make([n])];
  const slopes = recorded ? [heap.make(hidden.shape), heap.zeros(kernel.shape), heap.zeros(bias.shape)] : [];
  const [dHidden = 0, dKernel = 0, dBias = 0] = slopes.map((tensor) => heap.address(tensor));
  const [atHidden, atKernel, atBias, atTarget, atWeights, atLosses] = [hidden, kernel, bias, target, weights, losses].map((tensor) => heap.address(tensor)) as Six; // prettier-ignore
  const rows = Math.min(chunk, n);
  const room = Math.max(heap.run.matMulScratch(rows, v, d), heap.run.matMulScratch(rows, d, v), heap.run.matMulScratch(d, v, rows));
  const { matMul, addBias, addColumns, crossEntropyIds, crossEntropyIdsGrad } = heap.run;
  heap.scratch((rows * v + 2 * rows) * 4, (logits) =>
    heap.scratch(room, (scratch) => {
      const state = logits + rows * v * 4;
      for (let from = 0; from < n; from += rows) {
        const count = Math.min(rows, n - from);
        const [h, ids] = [atHidden + from * d * 4, atTarget + from * 4];
        matMul(h, atKernel, logits, count, v, d, 0, 0, 0, scratch);
        addBias(logits, atBias, count, v, 0, 0);
        crossEntropyIds(logits, ids, atLosses + from * 4, state, count, v, labelSmoothing, zLoss, 1 / temperature);
        if (!recorded) continue;
        crossEntropyIdsGrad(logits, ids, state, atWeights + from * 4, logits, count, v, labelSmoothing, zLoss, 1 / temperature);
        matMul(logits, atKernel, dHidden + from * d * 4, count, d, v, 0, 1, 0, scratch);
        matMul(h, logits, dKernel, d, v, count, 1, 0, 1, scratch);
        addColumns(logits, dBias, count, v);
      }
    }),
  );
  heap.run.dot(atWeights, atLosses, heap.address(value), n);
  if (recorded) return [value, ...slopes, losses];
  heap.release(losses);
  return [value];
};

type Six = [number, number, number, number, number, number];

/** SurrogateLinearCrossEntropySumGrad: by hidden, kernel, bias and weights. */
export const linearCrossEntropySumGrad: Kernel = ({ inputs, heap }) => {
  const factor = new Float32Array(heap.bytes(heap.address(inputs['upstream'] as TensorInfo), 4).slice().buffer)[0]!;
  return [0, 1, 2, 3].map((i) => scaled(heap, inputs[`residual${i}`] as TensorInfo, factor));
};

/** Times one number, which nearly always is 1: then nothing is copied. */
function scaled(heap: Heap, x: TensorInfo, factor: number): TensorInfo {
  if (factor === 1) return heap.share(x, x.shape);
  const out = heap.make(x.shape);
  heap.run.scale(heap.address(x), heap.address(out), x.shape.reduce((a, b) => a * b, 1), factor); // prettier-ignore
  return out;
}
