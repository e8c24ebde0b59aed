/** @file Proximal operators: thresholds that make numbers zero. */
import { abs, greater, maximum as larger, mul, sub, zerosLike } from '@tensorflow/tfjs-core';
import { checkAtLeast, select, sign, treeMap, type TensorTree } from '@surrogate/core';

/**
 * Soft thresholding: the proximal operator of the l1 norm.
 *
 * $$ \operatorname{prox}(x) = \operatorname{sign}(x) \max(\lvert x \rvert - \lambda, 0) $$
 *
 * @param tree a tree of float32 tensors.
 * @param threshold λ, >= 0.
 * @returns a new tree of the same form.
 * @throws SurrogateError `range`, `dtype`, `disposed`.
 * @see Donoho: De-noising by Soft-thresholding, 1995.
 * @example
 * import { softThreshold } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await softThreshold(tensor([-3, 0.5, 2]), 1).data(); // [-2, 0, 1]
 */
export function softThreshold<P extends TensorTree<P>>(tree: P, threshold: number): P {
  checkAtLeast('softThreshold', 'threshold', threshold, 0);
  return treeMap(tree, (x) => mul(sign(x), larger(sub(abs(x), threshold), 0)));
}

/**
 * Hard thresholding: the proximal operator of the count of numbers that are not 0, times λ² / 2.
 *
 * $$ \operatorname{prox}(x) = x\, [\lvert x \rvert > \lambda] $$
 *
 * @param tree a tree of float32 tensors.
 * @param threshold λ, >= 0.
 * @returns a new tree of the same form.
 * @throws SurrogateError `range`, `dtype`, `disposed`.
 * @see Blumensath, Davies: Iterative Thresholding for Sparse Approximations, 2008.
 * @example
 * import { hardThreshold } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await hardThreshold(tensor([-3, 0.5, 2]), 1).data(); // [-3, 0, 2]
 */
export function hardThreshold<P extends TensorTree<P>>(tree: P, threshold: number): P {
  checkAtLeast('hardThreshold', 'threshold', threshold, 0);
  return treeMap(tree, (x) => select(greater(abs(x), threshold), x, zerosLike(x)));
}
