/** @file The Cauchy-Schwarz divergence of Gaussians and of mixtures of them, for which no f-divergence has a closed form. */
import { add, div, expandDims, fill, log, mul, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { asTensor, checkRank, checkShape, clip, detach, exp, log1p, logDet, max, noGrad, spdSolve, type TensorLike } from '@surrogate/core';
import { gaussianOf, gaussianPair, withCovariance, type Gaussian } from './gaussian.js';

/** A mixture: a batch `[K, D]` of Gaussians. */
export type MixtureOfGaussians = Gaussian & {
  /** float32 `[K]`, >= 0, of any total that is not 0: how much each counts. Default all alike. */
  readonly weights?: TensorLike | undefined;
};

/**
 * The Cauchy-Schwarz divergence of Gaussians: symmetric, and 0 only where they agree.
 *
 * $$ -2 \log \int p q + \log \int p^2 + \log \int q^2 = \delta^\top (\Sigma_p + \Sigma_q)^{-1} \delta + \log \frac{|\tfrac12 (\Sigma_p + \Sigma_q)|}{\sqrt{|\Sigma_p| |\Sigma_q|}} $$
 *
 * @param p the first, or a batch.
 * @param q the second, of the same shape.
 * @returns float32 `[...]`, in nats; NaN where a covariance is not positive definite in float32.
 * @throws SurrogateError `shape` where shapes do not fit, `dtype`, `disposed`.
 * @see Kampa, Hasanbelliu, Príncipe: Closed-form Cauchy-Schwarz PDF divergence for mixture of Gaussians, 2011. doi:10.1109/IJCNN.2011.6033555
 * @example
 * import { gaussianCauchySchwarz } from '@surrogate/divergences';
 * (await gaussianCauchySchwarz({ mean: [3], stddev: [2] }, { mean: [0], stddev: [2] }).data())[0]; // 1.125
 */
export function gaussianCauchySchwarz(p: Gaussian, q: Gaussian): Tensor {
  return tidy(() => {
    const { kind, difference, p: a, q: b } = gaussianPair('gaussianCauchySchwarz', p, q);
    if (kind === 'diagonal') {
      const spread = log1p(div(square(sub(a, b)), mul(2, mul(a, b))));
      return sum(add(div(square(difference), add(square(a), square(b))), spread), -1);
    }
    const total = add(a, b);
    const spread = sub(logDet(mul(0.5, total)), mul(0.5, add(logDet(a), logDet(b))));
    return add(sum(mul(difference, spdSolve(total, difference)), -1), spread);
  });
}

type Part = ReturnType<typeof gaussianOf> & { readonly weights: Tensor };

function mixtureOf(fn: string, argument: string, mixture: MixtureOfGaussians, dimensions: number | null): Part {
  const made = gaussianOf(fn, argument, mixture, undefined);
  checkRank(fn, `${argument}.mean`, made.mean.shape, 2);
  checkShape(fn, `${argument}.mean`, made.mean.shape, [null, dimensions]);
  const count = made.mean.shape[0];
  if (mixture.weights === undefined) return { ...made, weights: fill([count], 1) };
  const weights = asTensor(fn, `${argument}.weights`, mixture.weights);
  checkShape(fn, `${argument}.weights`, weights.shape, [count]);
  return { ...made, weights };
}

/** The logarithm of the integral of the product of two mixtures, but for (2π)^(D/2). */
function logOverlap(a: Part, b: Part): Tensor {
  const difference = sub(expandDims(a.mean, 1), expandDims(b.mean, 0));
  const doubled = () => {
    if ('stddev' in a && 'stddev' in b) {
      const variance = add(expandDims(square(a.stddev), 1), expandDims(square(b.stddev), 0));
      return sum(add(div(square(difference), variance), log(variance)), -1);
    }
    const covariance = add(expandDims(withCovariance(a), 1), expandDims(withCovariance(b), 0));
    return add(sum(mul(difference, spdSolve(covariance, difference)), -1), logDet(covariance));
  };
  const logs = mul(-0.5, doubled());
  const weights = mul(expandDims(a.weights, 1), expandDims(b.weights, 0));
  const top = noGrad(() => tidy(() => detach(max(add(logs, log(weights))))));
  // Pairs that count nothing may be far above the others; times 0 they must stay numbers.
  return add(log(sum(mul(weights, exp(clip(sub(logs, top), -Infinity, 80))))), top);
}

/**
 * The Cauchy-Schwarz divergence of two mixtures of Gaussians, in closed form.
 *
 * $$ -2 \log z(P, Q) + \log z(P, P) + \log z(Q, Q), \qquad z(P, Q) = \sum_{ij} w_i v_j\, \mathcal{N}(\mu_i - \nu_j; 0, \Sigma_i + \Lambda_j) $$
 *
 * @param p a mixture of K Gaussians in D dimensions.
 * @param q another, of any number of Gaussians.
 * @returns a float32 scalar, in nats; NaN where a covariance is not positive definite in float32.
 * @throws SurrogateError `shape` unless means are matrices of D columns and all else fits them, `dtype`, `disposed`.
 * @see Kampa, Hasanbelliu, Príncipe: Closed-form Cauchy-Schwarz PDF divergence for mixture of Gaussians, 2011. doi:10.1109/IJCNN.2011.6033555
 * @example
 * import { mixtureCauchySchwarz } from '@surrogate/divergences';
 * const twoModes = { mean: [[-1], [1]], stddev: [[0.5], [0.5]] };
 * (await mixtureCauchySchwarz(twoModes, { mean: [[0]], stddev: [[1]] }).data())[0]; // 0.348146
 */
export function mixtureCauchySchwarz(p: MixtureOfGaussians, q: MixtureOfGaussians): Tensor {
  const fn = 'mixtureCauchySchwarz';
  return tidy(() => {
    const a = mixtureOf(fn, 'p', p, null);
    const b = mixtureOf(fn, 'q', q, a.mean.shape[1]!);
    return sub(add(logOverlap(a, a), logOverlap(b, b)), mul(2, logOverlap(a, b)));
  });
}
