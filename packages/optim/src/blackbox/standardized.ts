/** @file A Gaussian process of values of any size. */
import { matrixFromRows, type Matrix } from '@surrogate/core/host';
import { fitGaussianProcess, predictProcess, type Covariance, type GaussianProcess } from '@surrogate/kernel-methods';

/** A process of standardised values, and what it predicts in the user's own units. */
interface StandardizedProcess {
  readonly process: GaussianProcess;
  /** The values it has seen, of mean 0 and variance 1. */
  readonly y: Float64Array;
  predict(points: Matrix): { readonly mean: Float64Array; readonly deviation: Float64Array };
}

/** Fits a process to values at points of the unit cube (maximum a posteriori). */
export function standardizedProcess(
  points: readonly number[][],
  values: readonly number[],
  covariance: Covariance,
  noise: number,
): StandardizedProcess {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) || 1;
  const y = Float64Array.from(values, (v) => (v - mean) / spread);
  const { process } = fitGaussianProcess(matrixFromRows(points), y, { covariance, noise, priorSpread: 1, maxSteps: 50 });
  return {
    process,
    y,
    predict(at) {
      const predicted = predictProcess(process, at);
      return { mean: predicted.mean.map((m) => mean + spread * m), deviation: predicted.variance.map((v) => spread * Math.sqrt(v)) };
    },
  };
}
