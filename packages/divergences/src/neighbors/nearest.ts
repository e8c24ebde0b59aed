/** @file How far away the k-th nearest neighbours are. */
import { add, eye, log, mul, slice, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkInteger, fail, gatherNd, maximum, noGrad, pairwiseSquaredDistances, safeNorm, topK } from '@surrogate/core';

/** Points that coincide count as this far apart, so that they have a logarithm. */
const least = 1e-30;

/** Refuses a k that asks for more neighbours than there are. */
export function checkNeighbors(fn: string, k: number, available: number): void {
  checkInteger(fn, 'k', k, 1);
  if (k > available) fail('range', fn, 'k', `must be at most the ${available} points that may be neighbours, got ${k}`);
}

/** A matrix of distances between the points of one set, in which no point is its own neighbour. */
export const withoutSelf = (distances: Tensor): Tensor => add(distances, mul(eye(distances.shape[0]), 3e38));

/** The logarithm of the distance from each row of x to its k-th nearest row of y, or other row of x. Which one that is, is a constant to gradients. */
export function logDistances(x: Tensor, y: Tensor | undefined, k: number): Tensor {
  const places = noGrad(() =>
    tidy(() => {
      const squares = y === undefined ? withoutSelf(pairwiseSquaredDistances(x)) : pairwiseSquaredDistances(x, y);
      return slice(topK(squares, k, { largest: false }).indices, [0, k - 1], [x.shape[0], 1]);
    }),
  );
  return log(maximum(safeNorm(sub(x, gatherNd(y ?? x, places)), { axis: -1 }), least));
}
