/** @file Gradient descent, for models of any shape. */
import { disposeState, disposeTree, step, valueAndGrad, type GradientTransformation, type TensorTree } from '@surrogate/core';
import { tidy, type Tensor } from '@tensorflow/tfjs-core';

/** How far to go, and how. */
export interface Descent<P> {
  readonly optimizer: GradientTransformation;
  readonly steps: number;
  /** Called after each step; `done` steps are behind. */
  after?(done: number, params: P): void | Promise<void>;
}

/**
 * Takes steps down the gradient of a loss.
 *
 * @param start the parameters, taken over: what is returned replaces them.
 * @param descent the optimizer and the number of steps.
 * @param nextLoss called once a step for the loss to take it on, which sees the current parameters; it may leave intermediates, which are tidied up.
 * @returns the parameters at the end.
 */
export async function descend<P extends TensorTree<P>>(
  start: P,
  { optimizer, steps, after }: Descent<P>,
  nextLoss: () => (params: P) => Tensor,
): Promise<P> {
  let params = start;
  let state = optimizer.init(params);
  for (let done = 1; done <= steps; done++) {
    const loss = nextLoss();
    const { value, grads } = valueAndGrad((current: P) => tidy(() => loss(current)))(params);
    ({ params, state } = step(optimizer, params, grads, state));
    value.dispose();
    disposeTree(grads);
    await after?.(done, params);
  }
  disposeState(state);
  return params;
}
