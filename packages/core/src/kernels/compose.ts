/** @file Kernels made of kernels. */
import { add, mul, type Tensor } from '@tensorflow/tfjs-core';
import { fail } from '../inputs/checks.js';
import type { TensorLike } from '../inputs/tensors.js';
import { positive, type Kernel } from './record.js';

function folded(fn: string, sign: string, kernels: readonly Kernel[], join: (a: Tensor, b: Tensor) => Tensor): Kernel {
  if (kernels.length === 0) fail('range', fn, 'kernels', 'must be one kernel or more, got none');
  return {
    name: `(${kernels.map((kernel) => kernel.name).join(sign)})`,
    between: (x, y) => kernels.map((kernel) => kernel.between(x, y)).reduce(join),
    paired: (x, y) => kernels.map((kernel) => kernel.paired(x, y)).reduce(join),
  };
}

/**
 * The sum of kernels: functions that are sums of one of each.
 *
 * $$ k(x, y) = \sum_i k_i(x, y) $$
 *
 * @param kernels one or more.
 * @returns the record.
 * @throws SurrogateError `range` for none.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { kernelMatrix, linearKernel, rbfKernel, sumOfKernels } from '@surrogate/core';
 * await kernelMatrix(sumOfKernels(rbfKernel(), linearKernel()), [[2]]).data(); // [5]
 */
export function sumOfKernels(...kernels: readonly Kernel[]): Kernel {
  return folded('sumOfKernels', ' + ', kernels, add);
}

/**
 * The product of kernels: points are alike where all find them so.
 *
 * $$ k(x, y) = \prod_i k_i(x, y) $$
 *
 * @param kernels one or more.
 * @returns the record.
 * @throws SurrogateError `range` for none.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { kernelMatrix, linearKernel, productOfKernels } from '@surrogate/core';
 * await kernelMatrix(productOfKernels(linearKernel(), linearKernel()), [[2]]).data(); // [16]
 */
export function productOfKernels(...kernels: readonly Kernel[]): Kernel {
  return folded('productOfKernels', ' * ', kernels, mul);
}

/**
 * A kernel times a number: the variance of the functions.
 *
 * $$ k'(x, y) = \sigma^2 k(x, y) $$
 *
 * @param kernel any.
 * @param variance σ², > 0: a number or a scalar tensor.
 * @returns the record.
 * @throws SurrogateError `range` for a variance that is not positive.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { kernelMatrix, rbfKernel, scaledKernel } from '@surrogate/core';
 * await kernelMatrix(scaledKernel(rbfKernel(), 3), [[1]]).data(); // [3]
 */
export function scaledKernel(kernel: Kernel, variance: TensorLike): Kernel {
  const factor = positive('scaledKernel', 'variance', variance);
  return {
    name: `scaled ${kernel.name}`,
    between: (x, y) => mul(kernel.between(x, y), factor()),
    paired: (x, y) => mul(kernel.paired(x, y), factor()),
  };
}
