/** @file Squared distances between all rows of two matrices. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';

type Sizes = [number, number];

/** SurrogatePairwiseSquaredDistances. */
export const pairwiseSquaredDistances: Kernel = ({ inputs, heap }) => {
  const { x, y } = inputs as { x: TensorInfo; y: TensorInfo };
  const [n, d] = x.shape as Sizes;
  const m = y.shape[0]!;
  const out = heap.make([n, m]);
  heap.run.squaredDistances(heap.address(x), heap.address(y), heap.address(out), n, m, d);
  return [out];
};

/** SurrogatePairwiseSquaredDistancesGrad: by both. */
export const pairwiseSquaredDistancesGrad: Kernel = ({ inputs, heap }) => {
  const { x, y, upstream } = inputs as { x: TensorInfo; y: TensorInfo; upstream: TensorInfo };
  const [n, d] = x.shape as Sizes;
  const outs = [heap.zeros(x.shape), heap.zeros(y.shape)];
  heap.run.squaredDistancesGrad(...[x, y, upstream, ...outs].map((tensor) => heap.address(tensor)), n, y.shape[0]!, d);
  return outs;
};
