/** @file Newton's method within a region where its model is trusted, by products with the Hessian alone. */
import { abs, add, stack, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkAtLeast,
  checkBetween,
  checkInteger,
  disposeTree,
  hvp,
  max,
  treeClone,
  treeFlatten,
  treeNorm,
  treeScale,
  treeZip,
  valueAndGrad,
  type TensorTree,
} from '@surrogate/core';
import { checkFunction } from '../host/vectors.js';
import { truncatedConjugateGradient } from './truncated.js';

/** Options of {@link trustRegionStep}. */
export interface TrustRegionStepOptions {
  /** How many products at most, >= 1. Default 50. */
  steps?: number | undefined;
  /** Ends where the model's gradient is shorter than this part of the gradient, >= 0. Default 0.1. */
  tolerance?: number | undefined;
}

/** What {@link trustRegionStep} found. */
export interface TrustRegionStep<P> {
  /** What to add to the parameters, a tree of their form; the caller's. */
  readonly update: P;
  /** How much lower the model is there, >= 0. */
  readonly decrease: number;
  /** Whether the step ends on the region's boundary. */
  readonly atBoundary: boolean;
  /** How many products that took. */
  readonly steps: number;
}

/**
 * The step that lowers a quadratic model within a ball, by conjugate gradients that end at the ball or where the curvature turns negative.
 *
 * $$ \min_{\lVert d \rVert \le \Delta} \langle g, d \rangle + \tfrac12 \langle d, H d \rangle $$
 *
 * @param multiply gives H v for a tree v; what it returns is taken over. H need not be positive definite.
 * @param grads g, a tree of float32 tensors.
 * @param radius Δ, > 0.
 * @param options when the inner loop stops.
 * @returns a promise of the step, and what the model promises.
 * @throws SurrogateError `range`, `dtype`, `shape` where a product has another form than the gradients.
 * @see Steihaug: The Conjugate Gradient Method and Trust Regions in Large Scale Optimization, 1983
 * @example
 * import { trustRegionStep } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const grads = { w: tensor([3, 4]) };
 * const { update } = await trustRegionStep(({ w }) => ({ w: w.clone() }), grads, 1);
 * await update.w.data(); // [-0.6, -0.8]
 */
export async function trustRegionStep<P extends TensorTree<P>>(
  multiply: (vector: P) => P,
  grads: P,
  radius: number,
  { steps = 50, tolerance = 0.1 }: TrustRegionStepOptions = {},
): Promise<TrustRegionStep<P>> {
  const fn = 'trustRegionStep';
  checkFunction(fn, 'multiply', multiply);
  checkAbove(fn, 'radius', radius, 0);
  checkInteger(fn, 'steps', steps, 1);
  checkAtLeast(fn, 'tolerance', tolerance, 0);
  const target = treeScale(grads, -1);
  try {
    const { solution, decrease, ended, steps: taken } = await truncatedConjugateGradient(multiply, target, { steps, tolerance, radius });
    return { update: solution, decrease, atBoundary: ended === 'boundary' || ended === 'curvature', steps: taken };
  } finally {
    disposeTree(target);
  }
}

/** What {@link trustRegion} tells after each step. */
export interface TrustRegionProgress {
  /** How many steps have been tried. */
  readonly step: number;
  /** The loss. */
  readonly loss: number;
  /** The largest entry of the gradient. */
  readonly gradient: number;
  /** Δ for the next step. */
  readonly radius: number;
}

