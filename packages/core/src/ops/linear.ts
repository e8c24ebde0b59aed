/** @file Losses on `hidden · kernel + bias` computed a few rows at a time, so that the `[N, V]` logits never exist. */
import {
  add,
  concat,
  dispose,
  matMul,
  mul,
  scalar,
  slice,
  sum,
  tidy,
  valueAndGrads,
  zeros,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { defineOp, type OpAttributes, type StreamedOp } from './defineOp.js';
import { softmaxCrossEntropyOp, type SoftmaxCrossEntropyAttributes } from './softmaxCrossEntropy.js';
import { tokenLogProbsOp, type TemperatureAttributes } from './tokenLogProbs.js';

/** Hidden states against a classifier: `hidden` `[N, D]`, `kernel` `[D, V]`, `bias` `[V]`, `target` int32 `[N]`. */
export type LinearInputs = { hidden: Tensor; kernel: Tensor; bias: Tensor; target: Tensor };

/** How many rows at a time; and whether there is a bias, for where there is none zeros stand for it, which a kernel need not add or differentiate by. */
export type ChunkAttributes = { readonly chunk: number; readonly biased: boolean };

/** A function of the logits of some rows. */
type RowFunction<A> = (logits: Tensor, target: Tensor, attrs: A) => Tensor;

const project = ({ hidden, kernel, bias }: Omit<LinearInputs, 'target'>): Tensor =>
  add(matMul(hidden as Tensor2D, kernel as Tensor2D), bias);

const crossEntropyRows: RowFunction<SoftmaxCrossEntropyAttributes> = (logits, target, { labelSmoothing, zLoss, temperature }) =>
  softmaxCrossEntropyOp({ logits, target }, { labelSmoothing, zLoss, temperature });

const logProbRows: RowFunction<TemperatureAttributes> = (logits, target, { temperature }) =>
  tokenLogProbsOp({ logits, tokens: target }, { temperature });

/** Rows [from, from + count) of each tensor. */
const rowsOf = (x: Tensor, from: number, count: number): Tensor =>
  slice(x, [from, ...Array<number>(x.rank - 1).fill(0)], [count, ...x.shape.slice(1)]);

const chunks = (rows: number, chunk: number): [from: number, count: number][] =>
  Array.from({ length: Math.ceil(rows / chunk) }, (_, i) => [i * chunk, Math.min(chunk, rows - i * chunk)]);

interface Gradients {
  hidden: Tensor[];
  kernel: Tensor;
  bias: Tensor;
}

/** Σ wᵢ f(rowᵢ) and its gradients, chunk by chunk; the gradients of kernel and bias are summed as they come. */
function weightedSumAndGradients<A extends ChunkAttributes>(
  f: RowFunction<A>,
  inputs: LinearInputs,
  weights: Tensor,
  attrs: A,
): [Tensor, Tensor, Tensor, Tensor] {
  let value: Tensor = scalar(0);
  let made: Gradients | undefined;
  for (const [from, count] of chunks(inputs.hidden.shape[0], attrs.chunk)) {
    const before = made;
    const beforeValue = value;
    const [nextValue, hidden, kernel, bias] = tidy(() => {
      const [h, target, w] = [inputs.hidden, inputs.target, weights].map((x) => rowsOf(x, from, count)) as [Tensor, Tensor, Tensor];
      const part = valueAndGrads((h, kernel, bias) => sum(mul(w, f(project({ hidden: h, kernel: kernel, bias: bias }), target, attrs))))([
        h,
        inputs.kernel,
        inputs.bias,
      ]);
      const [dHidden, dKernel, dBias] = part.grads as [Tensor, Tensor, Tensor];
      return [
        add(beforeValue, part.value),
        dHidden,
        before === undefined ? dKernel : add(before.kernel, dKernel),
        before === undefined ? dBias : add(before.bias, dBias),
      ] as const;
    });
    dispose([beforeValue, ...(before === undefined ? [] : [before.kernel, before.bias])]);
    value = nextValue;
    made = { hidden: [...(before?.hidden ?? []), hidden], kernel, bias };
  }
  return made === undefined
    ? [value, mul(inputs.hidden, 0), mul(inputs.kernel, 0), mul(inputs.bias, 0)]
    : [value, concat(made.hidden), made.kernel, made.bias];
}

/** f of every row, chunk by chunk. */
function rowValues<A extends ChunkAttributes>(f: RowFunction<A>, inputs: LinearInputs, attrs: A): Tensor {
  const parts = chunks(inputs.hidden.shape[0], attrs.chunk).map(([from, count]) =>
    tidy(() => f(project({ ...inputs, hidden: rowsOf(inputs.hidden, from, count) }), rowsOf(inputs.target, from, count), attrs)),
  );
  return parts.length === 0 ? zeros([0]) : concat(parts);
}

/** The rows' values; the backward pass computes the logits once more, under the gradient that has arrived by then. */
const streamRows = <A extends OpAttributes>(f: RowFunction<A>): StreamedOp<LinearInputs, A & ChunkAttributes> => ({
  forward: (inputs, attrs) => [rowValues(f, inputs, attrs)],
  backward: (inputs, attrs, _residuals, upstream) => {
    const [, hidden, kernel, bias] = weightedSumAndGradients(f, inputs, upstream, attrs);
    return { hidden, kernel, bias };
  },
});

/** @internal One loss a row. */
export const linearCrossEntropyRowsOp = defineOp<LinearInputs, SoftmaxCrossEntropyAttributes & ChunkAttributes>({
  name: 'SurrogateLinearCrossEntropyRows',
  composite: (inputs, attrs) => crossEntropyRows(project(inputs), inputs.target, attrs),
  kernel: { residuals: 0, gradients: ['hidden', 'kernel', 'bias'] },
  streamed: streamRows(crossEntropyRows),
});

/** @internal One log-probability a row. */
export const linearTokenLogProbsOp = defineOp<LinearInputs, TemperatureAttributes & ChunkAttributes>({
  name: 'SurrogateLinearTokenLogProbs',
  composite: (inputs, attrs) => logProbRows(project(inputs), inputs.target, attrs),
  kernel: { residuals: 0, gradients: ['hidden', 'kernel', 'bias'] },
  streamed: streamRows(logProbRows),
});

type CrossEntropyAttributes = SoftmaxCrossEntropyAttributes & ChunkAttributes;

const weightedSum = (inputs: LinearInputs & { weights: Tensor }, attrs: CrossEntropyAttributes): Tensor =>
  inputs.weights.size === 0 ? scalar(0) : sum(mul(inputs.weights, rowValues(crossEntropyRows, inputs, attrs)));

/** @internal Σ wᵢ ℓᵢ: the weights are known before the backward pass, so the gradient is computed with the forward pass and each logit only once. */
export const linearCrossEntropySumOp = defineOp<LinearInputs & { weights: Tensor }, SoftmaxCrossEntropyAttributes & ChunkAttributes>({
  name: 'SurrogateLinearCrossEntropySum',
  composite: (inputs, attrs) => sum(mul(inputs.weights, crossEntropyRows(project(inputs), inputs.target, attrs))),
  kernel: { residuals: 4, gradients: ['hidden', 'kernel', 'bias', 'weights'] },
  streamed: {
    forward: (inputs, attrs, recorded) =>
      recorded ? weightedSumAndGradients(crossEntropyRows, inputs, inputs.weights, attrs) : [weightedSum(inputs, attrs)],
    backward: (inputs, attrs, [hidden, kernel, bias], upstream) => ({
      hidden: () => mul(upstream, hidden!),
      kernel: () => mul(upstream, kernel!),
      bias: () => mul(upstream, bias!),
      weights: () => mul(upstream, rowValues(crossEntropyRows, inputs, attrs)),
    }),
  },
});
