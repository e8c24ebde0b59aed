/** @file Cross-entropy from hidden states and classifier weights: a few rows of logits at a time, and their gradient as soon as they are there. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import type { Kernel } from './kernel.js';
import { scaledResiduals } from './softmaxRows.js';

interface LinearNumbers {
  readonly labelSmoothing: number;
  readonly zLoss: number;
  readonly temperature: number;
  readonly chunk: number;
  /** Whether the bias is more than zeros that nobody asks the gradient of. */
  readonly biased: boolean;
}

type RowInputs = Record<'hidden' | 'kernel' | 'bias' | 'target', TensorInfo>;

/** Some rows of logits: their place and that of their ids and state, from which row on, and how many. */
interface Chunk {
  readonly logits: number;
  readonly ids: number;
  readonly state: number;
  readonly from: number;
  readonly count: number;
  readonly classes: number;
}

/** Computes the logits a few rows at a time and hands them over, with room for products. */
function forEachChunk(
  heap: Heap,
  { hidden, kernel, bias, target }: RowInputs,
  { chunk, biased }: LinearNumbers,
  use: (chunk: Chunk, scratch: number) => void,
): void {
  const [n, d] = hidden.shape as [number, number];
  const classes = kernel.shape[1]!;
  const rows = Math.max(1, Math.min(chunk, n));
  const { matMul, matMulScratch, addBias } = heap.run;
  const room = Math.max(matMulScratch(rows, classes, d), matMulScratch(rows, d, classes), matMulScratch(d, classes, rows));
  // The large one last: where the memory grows for it, little that comes after would make it grow by a fifth once more.
  heap.scratch(room, (scratch) =>
    heap.scratch((rows * classes + 2 * rows) * 4, (logits) => {
      for (let from = 0; from < n; from += rows) {
        const count = Math.min(rows, n - from);
        matMul(heap.address(hidden) + from * d * 4, heap.address(kernel), logits, count, classes, d, 0, 0, 0, scratch);
        if (biased) addBias(logits, heap.address(bias), count, classes, 0, 0);
        use({ logits, ids: heap.address(target) + from * 4, state: logits + rows * classes * 4, from, count, classes }, scratch);
      }
    }),
  );
}

type Slopes = [hidden: TensorInfo, kernel: TensorInfo, bias: TensorInfo];

/** Room for the gradients by hidden, kernel and bias: the first chunk writes that of the kernel, if there is one. */
const slopesOf = (heap: Heap, { hidden, kernel, bias }: RowInputs): Slopes => [
  heap.make(hidden.shape),
  hidden.shape[0] === 0 ? heap.zeros(kernel.shape) : heap.make(kernel.shape),
  heap.zeros(bias.shape),
];

/** What the gradient by a chunk of logits, which stands in their place, is by hidden, kernel and bias; the last two are sums. */
function spread(
  heap: Heap,
  { hidden, kernel }: RowInputs,
  { logits, from, count, classes }: Chunk,
  slopes: Slopes,
  biased: boolean,
  scratch: number,
): void {
  const { matMul, addColumns } = heap.run;
  const d = hidden.shape[1]!;
  const [dHidden, dKernel, dBias] = slopes.map((tensor) => heap.address(tensor)) as [number, number, number];
  matMul(logits, heap.address(kernel), dHidden + from * d * 4, count, d, classes, 0, 1, 0, scratch);
  matMul(heap.address(hidden) + from * d * 4, logits, dKernel, d, classes, count, 1, 0, +(from > 0), scratch);
  if (biased) addColumns(logits, dBias, count, classes);
}

