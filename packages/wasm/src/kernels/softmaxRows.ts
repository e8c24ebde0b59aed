/** @file Cross-entropy, token log-probabilities and entropy of rows of logits. */
import type { NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import type { KernelCall, Kernel } from './kernel.js';

/** Shift and total of each row: what the backward kernels start from. */
const stateOf = ({ heap }: KernelCall, rows: number) => heap.make([rows, 2]);

/** How many rows there are and how long each is. */
export const rowsAndClasses = ({ shape }: TensorInfo): [number, number] => {
  const classes = shape.at(-1) ?? 1;
  return [shape.slice(0, -1).reduce((a, b) => a * b, 1), classes];
};

/** The value alone, or with what the backward pass needs. */
export function kept({ attrs, heap }: KernelCall, value: TensorInfo, ...residuals: TensorInfo[]): TensorInfo[] {
  if (attrs['residuals'] === true) return [value, ...residuals];
  residuals.forEach((residual) => heap.release(residual));
  return [value];
}

interface CrossEntropyNumbers {
  readonly labelSmoothing: number;
  readonly zLoss: number;
  readonly temperature: number;
}

/** SurrogateSoftmaxCrossEntropy. */
export const softmaxCrossEntropy: Kernel = (call) => {
  const { heap } = call;
  const { logits, target } = call.inputs as { logits: TensorInfo; target: TensorInfo };
  const { labelSmoothing, zLoss, temperature } = call.attrs as unknown as CrossEntropyNumbers;
  const [n, k] = rowsAndClasses(logits);
  const loss = heap.make(logits.shape.slice(0, -1));
  const state = stateOf(call, n);
  const run = target.shape.length === logits.shape.length ? heap.run.crossEntropyDense : heap.run.crossEntropyIds;
  run(heap.address(logits), heap.address(target), heap.address(loss), heap.address(state), n, k, labelSmoothing, zLoss, 1 / temperature);
  return kept(call, loss, state);
};

/** SurrogateSoftmaxCrossEntropyGrad: by the logits. */
export const softmaxCrossEntropyGrad: Kernel = ({ inputs, attrs, heap }) => {
  const { logits, target, residual0, upstream } = inputs as Record<'logits' | 'target' | 'residual0' | 'upstream', TensorInfo>;
  const { labelSmoothing, zLoss, temperature } = attrs as unknown as CrossEntropyNumbers;
  const [n, k] = rowsAndClasses(logits);
  const out = heap.make(logits.shape);
  const [x, t, state, g, at] = [logits, target, residual0, upstream, out].map((tensor) => heap.address(tensor)) as Five;
  const run = target.shape.length === logits.shape.length ? heap.run.crossEntropyDenseGrad : heap.run.crossEntropyIdsGrad;
  run(x, t, state, g, at, n, k, labelSmoothing, zLoss, 1 / temperature);
  return [out];
};

/** SurrogateSoftmaxCrossEntropySum: the weighted sum; with residuals also what it is by the logits, and each row's loss. */
export const softmaxCrossEntropySum: Kernel = ({ inputs, attrs, heap }) => {
  const { logits, target, weights } = inputs as Record<'logits' | 'target' | 'weights', TensorInfo>;
  const { labelSmoothing, zLoss, temperature } = attrs as unknown as CrossEntropyNumbers;
  const [n, k] = rowsAndClasses(logits);
  const [value, losses] = [heap.make([]), heap.make([n])];
  const slope = attrs['residuals'] === true ? heap.make(logits.shape) : undefined;
  const [x, ids, w, each] = [logits, target, weights, losses].map((tensor) => heap.address(tensor)) as [number, number, number, number];
  const at = slope === undefined ? 0 : heap.address(slope);
  heap.run.crossEntropyIdsSum(x, ids, w, each, at, n, k, labelSmoothing, zLoss, 1 / temperature, 1);
  heap.run.dot(w, each, heap.address(value), n);
  if (slope !== undefined) return [value, slope, losses];
  heap.release(losses);
  return [value];
};

/** SurrogateSoftmaxCrossEntropySumGrad: by logits and weights. */
export const softmaxCrossEntropySumGrad: Kernel = ({ inputs, heap }) => scaledResiduals(heap, inputs, 2);

/** The first residuals of a sum that computed its gradient with its value, times the upstream. */
export function scaledResiduals(heap: Heap, inputs: NamedTensorInfoMap, count: number): TensorInfo[] {
  const factor = new Float32Array(heap.bytes(heap.address(inputs['upstream'] as TensorInfo), 4).slice().buffer)[0]!;
  return Array.from({ length: count }, (_, i) => scaled(heap, inputs[`residual${i}`] as TensorInfo, factor));
}

/** Times one number, which nearly always is 1: then nothing is copied. */
function scaled(heap: Heap, x: TensorInfo, factor: number): TensorInfo {
  if (factor === 1) return heap.share(x, x.shape);
  const out = heap.make(x.shape);
  heap.run.scale(heap.address(x), heap.address(out), x.shape.reduce((a, b) => a * b, 1), factor); // prettier-ignore
  return out;
}

type Five = [number, number, number, number, number];

/** SurrogateTokenLogProbs. */
export const tokenLogProbs: Kernel = (call) => {
  const { heap } = call;
  const { logits, tokens } = call.inputs as { logits: TensorInfo; tokens: TensorInfo };
  const [n, k] = rowsAndClasses(logits);
  const out = heap.make(logits.shape.slice(0, -1));
  const state = stateOf(call, n);
  const scale = 1 / (call.attrs['temperature'] as number);
  heap.run.tokenLogProbs(heap.address(logits), heap.address(tokens), heap.address(out), heap.address(state), n, k, scale);
  return kept(call, out, state);
};

/** SurrogateTokenLogProbsGrad: by the logits. */
export const tokenLogProbsGrad: Kernel = ({ inputs, attrs, heap }) => {
  const { logits, tokens, residual0, upstream } = inputs as Record<'logits' | 'tokens' | 'residual0' | 'upstream', TensorInfo>;
  const [n, k] = rowsAndClasses(logits);
  const out = heap.make(logits.shape);
  const [x, ids, state, g, at] = [logits, tokens, residual0, upstream, out].map((tensor) => heap.address(tensor)) as Five;
  heap.run.tokenLogProbsGrad(x, ids, state, g, at, n, k, 1 / (attrs['temperature'] as number));
  return [out];
};

/** SurrogateTokenEntropy. */
export const tokenEntropy: Kernel = (call) => {
  const { heap } = call;
  const { logits } = call.inputs as { logits: TensorInfo };
  const [n, k] = rowsAndClasses(logits);
  const out = heap.make(logits.shape.slice(0, -1));
  const state = stateOf(call, n);
  heap.run.tokenEntropy(heap.address(logits), heap.address(out), heap.address(state), n, k, 1 / (call.attrs['temperature'] as number));
  if (call.attrs['residuals'] !== true) return kept(call, out, state);
  const copy = heap.make(out.shape);
  heap.bytes(heap.address(copy), n * 4).set(heap.bytes(heap.address(out), n * 4));
  return kept(call, out, state, copy);
};

/** SurrogateTokenEntropyGrad: by the logits. */
export const tokenEntropyGrad: Kernel = ({ inputs, attrs, heap }) => {
  const { logits, residual0, residual1, upstream } = inputs as Record<'logits' | 'residual0' | 'residual1' | 'upstream', TensorInfo>;
  const [n, k] = rowsAndClasses(logits);
  const out = heap.make(logits.shape);
  const [x, state, entropy, g, at] = [logits, residual0, residual1, upstream, out].map((tensor) => heap.address(tensor)) as Five;
  heap.run.tokenEntropyGrad(x, state, entropy, g, at, n, k, 1 / (attrs['temperature'] as number));
  return [out];
};
