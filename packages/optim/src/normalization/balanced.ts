/** @file Batch normalisation whose statistics belong to all tasks of a stream alike, and not to the last one. */
import {
  add,
  div,
  matMul,
  maximum,
  mean,
  mul,
  ones,
  reshape,
  rsqrt,
  slice,
  square,
  sub,
  sum,
  tidy,
  zeros,
  type Rank,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkAbove,
  checkBetween,
  checkBoolean,
  checkInteger,
  checkRank,
  checkShape,
  detach,
  exp,
  fail,
  oneHotMask,
  type Schedule,
  type TensorLike,
} from '@surrogate/core';

/** Options of {@link normalizationMomentum}. */
export interface NormalizationMomentumOptions {
  /** m, in (0, 1): how much a batch counts in plain batch normalisation. Default 0.1. */
  momentum?: number | undefined;
  /** κ, in [0, 1]: 1 is that momentum for ever, 0 the mean over all batches. Default 0.5. */
  kappa?: number | undefined;
}

/**
 * How much each batch counts in running statistics, between a moving average and a mean over all of them.
 *
 * $$ \eta_1 = m^\kappa, \qquad \eta_t = \frac{\eta_{t-1}}{\eta_{t-1} + (1 - m)^\kappa} $$
 *
 * It falls towards 1 - (1 - m)^κ.
 *
 * @returns η of a batch, counted from 0.
 * @throws SurrogateError `range`.
 * @see Lyu, Wang, Zhang, Sun, Su, Zhu, Zhou: Overcoming Recency Bias of Normalization Statistics in Continual Learning: Balance and Adaptation, 2023. arXiv:2310.08855
 * @example
 * import { normalizationMomentum } from '@surrogate/optim';
 * const momentum = normalizationMomentum({ kappa: 0.25 });
 * [0, 1, 2].map(momentum); // [0.562341, 0.366025, 0.273147]
 */
export function normalizationMomentum({ momentum = 0.1, kappa = 0.5 }: NormalizationMomentumOptions = {}): Schedule {
  const fn = 'normalizationMomentum';
  checkAbove(fn, 'momentum', momentum, 0);
  checkBetween(fn, 'momentum', momentum, 0, 1);
  checkBetween(fn, 'kappa', kappa, 0, 1, true);
  const keep = (1 - momentum) ** kappa;
  // 1/η is a geometric sum, from the recursion 1/ηₜ = 1 + keep/ηₜ₋₁.
  return (step) => {
    const faded = keep ** step;
    return 1 / ((keep === 1 ? step : (1 - faded) / (1 - keep)) + faded * momentum ** -kappa);
  };
}

/**
 * How much each task counts in a batch's statistics: between its share of the batch and what is learned.
 *
 * $$ \pi_j = \frac{e^{\psi_j} + n_j}{\sum_l (e^{\psi_l} + n_l)} $$
 *
 * @param psi ψ, float32 `[T]`.
 * @param counts n: how many of the batch are of each task, `[T]`, >= 0.
 * @returns π, float32 `[T]`; gradients flow to ψ.
 * @throws SurrogateError `shape`, `dtype`, `disposed`.
 * @see Lyu et al.: Overcoming Recency Bias of Normalization Statistics in Continual Learning, 2023. arXiv:2310.08855
 * @example
 * import { balancedTaskWeights } from '@surrogate/optim';
 * await balancedTaskWeights([0, 0], [10, 30]).data(); // [0.261905, 0.738095]
 */
export function balancedTaskWeights(psi: TensorLike, counts: TensorLike): Tensor {
  return tidy(() => {
    const learned = asTensor('balancedTaskWeights', 'psi', psi);
    const n = asTensor('balancedTaskWeights', 'counts', counts);
    checkRank('balancedTaskWeights', 'psi', learned.shape, 1);
    checkShape('balancedTaskWeights', 'counts', n.shape, learned.shape);
    const concentration = add(exp(learned), n);
    return div(concentration, sum(concentration));
  });
}

