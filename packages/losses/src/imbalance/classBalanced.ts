/** @file Class-balanced weights (Cui et al. 2019): the inverse of how many different examples a class really has. */
import { asTensor, checkBetween, checkRank, oneMinusExp, type TensorLike } from '@surrogate/core';
import { div, mean, mul, reciprocal, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link classBalancedWeights}. */
export interface ClassBalancedOptions {
  /** In [0, 1): 0 weighs all alike, towards 1 it approaches the inverse frequency. Default 0.999. */
  beta?: number | undefined;
}

/**
 * Class weights by the effective number of examples; give them to any loss over classes as `classWeights`.
 *
 * $$ w_k \propto \frac{1 - \beta}{1 - \beta^{n_k}}, \qquad \sum_k w_k = K $$
 *
 * @param counts float32 `[K]`, > 0: how often each class occurs.
 * @param options β.
 * @returns float32 `[K]`, of mean 1.
 * @throws SurrogateError `shape` when counts are no vector, `range` when beta is outside [0, 1).
 * @see Cui, Jia, Lin, Song, Belongie: Class-Balanced Loss Based on Effective Number of Samples, 2019. arXiv:1901.05555
 * @example
 * import { classBalancedWeights } from '@surrogate/losses';
 * await classBalancedWeights([1, 3], { beta: 0.5 }).data(); // [1.272727, 0.727273]
 */
export function classBalancedWeights(counts: TensorLike, options: ClassBalancedOptions = {}): Tensor {
  const fn = 'classBalancedWeights';
  const { beta = 0.999 } = options;
  checkBetween(fn, 'beta', beta, 0, 1);
  return tidy(() => {
    const n = asTensor(fn, 'counts', counts);
    checkRank(fn, 'counts', n.shape, 1);
    // At beta 0 every class has one effective example.
    const effective = oneMinusExp(mul(n, beta === 0 ? -1e4 : Math.log(beta)));
    const weights = reciprocal(effective);
    return div(weights, mean(weights));
  });
}
