/** @file Trees as vectors. */
import {
  add,
  addN,
  concat,
  mul,
  reshape,
  scalar,
  slice,
  sub,
  sum,
  tensor1d,
  tidy,
  type Rank,
  type Scalar,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { checkFinite, checkShape } from '../inputs/checks.js';
import { asTensor } from '../inputs/tensors.js';
import { safeNorm } from '../math/norm.js';
import { mapLeaves, zipLeaves } from './map.js';
import type { TensorTree, TreeLeaf } from './types.js';
import { checkAlike, checkFloat, leavesOf } from './walk.js';

/** A factor: a number, or a scalar tensor, through which gradients flow. */
type Factor = number | Tensor;

function checkFactor(fn: string, argument: string, factor: Factor): void {
  if (typeof factor === 'number') checkFinite(fn, argument, factor);
  else
    checkShape(
      fn,
      argument,
      tidy(() => asTensor(fn, argument, factor).shape as never),
      [],
    );
}

const flattened = (leaves: readonly TreeLeaf[]): Tensor1D =>
  leaves.length === 0 ? tensor1d([]) : concat(leaves.map(({ tensor }) => reshape<Rank.R1>(tensor, [tensor.size])));

/**
 * All numbers of a tree in one vector, leaf after leaf.
 *
 * @param tree a tree of float32 tensors.
 * @returns float32 `[n]`; gradients flow through.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { treeFlatten } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await treeFlatten({ w: tensor([[1, 2], [3, 4]]), b: tensor([5]) }).data(); // [5, 1, 2, 3, 4]
 */
export function treeFlatten<P extends TensorTree<P>>(tree: P): Tensor1D {
  const leaves = leavesOf('treeFlatten', 'tree', tree);
  checkFloat('treeFlatten', 'tree', leaves);
  return tidy(() => flattened(leaves));
}

/**
 * A tree from one vector: the inverse of {@link treeFlatten}.
 *
 * @param vector float32 `[n]`.
 * @param like gives form and shapes; n numbers in all.
 * @returns a new tree; gradients flow through.
 * @throws SurrogateError `shape` where the vector has another length, `dtype`, `disposed`.
 * @example
 * import { treeUnflatten } from '@surrogate/core';
 * import { tensor, zeros } from '@tensorflow/tfjs-core';
 * await treeUnflatten(tensor([5, 1, 2]), { w: zeros([1, 2]), b: zeros([1]) }).w.data(); // [1, 2]
 */
export function treeUnflatten<P extends TensorTree<P>>(vector: Tensor, like: P): P {
  const leaves = leavesOf('treeUnflatten', 'like', like);
  const ends = leaves.reduce<number[]>((sizes, { tensor }) => [...sizes, (sizes.at(-1) ?? 0) + tensor.size], []);
  return tidy(() => {
    const flat = asTensor('treeUnflatten', 'vector', vector);
    checkShape('treeUnflatten', 'vector', flat.shape, [ends.at(-1) ?? 0]);
    return mapLeaves('treeUnflatten', like, leaves, ({ tensor }, i) =>
      reshape(slice(flat, [ends[i]! - tensor.size], [tensor.size]), tensor.shape),
    ) as never;
  });
}

/**
 * The Euclidean norm of all numbers of a tree; its gradient at 0 is 0.
 *
 * $$ \|x\| = \sqrt{\textstyle\sum_i x_i^2} $$
 *
 * @param tree a tree of float32 tensors.
 * @returns a float32 scalar.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { treeNorm } from '@surrogate/core';
 * import { scalar } from '@tensorflow/tfjs-core';
 * (await treeNorm({ a: scalar(3), b: scalar(4) }).data())[0]; // 5
 */
export function treeNorm<P extends TensorTree<P>>(tree: P): Scalar {
  const leaves = leavesOf('treeNorm', 'tree', tree);
  checkFloat('treeNorm', 'tree', leaves);
  return tidy(() => (leaves.length === 0 ? scalar(0) : (safeNorm(flattened(leaves)) as Scalar)));
}

/**
 * The inner product of two trees.
 *
 * $$ \langle a, b \rangle = \textstyle\sum_i a_i b_i $$
 *
 * @param a a tree of float32 tensors.
 * @param b a tree of the same form and shapes.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` where the two differ in form, `dtype`, `disposed`.
 * @example
 * import { treeDot } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * (await treeDot([tensor([1, 2])], [tensor([3, 4])]).data())[0]; // 11
 */
export function treeDot<P extends TensorTree<P>>(a: P, b: P): Scalar {
  const [as, bs] = [leavesOf('treeDot', 'a', a), leavesOf('treeDot', 'b', b)];
  checkAlike('treeDot', 'b', bs, 'a', as);
  checkFloat('treeDot', 'a', as);
  checkFloat('treeDot', 'b', bs);
  return tidy(() => (as.length === 0 ? scalar(0) : addN(as.map(({ tensor }, i) => sum(mul(tensor, bs[i]!.tensor))))) as Scalar);
}

/**
 * The sum of two trees, leaf by leaf.
 *
 * @param a a tree.
 * @param b a tree of the same form and shapes.
 * @returns a new tree.
 * @throws SurrogateError `shape` where the two differ in form, `dtype`, `disposed`.
 * @example
 * import { treeAdd } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await treeAdd({ w: tensor([1, 2]) }, { w: tensor([3, 4]) }).w.data(); // [4, 6]
 */
export function treeAdd<P extends TensorTree<P>>(a: P, b: P): P {
  return zipLeaves('treeAdd', ['a', 'b'], a, b, add);
}

/**
 * The difference of two trees, leaf by leaf.
 *
 * @param a a tree.
 * @param b a tree of the same form and shapes.
 * @returns a new tree.
 * @throws SurrogateError `shape` where the two differ in form, `dtype`, `disposed`.
 * @example
 * import { treeSub } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await treeSub({ w: tensor([1, 2]) }, { w: tensor([3, 5]) }).w.data(); // [-2, -3]
 */
export function treeSub<P extends TensorTree<P>>(a: P, b: P): P {
  return zipLeaves('treeSub', ['a', 'b'], a, b, sub);
}

/**
 * A tree times a factor.
 *
 * @param tree a tree of float32 tensors.
 * @param factor a number, or a scalar tensor, through which gradients flow.
 * @returns a new tree.
 * @throws SurrogateError `range` for a factor that is not finite, `shape` for one that is no scalar, `dtype`, `disposed`.
 * @example
 * import { treeScale } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await treeScale({ w: tensor([1, 2]) }, 3).w.data(); // [3, 6]
 */
export function treeScale<P extends TensorTree<P>>(tree: P, factor: Factor): P {
  checkFactor('treeScale', 'factor', factor);
  const leaves = leavesOf('treeScale', 'tree', tree);
  checkFloat('treeScale', 'tree', leaves);
  return mapLeaves('treeScale', tree, leaves, ({ tensor }) => mul(tensor, factor));
}

/**
 * A tree plus a multiple of another.
 *
 * $$ y + a x $$
 *
 * @param a a number, or a scalar tensor.
 * @param x a tree of float32 tensors.
 * @param y a tree of the same form and shapes.
 * @returns a new tree.
 * @throws SurrogateError `range` for a factor that is not finite, `shape` where the two differ in form, `dtype`, `disposed`.
 * @example
 * import { treeAxpy } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await treeAxpy(-0.1, { w: tensor([10, 20]) }, { w: tensor([1, 1]) }).w.data(); // [0, -1]
 */
export function treeAxpy<P extends TensorTree<P>>(a: Factor, x: P, y: P): P {
  checkFactor('treeAxpy', 'a', a);
  return zipLeaves('treeAxpy', ['x', 'y'], x, y, (u, v) => add(v, mul(u, a)));
}
