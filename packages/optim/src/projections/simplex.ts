/** @file Projections that sort: the simplex, the l1 sphere and ball. */
import {
  abs,
  div,
  fill,
  greaterEqual,
  lessEqual,
  maximum as larger,
  mul,
  onesLike,
  range,
  sub,
  sum,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { either } from '../transforms/byPath.js';
import { checkAbove, cumsum, fail, max, select, sort, treeFlatten, treeUnflatten, type TensorTree } from '@surrogate/core';

/** The nearest point of the simplex of a sum: what is taken off each number is the largest of the means of the leading ones, less the sum. */
function onSimplex(x: Tensor, total: number): Tensor {
  const leading = cumsum(sort(x, { descending: true }));
  const taken = max(div(sub(leading, total), range(1, x.size + 1)));
  return larger(sub(x, taken), 0);
}

/** The simplex, with the signs of x. */
function onL1Sphere(x: Tensor, radius: number): Tensor {
  const positive = onesLike(x);
  return mul(onSimplex(abs(x), radius), select(greaterEqual(x, 0), positive, fill(x.shape, -1)));
}

function onVector<P extends TensorTree<P>>(fn: string, tree: P, project: (x: Tensor) => Tensor): P {
  const projected = tidy(() => {
    const x = treeFlatten(tree);
    if (x.size === 0) fail('shape', fn, 'tree', 'must hold numbers, got none');
    return project(x);
  });
  try {
    return treeUnflatten(projected, tree);
  } finally {
    projected.dispose();
  }
}

/**
 * The nearest point without negative numbers and of a given sum, over the whole tree.
 *
 * $$ \Pi(x) = \max(x - \tau, 0), \qquad \sum_i \Pi(x)_i = s $$
 *
 * @param tree a tree of float32 tensors.
 * @param total s, > 0. Default 1: probabilities.
 * @returns a new tree of the same form.
 * @throws SurrogateError `range`, `shape` for an empty tree, `dtype`, `disposed`.
 * @see Duchi, Shalev-Shwartz, Singer, Chandra: Efficient Projections onto the l1-Ball for Learning in High Dimensions, 2008.
 * @example
 * import { projectSimplex } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await projectSimplex(tensor([0.5, 1.2, -0.3])).data(); // [0.15, 0.85, 0]
 */
export function projectSimplex<P extends TensorTree<P>>(tree: P, total = 1): P {
  checkAbove('projectSimplex', 'total', total, 0);
  return onVector('projectSimplex', tree, (x) => onSimplex(x, total));
}

/**
 * The nearest point whose absolute numbers have a given sum, over the whole tree.
 *
 * $$ \Pi(x) = \operatorname{sign}(x)\, \Pi_{\Delta}(\lvert x \rvert) $$
 *
 * @param tree a tree of float32 tensors.
 * @param radius the sum, > 0. Default 1.
 * @returns a new tree of the same form; 0 counts as positive.
 * @throws SurrogateError `range`, `shape` for an empty tree, `dtype`, `disposed`.
 * @see Duchi, Shalev-Shwartz, Singer, Chandra: Efficient Projections onto the l1-Ball for Learning in High Dimensions, 2008.
 * @example
 * import { projectL1Sphere } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await projectL1Sphere(tensor([0.5, -1.2, 0.3])).data(); // [0.15, -0.85, 0]
 */
export function projectL1Sphere<P extends TensorTree<P>>(tree: P, radius = 1): P {
  checkAbove('projectL1Sphere', 'radius', radius, 0);
  return onVector('projectL1Sphere', tree, (x) => onL1Sphere(x, radius));
}

/**
 * The nearest point whose absolute numbers have at most a given sum, over the whole tree.
 *
 * $$ \Pi(x) = x \text{ where } \lVert x \rVert_1 \le r, \quad \text{else the nearest point of the sphere} $$
 *
 * @param tree a tree of float32 tensors.
 * @param radius r, > 0. Default 1.
 * @returns a new tree of the same form.
 * @throws SurrogateError `range`, `shape` for an empty tree, `dtype`, `disposed`.
 * @see Duchi, Shalev-Shwartz, Singer, Chandra: Efficient Projections onto the l1-Ball for Learning in High Dimensions, 2008.
 * @example
 * import { projectL1Ball } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await projectL1Ball(tensor([0.5, 1.2, -0.3])).data(); // [0.15, 0.85, 0]
 */
export function projectL1Ball<P extends TensorTree<P>>(tree: P, radius = 1): P {
  checkAbove('projectL1Ball', 'radius', radius, 0);
  return onVector('projectL1Ball', tree, (x) => either(lessEqual(sum(abs(x)), radius), x, onL1Sphere(x, radius)));
}
