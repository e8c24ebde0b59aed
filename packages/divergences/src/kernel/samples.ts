/** @file Sets of points as functions between samples take them. */
import { checkRank, checkShape, fail, medianHeuristic, asTensor, rbfKernel, type Kernel, type TensorLike } from '@surrogate/core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** A sample of points. */
export function oneSample(fn: string, argument: string, value: TensorLike, least = 1): Tensor {
  const given = asTensor(fn, argument, value);
  checkRank(fn, argument, given.shape, 2);
  if (given.shape[0] < least) fail('shape', fn, argument, `must have ${least} rows or more, got ${given.shape[0]}`);
  return given;
}

/** Two samples of points of one dimension. */
export function twoSamples(fn: string, pair: Readonly<Record<string, TensorLike>>, least = 1): [Tensor, Tensor] {
  const [[first, x], [second, y]] = Object.entries(pair) as [[string, TensorLike], [string, TensorLike]];
  const a = oneSample(fn, first, x, least);
  const b = oneSample(fn, second, y, least);
  checkShape(fn, second, b.shape, [null, a.shape[1]!]);
  return [a, b];
}

/** Samples of different things that belong together row by row. */
export function pairedSamples(fn: string, named: Readonly<Record<string, TensorLike>>, least = 1): Tensor[] {
  const tensors = Object.entries(named).map(([name, x]) => oneSample(fn, name, x, least));
  tensors.forEach((x, i) => checkShape(fn, Object.keys(named)[i]!, x.shape, [tensors[0]!.shape[0], null]));
  return tensors;
}

/** A Gaussian kernel as wide as the median distance. */
export const medianKernel = (x: Tensor, y?: Tensor): Kernel => rbfKernel({ lengthScale: medianHeuristic(x, y) });
