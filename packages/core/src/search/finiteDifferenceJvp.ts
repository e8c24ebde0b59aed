/** @file Directional derivatives by central differences: two forward passes, no gradient. */
import { addN, add, cast, div, equal, maximum, mul, sqrt, square, sub, sum, Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { checkFunction, floatLeaves } from '../autodiff/grad.js';
import { noGrad } from '../gradients/tape.js';
import { checkAbove, fail } from '../inputs/checks.js';
import { checkAlike, rebuild } from '../trees/walk.js';
import type { TensorTree, TreeLeaf } from '../trees/types.js';

/** Options of {@link finiteDifferenceJvp}. */
export interface FiniteDifferenceOptions {
  /** How far it looks to each side, as a part of the length of the parameters (of 1 where they are shorter), > 0. Default 0.005. */
  step?: number | undefined;
}

const lengthOf = (leaves: readonly TreeLeaf[]): Tensor => sqrt(addN(leaves.map(({ tensor }) => sum(square(tensor)))));

/**
 * Makes of a function of a tree the function that returns its derivative along a direction, by central differences.
 *
 * $$ J_f(\theta)\, v \approx \frac{f(\theta + h v) - f(\theta - h v)}{2h}, \qquad h = \text{step} \cdot \frac{\max(1, \lVert\theta\rVert)}{\lVert v \rVert} $$
 *
 * Of a function that returns one loss an example it gives all products ⟨∇ℓᵢ, v⟩ of per-example gradients with a direction at the price of two forward passes. To three
 * digits or so; `jvp` is exact and needs a gradient of a gradient.
 *
 * @param f a function of a tree (and of what else it is given), which returns a float32 tensor of any shape; it runs twice, so it may not draw.
 * @returns a function of the parameters, the direction (a tree of their form), and f's further arguments; its result is of f's shape, and a constant to gradients.
 * @throws SurrogateError `range` for a step that is not positive; by the function that is returned: `shape` where the direction has another form, `dtype`, `disposed`.
 * @example
 * import { finiteDifferenceJvp } from '@surrogate/core';
 * import { square, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const along = finiteDifferenceJvp((params: { w: Tensor }) => square(params.w));
 * const tangent = await along({ w: tensor([1, 2]) }, { w: tensor([1, 10]) }).data();
 * Math.abs(tangent[1] - 40) < 0.05; // true
 */
export function finiteDifferenceJvp<P extends TensorTree<P>, A extends unknown[]>(
  f: (params: P, ...rest: A) => Tensor,
  options: FiniteDifferenceOptions = {},
): (params: P, direction: P, ...rest: A) => Tensor {
  const fn = 'finiteDifferenceJvp';
  const { step = 0.005 } = options;
  checkFunction(fn, f);
  checkAbove(fn, 'step', step, 0);
  return (params, direction, ...rest) => {
    const leaves = floatLeaves(fn, 'params', params);
    const along = floatLeaves(fn, 'direction', direction);
    checkAlike(fn, 'direction', along, 'params', leaves);
    return noGrad(() =>
      tidy(() => {
        const at = (h: Tensor | undefined): Tensor => {
          const moved = leaves.map(({ tensor }, i) => (h === undefined ? tensor : add(tensor, mul(along[i]!.tensor, h))));
          const value = f(rebuild(params, moved), ...rest);
          if (!(value instanceof Tensor) || value.dtype !== 'float32')
            fail('dtype', fn, 'f', `must return a float32 tensor, got ${value instanceof Tensor ? value.dtype : typeof value}`);
          return value;
        };
        if (leaves.length === 0) return zerosLike(at(undefined));
        const length = lengthOf(along);
        const h = div(mul(step, maximum(lengthOf(leaves), 1)), add(length, cast(equal(length, 0), 'float32')));
        const [above, below] = [at(h), tidy(() => at(mul(h, -1)))];
        return div(sub(above, below), mul(h, 2));
      }),
    );
  };
}
