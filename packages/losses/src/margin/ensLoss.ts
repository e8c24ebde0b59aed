/** @file EnsLoss (Dai 2025): every batch is trained under a freshly drawn calibrated margin loss. */
import {
  argsort,
  asTensor,
  checkFinite,
  checkRank,
  checkRng,
  detach,
  lossScope,
  maximum,
  noGrad,
  takeAlongAxis,
  type LossOptions,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { div, mul, sub, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link calibratedDerivatives}. */
export interface CalibratedDerivativesOptions {
  /** The Box-Cox power under which derivatives are drawn: 0 is log-normal. Default 0. */
  lambda?: number | undefined;
}

/** Options of {@link ensLoss}. */
export interface EnsLossOptions extends LossOptions, CalibratedDerivativesOptions {}

/** What keeps every derivative below 0. */
const calibration = 1e-6;

/** The inverse Box-Cox transformation, which is never negative. */
export function inverseBoxCox(x: number, lambda: number): number {
  return lambda === 0 ? Math.exp(x) : Math.max(1 + lambda * x, 0) ** (1 / lambda);
}

/** Derivatives of a convex calibrated loss at given margins, from raw normal numbers: the least margin gets the steepest. */
export function derivativesOf(raw: ArrayLike<number>, margins: Tensor, lambda: number): Tensor {
  const steepness = Array.from(raw, (xi) => Math.max(-inverseBoxCox(xi, lambda), -1)).sort((a, b) => a - b);
  const rank = argsort(argsort(margins));
  const assigned = takeAlongAxis(tensor1d(steepness), rank);
  // Beyond a margin of 1 slopes fade like 1/m, so that the loss that they imply is bounded below.
  return sub(div(assigned, maximum(margins, 1)), calibration);
}

/**
 * Draws the derivatives of a random calibrated margin loss at given margins: negative everywhere, and rising with the margin up to 1.
 *
 * $$ g_i = \frac{\max(-v_{(i)}, -1)}{\max(m_i, 1)} - 10^{-6}, \qquad v = (1 + \lambda \xi)_+^{1 / \lambda}, \quad \xi \sim \mathcal N(0, 1) $$
 *
 * @param margins float32 `[N]`.
 * @param rng what draws.
 * @param options λ.
 * @returns float32 `[N]`, without gradient.
 * @throws SurrogateError `shape` when margins are no vector, `range` when lambda is not finite, `dtype`.
 * @see Dai: EnsLoss: Stochastic Calibrated Loss Ensembles for Preventing Overfitting in Classification, 2025. arXiv:2409.00908
 * @example
 * import { rng } from '@surrogate/core';
 * import { calibratedDerivatives } from '@surrogate/losses';
 * const slopes = await calibratedDerivatives([-1, 0.5, 3], rng(0)).data();
 * slopes[0] <= slopes[1]; // true
 */
export function calibratedDerivatives(margins: TensorLike, rng: Rng, options: CalibratedDerivativesOptions = {}): Tensor {
  const fn = 'calibratedDerivatives';
  const { lambda = 0 } = options;
  checkFinite(fn, 'lambda', lambda);
  checkRng(fn, 'rng', rng);
  return tidy(() => {
    const m = asTensor(fn, 'margins', margins);
    checkRank(fn, 'margins', m.shape, 1);
    const raw = Array.from({ length: m.size }, () => rng.normal());
    return noGrad(() => derivativesOf(raw, detach(m), lambda));
  });
}

/**
 * EnsLoss: a surrogate whose gradient is that of a freshly drawn calibrated margin loss; its value means nothing.
 *
 * $$ \ell_i = \operatorname{sg}(g_i)\, m_i, \qquad m_i = (2 y_i - 1)\, s_i, \quad g = \text{calibratedDerivatives}(m) $$
 *
 * Draw anew for each batch. Report accuracy or binary cross-entropy beside it.
 *
 * @param scores float32 `[N]`; positive for class 1.
 * @param labels 0 or 1, `[N]`.
 * @param rng what draws.
 * @param options λ, and what every loss takes.
 * @returns a scalar, or `[N]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ or are no vectors, `range` when lambda is not finite, `dtype`.
 * @see Dai: EnsLoss: Stochastic Calibrated Loss Ensembles for Preventing Overfitting in Classification, 2025. arXiv:2409.00908
 * @example
 * import { rng } from '@surrogate/core';
 * import { ensLoss } from '@surrogate/losses';
 * import { grad, tensor1d } from '@tensorflow/tfjs-core';
 * const random = rng(0);
 * const slope = grad((s) => ensLoss(s, [1, 0], random))(tensor1d([0.5, 0.5]));
 * (await slope.data())[0] < 0; // true
 */
export function ensLoss(scores: TensorLike, labels: TensorLike, rng: Rng, options: EnsLossOptions = {}): Tensor {
  const fn = 'ensLoss';
  const { lambda = 0 } = options;
  checkFinite(fn, 'lambda', lambda);
  checkRng(fn, 'rng', rng);
  return lossScope(fn, { scores, labels }, options, ({ scores: s, labels: y }) => {
    checkRank(fn, 'scores', s.shape, 1);
    const m = mul(sub(mul(2, y), 1), s);
    const raw = Array.from({ length: m.size }, () => rng.normal());
    const slopes = noGrad(() => derivativesOf(raw, detach(m), lambda));
    return mul(slopes, m);
  });
}
