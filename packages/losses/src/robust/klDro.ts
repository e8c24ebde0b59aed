/** @file KL-robust losses: the worst mixture of rows that a penalty on its divergence from the even one allows. */
import { asTensor, checkAbove, logSumExp, lossScope, select, softmax, type LossOptions, type TensorLike } from '@surrogate/core';
import { add, div, fill, greater, log, mul, ones, onesLike, reshape, sub, sum, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link klDroLoss} and {@link klDroWeights}. */
export interface KlDroOptions extends Omit<LossOptions, 'reduction'> {
  /** The penalty r, > 0: towards 0 only the worst row counts, towards infinity all alike. Default 1. */
  temperature?: number | undefined;
}

/** The losses and the logarithms of their weights as vectors, with what does not count made harmless. */
function weighted(fn: string, losses: TensorLike, options: KlDroOptions) {
  const { temperature = 1 } = options;
  checkAbove(fn, 'temperature', temperature, 0);
  const weights = lossScope(fn, { losses }, { ...options, reduction: 'none' }, (rows) => ones(rows.losses.shape));
  const given = asTensor(fn, 'losses', losses);
  const flat = [weights.size];
  const alive = greater(reshape(weights, flat), 0);
  const values = reshape(given, flat);
  const w = reshape(weights, flat);
  const scaled = div(select(alive, values, zerosLike(values)), temperature);
  return { alive, temperature, shape: given.shape, total: sum(w), z: add(scaled, log(select(alive, w, onesLike(w)))) };
}

/**
 * The weights of rows under which their loss is worst, less a penalty on how uneven they are.
 *
 * $$ w_i = \frac{b_i e^{\ell_i / r}}{\sum_j b_j e^{\ell_j / r}}, \qquad b = \text{weights} \cdot \text{mask} $$
 *
 * @param losses float32 of any shape, one a row.
 * @param options r, and what weighs.
 * @returns float32 of the same shape and of sum 1; 0 where nothing has weight.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Sow, Lin, Wang, Liang: Doubly Robust Instance-Reweighted Adversarial Training, 2024. arXiv:2308.00311
 * @example
 * import { klDroWeights } from '@surrogate/losses';
 * await klDroWeights([1, 2, 4]).data(); // [0.0420101, 0.1141952, 0.8437947]
 */
export function klDroWeights(losses: TensorLike, options: KlDroOptions = {}): Tensor {
  return tidy(() => {
    const { alive, shape, z } = weighted('klDroWeights', losses, options);
    return z.size === 0 ? fill(shape, 0) : reshape(softmax(select(alive, z, fill(z.shape, -Infinity))), shape);
  });
}

/**
 * KL-robust loss: the loss under the worst weights of the rows, less a penalty on their divergence from the given ones.
 *
 * $$ L = \max_w \sum_i w_i \ell_i - r \operatorname{KL}(w \Vert b) = r \log \sum_i b_i e^{\ell_i / r}, \qquad \sum_i b_i = 1 $$
 *
 * Its gradient by the losses is {@link klDroWeights}.
 *
 * @param losses float32 of any shape, one a row.
 * @param options r, and what weighs.
 * @returns a scalar between the mean and the largest loss.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Sow, Lin, Wang, Liang: Doubly Robust Instance-Reweighted Adversarial Training, 2024. arXiv:2308.00311
 * @example
 * import { klDroLoss } from '@surrogate/losses';
 * (await klDroLoss([1, 2, 4]).data())[0]; // 3.0712337
 */
export function klDroLoss(losses: TensorLike, options: KlDroOptions = {}): Tensor {
  const fn = 'klDroLoss';
  return tidy(() => {
    const { alive, temperature, total, z } = weighted(fn, losses, options);
    if (z.size === 0) return lossScope(fn, { losses }, { reduction: 'sum' }, (rows) => rows.losses);
    const some = greater(total, 0);
    const lse = logSumExp(z, { mask: alive });
    const excess = sub(select(some, lse, zerosLike(lse)), log(select(some, total, onesLike(total))));
    return mul(temperature, excess);
  });
}
