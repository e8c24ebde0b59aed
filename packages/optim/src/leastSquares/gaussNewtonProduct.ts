/** @file Products with the Gauss-Newton matrix of residuals. */
import { mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import { grad, jvp, noGrad, type TensorTree } from '@surrogate/core';
import { checkFunction } from '../host/vectors.js';

/**
 * Makes of residuals the function that multiplies with their Gauss-Newton matrix: the Hessian of half their sum of squares without the part that the residuals' own curvature has. It is positive semidefinite everywhere.
 *
 * $$ (\theta, v) \mapsto J^\top J v, \qquad J = \partial r / \partial \theta $$
 *
 * It is what {@link conjugateGradient} and {@link trustRegion} may take for a Hessian.
 *
 * @param residuals a float32 tensor of the parameters, of any shape.
 * @returns a function of parameters and of a tree v of their form; its result is a tree of that form, the caller's.
 * @throws SurrogateError `dtype`; by its function `shape`, `disposed`.
 * @see Schraudolph: Fast Curvature Matrix-Vector Products for Second-Order Gradient Descent, 2002
 * @example
 * import { gaussNewtonProduct } from '@surrogate/optim';
 * import { square, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const residuals = ({ w }: { w: Tensor }) => square(w);
 * await gaussNewtonProduct(residuals)({ w: tensor([1, 2]) }, { w: tensor([1, 1]) }).w.data(); // [4, 16]
 */
export function gaussNewtonProduct<P extends TensorTree<P>>(residuals: (params: P) => Tensor): (params: P, vector: P) => P {
  checkFunction('gaussNewtonProduct', 'residuals', residuals);
  const forward = jvp<P, []>(residuals);
  const pull = grad<P, [Tensor]>((at, tangent) => sum(mul(residuals(at), tangent)));
  return (params, vector) =>
    noGrad(() => {
      const { value, tangent } = forward(params, vector);
      value.dispose();
      try {
        return pull(params, tangent);
      } finally {
        tangent.dispose();
      }
    });
}
