/** @file Sharpness-aware minimisation: gradients from the worst place nearby. */
import { add, addN, div, mul, scalar, square, sqrt, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkBoolean,
  disposeTree,
  fail,
  grad,
  maximum,
  noGrad,
  treeLeaves,
  treeZip,
  valueAndGrad,
  type TensorTree,
  type ValueAndGrads,
} from '@surrogate/core';

/** Options of {@link sharpnessAware}. */
export interface SharpnessAwareOptions {
  /** ρ, how far away, > 0. Default 0.05; adaptive ones are larger, 0.5 to 2. */
  rho?: number | undefined;
  /** Measure distance in proportion to each parameter (ASAM). Default false. */
  adaptive?: boolean | undefined;
}

/**
 * Makes of a loss the function that gives its value, and the gradients at the point nearby where it is about the largest: with these, any optimizer looks for flat minima.
 *
 * $$ g = \nabla f(\theta + \epsilon), \qquad \epsilon = \rho \frac{\nabla f(\theta)}{\lVert \nabla f(\theta) \rVert}, \qquad \text{or adaptive } \epsilon = \rho \frac{\theta^2 \nabla f(\theta)}{\lVert \theta \nabla f(\theta) \rVert} $$
 *
 * It computes gradients twice, and takes the place of `valueAndGrad`. Both are of the same arguments: hand a batch on, draw none within.
 *
 * @param loss a function of a tree (and of what else it is given), which returns a float32 scalar.
 * @param options how far.
 * @returns a function of the same arguments; the value is that at θ, and nothing of the search is recorded.
 * @throws SurrogateError `range`, `dtype`.
 * @see Foret, Kleiner, Mobahi, Neyshabur: Sharpness-Aware Minimization for Efficiently Improving Generalization, 2020. arXiv:2010.01412; Kwon, Kim, Park, Choi: ASAM, 2021. arXiv:2102.11600
 * @example
 * import { sharpnessAware } from '@surrogate/optim';
 * import { square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const { grads } = sharpnessAware(({ w }: { w: Tensor }) => sum(square(w)), { rho: 0.5 })({ w: tensor([3, 4]) });
 * await grads.w.data(); // [6.6, 8.8]
 */
export function sharpnessAware<P extends TensorTree<P>, A extends unknown[]>(
  loss: (params: P, ...rest: A) => Tensor,
  { rho = 0.05, adaptive = false }: SharpnessAwareOptions = {},
): (params: P, ...rest: A) => ValueAndGrads<P> {
  const fn = 'sharpnessAware';
  if (typeof loss !== 'function') fail('dtype', fn, 'loss', `must be a function, got ${typeof loss}`);
  checkAbove(fn, 'rho', rho, 0);
  checkBoolean(fn, 'adaptive', adaptive);
  const [here, there] = [valueAndGrad(loss), grad(loss)];
  return (params, ...rest) =>
    noGrad(() => {
      const { value, grads } = here(params, ...rest);
      let away: P | undefined;
      try {
        away = worst(params, grads, adaptive, rho);
        return { value: value, grads: there(away, ...rest) };
      } catch (error) {
        value.dispose();
        throw error;
      } finally {
        disposeTree(grads);
        if (away !== undefined) disposeTree(away);
      }
    });
}

/** The point at a distance at which a linear loss would be the largest. */
function worst<P extends TensorTree<P>>(params: P, grads: P, adaptive: boolean, rho: number): P {
  const points = treeLeaves(params);
  const factor = tidy(() => {
    const squares = treeLeaves(grads).map(({ tensor: g }, i) => sum(square(adaptive ? mul(g, points[i]!.tensor) : g)));
    return div(rho, maximum(sqrt(squares.length === 0 ? scalar(0) : addN(squares)), 1e-12));
  });
  try {
    return treeZip(params, grads, (x, g) => add(x, mul(adaptive ? mul(square(x), g) : g, factor)));
  } finally {
    factor.dispose();
  }
}
