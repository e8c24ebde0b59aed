/** @file P100: a prediction that has to respect a conservation law is better corrected where it is uncertain than everywhere alike. */
import { conservationUpdate, hardConstraintProjection, quadratureWeights, stefanSolution } from '@surrogate/diagnostics';
import type { Matrix } from '@surrogate/core/host';
import { claim } from '../claim.js';
import type { Curve } from '../report/sections.js';

/** The mean over points of the log-likelihood of independent Gaussians. */
const logLikelihood = (truth: Float64Array, mean: Float64Array, variance: (i: number) => number) =>
  truth.reduce((sum, u, i) => sum - 0.5 * (Math.log(2 * Math.PI * variance(i)) + (u - mean[i]!) ** 2 / variance(i)), 0) / truth.length;

const squaredError = (truth: Float64Array, mean: Float64Array) => truth.reduce((sum, u, i) => sum + (u - mean[i]!) ** 2, 0) / truth.length;

export default claim({
  paper: 100,
  says: 'The Bayesian update by the mass makes predictions of a melting front exact in mass, closer to the truth and more likely than a correction of all cells alike.',
  params: { cells: 201, draws: 50, time: 0.05, pStar: 0.6, bias: 0.8, noise: 0.5, correlation: 0.05 },
  quick: { cells: 41, draws: 2 },
  seeds: [0, 1, 2],
  run({ params, rng, progress }) {
    const { cells, draws, time, pStar, bias, noise, correlation } = params;
    const stefan = stefanSolution({ pStar });
    const x = Float64Array.from({ length: cells }, (_, i) => i / (cells - 1));
    const truth = x.map((place) => stefan.value(place, time));
    const sd = x.map((place) => 0.01 + 0.15 * Math.exp(-(((place - stefan.front(time)) / 0.08) ** 2)));
    const weights: Matrix = { rows: 1, cols: cells, data: quadratureWeights(x) };
    const law = { weights, values: Float64Array.of(stefan.mass(time)) };
    const massError = (mean: Float64Array) => Math.abs(mean.reduce((sum, u, i) => sum + weights.data[i]! * u, 0) - law.values[0]!);
    const memory = Math.exp(-1 / (cells - 1) / correlation);
    const total = { massError: 0, squaredError: 0, logLikelihood: 0, hardMassError: 0, hardSquaredError: 0, hardLogLikelihood: 0 };
    const raw = { massError: 0, squaredError: 0, logLikelihood: 0 };
    let curves: Curve[] = [];
    for (let draw = 0; draw < draws; draw++) {
      let state = rng.normal();
      const mean = truth.map((u, i) => {
        if (i > 0) state = memory * state + Math.sqrt(1 - memory ** 2) * rng.normal();
        return u + sd[i]! * (bias + noise * state);
      });
      const variances = sd.map((value) => value ** 2);
      const updated = conservationUpdate({ mean, covariance: variances }, law);
      const hard = hardConstraintProjection(mean, law);
      raw.massError += massError(mean) / draws;
      raw.squaredError += squaredError(truth, mean) / draws;
      raw.logLikelihood += logLikelihood(truth, mean, (i) => variances[i]!) / draws;
      total.massError += massError(updated.mean) / draws;
      total.squaredError += squaredError(truth, updated.mean) / draws;
      total.logLikelihood += logLikelihood(truth, updated.mean, (i) => updated.covariance.data[i * (cells + 1)]!) / draws;
      total.hardMassError += massError(hard) / draws;
      total.hardSquaredError += squaredError(truth, hard) / draws;
      total.hardLogLikelihood += logLikelihood(truth, hard, (i) => variances[i]!) / draws;
      if (draw === 0)
        curves = Object.entries({ truth, prediction: mean, 'given the mass': updated.mean, 'moved alike': hard }).map(([name, field]) => ({
          name,
          points: Array.from(field, (y, i) => ({ x: x[i]!, y })),
        }));
      progress((draw + 1) / draws);
    }
    return Promise.resolve({
      metrics: total,
      baseline: raw,
      sections: [{ kind: 'picture' as const, title: 'A front of melting, its mass known', x: 'place', y: 'u', curves }],
    });
  },
  /** The specification measures mass errors of 0.025, 3e-17 and 3e-17, squared errors of 2.37e-3, 1.10e-3 and 1.70e-3, log-likelihoods of 2.65, 2.77 and 1.61: as predicted, updated, moved alike. */
  shown: ({ metrics, baseline }) =>
    metrics.massError < 1e-12 &&
    metrics.hardMassError < 1e-12 &&
    baseline.massError > 1e-3 &&
    metrics.squaredError < 0.8 * metrics.hardSquaredError &&
    metrics.hardSquaredError < baseline.squaredError &&
    metrics.logLikelihood > baseline.logLikelihood &&
    metrics.hardLogLikelihood < baseline.logLikelihood,
});