/** What is trained of {@link adaptiveBatchNorm}. */
export interface BatchNormParams {
  /** γ, float32 `[C]`. */
  readonly scale: Tensor;
  /** β, float32 `[C]`. */
  readonly shift: Tensor;
  /** ψ, float32 `[T]`: what each task counts beside its share of a batch. */
  readonly taskWeights: Tensor;
}

/** The running statistics of {@link adaptiveBatchNorm}. */
export interface BatchNormState {
  /** float32 `[C]`. */
  readonly mean: Tensor;
  /** float32 `[C]`. */
  readonly variance: Tensor;
  /** How many batches they come from. */
  readonly batches: number;
}

/** What a training pass of {@link adaptiveBatchNorm} gives. */
export interface BatchNormPass {
  /** The normalised inputs, of their shape. */
  readonly y: Tensor;
  /** How far the batch's statistics are from the running ones: a float32 scalar to add to the loss, times a λ, once there are old tasks. */
  readonly drift: Tensor;
  /** The next state; the old one stays the caller's to dispose of. */
  readonly state: BatchNormState;
}

/** Batch normalisation as pure functions. */
export interface AdaptiveBatchNorm {
  /** γ = 1, β = 0, ψ = 0; statistics of mean 0 and variance 1. */
  init(): { readonly params: BatchNormParams; readonly state: BatchNormState };
  /** Normalises by the batch: x float32 `[B, C]` or `[B, H, W, C]`, the task of each example int32 `[B]`, and how many tasks have been seen, 1 to T. */
  train(params: BatchNormParams, state: BatchNormState, x: TensorLike, taskIds: TensorLike, seen: number): BatchNormPass;
  /** Normalises by the running statistics. */
  evaluate(params: BatchNormParams, state: BatchNormState, x: TensorLike): Tensor;
}

/** What decides of the statistics of a batch. */
interface Balance {
  /** Which task each example is of, one-hot `[B, tasks]`. */
  readonly member: Tensor2D;
  /** π, `[tasks]`, of how many examples there are of each. */
  shareOf(counts: Tensor): Tensor;
  /** η of this batch. */
  readonly rate: number | Tensor;
  readonly epsilon: number;
  readonly renormalize: boolean;
}

/** The normalised batch, its drift, the next running mean and variance; to be called in a tidy. */
export function balancedPass(
  params: BatchNormParams,
  state: Pick<BatchNormState, 'mean' | 'variance'>,
  x: Tensor,
  { member, shareOf, rate, epsilon, renormalize }: Balance,
): [Tensor, Tensor, Tensor, Tensor] {
  const counts = sum(member, 0);
  // A count of 0 is nobody's divisor.
  const each = reshape<Rank.R2>(matMul(member, reshape(div(shareOf(counts), maximum(counts, 1)), [-1, 1])), [1, -1]);
  const weights = renormalize ? div<Tensor2D>(each, sum(each)) : each;
  const average = (values: Tensor): Tensor =>
    reshape(matMul(weights, (values.rank === 2 ? values : mean(values, [1, 2])) as Tensor2D), [values.shape.at(-1)!]);
  const center = average(x);
  const spread = average(square(sub(x, center)));
  const moved = (from: Tensor, to: Tensor): Tensor => add(mul(detach(from), sub(1, rate)), mul(detach(to), rate));
  const running = { mean: moved(state.mean, center), variance: moved(state.variance, spread) };
  const gap = (a: Tensor, b: Tensor): Tensor => mean(square(sub(a, b)));
  const drift = add(gap(center, running.mean), gap(spread, running.variance));
  return [normalized(params, x, { mean: center, variance: spread }, epsilon), drift, running.mean, running.variance];
}

/** By given statistics. */
export const normalized = (
  { scale, shift }: BatchNormParams,
  x: Tensor,
  { mean, variance }: Pick<BatchNormState, 'mean' | 'variance'>,
  epsilon: number,
): Tensor => add(mul(sub(x, mean), mul(scale, rsqrt(add(variance, epsilon)))), shift);

