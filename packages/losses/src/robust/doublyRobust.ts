/** @file Doubly robust adversarial training (Sow et al. 2024): the worst inputs in a ball, and the worst weights of the examples. */
import {
  asTensor,
  checkAbove,
  checkBetween,
  detach,
  exp,
  logAddExp,
  logSumExp,
  lossScope,
  maximum,
  select,
  type Labels,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  cast,
  clone,
  div,
  fill,
  greater,
  log,
  mul,
  ones,
  reshape,
  scalar,
  sub,
  sum,
  tidy,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { attacked, checkAttack, lossesAt, type AttackOptions, type Classifier } from './attack.js';
import { klDroLoss, type KlDroOptions } from './klDro.js';

/** Options of {@link doublyRobustLoss}. */
export interface DoublyRobustOptions extends AttackOptions, KlDroOptions {}

/**
 * Doubly robust adversarial loss: cross-entropy at the worst inputs within a ball, under the worst weights of the examples.
 *
 * $$ L = \max_w \sum_i w_i \ell_i(x_i') - r \operatorname{KL}(w \Vert b) = r \log \sum_i b_i e^{\ell_i(x_i') / r}, \qquad x_i' = \arg\max_{\lVert x' - x_i \rVert \le \varepsilon} \ell_i(x') $$
 *
 * The adversarial inputs are constants to gradients (Danskin); the term of the paper that follows them as the parameters move is left out.
 *
 * @param model logits float32 `[n, K]` from inputs of the shape of x.
 * @param x float32, examples along the first axis.
 * @param labels int32 class ids `[n]`, or one-hot / soft labels `[n, K]`.
 * @param options the attack, the penalty r, and what weighs.
 * @returns a scalar.
 * @throws SurrogateError `range`, `shape`, `dtype`, `disposed`.
 * @see Sow, Lin, Wang, Liang: Doubly Robust Instance-Reweighted Adversarial Training, 2024. arXiv:2308.00311
 * @example
 * import { doublyRobustLoss } from '@surrogate/losses';
 * import { concat, neg } from '@tensorflow/tfjs-core';
 * const model = (x) => concat([x, neg(x)], 1);
 * (await doublyRobustLoss(model, [[1], [-1]], [0, 1], { eps: 0.5 }).data())[0]; // 0.3132617
 */
export function doublyRobustLoss(model: Classifier, x: TensorLike, labels: Labels, options: DoublyRobustOptions): Tensor {
  const fn = 'doublyRobustLoss';
  const { temperature = 1, weights, mask } = options;
  checkAttack(fn, model, options);
  checkAbove(fn, 'temperature', temperature, 0);
  return tidy(() => {
    const losses = lossesAt(fn, model, attacked(fn, model, x, labels, options), labels);
    // Weights that do not fit are refused in this function's name.
    lossScope(fn, { losses }, { weights, mask }, (rows) => zerosLike(rows.losses));
    return klDroLoss(losses, { temperature, weights, mask });
  });
}

/** What {@link movingKlDro} remembers. */
export interface MovingKlDroState {
  /** float32 scalar: the logarithm of the moving mean of e^(ℓ / r). */
  readonly logMean: Tensor;
  /** float32 scalar: how many batches there were. */
  readonly batches: Tensor;
}

/** How {@link movingKlDro} is set. */
export interface MovingKlDroSettings {
  /** The penalty r, > 0. Default 1. */
  temperature?: number | undefined;
  /** η, how much a batch counts in the moving mean, in (0, 1]; with 1 only the batch counts, which is `klDroLoss`. Default 0.1. */
  rate?: number | undefined;
}

/** A loss with a state: each step gives the loss and the next state. */
export interface MovingKlDro {
  /** The state before the first batch. */
  init(): MovingKlDroState;
  /** The loss of a batch, given one number a row, and the state that has seen it; its gradient by the rows is their weights. The given state is left to the caller. */
  apply(state: MovingKlDroState, losses: TensorLike, options?: Pick<LossOptions, 'mask'>): { loss: Tensor; state: MovingKlDroState };
}

/**
 * KL-robust loss over a stream of small batches: weights are in proportion to a moving mean of all batches, because those of one small batch alone are biased.
 *
 * $$ u \leftarrow (1 - \eta)\, u + \eta \frac1B \sum_i e^{\ell_i / r}, \qquad L = r \log u, \qquad \nabla L := \sum_i w_i \nabla \ell_i, \quad w_i = \frac{e^{\ell_i / r}}{B u} $$
 *
 * The first batch sets u. The weights are constants to gradients.
 *
 * @param settings r and η.
 * @returns `init` and `apply`.
 * @throws SurrogateError `range`; of `apply` also `shape`, `dtype`, `disposed`.
 * @see Sow, Lin, Wang, Liang: Doubly Robust Instance-Reweighted Adversarial Training, 2024. arXiv:2308.00311
 * @example
 * import { movingKlDro } from '@surrogate/losses';
 * const robust = movingKlDro();
 * (await robust.apply(robust.init(), [1, 2, 4]).loss.data())[0]; // 3.0712337
 */
export function movingKlDro(settings: MovingKlDroSettings = {}): MovingKlDro {
  const fn = 'movingKlDro';
  const { temperature = 1, rate = 0.1 } = settings;
  checkAbove(fn, 'temperature', temperature, 0);
  if (rate !== 1) checkBetween(fn, 'rate', rate, Number.MIN_VALUE, 1);
  return {
    init: () => ({ logMean: scalar(0), batches: scalar(0) }),
    apply: (state, losses, { mask } = {}) =>
      tidy(() => {
        const counted = lossScope(fn, { losses }, { mask, reduction: 'none' }, (rows) => ones(rows.losses.shape));
        const given = asTensor(fn, 'losses', losses);
        const alive = greater(counted, 0);
        const rows = select(alive, given, zerosLike(given));
        const count = sum(counted);
        const some = greater(count, 0);
        const logCount = log(maximum(count, 1));
        const scaled = detach(div(rows, temperature));
        // A batch without rows leaves all as it is.
        const batch = sub(logSumExp(reshape(select(alive, scaled, fill(scaled.shape, -1e30)), [-1])), logCount);
        const moved = rate === 1 ? batch : logAddExp(add(state.logMean, Math.log(1 - rate)), add(batch, Math.log(rate)));
        const logMean = select(some, select(greater(state.batches, 0), moved, batch), state.logMean);
        const weights = mul(exp(sub(select(alive, scaled, zerosLike(scaled)), add(logMean, logCount))), counted);
        const pull = sum(mul(weights, rows));
        return {
          loss: mul(add(mul(temperature, logMean), sub(pull, detach(pull))), cast(some, 'float32')),
          state: { logMean: clone(logMean), batches: add(state.batches, cast(some, 'float32')) },
        };
      }),
  };
}
