/** @file Sums by segment: what the gradient of gather is made of. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** UnsortedSegmentSum. */
export const unsortedSegmentSum: Kernel = ({ inputs, attrs, heap }) => {
  const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
  const numSegments = attrs['numSegments'] as number;
  const rest = x.shape.slice(segmentIds.shape.length);
  const out = heap.zeros([numSegments, ...rest], x.dtype);
  const [from, ids, to] = [x, segmentIds, out].map((tensor) => heap.address(tensor)) as [number, number, number];
  heap.run.segmentSum(from, ids, to, sizeOf(segmentIds.shape), sizeOf(rest), numSegments, +(x.dtype === 'int32'));
  return out;
};
