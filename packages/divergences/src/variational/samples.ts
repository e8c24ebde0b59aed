/** @file What a record says of single samples: the plug-in estimate, the weight of f-distill and the pseudo-reward of f-DPG. */
import { grad, neg, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { asTensor, checkOneOf, fail, lossScope, noGrad, type LossOptions, type TensorLike } from '@surrogate/core';
import type { FDivergence } from '../f/record.js';

/** Options of {@link fDivergenceFromLogRatios}. */
export interface LogRatioOptions extends LossOptions {
  /** Which distribution the samples come from. Default q. */
  sampledFrom?: 'p' | 'q' | undefined;
}

/**
 * The f-divergence from log-ratios at samples of one of the two distributions: unbiased, and never negative.
 *
 * $$ \mathbb{E}_Q[f(e^v)] = \mathbb{E}_P[e^{-v} f(e^v)], \qquad v = \log \frac{p}{q} $$
 *
 * For `kl` and samples of P each term is v + e^{-v} - 1, known as k3.
 *
 * @param logRatios float32, log p(x) - log q(x) of each sample.
 * @param divergence which one, as a record.
 * @returns a scalar, or one term a sample with `reduction: 'none'`.
 * @throws SurrogateError `range` for another distribution to sample from or another reduction, `shape` for weights that do not fit, `dtype`, `disposed`.
 * @see Schulman: Approximating KL Divergence, 2020
 * @example
 * import { fDivergenceFromLogRatios, kl } from '@surrogate/divergences';
 * (await fDivergenceFromLogRatios([0, 1], kl, { sampledFrom: 'p' }).data())[0]; // 0.18394
 */
export function fDivergenceFromLogRatios(logRatios: TensorLike, divergence: FDivergence, options: LogRatioOptions = {}): Tensor {
  const { sampledFrom = 'q' } = options;
  checkOneOf('fDivergenceFromLogRatios', 'sampledFrom', sampledFrom, ['p', 'q']);
  return lossScope('fDivergenceFromLogRatios', { logRatios }, options, (rows) =>
    sampledFrom === 'q' ? divergence.f(rows.logRatios) : divergence.adjoint().f(neg(rows.logRatios)),
  );
}

/**
 * How much a sample weighs in f-distill: the second derivative of the generator times the squared ratio. It is the ratio itself for `kl`, 1 for `reverseKl`, and bounded for Jensen-Shannon.
 *
 * $$ h(r) = r^2 f''(r), \qquad r = e^v $$
 *
 * It is computed as the derivative of f*(f'(e^v)) by v, which is the same and does not overflow where h does not.
 *
 * @param logRatios float32, v = log p(x) - log q(x), with P the teacher.
 * @param divergence which one, as a record with a curvature.
 * @returns float32 of the same shape, >= 0; a constant to gradients, as in the paper.
 * @throws SurrogateError `range` for total variation, whose generator has a corner and no second derivative, `dtype`, `disposed`.
 * @see Xu, Nie, Vahdat: One-step Diffusion Models with f-Divergence Distribution Matching, 2025. arXiv:2502.15681
 * @example
 * import { fDistillWeight, kl } from '@surrogate/divergences';
 * await fDistillWeight([0, Math.log(3)], kl).data(); // [1, 3]
 */
export function fDistillWeight(logRatios: TensorLike, divergence: FDivergence): Tensor {
  const fn = 'fDistillWeight';
  if (divergence.curvature === undefined) fail('range', fn, 'divergence', `must have a curvature, got ${divergence.name}`);
  return noGrad(() => tidy(() => grad((v: Tensor) => sum(divergence.conjugateOfSlope(v)))(asTensor(fn, 'logRatios', logRatios))));
}

/**
 * The pseudo-reward of f-DPG: policy gradients on it bring the policy closer to the target in that divergence.
 *
 * $$ r(x) = -f'\left(\frac{\pi(x)}{p(x)}\right), \qquad \nabla D_f(\pi \Vert p) = -\mathbb{E}_\pi[r(x)\, \nabla \log \pi(x)] $$
 *
 * f' is the canonical one, which is 0 where the two agree; another differs by a constant, which policy gradients do not see.
 *
 * @param logRatios float32, log π(x) - log p(x), with P the policy and Q the target.
 * @param divergence which one, as a record.
 * @returns float32 of the same shape; detach it before it is a reward.
 * @throws SurrogateError `dtype`, `disposed`.
 * @see Go, Korbak, Kruszewski, Rozen, Ryu, Dymetman: Aligning Language Models with Preferences through f-divergence Minimization, 2023. arXiv:2302.08215
 * @example
 * import { kl, pseudoReward } from '@surrogate/divergences';
 * await pseudoReward([0, 2], kl).data(); // [0, -2]
 */
export function pseudoReward(logRatios: TensorLike, divergence: FDivergence): Tensor {
  return tidy(() => neg(divergence.slope(asTensor('pseudoReward', 'logRatios', logRatios))));
}
