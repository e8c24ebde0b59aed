/** @file Einstein summation as at most one batched product. */
import { backend_util, getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import type { Kernel } from './kernel.js';
import { multiply } from './matMul.js';
import { transposed } from './transpose.js';

/** A tensor whose axes have names. */
interface Named {
  readonly tensor: TensorInfo;
  readonly axes: readonly string[];
}

/** The operands' and the result's axes, in letters. */
function lettersOf(equation: string): { operands: string[][]; result: string[] } {
  const [left = '', right = ''] = equation.replace(/\s/g, '').split('->');
  return { operands: left.split(',').map((part) => [...part]), result: [...right] };
}

const sizesOf = ({ tensor, axes }: Named, wanted: readonly string[]) => wanted.map((axis) => tensor.shape[axes.indexOf(axis)]!);
const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

/** Sums over the axes that nobody else has. */
function withoutOwn(heap: Heap, x: Named, others: readonly string[]): Named {
  const own = x.axes.flatMap((axis, i) => (others.includes(axis) ? [] : [i]));
  if (own.length === 0) return { tensor: heap.share(x.tensor, x.tensor.shape), axes: x.axes };
  const sum = getKernel('Sum', 'wasm').kernelFunc;
  const call = { inputs: { x: x.tensor }, attrs: { axis: own, keepDims: false }, backend: heap.backend };
  return {
    tensor: sum(call) as TensorInfo,
    axes: x.axes.filter((axis) => others.includes(axis)),
  };
}

/** The same under other axes; takes the tensor over. */
function ordered(heap: Heap, x: Named, axes: readonly string[]): Named {
  const turned = transposed(heap, x.tensor, axes.map((axis) => x.axes.indexOf(axis))); // prettier-ignore
  if (turned === undefined) throw new Error(`einsum: the wasm backend turns up to 6 axes, got ${axes.join('')}`);
  heap.release(x.tensor);
  return { tensor: turned, axes };
}

function contract(heap: Heap, a: Named, b: Named, result: readonly string[]): Named {
  const both = a.axes.filter((axis) => b.axes.includes(axis));
  const batch = both.filter((axis) => result.includes(axis));
  const inner = both.filter((axis) => !result.includes(axis));
  const [freeA, freeB] = [a, b].map(({ axes }) => axes.filter((axis) => !both.includes(axis))) as [string[], string[]];
  const left = ordered(heap, a, [...batch, ...freeA, ...inner]);
  const right = ordered(heap, b, [...batch, ...inner, ...freeB]);
  const [count, m, k, n] = [product(sizesOf(left, batch)), product(sizesOf(left, freeA)), product(sizesOf(left, inner)), product(sizesOf(right, freeB))]; // prettier-ignore
  const flat = multiply(heap, { ...left.tensor, shape: [count, m, k] }, { ...right.tensor, shape: [count, k, n] }, {});
  const shape = [...sizesOf(left, [...batch, ...freeA]), ...sizesOf(right, freeB)];
  heap.release(left.tensor);
  heap.release(right.tensor);
  return { tensor: { ...flat, shape }, axes: [...batch, ...freeA, ...freeB] };
}

/** Einsum of one or two tensors, as tfjs has it. */
export const einsum: Kernel = ({ inputs, attrs, heap }) => {
  const equation = attrs['equation'] as string;
  const tensors = Object.values(inputs) as TensorInfo[];
  const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, tensors.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as never);
  const { operands, result } = lettersOf(equation);
  const named = operands.map((axes, i) => {
    const others = [...result, ...operands.filter((_, j) => j !== i).flat()];
    return withoutOwn(heap, { tensor: tensors[i]!, axes }, others);
  });
  const [first, second] = named as [Named, Named?];
  return ordered(heap, second === undefined ? first : contract(heap, first, second, result), result).tensor;
};
