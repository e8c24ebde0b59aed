/** @file Products of derivatives with vectors, exact to float32. */
import { addN, mul, onesLike, sum, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { noGrad } from '../gradients/tape.js';
import { checkAlike, rebuild } from '../trees/walk.js';
import type { TensorTree, TreeLeaf } from '../trees/types.js';
import { differentiate, guarded } from './engine.js';
import { checkFunction, floatLeaves, scalarOf } from './grad.js';

const dot = (a: readonly Tensor[], b: readonly TreeLeaf[]): Tensor => addN(a.map((x, i) => sum(mul(x, b[i]!.tensor))));

/**
 * Makes of a scalar function of a tree the function that multiplies its Hessian with a vector.
 *
 * $$ \nabla^2 f(\theta)\, v = \nabla_\theta \langle \nabla f(\theta), v \rangle $$
 *
 * @param f a function of a tree (and of what else it is given), which returns a float32 scalar and is made of ops that are twice differentiable, as those of this library are.
 * @returns a function of the parameters, the vector (a tree of their form), and f's further arguments.
 * @throws SurrogateError by the function that is returned: `shape` where the value is no scalar or the vector has another form, `dtype`, `disposed`.
 * @example
 * import { hvp } from '@surrogate/core';
 * import { mul, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const cubes = (params: { w: Tensor }) => sum(mul(params.w, square(params.w)));
 * await hvp(cubes)({ w: tensor([1, 2]) }, { w: tensor([1, 10]) }).w.data(); // [6, 120]
 */
export function hvp<P extends TensorTree<P>, A extends unknown[]>(
  f: (params: P, ...rest: A) => Tensor,
): (params: P, vector: P, ...rest: A) => P {
  checkFunction('hvp', f);
  return (params, vector, ...rest) => {
    const leaves = floatLeaves('hvp', 'params', params);
    const along = floatLeaves('hvp', 'vector', vector);
    checkAlike('hvp', 'vector', along, 'params', leaves);
    const inputs = leaves.map(({ tensor }) => tensor);
    if (inputs.length === 0) return rebuild(params, []);
    return guarded(() => {
      const slope = () => dot(differentiate('hvp', () => scalarOf('hvp', f(params, ...rest)), inputs).gradients, along);
      return rebuild(params, differentiate('hvp', slope, inputs).gradients);
    });
  };
}

/** A value and its derivative along a direction; both belong to the caller. */
export interface ValueAndTangent {
  /** What the function returned. */
  readonly value: Tensor;
  /** Of the value's shape. */
  readonly tangent: Tensor;
}

/**
 * Makes of a function of a tree the function that returns its value and its derivative along a direction.
 *
 * $$ (f(\theta),\ J_f(\theta)\, v), \qquad J v = \nabla_u \langle J^\top u, v \rangle $$
 *
 * The derivative is exact: the backward pass is linear in what it is given, and is itself differentiated by that. The function runs twice, so it may not draw.
 *
 * @param f a function of a tree (and of what else it is given), which returns a float32 tensor of any shape.
 * @returns a function of the parameters, the direction (a tree of their form), and f's further arguments.
 * @throws SurrogateError by the function that is returned: `shape` where the direction has another form, `dtype`, `disposed`.
 * @see Townsend: A new trick for calculating Jacobian vector products, 2017.
 * @example
 * import { jvp } from '@surrogate/core';
 * import { square, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const { tangent } = jvp((params: { w: Tensor }) => square(params.w))({ w: tensor([1, 2]) }, { w: tensor([1, 10]) });
 * await tangent.data(); // [2, 40]
 */
export function jvp<P extends TensorTree<P>, A extends unknown[]>(
  f: (params: P, ...rest: A) => Tensor,
): (params: P, tangent: P, ...rest: A) => ValueAndTangent {
  checkFunction('jvp', f);
  return (params, tangent, ...rest) => {
    const leaves = floatLeaves('jvp', 'params', params);
    const along = floatLeaves('jvp', 'tangent', tangent);
    checkAlike('jvp', 'tangent', along, 'params', leaves);
    const inputs = leaves.map(({ tensor }) => tensor);
    return guarded(() => {
      const run = () => f(params, ...rest);
      const { value } = differentiate('jvp', run, []);
      if (inputs.length === 0) return { value, tangent: zerosLike(value) };
      // Any direction u would do; where it is 0, an infinite derivative would be lost.
      const u = noGrad(() => onesLike(value));
      const projected = () => dot(differentiate('jvp', run, inputs, u).gradients, along);
      return { value, tangent: differentiate('jvp', projected, [u]).gradients[0]! };
    });
  };
}
