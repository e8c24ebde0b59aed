/** @file Hyper-parameters of a Gaussian process, by the likelihood of what was observed. */
import {
  checkAbove,
  checkAtLeast,
  checkBoolean,
  checkFinite,
  checkInteger,
  checkRng,
  fail,
  isSurrogateError,
  type Rng,
} from '@surrogate/core';
import { checkMatrix, checkVector, minimizeLbfgs, type Matrix, type Minimum, type ValueAndGradient } from '@surrogate/core/host';
import type { Covariance } from '../covariance/record.js';
import { logMarginalLikelihood, logMarginalLikelihoodGradient } from './likelihood.js';
import { gaussianProcess, type GaussianProcess, type GaussianProcessOptions } from './process.js';

/** Options of {@link fitGaussianProcess}. */
export interface FitOptions extends GaussianProcessOptions {
  /** Where to start, with its hyper-parameters. */
  covariance: Covariance;
  /** Where the noise starts. Default 0.01. */
  noise?: number | undefined;
  /** Leaves the noise as it is. Default false. */
  fixedNoise?: boolean | undefined;
  /** Between which numbers each hyper-parameter stays, both > 0. Default [1e-6, 1e6]. */
  bounds?: readonly [number, number] | undefined;
  /** The standard deviation of a normal prior on the logarithms of the hyper-parameters, around where they start, > 0. Default none: maximum likelihood. */
  priorSpread?: number | undefined;
  /** More starts, each hyper-parameter times e^u with u uniform on [-3, 3]; the best end is taken. Default none. */
  restarts?: { readonly count: number; readonly rng: Rng } | undefined;
  /** How many steps each start may take. Default 200. */
  maxSteps?: number | undefined;
}

/** A fitted process, and how far the fit got. */
export interface FittedProcess {
  /** The process with the hyper-parameters that were found. */
  readonly process: GaussianProcess;
  /** The logarithm of the marginal likelihood there, without the prior of the hyper-parameters. */
  readonly logLikelihood: number;
  /** How many steps the best start took. */
  readonly steps: number;
  /** Whether it met its tolerance; false when the steps ran out. */
  readonly converged: boolean;
}

/** A number of the line as one between two bounds, with its slope, and back: the solver knows no bounds. */
const squash = (low: number, high: number) => ({
  inside(u: number): readonly [number, number] {
    const part = 1 / (1 + Math.exp(-u));
    return [low + (high - low) * part, (high - low) * part * (1 - part)];
  },
  outside(value: number): number {
    const part = Math.min(1 - 1e-6, Math.max(1e-6, (value - low) / (high - low)));
    return Math.log(part / (1 - part));
  },
});

/** The hyper-parameters of a start as logarithms, the noise last where it is fitted. */
const startOf = (covariance: Covariance, noise: number, fixedNoise: boolean): Float64Array =>
  Float64Array.from([...covariance.logParameters, ...(fixedNoise ? [] : [Math.log(noise)])]);

function checkFit(fn: string, options: FitOptions, noise: number, bounds: readonly [number, number]): void {
  const { covariance, mean = 0, fixedNoise = false, priorSpread = 1, restarts, maxSteps = 1 } = options;
  checkFinite(fn, 'mean', mean);
  checkBoolean(fn, 'fixedNoise', fixedNoise);
  if (fixedNoise) checkAtLeast(fn, 'noise', noise, 0);
  else checkAbove(fn, 'noise', noise, 0);
  checkAbove(fn, 'bounds[0]', bounds[0], 0);
  checkAbove(fn, 'bounds[1]', bounds[1], bounds[0]);
  checkAbove(fn, 'priorSpread', priorSpread, 0);
  checkInteger(fn, 'maxSteps', maxSteps, 1);
  if (restarts !== undefined) {
    checkInteger(fn, 'restarts.count', restarts.count);
    checkRng(fn, 'restarts.rng', restarts.rng);
  }
  const names = [...covariance.parameterNames, 'noise'];
  startOf(covariance, noise, fixedNoise).forEach((log, i) => {
    if (!(log >= Math.log(bounds[0]) && log <= Math.log(bounds[1])))
      fail('range', fn, names[i]!, `must start in [${bounds.join(', ')}], got ${Math.exp(log)}`);
  });
}