/** SurrogateLinearCrossEntropySum: the weighted sum; with residuals also what it is by hidden, kernel and bias, and each row's loss. */
export const linearCrossEntropySum: Kernel = ({ inputs, attrs, heap }) => {
  const given = inputs as RowInputs & { weights: TensorInfo };
  const { hidden, weights } = given;
  const told = attrs as unknown as LinearNumbers;
  const { labelSmoothing, zLoss, temperature, biased } = told;
  const n = hidden.shape[0]!;
  const recorded = attrs['residuals'] === true;
  const [value, losses] = [heap.make([]), heap.make([n])];
  const slopes = recorded ? slopesOf(heap, given) : [];
  const { crossEntropyIdsSum } = heap.run;
  const numbers = [labelSmoothing, zLoss, 1 / temperature] as const;
  const places = [heap.address(weights), heap.address(losses)];
  forEachChunk(heap, given, told, (rows, scratch) => {
    const { logits, ids, from, count, classes } = rows;
    const [w, losses] = places.map((place) => place + from * 4) as [number, number];
    crossEntropyIdsSum(logits, ids, w, losses, recorded ? logits : 0, count, classes, ...numbers, 0);
    if (recorded) spread(heap, given, rows, slopes as Slopes, biased, scratch);
  });
  heap.run.dot(heap.address(weights), heap.address(losses), heap.address(value), n);
  if (recorded) return [value, ...slopes, losses];
  heap.release(losses);
  return [value];
};

/** SurrogateLinearCrossEntropySumGrad: by hidden, kernel, bias and weights. */
export const linearCrossEntropySumGrad: Kernel = ({ inputs, heap }) => scaledResiduals(heap, inputs, 4);

/** A function of rows of logits: minus or plus the cross-entropy, with these numbers. */
interface RowFunction {
  readonly sign: 1 | -1;
  value(heap: Heap, chunk: Chunk, to: number, attrs: LinearNumbers): void;
  numbers(attrs: LinearNumbers): readonly [labelSmoothing: number, zLoss: number, scale: number];
}

/** One number a row; the backward pass computes the logits once more, under the gradient that has arrived by then. */
const rowsOf = ({ sign, value, numbers }: RowFunction): [forward: Kernel, backward: Kernel] => [
  ({ inputs, attrs, heap }) => {
    const given = inputs as RowInputs;
    const told = attrs as unknown as LinearNumbers;
    const out = heap.make([given.hidden.shape[0]!]);
    forEachChunk(heap, given, told, (chunk) => value(heap, chunk, heap.address(out) + chunk.from * 4, told));
    return [out];
  },
  ({ inputs, attrs, heap }) => {
    const given = inputs as RowInputs & { upstream: TensorInfo };
    const told = attrs as unknown as LinearNumbers;
    const { hidden, upstream } = given;
    const n = hidden.shape[0]!;
    const slopes = slopesOf(heap, given);
    const [weights, losses] = [heap.make([n]), heap.make([n])];
    heap.run.scale(heap.address(upstream), heap.address(weights), n, sign);
    const places = [heap.address(weights), heap.address(losses)];
    forEachChunk(heap, given, told, (chunk, scratch) => {
      const { logits, ids, from, count, classes } = chunk;
      const [w, to] = places.map((place) => place + from * 4) as [number, number];
      heap.run.crossEntropyIdsSum(logits, ids, w, to, logits, count, classes, ...numbers(told), 0);
      spread(heap, given, chunk, slopes, told.biased, scratch);
    });
    [weights, losses].forEach((made) => heap.release(made));
    return slopes;
  },
];

/** SurrogateLinearCrossEntropyRows and its gradients by hidden, kernel and bias. */
export const [linearCrossEntropyRows, linearCrossEntropyRowsGrad] = rowsOf({
  sign: 1,
  value({ run }, { logits, ids, state, count, classes }, to, { labelSmoothing, zLoss, temperature }) {
    run.crossEntropyIds(logits, ids, to, state, count, classes, labelSmoothing, zLoss, 1 / temperature);
  },
  numbers: ({ labelSmoothing, zLoss, temperature }) => [labelSmoothing, zLoss, 1 / temperature],
});

/** SurrogateLinearTokenLogProbs and its gradients by hidden, kernel and bias. */
export const [linearTokenLogProbs, linearTokenLogProbsGrad] = rowsOf({
  sign: -1,
  value({ run }, { logits, ids, state, count, classes }, to, { temperature }) {
    run.tokenLogProbs(logits, ids, to, state, count, classes, 1 / temperature);
  },
  numbers: ({ temperature }) => [0, 0, 1 / temperature],
});