/** Options of {@link adaptiveBatchNorm}. */
export interface AdaptiveBatchNormOptions extends NormalizationMomentumOptions {
  /** C, >= 1. */
  features: number;
  /** T, >= 1: how many tasks there will be. */
  tasks: number;
  /** Added to variances, > 0. Default 1e-5. */
  epsilon?: number | undefined;
  /** Let the weights of the tasks in a batch sum to 1 where others are missing. Default false, as in the authors' code. */
  renormalize?: boolean | undefined;
}

/**
 * Batch normalisation for streams of tasks: learned weights balance the tasks of a batch, and running statistics forget more slowly.
 *
 * $$ \mu = \sum_i \frac{\pi_{t(i)}}{n_{t(i)}}\, \bar x_i, \qquad v = \sum_i \frac{\pi_{t(i)}}{n_{t(i)}}\, \overline{(x_i - \mu)^2}, \qquad y = \gamma\, \frac{x - \mu}{\sqrt{v + \epsilon}} + \beta $$
 *
 * Bars are means over an example's positions. With one task it is plain batch normalisation, whose variances here are biased in the running statistics, too.
 *
 * @returns the layer's functions; what they return is the caller's.
 * @throws SurrogateError `range`, `dtype`; by its functions `shape`, `dtype`, `range`, `disposed`.
 * @see Lyu et al.: Overcoming Recency Bias of Normalization Statistics in Continual Learning: Balance and Adaptation, 2023. arXiv:2310.08855
 * @example
 * import { adaptiveBatchNorm } from '@surrogate/optim';
 * const layer = adaptiveBatchNorm({ features: 1, tasks: 2 });
 * const { params, state } = layer.init();
 * await layer.train(params, state, [[0], [2]], [0, 0], 1).y.data(); // [-0.999995, 0.999995]
 */
export function adaptiveBatchNorm({
  features,
  tasks,
  momentum,
  kappa,
  epsilon = 1e-5,
  renormalize = false,
}: AdaptiveBatchNormOptions): AdaptiveBatchNorm {
  const fn = 'adaptiveBatchNorm';
  checkInteger(fn, 'features', features, 1);
  checkInteger(fn, 'tasks', tasks, 1);
  checkAbove(fn, 'epsilon', epsilon, 0);
  checkBoolean(fn, 'renormalize', renormalize);
  const eta = normalizationMomentum({ momentum, kappa });
  const inputOf = (x: TensorLike): Tensor => {
    const made = asTensor(fn, 'x', x);
    if (made.rank !== 2 && made.rank !== 4) fail('shape', fn, 'x', `must have rank 2 or 4, got shape [${made.shape.join(', ')}]`);
    checkShape(fn, 'x', made.shape, [...made.shape.slice(0, -1), features]);
    return made;
  };
  return {
    init: () => ({
      params: { scale: ones([features]), shift: zeros([features]), taskWeights: zeros([tasks]) },
      state: { mean: zeros([features]), variance: ones([features]), batches: 0 },
    }),
    train(params, state, x, taskIds, seen) {
      checkInteger(fn, 'seen', seen, 1);
      if (seen > tasks) fail('range', fn, 'seen', `must be at most ${tasks}, got ${seen}`);
      const [y, drift, mu, variance] = tidy(() => {
        const input = inputOf(x);
        const ids = asTensor(fn, 'taskIds', taskIds, 'int32');
        checkShape(fn, 'taskIds', ids.shape, [input.shape[0]]);
        const member = oneHotMask(ids, seen) as Tensor2D;
        const shareOf = (counts: Tensor): Tensor => balancedTaskWeights(slice(params.taskWeights, 0, seen), counts);
        return balancedPass(params, state, input, { member, shareOf, rate: eta(state.batches), epsilon, renormalize });
      });
      return { y, drift, state: { mean: mu, variance, batches: state.batches + 1 } };
    },
    evaluate: (params, state, x) => tidy(() => normalized(params, inputOf(x), state, epsilon)),
  };
}
