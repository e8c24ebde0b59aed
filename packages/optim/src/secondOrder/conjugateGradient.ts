/** @file Linear systems of what can only be multiplied with. */
import { checkAtLeast, checkInteger, type TensorTree } from '@surrogate/core';
import { checkFunction } from '../host/vectors.js';
import { truncatedConjugateGradient } from './truncated.js';

/** Options of {@link conjugateGradient}. */
export interface ConjugateGradientOptions<P> {
  /** How many products at most, >= 0. Default 100. */
  steps?: number | undefined;
  /** Ends where the residual is shorter than this part of the target, >= 0. Default 1e-5. */
  tolerance?: number | undefined;
  /** λ, >= 0: A + λ I stands for A. Default 0. */
  damping?: number | undefined;
  /** Multiplies with an approximation of A's inverse, symmetric and positive definite; what it returns is taken over. Default none. */
  precondition?: ((residual: P) => P) | undefined;
}

/** What {@link conjugateGradient} found. */
export interface LinearSolve<P> {
  /** x, a tree of the target's form; the caller's. */
  readonly solution: P;
  /** The length of b - A x. */
  readonly residualNorm: number;
  /** How many steps were taken. */
  readonly steps: number;
  /** Whether the tolerance was met. False, too, where a direction of no or negative curvature was met: x is what was known before. */
  readonly converged: boolean;
}

/**
 * Solves a linear system by conjugate gradients, with a symmetric positive definite matrix of which only products are known: a Hessian by `hvp` of core, a Gauss-Newton matrix by {@link gaussNewtonProduct}.
 *
 * $$ (A + \lambda I)\, x = b $$
 *
 * It reads a few numbers a step, so it is asynchronous.
 *
 * @param multiply gives A v for a tree v; what it returns is taken over.
 * @param target b, a tree of float32 tensors.
 * @param options when it stops.
 * @returns a promise of x, and how it went.
 * @throws SurrogateError `range`, `dtype`, `shape` where a product has another form than the target.
 * @see Hestenes, Stiefel: Methods of Conjugate Gradients for Solving Linear Systems, 1952
 * @example
 * import { conjugateGradient } from '@surrogate/optim';
 * import { hvp } from '@surrogate/core';
 * import { mul, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const loss = ({ w }: { w: Tensor }) => sum(mul(square(w), [1, 2]));
 * const params = { w: tensor([3, 3]) };
 * const { solution } = await conjugateGradient((v) => hvp(loss)(params, v), { w: tensor([2, 8]) });
 * await solution.w.data(); // [1, 2]
 */
export async function conjugateGradient<P extends TensorTree<P>>(
  multiply: (vector: P) => P,
  target: P,
  { steps = 100, tolerance = 1e-5, damping = 0, precondition }: ConjugateGradientOptions<P> = {},
): Promise<LinearSolve<P>> {
  const fn = 'conjugateGradient';
  checkFunction(fn, 'multiply', multiply);
  checkInteger(fn, 'steps', steps);
  checkAtLeast(fn, 'tolerance', tolerance, 0);
  checkAtLeast(fn, 'damping', damping, 0);
  if (precondition !== undefined) checkFunction(fn, 'precondition', precondition);
  const { ended, solution, residualNorm, steps: taken } = await truncatedConjugateGradient(multiply, target, { steps, tolerance, damping, precondition }); // prettier-ignore
  return { solution, residualNorm, steps: taken, converged: ended === 'tolerance' };
}
