/** @file Gradients without the part that only scales the parameters. */
import { add, div, mul, sub, sum } from '@tensorflow/tfjs-core';
import { checkAbove, checkBoolean, defineTransformation, safeNorm, type GradientTransformation } from '@surrogate/core';
import { mapByPath } from './byPath.js';
import type { NoState } from './scale.js';

/** Options of {@link perpGrad}. */
export interface PerpGradOptions {
  /** Give what is left the length that the gradient had. Default true, as in the authors' code. */
  rescale?: boolean | undefined;
  /** Added to both denominators, > 0. Default 1e-30. */
  eps?: number | undefined;
}

/**
 * Takes from each gradient its part along the parameter itself: where training has fitted everything, cross-entropy falls by growing the weights alone, and that direction is
 * what this forbids. It stands first in a chain.
 *
 * $$ g' = g - \frac{\langle w, g \rangle}{\langle w, w \rangle + \epsilon}\, w, \qquad u = g' \frac{\lVert g \rVert}{\lVert g' \rVert + \epsilon} $$
 *
 * The authors' code calls it OrthoGrad. What follows it in a chain, such as Adam, need not keep the step orthogonal.
 *
 * @returns the transformation; each parameter tensor by itself.
 * @throws SurrogateError `range`, `dtype`.
 * @see Prieto, Barsbey, Mediano, Birdal: Grokking at the Edge of Numerical Stability, 2025. arXiv:2501.04697
 * @example
 * import { perpGrad } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [perpGrad({ rescale: false }), tensor([1, 0])];
 * await transformation.update({ w: tensor([3, 4]) }, transformation.init({ w }), { w }).updates.w.data(); // [0, 4]
 */
export function perpGrad({ rescale = true, eps = 1e-30 }: PerpGradOptions = {}): GradientTransformation<NoState> {
  checkBoolean('perpGrad', 'rescale', rescale);
  checkAbove('perpGrad', 'eps', eps, 0);
  return defineTransformation<NoState>('perpGrad', {
    init: () => ({}),
    update: (updates, state, params) => ({
      updates: mapByPath(updates, (g, path) => {
        const w = params[path]!;
        const left = sub(g, mul(w, div(sum(mul(w, g)), add(sum(mul(w, w)), eps))));
        return rescale ? mul(left, div(safeNorm(g), add(safeNorm(left), eps))) : left;
      }),
      state,
    }),
  });
}
