/** @file Weights of training examples by their own losses (Sow et al. 2025). */
import {
  asTensor,
  checkAbove,
  checkOneOf,
  detach,
  lossScope,
  max,
  maximum,
  min,
  minimum,
  noGrad,
  safeAbs,
  select,
  softmax,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, div, fill, greater, mul, ones, reshape, square, sub, sum, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';

/** Which losses are favoured: all but the lowest half, the middle, the ends, none. */
export type ReweightingStrategy = 'linUpper' | 'quadratic' | 'extremes' | 'uniform';

/** Options of {@link lossBasedWeights} and {@link dynamicallyWeightedLoss}. */
export interface ReweightingOptions extends Pick<LossOptions, 'mask'> {
  /** What is favoured: `linUpper` keeps down low losses, `quadratic` both ends, `extremes` the middle. Default linUpper. */
  strategy?: ReweightingStrategy | undefined;
  /** How even the weights stay, > 0. Default 1. */
  temperature?: number | undefined;
}

/** What is favoured of a loss at h in [-1, 1] of the batch's range. */
const favours: Readonly<Record<ReweightingStrategy, (h: Tensor) => Tensor>> = {
  linUpper: (h) => minimum(add(h, 1), 1),
  quadratic: (h) => sub(1, square(h)),
  extremes: (h) => safeAbs(h),
  uniform: (h) => zerosLike(h),
};

/** Below this range the losses count as all alike. */
const leastRange = 1e-6;

function read(fn: string, losses: TensorLike, { strategy = 'linUpper', temperature = 1, mask }: ReweightingOptions) {
  checkOneOf(fn, 'strategy', strategy, ['linUpper', 'quadratic', 'extremes', 'uniform']);
  checkAbove(fn, 'temperature', temperature, 0);
  const counted = lossScope(fn, { losses }, { mask, reduction: 'none' }, (rows) => ones(rows.losses.shape));
  const given = asTensor(fn, 'losses', losses);
  const alive = greater(reshape(counted, [counted.size]), 0);
  const flat = reshape(given, [given.size]);
  return { alive, flat: select(alive, flat, zerosLike(flat)), shape: given.shape, strategy, temperature };
}

function weightsOf({ alive, flat, strategy, temperature }: ReturnType<typeof read>): Tensor {
  return noGrad(() => {
    const l = detach(flat);
    const low = min(select(alive, l, fill(l.shape, Infinity)));
    const high = max(select(alive, l, fill(l.shape, -Infinity)));
    const h = div(sub(mul(2, l), add(high, low)), maximum(sub(high, low), leastRange));
    const z = div(favours[strategy](h), temperature);
    return softmax(select(alive, z, fill(l.shape, -Infinity)));
  });
}

/**
 * Weights of examples by where their losses lie in the batch's range; a constant to gradients.
 *
 * $$ w = \operatorname{softmax}(f(h) / r), \qquad h_i = \frac{2 \ell_i - \ell_{\max} - \ell_{\min}}{\ell_{\max} - \ell_{\min}}, \quad f = \min(h + 1, 1),\ 1 - h^2,\ |h| \text{ or } 0 $$
 *
 * @param losses float32, one an example (for sequences the mean of their tokens).
 * @param options what is favoured, the temperature r, and what counts.
 * @returns float32 of the same shape and of sum 1.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Sow, Woisetschläger, Bulusu, Wang, Jacobsen, Liang: Dynamic Loss-Based Sample Reweighting for Improved Large Language Model Pretraining, 2025. arXiv:2502.06733
 * @example
 * import { lossBasedWeights } from '@surrogate/losses';
 * await lossBasedWeights([1, 2, 3, 4]).data(); // [0.1192706, 0.2323074, 0.324211, 0.324211]
 */
export function lossBasedWeights(losses: TensorLike, options: ReweightingOptions = {}): Tensor {
  return tidy(() => {
    const rows = read('lossBasedWeights', losses, options);
    return rows.flat.size === 0 ? fill(rows.shape, 0) : reshape(weightsOf(rows), rows.shape);
  });
}

/**
 * The sum of losses under {@link lossBasedWeights}. Train the first thousand steps with `strategy: 'uniform'`, until losses say something about the examples.
 *
 * $$ L = \sum_i \operatorname{sg}(w_i)\, \ell_i $$
 *
 * @param losses float32, one an example.
 * @param options what is favoured, the temperature r, and what counts.
 * @returns a scalar.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Sow, Woisetschläger, Bulusu, Wang, Jacobsen, Liang: Dynamic Loss-Based Sample Reweighting for Improved Large Language Model Pretraining, 2025. arXiv:2502.06733
 * @example
 * import { dynamicallyWeightedLoss } from '@surrogate/losses';
 * (await dynamicallyWeightedLoss([1, 2, 3, 4]).data())[0]; // 2.8533625
 */
export function dynamicallyWeightedLoss(losses: TensorLike, options: ReweightingOptions = {}): Tensor {
  const fn = 'dynamicallyWeightedLoss';
  return tidy(() => {
    const rows = read(fn, losses, options);
    return rows.flat.size === 0
      ? lossScope(fn, { losses }, { reduction: 'sum' }, (all) => all.losses)
      : sum(mul(weightsOf(rows), rows.flat));
  });
}
