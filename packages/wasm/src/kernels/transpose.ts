/** @file Transposition of any rank up to 6. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import type { Kernel } from './kernel.js';

/** An axis of the output: its size, and how far apart its elements are in the input. */
interface Axis {
  size: number;
  readonly stride: number;
}

/** The axes of the output without those of size 1, neighbours that stay neighbours taken together. */
function axesOf(shape: readonly number[], perm: readonly number[]): Axis[] {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const axes: Axis[] = [];
  for (const from of perm) {
    const [size, stride] = [shape[from]!, strides[from]!];
    if (size === 1) continue;
    const last = axes.at(-1);
    if (last !== undefined && last.stride === stride * size) axes[axes.length - 1] = { size: last.size * size, stride };
    else axes.push({ size, stride });
  }
  return axes;
}

/** Turns a tensor of float32 or int32; undefined where it has too many axes. */
export function transposed(heap: Heap, x: TensorInfo, perm: readonly number[]): TensorInfo | undefined {
  const shape = perm.map((from) => x.shape[from]!);
  const axes = axesOf(x.shape, perm);
  // A tensor of one number, or with nothing to turn, is the same memory under another shape.
  if (axes.length === 0 || (axes.length === 1 && axes[0]!.stride === 1)) return heap.share(x, shape);
  if (axes.length > 6) return undefined;
  const out = heap.make(shape, x.dtype);
  if (shape.includes(0)) return out;
  const outStrides = axes.map((_, i) => axes.slice(i + 1).reduce((product, { size }) => product * size, 1));
  const last = axes.length - 1;
  const together = axes.findIndex(({ stride }) => stride === 1);
  const outer = axes.flatMap(({ size, stride }, i) =>
    i === last || i === together ? [] : [[size, stride * 4, outStrides[i]! * 4] as const],
  );
  while (outer.length < 5) outer.unshift([1, 0, 0]);
  const inner =
    together === last
      ? [0, axes[last]!.size, 0, 0]
      : [axes[last]!.size, axes[together]!.size, axes[last]!.stride * 4, outStrides[together]! * 4];
  heap.run.transpose(heap.address(x), heap.address(out), ...outer.flat(), ...inner);
  return out;
}

/** Transpose. */
export const transpose: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const x = inputs['x'] as TensorInfo;
  const turned = x.dtype === 'float32' || x.dtype === 'int32' ? transposed(heap, x, attrs['perm'] as number[]) : undefined;
  return turned ?? delegate(inputs, attrs);
};
