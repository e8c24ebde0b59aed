/** @file Gradient descent that finds its own step, by backtracking. */
import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkAtLeast,
  checkBetween,
  checkInteger,
  disposeTree,
  treeAxpy,
  treeClone,
  treeDot,
  valueAndGrad,
  type TensorTree,
} from '@surrogate/core';
import { checkFunction } from '../host/vectors.js';

/** Options of {@link armijoDescent}. */
export interface ArmijoOptions {
  /** How many steps at most, >= 0. */
  steps: number;
  /** The first step that is tried, > 0. Default 10. */
  initialStep?: number | undefined;
  /** What a step that fails is multiplied by, in (0, 1). Default 0.9. */
  shrink?: number | undefined;
  /** What the step is multiplied by before each search, >= 1. Default 1.8. */
  grow?: number | undefined;
  /** c: the part of the decrease that the slope promises which a step must bring, in (0, 1). Default 0.5. */
  sufficient?: number | undefined;
  /** Ends where the gradient's norm or the step falls below. Default 1e-6. */
  tolerance?: number | undefined;
}

/** Where {@link armijoDescent} ended. */
export interface ArmijoDescent<P> {
  /** The parameters; the caller's. */
  readonly params: P;
  /** The loss there. */
  readonly value: number;
  /** The steps taken. */
  readonly steps: number;
  /** How often the loss was computed, with its gradient or without. */
  readonly calls: number;
  /** The last step size. */
  readonly stepSize: number;
}

/**
 * Gradient descent with Armijo's backtracking: each step is as long as the decrease that it promises is kept in part.
 *
 * $$ f(\theta - \alpha \nabla f) \le f(\theta) - c\, \alpha \lVert \nabla f \rVert^2 $$
 *
 * @param loss a float32 scalar of the parameters, the same at each call.
 * @param params a tree of float32 tensors, which is left alone.
 * @returns where it ended.
 * @throws SurrogateError `range`, `shape`, `dtype`, `disposed`.
 * @see Armijo: Minimization of functions having Lipschitz continuous first partial derivatives, 1966
 * @example
 * import { armijoDescent } from '@surrogate/optim';
 * import { square, sub, sum, tensor } from '@tensorflow/tfjs-core';
 * const { value } = await armijoDescent(({ w }) => sum(square(sub(w, 3))), { w: tensor([0, 9]) }, { steps: 20 });
 * value < 1e-6; // true
 */
export async function armijoDescent<P extends TensorTree<P>>(
  loss: (params: P) => Tensor,
  params: P,
  { steps, initialStep = 10, shrink = 0.9, grow = 1.8, sufficient = 0.5, tolerance = 1e-6 }: ArmijoOptions,
): Promise<ArmijoDescent<P>> {
  const fn = 'armijoDescent';
  checkFunction(fn, 'loss', loss);
  checkInteger(fn, 'steps', steps);
  checkAbove(fn, 'initialStep', initialStep, 0);
  checkBetween(fn, 'shrink', shrink, Number.MIN_VALUE, 1);
  checkAtLeast(fn, 'grow', grow, 1);
  checkBetween(fn, 'sufficient', sufficient, Number.MIN_VALUE, 1);
  checkAtLeast(fn, 'tolerance', tolerance, 0);
  let at = treeClone(params);
  let [taken, calls, stepSize] = [0, 0, initialStep];
  try {
    let point = await evaluated(loss, at);
    calls++;
    try {
      while (taken < steps && point.squaredNorm > tolerance ** 2) {
        let alpha = taken === 0 ? stepSize : stepSize * grow;
        let next: P | undefined;
        while (next === undefined && alpha >= tolerance) {
          const candidate = treeAxpy(-alpha, point.grads, at);
          let lower = false;
          try {
            calls++;
            lower = (await valueOf(loss, candidate)) <= point.value - sufficient * alpha * point.squaredNorm;
          } finally {
            if (!lower) disposeTree(candidate);
          }
          if (lower) next = candidate;
          else alpha *= shrink;
        }
        if (next === undefined) break;
        stepSize = alpha;
        disposeTree(at);
        at = next;
        taken++;
        disposeTree(point.grads);
        point = await evaluated(loss, at);
        calls++;
      }
      return { params: at, value: point.value, steps: taken, calls, stepSize };
    } finally {
      disposeTree(point.grads);
    }
  } catch (error) {
    disposeTree(at);
    throw error;
  }
}

async function valueOf<P extends TensorTree<P>>(loss: (params: P) => Tensor, params: P): Promise<number> {
  const value = tidy(() => loss(params));
  try {
    return (await value.data())[0]!;
  } finally {
    value.dispose();
  }
}

async function evaluated<P extends TensorTree<P>>(loss: (params: P) => Tensor, params: P) {
  const { value, grads } = valueAndGrad(loss)(params);
  const square = treeDot(grads, grads);
  try {
    const [read, squaredNorm] = await Promise.all([value.data(), square.data()]);
    return { value: read[0]!, grads, squaredNorm: squaredNorm[0]! };
  } finally {
    value.dispose();
    square.dispose();
  }
}