/** Options of {@link trustRegion}. */
export interface TrustRegionOptions<P> {
  /** How many steps at most, those that were refused among them, >= 0. Default 100. */
  steps?: number | undefined;
  /** How many products a step at most, >= 1. Default 50. */
  products?: number | undefined;
  /** Δ at the first step, > 0. Default 1. */
  radius?: number | undefined;
  /** Steps are accepted where the loss falls by more than this part of what the model promises, in [0, 1/4). Default 0.1. */
  accept?: number | undefined;
  /** Stops when no entry of the gradient is larger, > 0. Default 1e-5. */
  gradientTolerance?: number | undefined;
  /** Multiplies with what stands for the Hessian, such as {@link gaussNewtonProduct}'s. Default `hvp` of the loss. */
  product?: ((params: P, vector: P) => P) | undefined;
  /** Called after each step. */
  onStep?: ((progress: TrustRegionProgress) => void) | undefined;
  /** Stops after the current step when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** Where {@link trustRegion} ended. */
export interface TrustRegionResult<P> {
  /** The best parameters; they are the caller's. */
  readonly params: P;
  /** The loss there. */
  readonly loss: number;
  /** How many steps that took, those that were refused among them. */
  readonly steps: number;
  /** Whether the gradient's tolerance was met, or the model promised less than float32 can tell. */
  readonly converged: boolean;
}

/** Loss, largest entry and length of the gradient, in one download. */
async function measured<P extends TensorTree<P>>(value: Tensor, grads: P): Promise<[number, number, number]> {
  const numbers = tidy(() => stack([value, max(abs(treeFlatten(grads))), treeNorm(grads)]));
  value.dispose();
  return Array.from(await numbers.data<'float32'>().finally(() => numbers.dispose())) as [number, number, number];
}

/**
 * Minimises a smooth loss without noise by Newton's method in a trust region, by Hessian-vector products: it leaves saddle points, and near a minimum it doubles the digits at each step.
 *
 * $$ \theta^+ = \theta + d, \qquad d \approx \arg\min_{\lVert d \rVert \le \Delta} \langle g, d \rangle + \tfrac12 \langle d, H d \rangle $$
 *
 * Δ shrinks to a quarter where the loss falls by less than a quarter of what the model promised, and doubles where it falls by more than three quarters on the boundary.
 *
 * @param loss a float32 scalar of the parameters, made of ops that are twice differentiable; the same for the same parameters.
 * @param params where to start; they stay the caller's.
 * @param options when it stops.
 * @returns a promise of new parameters, the loss there, and how it went.
 * @throws SurrogateError `range`, `dtype`, `shape` where the loss is no scalar.
 * @see Nocedal, Wright: Numerical Optimization, 2006, algorithms 4.1 and 7.2
 * @example
 * import { trustRegion } from '@surrogate/optim';
 * import { add, mul, square, sub, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const valley = ({ x, y }: { x: Tensor; y: Tensor }) => add(square(sub(1, x)), mul(square(sub(y, square(x))), 100));
 * const { params } = await trustRegion(valley, { x: tensor(-1.2), y: tensor(1) });
 * await params.y.data(); // [1]
 */
export async function trustRegion<P extends TensorTree<P>>(
  loss: (params: P) => Tensor,
  params: P,
  options: TrustRegionOptions<P> = {},
): Promise<TrustRegionResult<P>> {
  const fn = 'trustRegion';
  checkFunction(fn, 'loss', loss);
  const {
    steps = 100,
    products = 50,
    radius = 1,
    accept = 0.1,
    gradientTolerance = 1e-5,
    product = hvp<P, []>(loss),
    onStep,
    signal,
  } = options;
  checkInteger(fn, 'steps', steps);
  checkInteger(fn, 'products', products, 1);
  checkAbove(fn, 'radius', radius, 0);
  checkBetween(fn, 'accept', accept, 0, 0.25);
  checkAbove(fn, 'gradientTolerance', gradientTolerance, 0);
  checkFunction(fn, 'product', product);
  const slopes = valueAndGrad<P, []>((at) => loss(at));
  const first = slopes(params);
  let place: P = treeClone(params);
  let grads: P = first.grads;
  let [delta, taken] = [radius, 0];
  try {
    let [value, steepest, size] = await measured(first.value, grads);
    let converged = steepest <= gradientTolerance;
    while (!converged && taken < steps && signal?.aborted !== true) {
      const tolerance = Math.min(0.5, Math.sqrt(size));
      const { update, decrease, atBoundary } = await trustRegionStep((v) => product(place, v), grads, delta, {
        steps: products,
        tolerance,
      });
      const candidate: P = treeZip(place, update, (x, d) => add(x, d));
      disposeTree(update);
      let there;
      try {
        there = slopes(candidate);
      } catch (error) {
        disposeTree(candidate);
        throw error;
      }
      const found = await measured(there.value, there.grads);
      taken++;
      const ratio = (value - found[0]) / decrease;
      if (!(ratio >= 0.25)) delta /= 4;
      else if (ratio > 0.75 && atBoundary) delta *= 2;
      // A promise below what float32 resolves can be neither kept nor broken.
      converged = decrease <= 1e-7 * Math.abs(value);
      if (ratio > accept || (converged && found[1] < steepest)) {
        [place, grads].forEach((tree) => disposeTree(tree));
        [place, grads] = [candidate, there.grads];
        [value, steepest, size] = found;
      } else [candidate, there.grads].forEach((tree) => disposeTree(tree));
      converged ||= steepest <= gradientTolerance;
      onStep?.({ step: taken, loss: value, gradient: steepest, radius: delta });
    }
    disposeTree(grads);
    return { params: place, loss: value, steps: taken, converged };
  } catch (error) {
    [place, grads].forEach((tree) => disposeTree(tree));
    throw error;
  }
}
