/** @file L-BFGS on trees of tensors, with a zoom line search. */
import { add, concat, abs, mul, neg, reshape, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkAtLeast,
  checkInteger,
  disposeState,
  disposeTree,
  max,
  treeClone,
  treeDot,
  treeFlatten,
  treeMap,
  treeZip,
  valueAndGrad,
  type TensorTree,
  type ValueAndGrads,
} from '@surrogate/core';
import { zoomLineSearch } from './lineSearch.js';
import { scaleByLbfgs } from './scaleByLbfgs.js';

/** What {@link lbfgs} tells after each step. */
export interface LbfgsProgress {
  /** How many steps have been taken. */
  readonly step: number;
  /** The loss. */
  readonly loss: number;
  /** The largest entry of the gradient. */
  readonly gradient: number;
}

/** Options of {@link lbfgs}. */
export interface LbfgsOptions {
  /** How many past steps shape the next one, >= 1. Default 10. */
  memory?: number | undefined;
  /** How many steps at most, >= 0. Default 100. */
  steps?: number | undefined;
  /** Stops when no entry of the gradient is larger, > 0. Default 1e-5. */
  gradientTolerance?: number | undefined;
  /** Stops when a step lowers the loss by less, relative to it, >= 0. Default 1e-9. */
  lossTolerance?: number | undefined;
  /** How many points a line search looks at, >= 1. Default 20. */
  maxEvaluations?: number | undefined;
  /** Called after each step. */
  onStep?: ((progress: LbfgsProgress) => void) | undefined;
  /** Stops after the current step when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** Where {@link lbfgs} ended. */
export interface LbfgsResult<P> {
  /** The best parameters; they are the caller's. */
  readonly params: P;
  /** The loss there. */
  readonly loss: number;
  /** How many steps that took. */
  readonly steps: number;
  /** How often loss and gradient were computed. */
  readonly evaluations: number;
  /** Whether a tolerance was met, or nothing lower could be found. */
  readonly converged: boolean;
}

/** Parameters, and what is known there. */
interface Place<P> {
  readonly params: P;
  readonly grads: P;
  readonly loss: number;
}

const read = async (x: Tensor): Promise<number[]> => {
  const values = Array.from(await x.data<'float32'>());
  x.dispose();
  return values;
};

/** A value, and the gradient along a direction, in one download. */
async function measured<P extends TensorTree<P>>(
  { value, grads }: ValueAndGrads<P>,
  direction: P,
): Promise<{ value: number; slope: number }> {
  const both = tidy(() => concat([reshape(value, [1]), reshape(treeDot(grads, direction), [1])]));
  value.dispose();
  const [loss, slope] = (await read(both)) as [number, number];
  return { value: loss, slope };
}

const forget = <P extends TensorTree<P>>(...trees: readonly (P | undefined)[]) => trees.forEach((tree) => tree && disposeTree(tree));

/** The largest entry of gradients. */
const steepest = async <P extends TensorTree<P>>(grads: P): Promise<number> => (await read(tidy(() => max(abs(treeFlatten(grads))))))[0]!;

/**
 * Minimises a smooth loss without noise, by L-BFGS with a line search: small models, full batches, physics.
 *
 * $$ \theta_{t+1} = \theta_t - \alpha_t P_t \nabla f(\theta_t) $$
 *
 * with P of {@link scaleByLbfgs} and α of {@link zoomLineSearch}.
 *
 * @param loss a float32 scalar of the parameters; the same for the same parameters.
 * @param params where to start; they stay the caller's.
 * @param options when it stops.
 * @returns a promise of new parameters, the loss there, and how it went.
 * @throws SurrogateError `range`, `dtype`, `shape` where the loss is no scalar.
 * @see Liu, Nocedal: On the Limited Memory BFGS Method for Large Scale Optimization, 1989.
 * @example
 * import { lbfgs } from '@surrogate/optim';
 * import { sub, square, sum, tensor, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
 * const loss = ({ w }: { w: Tensor }) => sum(square(sub(w, [1, 2]))) as Scalar;
 * const { params } = await lbfgs(loss, { w: tensor([5, -5]) });
 * await params.w.data(); // [1, 2]
 */
export async function lbfgs<P extends TensorTree<P>>(
  loss: (params: P) => Tensor,
  params: P,
  options: LbfgsOptions = {},
): Promise<LbfgsResult<P>> {
  const fn = 'lbfgs';
  const { memory = 10, steps = 100, gradientTolerance = 1e-5, lossTolerance = 1e-9, maxEvaluations = 20, onStep, signal } = options;
  checkInteger(fn, 'memory', memory, 1);
  checkInteger(fn, 'steps', steps);
  checkAbove(fn, 'gradientTolerance', gradientTolerance, 0);
  checkAtLeast(fn, 'lossTolerance', lossTolerance, 0);
  checkInteger(fn, 'maxEvaluations', maxEvaluations, 1);
  const slopes = valueAndGrad((at: P) => loss(at) as Scalar);
  const first = slopes(params);
  let place: Place<P> = { params: treeClone(params), grads: first.grads, loss: (await read(first.value))[0]! };
  const preconditioner = scaleByLbfgs({ memory });
  let state = preconditioner.init(params);
  let direction: P | undefined;
  /** The last point that a line search looked at. */
  const tried: { at?: { readonly step: number; readonly params: P; readonly grads: P } | undefined } = {};
  let [evaluations, taken, fresh] = [1, 0, true];
  let converged: boolean;
  const last = () => tried.at;
  const restart = () => {
    disposeState(state);
    state = preconditioner.init(params);
    fresh = true;
  };

  const evaluate = (at: P) => {
    try {
      return slopes(at);
    } catch (error) {
      disposeTree(at);
      throw error;
    }
  };

  /** What the loss is at a step along the direction; the last point that was tried is kept. */
  const along = async (step: number) => {
    const at = treeZip(place.params, direction!, (x, d) => add(x, mul(d, step)));
    forget(tried.at?.params, tried.at?.grads);
    tried.at = undefined;
    const there = evaluate(at);
    tried.at = { step, params: at, grads: there.grads };
    evaluations++;
    return measured(there, direction!);
  };

  /** Goes to the next place; false where nothing lower is found. */
  const advance = async (): Promise<boolean> => {
    const made = preconditioner.update(place.grads, state, place.params);
    disposeState(state);
    state = made.state;
    direction = treeMap(made.updates, (x) => neg(x));
    disposeTree(made.updates);
    tried.at = undefined;
    const slope = (await read(treeDot(place.grads, direction)))[0]!;
    const found = slope < 0 ? await zoomLineSearch(along, { value: place.loss, slope }, { maxEvaluations }) : undefined;
    if (found === undefined || found.step === 0) {
      forget(last()?.params, last()?.grads, direction);
      return false;
    }
    if (last()?.step !== found.step) await along(found.step);
    forget(place.params, place.grads, direction);
    place = { params: last()!.params, grads: last()!.grads, loss: found.value };
    return true;
  };

  try {
    let gradient = await steepest(place.grads);
    converged = gradient <= gradientTolerance;
    while (!converged && taken < steps && signal?.aborted !== true) {
      const before = place.loss;
      if (!(await advance())) {
        // Where the steepest descent finds nothing lower, the loss is as low as float32 can tell.
        if (fresh) converged = true;
        else restart();
        continue;
      }
      fresh = false;
      taken++;
      gradient = await steepest(place.grads);
      converged = gradient <= gradientTolerance || before - place.loss <= lossTolerance * Math.abs(place.loss);
      onStep?.({ step: taken, loss: place.loss, gradient });
    }
  } catch (error) {
    forget(place.params, tried.at?.params, tried.at?.grads, direction);
    throw error;
  } finally {
    disposeTree(place.grads);
    disposeState(state);
  }
  return { params: place.params, loss: place.loss, steps: taken, evaluations, converged };
}
