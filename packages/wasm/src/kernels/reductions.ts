/** @file Sums, means and maxima over any axes. */
import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';
import { transposed } from './transpose.js';

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

type Operation = 'sum' | 'mean' | 'max';

/** One axis in the middle where the reduced axes are neighbours; else they are brought to the end first. */
const over =
  (operation: Operation, axisName: string): Kernel =>
  ({ inputs, attrs, heap, delegate }) => {
    const x = inputs['x'] as TensorInfo;
    if (x.dtype !== 'float32') return delegate(inputs, attrs);
    const reduced = util.parseAxisParam(attrs[axisName] as number | number[], x.shape);
    const isReduced = x.shape.map((_, i) => reduced.includes(i));
    const shape = x.shape.flatMap((size, i) => (!isReduced[i] ? [size] : attrs['keepDims'] === true ? [1] : []));
    const first = isReduced.indexOf(true);
    const last = isReduced.lastIndexOf(true);
    // Axes of size 1 are in nobody's way.
    const together = isReduced.slice(Math.max(first, 0), last + 1).every((is, i) => is || x.shape[first + i] === 1);
    const kept = x.shape.filter((_, i) => !isReduced[i]);
    const k = sizeOf(x.shape.filter((_, i) => isReduced[i]));
    const turned = together
      ? undefined
      : transposed(
          heap,
          x,
          [...x.shape.keys()].sort((i, j) => +isReduced[i]! - +isReduced[j]!),
        );
    if (!together && turned === undefined) return delegate(inputs, attrs);
    const inner = together ? sizeOf(x.shape.slice(last + 1)) : 1;
    const outer = together && inner > 0 ? sizeOf(x.shape.slice(0, Math.max(first, 0))) : sizeOf(kept);
    const out = heap.make(shape);
    const [from, to] = [heap.address(turned ?? x), heap.address(out)];
    // Without a reduced axis each number stays by itself.
    const sizes = first < 0 ? ([1, 1, sizeOf(kept)] as const) : ([outer, k, inner] as const);
    if (operation === 'max') heap.run.maxOver(from, to, ...sizes);
    else heap.run.sumOver(from, to, ...sizes, operation === 'mean' ? 1 / k : 1);
    if (turned !== undefined) heap.release(turned);
    return out;
  };

/** Sum. */
export const sum: Kernel = over('sum', 'axis');
/** Mean. */
export const mean: Kernel = over('mean', 'axis');
/** Max. */
export const max: Kernel = over('max', 'reductionIndices');
