/** @file Estimates of a divergence from the log-probabilities of tokens that were sampled. */
import { mul, neg, square, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkOneOf, checkShape } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { aliveOf, rowWeights, shield } from '../loss/lossScope.js';
import { expRemainder } from '../math/expRemainder.js';

/** Options of {@link klEstimator}. */
export interface KlEstimatorOptions {
  /** k1: unbiased, of high variance, can be negative; k2: biased, of low variance; k3: unbiased, of low variance, never negative. Default k3. */
  kind?: 'k1' | 'k2' | 'k3' | undefined;
  /** bool or 0/1, broadcast to the tokens: the others give 0 and no gradient, whatever they hold. */
  mask?: TensorLike | undefined;
}

const estimators = {
  k1: (d: Tensor) => d,
  k2: (d: Tensor) => mul(0.5, square(d)),
  k3: (d: Tensor) => expRemainder(neg(d)),
};

/**
 * Estimates KL(P‖Q) at tokens that were sampled from P.
 *
 * $$ k_1 = d, \qquad k_2 = \tfrac12 d^2, \qquad k_3 = e^{-d} - 1 + d, \qquad d = \log p - \log q $$
 *
 * @param logProbs float32 of any shape: log p of the sampled tokens under the policy P.
 * @param refLogProbs float32 of the same shape: log q under the reference Q.
 * @returns float32 of the same shape, in nats; 0 where the mask is 0. Its mean over samples estimates the divergence; its gradient is not the divergence's (for that, weigh by the score).
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` for an unknown kind.
 * @see Schulman: Approximating KL Divergence, 2020.
 * @example
 * import { klEstimator } from '@surrogate/core';
 * await klEstimator([-1], [-2]).data(); // [0.367879]
 */
export function klEstimator(logProbs: TensorLike, refLogProbs: TensorLike, options: KlEstimatorOptions = {}): Tensor {
  const fn = 'klEstimator';
  const { kind = 'k3', mask } = options;
  checkOneOf(fn, 'kind', kind, ['k1', 'k2', 'k3']);
  return tidy(() => {
    const p = asTensor(fn, 'logProbs', logProbs);
    const q = asTensor(fn, 'refLogProbs', refLogProbs);
    checkShape(fn, 'refLogProbs', q.shape, p.shape);
    const weights = rowWeights(fn, p.shape, { mask }, []);
    const alive = aliveOf(weights);
    return estimators[kind](sub(shield(p, alive), shield(q, alive)));
  });
}
