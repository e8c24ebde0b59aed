/** @file The training loop that everybody writes. */
import { Variable, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkInteger,
  disposeState,
  disposeTree,
  fail,
  step as takeStep,
  treeClone,
  treeLeaves,
  valueAndGrad,
  type GradientTransformation,
  type OwnedState,
  type StateTree,
  type TensorTree,
} from '@surrogate/core';
import { checkTransformation } from '../wrappers/check.js';

/** What {@link minimize} tells after a step. */
export interface Progress<P, S> {
  /** How many steps have been taken, with those before a resumption. */
  readonly step: number;
  /** The loss before this step. */
  readonly loss: number;
  /** The parameters after it; to look at, not to keep. */
  readonly params: P;
  /** The optimizer's state after it; to look at or to save, not to keep. */
  readonly state: S;
}

/** Options of {@link minimize}. */
export interface MinimizeOptions<P, S> {
  /** How many steps to take, >= 0. */
  steps: number;
  /** Called after each step; what it returns is awaited. */
  onStep?: ((progress: Progress<P, S>) => unknown) | undefined;
  /** Ends the loop after the current step when it is aborted. */
  signal?: AbortSignal | undefined;
  /** Where training stood when it was interrupted: the state, which is taken over, and the steps that led to it. */
  resume?: { readonly state: S; readonly step: number } | undefined;
}

/** Where {@link minimize} ended; parameters and state are the caller's. */
export interface Minimized<P, S> {
  /** The parameters. */
  readonly params: P;
  /** The optimizer's state; with the parameters it is a checkpoint. */
  readonly state: OwnedState<S>;
  /** The loss before the last step; NaN where there was none. */
  readonly loss: number;
  /** How many steps have been taken, with those before a resumption. */
  readonly steps: number;
  /** Whether the signal ended it. */
  readonly aborted: boolean;
}

/**
 * Takes steps down a loss: gradients, an optimizer, a progress callback, and a way to stop.
 *
 * $$ \theta_{t+1} = \theta_t + u(\nabla f_t(\theta_t)) $$
 *
 * The loss is read after each step, which lets a page stay responsive; transformations that look at it, such as {@link reduceOnPlateau}, are told.
 *
 * @param loss a float32 scalar of the parameters and of the step, from 0: `(params, step) => meanSquaredError(model(params, batches[step]), ...)`.
 * @param params where to start; they stay the caller's. Variables are assigned.
 * @param optimizer what makes steps of gradients.
 * @param options how many steps, and who is told.
 * @returns a promise of the parameters, the state, and how it went. An abort ends it early; it does not reject.
 * @throws SurrogateError `range`, `dtype`, `shape` where the loss is no scalar; what the loss or the callback throws is passed on, and leaves nothing behind.
 * @example
 * import { adam, minimize } from '@surrogate/optim';
 * import { square, sub, sum, tensor, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
 * const loss = ({ w }: { w: Tensor }) => sum(square(sub(w, [1, 2]))) as Scalar;
 * const { params } = await minimize(loss, { w: tensor([0, 0]) }, adam(0.1), { steps: 300 });
 * await params.w.data(); // [1, 2]
 */
export async function minimize<P extends TensorTree<P>, S extends StateTree>(
  loss: (params: P, step: number) => Tensor,
  params: P,
  optimizer: GradientTransformation<S>,
  options: MinimizeOptions<P, S>,
): Promise<Minimized<P, S>> {
  const fn = 'minimize';
  if (typeof loss !== 'function') fail('dtype', fn, 'loss', `must be a function, got ${typeof loss}`);
  checkTransformation(fn, optimizer, 'optimizer');
  const { steps, onStep, signal, resume } = options;
  checkInteger(fn, 'steps', steps);
  if (resume !== undefined) checkInteger(fn, 'resume.step', resume.step);
  const slopes = valueAndGrad((at: P, step: number) => loss(at, step) as Scalar);
  const assigned = treeLeaves(params).some(({ tensor }) => tensor instanceof Variable);
  let current: { params: P; state: S } = { params: assigned ? params : treeClone(params), state: resume?.state ?? optimizer.init(params) };
  let [value, count] = [NaN, resume?.step ?? 0];
  const last = count + steps;
  try {
    while (count < last && signal?.aborted !== true) {
      const { value: scalar, grads } = slopes(current.params, count);
      try {
        value = (await scalar.data<'float32'>())[0]!;
        current = takeStep(optimizer, current.params, grads, current.state, { loss: value }) as { params: P; state: S };
      } finally {
        scalar.dispose();
        disposeTree(grads);
      }
      count++;
      await onStep?.({ step: count, loss: value, ...current });
    }
  } catch (error) {
    if (!assigned) disposeTree(current.params);
    disposeState(current.state);
    throw error;
  }
  return {
    params: current.params,
    state: current.state as OwnedState<S>,
    loss: value,
    steps: count,
    aborted: signal?.aborted === true && count < last,
  };
}
