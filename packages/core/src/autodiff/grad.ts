/** @file First derivatives by trees. */
import { Tensor, type Scalar } from '@tensorflow/tfjs-core';
import { fail } from '../inputs/checks.js';
import { checkFloat, leavesOf, rebuild } from '../trees/walk.js';
import type { TensorTree } from '../trees/types.js';
import { differentiate, guarded, Luggage } from './engine.js';

/** A value and its gradients; all belong to the caller. */
export interface ValueAndGrads<P> {
  /** A float32 scalar. */
  readonly value: Scalar;
  /** A tree of the parameters' form. */
  readonly grads: P;
}

/** A value, its gradients, and what else the function had to say. */
export interface ValueGradsAndAux<P, X> extends ValueAndGrads<P> {
  /** The second thing that the function returned. */
  readonly aux: X;
}

/** Options of {@link valueAndGrad}. */
export interface ValueAndGradOptions<H extends boolean = boolean> {
  /** The function returns `[value, aux]`: aux, plain objects and arrays of tensors and other things, is handed through. Default false. */
  readonly hasAux?: H | undefined;
}

/** @internal A loss; what is no tensor is refused by the engine, with a better word. */
export function scalarOf(fn: string, y: Tensor): Tensor {
  if (y instanceof Tensor && y.rank !== 0) fail('shape', fn, 'f', `must return a scalar, got shape [${y.shape.join(', ')}]`);
  return y;
}

/** @internal The leaves of parameters that gradients are taken by. */
export function floatLeaves(fn: string, argument: string, tree: unknown) {
  const leaves = leavesOf(fn, argument, tree);
  checkFloat(fn, argument, leaves);
  return leaves;
}

/** @internal Throws where something else than a function is to be differentiated. */
export function checkFunction(fn: string, f: unknown): void {
  if (typeof f !== 'function') fail('dtype', fn, 'f', `must be a function, got ${f === null ? 'null' : typeof f}`);
}

/**
 * Makes of a scalar function of a tree the function that returns its value and its gradients.
 *
 * $$ (f(\theta),\ \nabla_\theta f(\theta)) $$
 *
 * A parameter that the function does not use has gradient 0. What the function throws is passed on, and leaves nothing behind.
 *
 * @param f a function of a tree (and of what else it is given), which returns a float32 scalar; with `hasAux` a pair of that and anything else.
 * @param options whether there is something else.
 * @returns a function of the same arguments; its results can be differentiated again.
 * @throws SurrogateError by the function that is returned: `shape` where the value is no scalar, `dtype` where a parameter is not float32, `disposed`.
 * @example
 * import { valueAndGrad } from '@surrogate/core';
 * import { mul, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const { value, grads } = valueAndGrad((params: { w: Tensor }, x: Tensor) => sum(square(mul(params.w, x))))({ w: tensor([1, 2]) }, tensor([1, 3]));
 * (await value.data())[0]; // 37
 * await grads.w.data(); // [2, 36]
 */
export function valueAndGrad<P extends TensorTree<P>, A extends unknown[], X>(
  f: (params: P, ...rest: A) => readonly [Tensor, X],
  options: ValueAndGradOptions<true> & { readonly hasAux: true },
): (params: P, ...rest: A) => ValueGradsAndAux<P, X>;
export function valueAndGrad<P extends TensorTree<P>, A extends unknown[]>(
  f: (params: P, ...rest: A) => Tensor,
  options?: ValueAndGradOptions<false>,
): (params: P, ...rest: A) => ValueAndGrads<P>;
export function valueAndGrad<P extends TensorTree<P>, A extends unknown[], X>(
  f: (params: P, ...rest: A) => Tensor | readonly [Tensor, X],
  options: ValueAndGradOptions = {},
): (params: P, ...rest: A) => ValueAndGrads<P> | ValueGradsAndAux<P, X> {
  checkFunction('valueAndGrad', f);
  const { hasAux = false } = options;
  return (params, ...rest) => {
    const leaves = floatLeaves('valueAndGrad', 'params', params);
    const aux = new Luggage<X>();
    const run = () => {
      const result = f(params, ...rest);
      if (!hasAux) return scalarOf('valueAndGrad', result as Tensor);
      if (!Array.isArray(result)) fail('dtype', 'valueAndGrad', 'f', `must return [value, aux] with hasAux, got ${typeof result}`);
      aux.pack((result as unknown as readonly [Tensor, X])[1]);
      return scalarOf('valueAndGrad', (result as unknown as readonly [Tensor, X])[0]);
    };
    try {
      return guarded(() => {
        const { value, gradients } = differentiate(
          'valueAndGrad',
          run,
          leaves.map(({ tensor }) => tensor),
        );
        const made = { value: value as Scalar, grads: rebuild(params, gradients) };
        return hasAux ? { ...made, aux: aux.unpack() } : made;
      });
    } catch (error) {
      aux.drop();
      throw error;
    }
  };
}

/**
 * Makes of a scalar function of a tree the function that returns its gradients.
 *
 * $$ \nabla_\theta f(\theta) $$
 *
 * A parameter that the function does not use has gradient 0. What the function throws is passed on, and leaves nothing behind.
 *
 * @param f a function of a tree (and of what else it is given), which returns a float32 scalar.
 * @returns a function of the same arguments, which returns a tree of the parameters' form and can be differentiated again.
 * @throws SurrogateError by the function that is returned: `shape` where the value is no scalar, `dtype` where a parameter is not float32, `disposed`.
 * @example
 * import { grad } from '@surrogate/core';
 * import { square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * await grad((params: { w: Tensor }) => sum(square(params.w)))({ w: tensor([1, 2]) }).w.data(); // [2, 4]
 */
export function grad<P extends TensorTree<P>, A extends unknown[]>(f: (params: P, ...rest: A) => Tensor): (params: P, ...rest: A) => P {
  checkFunction('grad', f);
  return (params, ...rest) => {
    const leaves = floatLeaves('grad', 'params', params);
    const inputs = leaves.map(({ tensor }) => tensor);
    return guarded(() => {
      const { gradients } = differentiate('grad', () => scalarOf('grad', f(params, ...rest)), inputs);
      return rebuild(params, gradients);
    });
  };
}
