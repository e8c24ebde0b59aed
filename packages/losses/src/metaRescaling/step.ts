/** @file A step of self-taught loss rescaling (STORM, 2024): a model learns under weights, and the weights learn from where that led it. */
import {
  asTensor,
  checkAbove,
  checkOneOf,
  checkShape,
  detach,
  grad,
  jvp,
  noGrad,
  treeAxpy,
  valueAndGrad,
  fail,
  type TensorTree,
} from '@surrogate/core';
import { add, clone, mul, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkFunction } from '../common/checks.js';

/** The two batches of a step, as functions of what is learnt. */
export interface MetaRescalingBatches<P, R> {
  /** The losses of the training batch under a model, float32 `[B]`; it may not draw. */
  losses(params: P): Tensor;
  /** Their weights under a rescaler, float32 `[B]`. */
  weights(rescaler: R): Tensor;
  /** The losses of the meta batch, drawn from the same training set, float32 `[M]`. */
  metaLosses(params: P): Tensor;
  /** Their weights, float32 `[M]`. */
  metaWeights(rescaler: R): Tensor;
}

/** Options of {@link metaRescalingStep}. */
export interface MetaRescalingOptions {
  /** How far the model moves, > 0. */
  learningRate: number;
  /** Whether weighted losses are summed, as in the paper, or divided by the number of examples. Default sum. */
  reduction?: 'sum' | 'mean' | undefined;
}

/** What a step gives; all of it belongs to the caller. */
export interface MetaRescalingResult<P, R> {
  /** The model after the step. */
  readonly params: P;
  /** float32 `[B]`: the weights under which it was taken. */
  readonly weights: Tensor;
  /** A float32 scalar: the weighted loss of the meta batch after the step. */
  readonly metaLoss: Tensor;
  /** The gradient of the meta loss by the rescaler, for an optimizer of the caller's. */
  readonly grads: R;
}

function rowsOf(fn: string, argument: string, value: Tensor): Tensor {
  const rows = asTensor(fn, argument, value);
  if (rows.rank !== 1) fail('shape', fn, argument, `must give rank 1, got shape [${rows.shape.join(', ')}]`);
  return rows;
}

/**
 * One step of a model under weighted losses, and the gradient by which what gives the weights should move: that of the loss of a meta batch after the step.
 *
 * $$ \theta' = \theta - a\, \nabla_\theta \sum_i w_i(\omega)\, \ell_i(\theta), \qquad g = \nabla_\omega \sum_j w_j(\omega)\, \ell_j(\theta'(\omega)) $$
 *
 * The gradient is exact, through the step as well as through the weights of the meta batch. With v the gradient of the meta loss at θ', example i pulls its weight by
 * −a ⟨v, ∇ℓ_i(θ)⟩; these products are one derivative of all losses along v, so that no step is unrolled. The model must be twice differentiable in tfjs, which core's functions are.
 *
 * @param params the model's parameters θ, a tree; left to the caller.
 * @param rescaler the parameters ω of what gives weights, a tree, such as those of `lossRescaler`.
 * @param batches losses and weights of the training batch and of the meta batch.
 * @param options the learning rate a.
 * @returns θ', the weights, the meta loss and its gradient by ω.
 * @throws SurrogateError `range`, `dtype`, `shape` where losses and weights do not fit.
 * @see Heck, Geishauser, Lubis, van Niekerk, Feng, Lin, Ruppik, Vukovic, Gašić: Learning from Noisy Labels via Self-Taught On-the-Fly Meta Loss Rescaling, 2024. arXiv:2412.12955
 * @example
 * import { sigmoid } from '@surrogate/core';
 * import { metaRescalingStep } from '@surrogate/losses';
 * import { mul, square, sub, tensor } from '@tensorflow/tfjs-core';
 * const losses = ({ t }) => square(sub(t, [1, -3]));
 * const weights = ({ s }) => sigmoid(s);
 * const batches = { losses, weights, metaLosses: ({ t }) => square(sub(t, [1, 1])), metaWeights: weights };
 * const { params, grads } = metaRescalingStep({ t: tensor([0, 0]) }, { s: tensor([0, 0]) }, batches, { learningRate: 0.5 });
 * await params.t.data(); // [0.5, -1.5]
 * await grads.s.data(); // [-0.0625, 3.4375]
 */
export function metaRescalingStep<P extends TensorTree<P>, R extends TensorTree<R>>(
  params: P,
  rescaler: R,
  batches: MetaRescalingBatches<P, R>,
  options: MetaRescalingOptions,
): MetaRescalingResult<P, R> {
  const fn = 'metaRescalingStep';
  const { learningRate, reduction = 'sum' } = options;
  checkAbove(fn, 'learningRate', learningRate, 0);
  checkOneOf(fn, 'reduction', reduction, ['sum', 'mean']);
  for (const name of ['losses', 'weights', 'metaLosses', 'metaWeights'] as const) checkFunction(fn, name, batches[name]);
  const shareOf = (rows: Tensor) => (reduction === 'sum' ? 1 : 1 / Math.max(rows.size, 1));
  const weighted = (weights: Tensor, losses: Tensor, argument: string): Tensor => {
    checkShape(fn, argument, weights.shape, rowsOf(fn, argument === 'weights' ? 'losses' : 'metaLosses', losses).shape);
    return mul(shareOf(losses), sum(mul(weights, losses)));
  };
  return tidy(() => {
    const weights = detach(noGrad(() => rowsOf(fn, 'weights', batches.weights(rescaler))));
    const metaWeights = detach(noGrad(() => rowsOf(fn, 'metaWeights', batches.metaWeights(rescaler))));
    const inner = grad((p: P) => weighted(weights, batches.losses(p), 'weights'))(params);
    const moved = treeAxpy(-learningRate, inner, params);
    const outer = valueAndGrad((p: P) => weighted(metaWeights, batches.metaLosses(p), 'metaWeights'))(moved);
    const along = jvp((p: P) => batches.losses(p))(params, outer.grads).tangent;
    const pull = mul(-learningRate * shareOf(along), along);
    const after = noGrad(() => batches.metaLosses(moved));
    const grads = grad((r: R) => add(sum(mul(batches.weights(r), pull)), mul(shareOf(after), sum(mul(batches.metaWeights(r), after)))))(
      rescaler,
    );
    return { params: moved, weights: clone(weights), metaLoss: outer.value, grads };
  });
}
