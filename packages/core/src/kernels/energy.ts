/** @file The kernel of energy statistics: the distance, negated. */
import { neg, square, sub, sum, zeros } from '@tensorflow/tfjs-core';
import { pairwiseSquaredDistances } from '../distances/pairwise.js';
import { safeSqrt } from '../math/piecewise.js';
import type { Kernel } from './record.js';

/**
 * The energy kernel. It is positive definite only where weights sum to 0, as in discrepancies between samples and in centred Gram matrices: with it MMD is the energy distance and HSIC the distance covariance.
 *
 * $$ k(x, y) = -\lVert x - y \rVert $$
 *
 * @returns the record.
 * @see Sejdinovic, Sriperumbudur, Gretton, Fukumizu: Equivalence of distance-based and RKHS-based statistics in hypothesis testing, 2013. arXiv:1207.6076
 * @example
 * import { energyKernel, kernelMatrix } from '@surrogate/core';
 * await kernelMatrix(energyKernel(), [[0, 0]], [[3, 4]]).data(); // [-5]
 */
export function energyKernel(): Kernel {
  return {
    name: 'energy',
    between: (x, y) => neg(safeSqrt(pairwiseSquaredDistances(x, y))),
    paired: (x, y) => (y === undefined ? zeros([x.shape[0]]) : neg(safeSqrt(sum(square(sub(x, y)), -1)))),
  };
}
