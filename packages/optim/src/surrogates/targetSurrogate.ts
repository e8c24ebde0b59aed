/** @file Target-based surrogates: many cheap steps for one call of an expensive loss. */
import { add, clone, div, mul, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkInteger,
  checkShape,
  detach,
  lossScope,
  type LossOptions,
  type TensorLike,
  type TensorTree,
} from '@surrogate/core';
import { checkFunction } from '../host/vectors.js';
import { armijoDescent, type ArmijoDescent, type ArmijoOptions } from './armijoDescent.js';

/** Options of {@link targetSurrogateLoss}. */
export interface TargetSurrogateOptions extends LossOptions {
  /** η, > 0: how far the targets may move. With 1/η at least the loss's curvature in the targets, the surrogate is never below the loss. */
  eta: number;
}

/**
 * The loss as seen from one gradient in the targets (logits, predictions, actions): linear, with a square that holds the targets near where it was taken.
 *
 * $$ S_i(\theta) = \langle g_i, z_i(\theta) - z_i^0 \rangle + \frac{1}{2 \eta} \lVert z_i(\theta) - z_i^0 \rVert^2 $$
 *
 * Where z is z⁰, its gradient by the parameters is the loss's own.
 *
 * @param targets z(θ), float32 `[B, m]`: what the model says now.
 * @param anchor z⁰, `[B, m]`, a constant: what it said when the loss was asked.
 * @param gradient g = ∂ℓ/∂z at z⁰, `[B, m]`, a constant: of each example's own loss.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` where η is not above 0.
 * @see Lavington, Vaswani, Babanezhad, Schmidt, Le Roux: Target-based Surrogates for Stochastic Optimization, 2023. arXiv:2302.02607
 * @example
 * import { targetSurrogateLoss } from '@surrogate/optim';
 * (await targetSurrogateLoss([[2]], [[0]], [[-0.5]], { eta: 4 }).data())[0]; // -0.5
 */
export function targetSurrogateLoss(
  targets: TensorLike,
  anchor: TensorLike,
  gradient: TensorLike,
  { eta, ...options }: TargetSurrogateOptions,
): Tensor {
  checkAbove('targetSurrogateLoss', 'eta', eta, 0);
  return lossScope(
    'targetSurrogateLoss',
    { targets, anchor, gradient },
    options,
    (rows) => {
      const moved = sub(rows.targets, detach(rows.anchor));
      return sum(add(mul(detach(rows.gradient), moved), div(square(moved), 2 * eta)), -1);
    },
    1,
  );
}

/** Options of {@link targetSurrogateStep}. */
export interface TargetSurrogateStepOptions extends Omit<ArmijoOptions, 'steps'> {
  /** η of the surrogate, > 0. Fall with 1/√t where batches are noisy. */
  eta: number;
  /** m, how many cheap steps are taken on each surrogate, >= 0. */
  innerSteps: number;
}

/**
 * One outer step: asks the expensive loss once, for its gradient in the model's outputs, then descends the surrogate that this gives.
 *
 * $$ \theta_{t+1} \approx \arg\min_\theta \tfrac1B \textstyle\sum_i S_i(\theta) $$
 *
 * The inner steps cost passes through the model, but no call of the loss: a simulator, a remote teacher, a human. With one inner step of a fixed size it is gradient descent.
 *
 * @param forward z of the parameters, float32 `[B, m]`, for this batch.
 * @param targetGradient ∂ℓ/∂z of each example's loss at z, float32 `[B, m]`; called once. What it returns is taken over. It may be asynchronous.
 * @param params a tree of float32 tensors, which is left alone.
 * @returns the next parameters, and how the inner descent went.
 * @throws SurrogateError `range`, `shape`, `dtype`, `disposed`.
 * @see Lavington, Vaswani, Babanezhad, Schmidt, Le Roux: Target-based Surrogates for Stochastic Optimization, 2023. arXiv:2302.02607
 * @example
 * import { targetSurrogateStep } from '@surrogate/optim';
 * import { matMul, sub, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
 * const [x, y] = [tensor2d([[1], [2]]), tensor2d([[3], [6]])];
 * const forward = ({ w }: { w: Tensor }) => matMul(x, w);
 * const { params } = await targetSurrogateStep(forward, (z) => sub(z, y), { w: tensor2d([[0]]) }, { eta: 1, innerSteps: 50 });
 * (await params.w.data())[0]; // 3
 */
export async function targetSurrogateStep<P extends TensorTree<P>>(
  forward: (params: P) => Tensor,
  targetGradient: (targets: Tensor) => Tensor | Promise<Tensor>,
  params: P,
  { eta, innerSteps, ...search }: TargetSurrogateStepOptions,
): Promise<ArmijoDescent<P>> {
  const fn = 'targetSurrogateStep';
  checkFunction(fn, 'forward', forward);
  checkFunction(fn, 'targetGradient', targetGradient);
  checkAbove(fn, 'eta', eta, 0);
  checkInteger(fn, 'innerSteps', innerSteps);
  const anchor = tidy(() => clone(forward(params)));
  try {
    const gradient = await targetGradient(anchor);
    try {
      checkShape(fn, 'targetGradient', gradient.shape, anchor.shape);
      return await armijoDescent((now: P) => targetSurrogateLoss(forward(now), anchor, gradient, { eta }), params, {
        ...search,
        steps: innerSteps,
      });
    } finally {
      gradient.dispose();
    }
  } finally {
    anchor.dispose();
  }
}
