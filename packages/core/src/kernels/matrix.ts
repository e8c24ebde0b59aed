/** @file Kernels on rows, and the length scale that one takes for want of a better. */
import { add, concat, mul, reshape, slice, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { pairwiseSquaredDistances } from '../distances/pairwise.js';
import { noGrad } from '../gradients/tape.js';
import { checkRank, checkShape, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { safeSqrt } from '../math/piecewise.js';
import { sort } from '../sorting/sort.js';
import type { Kernel } from './record.js';

function rowsOf(fn: string, argument: string, value: TensorLike): Tensor {
  const given = asTensor(fn, argument, value);
  checkRank(fn, argument, given.shape, 2);
  return given;
}

function otherRows(fn: string, y: TensorLike, x: Tensor): Tensor {
  const given = asTensor(fn, 'y', y);
  checkShape(fn, 'y', given.shape, [null, x.shape[1]!]);
  return given;
}

/**
 * A kernel function of all pairs of rows.
 *
 * $$ K_{ij} = k(x_i, y_j) $$
 *
 * @param kernel the record.
 * @param x float32 `[N, D]`.
 * @param y float32 `[M, D]`. Default x.
 * @returns float32 `[N, M]`, differentiable by x, y and the kernel's parameters.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length, `dtype`, `disposed`.
 * @example
 * import { kernelMatrix, rbfKernel } from '@surrogate/core';
 * await kernelMatrix(rbfKernel(), [[0], [1]]).data(); // [1, 0.606531, 0.606531, 1]
 */
export function kernelMatrix(kernel: Kernel, x: TensorLike, y?: TensorLike): Tensor {
  return tidy(() => {
    const rows = rowsOf('kernelMatrix', 'x', x);
    return kernel.between(rows, y === undefined ? undefined : otherRows('kernelMatrix', y, rows));
  });
}

/**
 * A kernel function of each row with itself, without the matrix.
 *
 * $$ d_i = k(x_i, x_i) $$
 *
 * @param kernel the record.
 * @param x float32 `[N, D]`.
 * @returns float32 `[N]`.
 * @throws SurrogateError `shape` unless x is a matrix, `dtype`, `disposed`.
 * @example
 * import { kernelDiagonal, linearKernel } from '@surrogate/core';
 * await kernelDiagonal(linearKernel(), [[3, 4]]).data(); // [25]
 */
export function kernelDiagonal(kernel: Kernel, x: TensorLike): Tensor {
  return tidy(() => add(kernel.paired(rowsOf('kernelDiagonal', 'x', x)), 0));
}

/**
 * The median distance between different rows, of one set or of two put together: the usual length scale of a kernel. A constant to gradients.
 *
 * $$ \operatorname{median}_{i < j} \lVert z_i - z_j \rVert, \qquad z = (x, y) $$
 *
 * @param x float32 `[N, D]`.
 * @param y float32 `[M, D]`. Default none.
 * @returns a float32 scalar, the mean of the middle two where there are two.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length and there are two rows or more, `dtype`, `disposed`.
 * @see Garreau, Jitkrittum, Kanagawa: Large sample analysis of the median heuristic, 2017. arXiv:1707.07269
 * @example
 * import { medianHeuristic } from '@surrogate/core';
 * (await medianHeuristic([[0], [1], [3]]).data())[0]; // 2
 */
export function medianHeuristic(x: TensorLike, y?: TensorLike): Tensor {
  const fn = 'medianHeuristic';
  return tidy(() =>
    noGrad(() => {
      const first = rowsOf(fn, 'x', x);
      const all = y === undefined ? first : concat([first, otherRows(fn, y, first)], 0);
      const n = all.shape[0];
      if (n < 2) fail('shape', fn, 'x', `must have two rows or more, got ${n}`);
      const sorted = sort(reshape(pairwiseSquaredDistances(all), [n * n]));
      // The diagonal's n zeros come first, then each pair twice.
      const pairs = (n * (n - 1)) / 2;
      const at = (k: number) => safeSqrt(reshape(slice(sorted, [n + 2 * k], [1]), []));
      return mul(0.5, add(at(Math.floor((pairs - 1) / 2)), at(Math.floor(pairs / 2))));
    }),
  );
}
