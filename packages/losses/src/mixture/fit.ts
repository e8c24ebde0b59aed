/** @file Maximum likelihood for a mixture of Gaussian experts with a sparse gate; on the host. */
import { checkShape, fail } from '@surrogate/core';
import { minimizeLbfgs } from '@surrogate/core/host';
import { checkMixture, checkTopK, finite, weighExperts, type ExpertMixture } from './record.js';

/** Options of {@link fitGaussianMoe}. */
export interface FitGaussianMoeOptions {
  /** Where to start; it says how many experts there are. */
  start: ExpertMixture;
  /** How many experts are active, in [1, k]. Default all. */
  topK?: number | undefined;
  /** How many steps at most. Default 200. */
  maxSteps?: number | undefined;
}

/** A mixture that was fitted. */
export interface FittedMixture {
  /** The gate and the experts. */
  readonly mixture: ExpertMixture;
  /** The mean negative log-likelihood of the examples. */
  readonly nll: number;
  /** Whether the fit came to rest; false where its steps ran out. */
  readonly converged: boolean;
}

/** A mixture as one vector; an expert's numbers lie together: β₁, β₀, a, b, log σ. */
function flatten({ gateWeights, gateBias, slopes, offsets, stds }: ExpertMixture): Float64Array {
  return Float64Array.from(
    gateWeights.flatMap((weights, i) => [...Array.from(weights), gateBias[i]!, ...Array.from(slopes[i]!), offsets[i]!, Math.log(stds[i]!)]),
  );
}

function unflatten(vector: Float64Array, k: number, d: number): ExpertMixture {
  const experts = Array.from({ length: k }, (_, i) => vector.subarray(i * (2 * d + 3), (i + 1) * (2 * d + 3)));
  return {
    gateWeights: experts.map((own) => own.slice(0, d)),
    gateBias: Float64Array.from(experts, (own) => own[d]!),
    slopes: experts.map((own) => own.slice(d + 1, 2 * d + 1)),
    offsets: Float64Array.from(experts, (own) => own[2 * d + 1]!),
    stds: Float64Array.from(experts, (own) => Math.exp(own[2 * d + 2]!)),
  };
}

/**
 * Fits a mixture of linear Gaussian experts with a sparse softmax gate by maximum likelihood: L-BFGS on the host, in float64.
 *
 * Where not all experts are active the likelihood jumps where the choice of experts changes, and the fit finds a point from which no small step helps. Start it several times.
 *
 * @param rows the inputs, n rows of d.
 * @param responses one a row, `[n]`.
 * @param options the start, K, the steps.
 * @returns the mixture, and how likely it finds the examples.
 * @throws SurrogateError `shape`, `dtype`, `range` for numbers that are not finite and K outside [1, k].
 * @see Nguyen, Akbarian, Yan, Ho: Statistical Perspective of Top-K Sparse Softmax Gating Mixture of Experts, 2024. arXiv:2309.13850
 * @example
 * import { fitGaussianMoe } from '@surrogate/losses';
 * const start = { gateWeights: [[0]], gateBias: [0], slopes: [[0]], offsets: [0], stds: [1] };
 * const { mixture } = fitGaussianMoe([[0], [1], [2], [3]], [1, 2, 5, 4], { start });
 * mixture.slopes[0][0]; // 1.2
 */
export function fitGaussianMoe(
  rows: readonly ArrayLike<number>[],
  responses: ArrayLike<number>,
  options: FitGaussianMoeOptions,
): FittedMixture {
  const fn = 'fitGaussianMoe';
  const { start, maxSteps = 200 } = options;
  const [k, d] = checkMixture(fn, 'start', start);
  const { topK = k } = options;
  checkTopK(fn, topK, k);
  const n = rows.length;
  if (n === 0) fail('shape', fn, 'rows', 'must be one row or more, got none');
  checkShape(fn, 'responses', [responses.length], [n]);
  finite(fn, 'responses', responses);
  for (const row of rows) {
    checkShape(fn, 'rows', [row.length], [d]);
    finite(fn, 'rows', row);
  }
  const width = 2 * d + 3;
  const objective = (vector: Float64Array) => {
    const mixture = unflatten(vector, k, d);
    const gradient = new Float64Array(vector.length);
    let value = 0;
    rows.forEach((x, row) => {
      const { logDensity, weights, shares, residuals } = weighExperts(mixture, x, responses[row]!, topK);
      value -= logDensity / n;
      for (let i = 0; i < k; i++) {
        const [at, variance] = [i * width, mixture.stds[i]! ** 2];
        const gate = (weights[i]! - shares[i]!) / n;
        const pull = (-shares[i]! * residuals[i]!) / (variance * n);
        for (let j = 0; j < d; j++) {
          gradient[at + j]! += gate * x[j]!;
          gradient[at + d + 1 + j]! += pull * x[j]!;
        }
        gradient[at + d]! += gate;
        gradient[at + 2 * d + 1]! += pull;
        gradient[at + 2 * d + 2]! += (shares[i]! * (1 - residuals[i]! ** 2 / variance)) / n;
      }
    });
    return { value, gradient };
  };
  const { x, value, converged } = minimizeLbfgs(objective, flatten(start), { maxSteps, gradientTolerance: 1e-7, valueTolerance: 1e-12 });
  return { mixture: unflatten(x, k, d), nll: value, converged };
}
