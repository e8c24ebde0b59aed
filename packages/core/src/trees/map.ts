/** @file Functions of one leaf at a time. */
import { clone, tidy, zerosLike, Tensor } from '@tensorflow/tfjs-core';
import { owned } from '../gradients/scopes.js';
import { fail } from '../inputs/checks.js';
import type { TensorTree, TreeLeaf } from './types.js';
import { checkAlike, leavesOf, rebuild } from './walk.js';

/** @internal A tree of what a function makes of each leaf, which is new even where the function hands one of its arguments back. */
export function mapLeaves<P>(fn: string, tree: P, leaves: readonly TreeLeaf[], f: (leaf: TreeLeaf, i: number) => Tensor): P {
  return tidy(
    () =>
      rebuild(
        tree,
        leaves.map((leaf, i) =>
          tidy(() => {
            const result = f(leaf, i);
            if (!(result instanceof Tensor)) fail('dtype', fn, 'f', `must return a tensor, got ${typeof result} at ${leaf.path}`);
            return owned(result);
          }),
        ),
      ) as never,
  );
}

/**
 * The leaves of a tree, in the order that every function over trees keeps: objects by sorted keys, arrays by place.
 *
 * @param tree nested plain objects and arrays of tensors.
 * @returns each leaf with its path, `layers/0/w`; the tensors are the tree's own. A `/` within a key is written `~1`, a `~` as `~0`.
 * @throws SurrogateError `dtype` where something else than a tensor is found, `disposed`.
 * @example
 * import { treeLeaves } from '@surrogate/core';
 * import { scalar } from '@tensorflow/tfjs-core';
 * treeLeaves({ w: scalar(1), layers: [{ b: scalar(2) }] }).map(({ path }) => path); // ['layers/0/b', 'w']
 */
export function treeLeaves<P extends TensorTree<P>>(tree: P): TreeLeaf[] {
  return leavesOf('treeLeaves', 'tree', tree);
}

/**
 * A tree of what a function makes of each leaf.
 *
 * @param tree nested plain objects and arrays of tensors.
 * @param f makes a tensor of a leaf; it is told the leaf's path, too, and runs in a tidy.
 * @returns a new tree of the same form.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { treeMap } from '@surrogate/core';
 * import { square, tensor } from '@tensorflow/tfjs-core';
 * await treeMap({ w: tensor([1, 2, 3]) }, square).w.data(); // [1, 4, 9]
 */
export function treeMap<P extends TensorTree<P>>(tree: P, f: (leaf: Tensor, path: string) => Tensor): P {
  return mapLeaves('treeMap', tree, leavesOf('treeMap', 'tree', tree), ({ tensor, path }) => f(tensor, path));
}

/** @internal A tree of what a function makes of the leaves of two trees that stand in one place. */
export function zipLeaves<P>(
  fn: string,
  names: readonly [string, string],
  a: P,
  b: P,
  f: (x: Tensor, y: Tensor, path: string) => Tensor,
): P {
  const [as, bs] = [leavesOf(fn, names[0], a), leavesOf(fn, names[1], b)];
  checkAlike(fn, names[1], bs, names[0], as);
  return mapLeaves(fn, a, as, ({ tensor, path }, i) => f(tensor, bs[i]!.tensor, path));
}

/**
 * A tree of what a function makes of the leaves of two trees that stand in one place.
 *
 * @param a a tree.
 * @param b a tree of the same form and shapes.
 * @param f makes a tensor of two leaves; it is told their path, too, and runs in a tidy.
 * @returns a new tree of the same form.
 * @throws SurrogateError `shape` where the two differ in form, `dtype`, `disposed`.
 * @example
 * import { treeZip } from '@surrogate/core';
 * import { squaredDifference, tensor } from '@tensorflow/tfjs-core';
 * await treeZip([tensor([1, 2])], [tensor([3, 5])], squaredDifference)[0].data(); // [4, 9]
 */
export function treeZip<P extends TensorTree<P>>(a: P, b: P, f: (x: Tensor, y: Tensor, path: string) => Tensor): P {
  return zipLeaves('treeZip', ['a', 'b'], a, b, f);
}

/**
 * A tree of zeros.
 *
 * @param tree gives form, shapes and dtypes.
 * @returns a new tree.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { treeZerosLike } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await treeZerosLike({ w: tensor([1, 2]) }).w.data(); // [0, 0]
 */
export function treeZerosLike<P extends TensorTree<P>>(tree: P): P {
  return mapLeaves('treeZerosLike', tree, leavesOf('treeZerosLike', 'tree', tree), ({ tensor }) => zerosLike(tensor));
}

/**
 * A second tree of the same values, which lives when the first is disposed; the values themselves are shared, not copied.
 *
 * @param tree what to clone.
 * @returns a new tree; the leaves of variables are plain tensors.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { disposeTree, treeClone } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const policy = { w: tensor([1, 2]) };
 * const reference = treeClone(policy);
 * disposeTree(policy);
 * await reference.w.data(); // [1, 2]
 */
export function treeClone<P extends TensorTree<P>>(tree: P): P {
  return mapLeaves('treeClone', tree, leavesOf('treeClone', 'tree', tree), ({ tensor }) => clone(tensor));
}

/**
 * Disposes all tensors of a tree; one that is disposed already is passed over.
 *
 * @param tree what to dispose.
 * @throws SurrogateError `dtype` where something else than a tensor is found; then nothing is disposed.
 * @example
 * import { disposeTree } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const params = { w: tensor([1, 2]) };
 * disposeTree(params);
 * params.w.isDisposed; // true
 */
export function disposeTree<P extends TensorTree<P>>(tree: P): void {
  leavesOf('disposeTree', 'tree', tree, true).forEach(({ tensor }) => tensor.dispose());
}
