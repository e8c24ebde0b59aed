/** @file Gradients scaled by the size of their parameters: what is small stays small. */
import { add, mul } from '@tensorflow/tfjs-core';
import { checkAtLeast, defineTransformation, pow, safeAbs, type GradientTransformation } from '@surrogate/core';
import { mapByPath } from './byPath.js';
import type { NoState } from './scale.js';

/** Options of {@link scaleByPowerprop}. */
export interface PowerpropOptions {
  /** α, >= 1; 1 changes nothing. Default 1.5. */
  alpha?: number | undefined;
  /** Added to the size of each parameter, >= 0, so that zeros can leave. Default 1e-4. */
  floor?: number | undefined;
}

/**
 * The preconditioner that training under the reparametrisation w = v|v|^(α-1) amounts to: an optimizer that prefers sparse solutions.
 *
 * $$ u_i = \alpha^2 (|w_i| + \epsilon)^{2 (\alpha - 1)/\alpha}\, g_i $$
 *
 * The equivalence holds for gradient flow: dw/dt = (dw/dv)² (-∂L/∂w). It stands first in a chain.
 *
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Schwarz, Jayakumar, Pascanu, Latham, Teh: Powerpropagation: A sparsity inducing weight reparameterisation, 2021. arXiv:2110.00296; Pascanu, Lyle et al.: Optimizers Qualitatively Alter Solutions And We Should Leverage This, 2025. arXiv:2507.12224
 * @example
 * import { scaleByPowerprop } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [scaleByPowerprop({ alpha: 2, floor: 0 }), tensor([0.25, 1])];
 * await transformation.update({ w: tensor([1, 1]) }, transformation.init({ w }), { w }).updates.w.data(); // [1, 4]
 */
export function scaleByPowerprop({ alpha = 1.5, floor = 1e-4 }: PowerpropOptions = {}): GradientTransformation<NoState> {
  checkAtLeast('scaleByPowerprop', 'alpha', alpha, 1);
  checkAtLeast('scaleByPowerprop', 'floor', floor, 0);
  return defineTransformation<NoState>('scaleByPowerprop', {
    init: () => ({}),
    update: (updates, state, params) => ({
      updates: mapByPath(updates, (g, path) => mul(mul(g, pow(add(safeAbs(params[path]!), floor), (2 * (alpha - 1)) / alpha)), alpha ** 2)),
      state,
    }),
  });
}