/**
 * Fits the hyper-parameters of a Gaussian process, and its noise, by the marginal likelihood of the observations (or by its product with a prior), with L-BFGS on their logarithms.
 *
 * @param x N x D, one point a row, at least one.
 * @param y length N, what was observed there.
 * @returns the fitted process, its likelihood, and whether the fit converged.
 * @throws SurrogateError `shape` when the lengths do not fit, `range` when a number is not finite, an option is out of range or a hyper-parameter starts outside the bounds, `dtype`.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 5
 * @example
 * import { fitGaussianProcess, rbfCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const x = Array.from({ length: 20 }, (_, i) => [i / 2]);
 * const { process } = fitGaussianProcess(matrixFromRows(x), Float64Array.from(x, ([t]) => Math.sin(t)), { covariance: rbfCovariance() });
 * Math.exp(process.covariance.logParameters[0]) > 1; // true
 */
export function fitGaussianProcess(x: Matrix, y: Float64Array, options: FitOptions): FittedProcess {
  const fn = 'fitGaussianProcess';
  const { covariance, noise = 0.01, mean, fixedNoise = false, bounds = [1e-6, 1e6], priorSpread, restarts, maxSteps = 200 } = options;
  checkMatrix(fn, 'x', x);
  checkInteger(fn, 'x.rows', x.rows, 1);
  checkVector(fn, 'y', y, x.rows);
  checkFit(fn, options, noise, bounds);
  const start = startOf(covariance, noise, fixedNoise);
  const { inside, outside } = squash(Math.log(bounds[0]), Math.log(bounds[1]));
  const processAt = (logs: Float64Array) =>
    gaussianProcess(x, y, {
      covariance: covariance.withLogParameters(logs.slice(0, covariance.logParameters.length)),
      noise: fixedNoise ? noise : Math.exp(logs.at(-1)!),
      mean,
    });
  const objective = (u: Float64Array): ValueAndGradient => {
    const places = Array.from(u, inside);
    const logs = Float64Array.from(places, ([value]) => value);
    try {
      const process = processAt(logs);
      const slopes = logMarginalLikelihoodGradient(process);
      const pull = (i: number) => (priorSpread === undefined ? 0 : (logs[i]! - start[i]!) / priorSpread ** 2);
      const prior = logs.reduce((sum, log, i) => sum + 0.5 * pull(i) * (log - start[i]!), 0);
      return { value: prior - logMarginalLikelihood(process), gradient: u.map((_, i) => (pull(i) - slopes[i]!) * places[i]![1]) };
    } catch (error) {
      // Hyper-parameters without a factor in doubles are no place to go: the line search steps back.
      if (!isSurrogateError(error)) throw error;
      return { value: Infinity, gradient: new Float64Array(u.length) };
    }
  };
  const starts = [start];
  for (let i = 0; i < (restarts?.count ?? 0); i++) starts.push(start.map((log) => log + 6 * restarts!.rng.uniform() - 3));
  const ends: Minimum[] = [];
  for (const logs of starts) {
    const u0 = logs.map(outside);
    if (Number.isFinite(objective(u0).value))
      ends.push(minimizeLbfgs(objective, u0, { gradientTolerance: 1e-6, valueTolerance: 1e-10, maxSteps }));
  }
  const best = ends.reduce((a, b) => (b.value < a.value ? b : a));
  const process = processAt(best.x.map((u) => inside(u)[0]));
  return { process, logLikelihood: logMarginalLikelihood(process), steps: best.steps, converged: best.converged };
}
