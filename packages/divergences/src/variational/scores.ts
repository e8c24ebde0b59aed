/** @file Scores as bounds take them: in any shape, or of all pairs. */
import { div, eye, mul, reshape, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { asTensor, checkRank, checkShape, fail, logSumExp, type TensorLike } from '@surrogate/core';

/** Scores of any shape, one after the other. */
export function flat(fn: string, argument: string, value: TensorLike): Tensor {
  const given = asTensor(fn, argument, value);
  if (given.size === 0) fail('shape', fn, argument, 'must not be empty, got 0 elements');
  return reshape(given, [given.size]);
}

/** Scores of all pairs `[B, B]`. */
export function pairwise(fn: string, argument: string, value: TensorLike): Tensor {
  const given = asTensor(fn, argument, value);
  checkRank(fn, argument, given.shape, 2);
  const [size] = given.shape as [number, number];
  checkShape(fn, argument, given.shape, [size, size]);
  if (size === 0) fail('shape', fn, argument, 'must not be empty, got 0 elements');
  return given;
}

/** log mean e^scores. */
export const logMeanExp = (scores: Tensor): Tensor => sub(logSumExp(scores), Math.log(scores.size));

/** The mean of the pairs that belong together. */
export const diagonalMean = (scores: Tensor): Tensor => div(sum(mul(scores, eye(scores.shape[0]))), scores.shape[0]);
