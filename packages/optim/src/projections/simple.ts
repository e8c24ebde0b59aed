/** @file Projections that treat each number by itself, or all by one factor: boxes, spheres, half-spaces. */
import { add, div, greater, maximum as larger, minimum as smaller, mul, scalar, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkAtLeast, checkFinite, maximum, select, treeDot, treeMap, treeNorm, treeZip, type TensorTree } from '@surrogate/core';

/** A tree scaled by what a function makes of its length. */
function scaledBy<P extends TensorTree<P>>(tree: P, factor: (length: Tensor) => Tensor): P {
  const size = tidy(() => factor(treeNorm(tree)));
  try {
    return treeMap(tree, (x) => mul(x, size));
  } finally {
    size.dispose();
  }
}

/**
 * The nearest point without negative numbers.
 *
 * $$ \Pi(x) = \max(x, 0) $$
 *
 * @param tree a tree of float32 tensors.
 * @returns a new tree of the same form.
 * @throws SurrogateError `dtype`, `disposed`.
 * @example
 * import { projectNonNegative } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await projectNonNegative({ w: tensor([-1, 2]) }).w.data(); // [0, 2]
 */
export function projectNonNegative<P extends TensorTree<P>>(tree: P): P {
  return treeMap(tree, (x) => larger(x, 0));
}

/**
 * The nearest point of a box.
 *
 * $$ \Pi(x) = \min(\max(x, l), u) $$
 *
 * @param tree a tree of float32 tensors.
 * @param least l.
 * @param most u, at least l.
 * @returns a new tree of the same form.
 * @throws SurrogateError `range`, `dtype`, `disposed`.
 * @example
 * import { projectBox } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await projectBox({ w: tensor([-1, 0.5, 2]) }, 0, 1).w.data(); // [0, 0.5, 1]
 */
export function projectBox<P extends TensorTree<P>>(tree: P, least: number, most: number): P {
  checkFinite('projectBox', 'least', least);
  checkFinite('projectBox', 'most', most);
  checkAtLeast('projectBox', 'most', most, least);
  return treeMap(tree, (x) => smaller(larger(x, least), most));
}

/**
 * The nearest point whose largest number is at most a radius.
 *
 * $$ \Pi(x) = \min(\max(x, -r), r) $$
 *
 * @param tree a tree of float32 tensors.
 * @param radius r, >= 0. Default 1.
 * @returns a new tree of the same form.
 * @throws SurrogateError `range`, `dtype`, `disposed`.
 * @example
 * import { projectLinfBall } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await projectLinfBall({ w: tensor([-3, 0.5]) }).w.data(); // [-1, 0.5]
 */
export function projectLinfBall<P extends TensorTree<P>>(tree: P, radius = 1): P {
  checkAtLeast('projectLinfBall', 'radius', radius, 0);
  return treeMap(tree, (x) => smaller(larger(x, -radius), radius));
}

/**
 * The nearest point whose Euclidean length, over the whole tree, is at most a radius.
 *
 * $$ \Pi(x) = x \min\left(1, \tfrac{r}{\lVert x \rVert_2}\right) $$
 *
 * @param tree a tree of float32 tensors.
 * @param radius r, >= 0. Default 1.
 * @returns a new tree of the same form.
 * @throws SurrogateError `range`, `dtype`, `disposed`.
 * @example
 * import { projectL2Ball } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await projectL2Ball({ w: tensor([3, 4]) }).w.data(); // [0.6, 0.8]
 */
export function projectL2Ball<P extends TensorTree<P>>(tree: P, radius = 1): P {
  checkAtLeast('projectL2Ball', 'radius', radius, 0);
  return scaledBy(tree, (length) => div(radius, maximum(length, Math.max(radius, 1e-38))));
}

/**
 * The nearest point of a Euclidean length, over the whole tree; 0 stays where it is, all points being as near.
 *
 * $$ \Pi(x) = \tfrac{r}{\lVert x \rVert_2} x $$
 *
 * @param tree a tree of float32 tensors.
 * @param radius r, >= 0. Default 1.
 * @returns a new tree of the same form.
 * @throws SurrogateError `range`, `dtype`, `disposed`.
 * @example
 * import { projectL2Sphere } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await projectL2Sphere({ w: tensor([0.3, 0.4]) }).w.data(); // [0.6, 0.8]
 */
export function projectL2Sphere<P extends TensorTree<P>>(tree: P, radius = 1): P {
  checkAtLeast('projectL2Sphere', 'radius', radius, 0);
  return scaledBy(tree, (length) => {
    const some = greater(length, 0);
    return select(some, div(radius, select(some, length, scalar(1))), scalar(1));
  });
}

/** x minus a multiple of a normal. */
function moved<P extends TensorTree<P>>(fn: string, tree: P, normal: P, offset: number, factor: (excess: Tensor) => Tensor): P {
  checkFinite(fn, 'offset', offset);
  const size = tidy(() => {
    const length = treeDot(normal, normal);
    return mul(div(factor(add(treeDot(normal, tree), -offset)), maximum(length, 1e-38)), -1);
  });
  try {
    return treeZip(tree, normal, (x, n) => add(x, mul(n, size)));
  } finally {
    size.dispose();
  }
}

/**
 * The nearest point of a hyperplane.
 *
 * $$ \Pi(x) = x - \frac{\langle a, x \rangle - b}{\lVert a \rVert^2} a $$
 *
 * @param tree a tree of float32 tensors.
 * @param normal a, a tree of the same form, not all 0.
 * @param offset b.
 * @returns a new tree of the same form.
 * @throws SurrogateError `range`, `shape` where the forms differ, `dtype`, `disposed`.
 * @example
 * import { projectHyperplane } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await projectHyperplane({ w: tensor([3, 1]) }, { w: tensor([1, 1]) }, 2).w.data(); // [2, 0]
 */
export function projectHyperplane<P extends TensorTree<P>>(tree: P, normal: P, offset: number): P {
  return moved('projectHyperplane', tree, normal, offset, (excess) => excess);
}

/**
 * The nearest point of a half-space, ⟨a, x⟩ <= b.
 *
 * $$ \Pi(x) = x - \frac{\max(\langle a, x \rangle - b, 0)}{\lVert a \rVert^2} a $$
 *
 * @param tree a tree of float32 tensors.
 * @param normal a, a tree of the same form, not all 0.
 * @param offset b.
 * @returns a new tree of the same form.
 * @throws SurrogateError `range`, `shape` where the forms differ, `dtype`, `disposed`.
 * @example
 * import { projectHalfspace } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await projectHalfspace({ w: tensor([0, 1]) }, { w: tensor([1, 1]) }, 2).w.data(); // [0, 1]
 */
export function projectHalfspace<P extends TensorTree<P>>(tree: P, normal: P, offset: number): P {
  return moved('projectHalfspace', tree, normal, offset, (excess) => larger(excess, 0));
}
