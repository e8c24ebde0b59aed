import { matrixFromRows, rng, type Matrix } from '@surrogate/core/host';
import { hostCases } from '@surrogate/testing/hostCases';
import { describe, expect, it } from 'vitest';
import { productOfCovariances, scaledCovariance, sumOfCovariances } from '../covariance/compose.js';
import { linearCovariance } from '../covariance/products.js';
import type { Covariance } from '../covariance/record.js';
import { periodicCovariance } from '../covariance/separable.js';
import { maternCovariance, rationalQuadraticCovariance, rbfCovariance } from '../covariance/stationary.js';
import { fitGaussianProcess } from './fit.js';
import { leaveOneOut, logMarginalLikelihood, logMarginalLikelihoodGradient } from './likelihood.js';
import { posteriorCovariance, predictGradient, predictJointly, predictProcess, sampleProcess } from './predict.js';
import { extendProcess, gaussianProcess } from './process.js';

/** Numbers that agree to a relative 1e-9. */
function expectNear(found: ArrayLike<number>, wanted: readonly number[], digits = 9): void {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThan(10 ** -digits * Math.max(1, Math.abs(value))));
}

interface Options {
  readonly lengthScale: number | number[];
  readonly alpha: number;
  readonly smoothness: 0.5;
  readonly offset: number;
  readonly variance: number;
  readonly period: number;
}
const mixed = ({ alpha }: Options) => rationalQuadraticCovariance({ alpha, lengthScale: 1.1 });
const make: Readonly<Record<string, (options: Options) => Covariance>> = {
  rbf: rbfCovariance,
  matern: maternCovariance,
  rationalQuadratic: rationalQuadraticCovariance,
  periodic: periodicCovariance,
  linear: linearCovariance,
  scaled: (options) => scaledCovariance(rbfCovariance(options), options.variance),
  sum: (options) => sumOfCovariances(rbfCovariance(options), mixed(options)),
  product: (options) => productOfCovariances(rbfCovariance(options), mixed(options)),
};

interface Inputs {
  readonly name: string;
  readonly options: Options;
  readonly x: number[][];
  readonly z: number[][];
  readonly y: number[];
  readonly noise: number;
}
interface Wanted {
  readonly between: number[][];
  readonly diagonal: number[];
  readonly likelihood: number;
  readonly gradient: number[];
  readonly mean: number[];
  readonly covariance: number[][];
}

describe('scikit-learn', () => {
  it.each(hostCases<Inputs, Wanted>('kernel-methods/processes').map((stored) => [stored.name, stored] as const))(
    'agrees: %s',
    (_name, { inputs, value }) => {
      const covariance = make[inputs.name]!(inputs.options);
      const [x, z] = [matrixFromRows(inputs.x), matrixFromRows(inputs.z)];
      expectNear(covariance.between(x, z).data, value.between.flat());
      expectNear(covariance.diagonal(x), value.diagonal);
      const process = gaussianProcess(x, Float64Array.from(inputs.y), { covariance, noise: inputs.noise });
      expect(process.jitter).toBe(0);
      expectNear([logMarginalLikelihood(process)], [value.likelihood]);
      expectNear(logMarginalLikelihoodGradient(process), value.gradient);
      const joint = predictJointly(process, z);
      expectNear(joint.mean, value.mean);
      expectNear(joint.covariance.data, value.covariance.flat());
      const single = predictProcess(process, z);
      expectNear(single.mean, value.mean);
      expectNear(
        single.variance,
        value.covariance.map((row, i) => row[i]!),
      );
    },
  );

  interface Fit {
    readonly x: number[][];
    readonly y: number[];
    readonly variance: number;
    readonly lengthScale: number;
  }
  it.each(
    hostCases<Fit, { logParameters: number[]; likelihood: number }>('kernel-methods/fits').map((stored) => [stored.name, stored] as const),
  )('finds the same hyper-parameters: %s', (name, { inputs, value }) => {
    const covariance = scaledCovariance(make[name]!({ lengthScale: inputs.lengthScale } as Options), inputs.variance);
    const fitted = fitGaussianProcess(matrixFromRows(inputs.x), Float64Array.from(inputs.y), {
      covariance,
      restarts: { count: 3, rng: rng(1) },
    });
    expect(fitted.converged).toBe(true);
    expect(fitted.logLikelihood).toBeGreaterThan(value.likelihood - 1e-6);
    expectNear([...fitted.process.covariance.logParameters, Math.log(fitted.process.noise)], value.logParameters, 2);
  });
});

const x = matrixFromRows([[0.4, -1.3], [2.2, 0.3], [0.9, 1.1], [-0.7, 0.2], [0.1, 0.8]]); // prettier-ignore
const y = Float64Array.of(1, -0.4, 2.1, 0.3, 1.2);
const z = matrixFromRows([[0.2, 0.5], [5, 5]]); // prettier-ignore
const options = { covariance: scaledCovariance(maternCovariance({ lengthScale: [1.2, 0.9] }), 1.5), noise: 0.2, mean: 0.4 };
const process = gaussianProcess(x, y, options);
const part = (from: number, to: number): Matrix => ({ rows: to - from, cols: 2, data: x.data.slice(2 * from, 2 * to) });

describe('a Gaussian process', () => {
  it('knows what the tutorial on Bayesian optimisation computes by hand', () => {
    const tutorial = gaussianProcess(matrixFromRows([[0], [1]]), Float64Array.of(1, -1), { covariance: rbfCovariance(), noise: 0.1 });
    const { mean, variance } = predictProcess(tutorial, matrixFromRows([[0], [0.5]]));
    expectNear(mean, [0.797353165, 0], 8);
    expectNear(variance, [0.08693774, 0.0872701], 7);
    expectNear([logMarginalLikelihood(tutorial)], [-3.7784293701]);
  });

  it('goes through what it observed without noise, and far away knows only the prior', () => {
    const exact = gaussianProcess(x, y, { ...options, noise: 0 });
    const { mean, variance } = predictProcess(exact, x);
    expectNear(mean, Array.from(y));
    variance.forEach((value) => expect(value).toBeLessThan(1e-12));
    const far = predictProcess(exact, matrixFromRows([[1e3, 1e3]]));
    expectNear([far.mean[0]!, far.variance[0]!], [0.4, 1.5]);
  });

  it('is the prior before anything is observed', () => {
    const prior = gaussianProcess(part(0, 0), new Float64Array(0), options);
    expect(predictProcess(prior, z)).toEqual({ mean: Float64Array.of(0.4, 0.4), variance: Float64Array.of(1.5, 1.5) });
    expect(logMarginalLikelihood(prior)).toBeCloseTo(0, 12);
    const later = extendProcess(prior, x, y);
    expectNear(predictProcess(later, z).mean, Array.from(predictProcess(process, z).mean));
  });

  it('learns the same in parts', () => {
    const grown = extendProcess(
      extendProcess(gaussianProcess(part(0, 2), y.slice(0, 2), options), part(2, 3), y.slice(2, 3)),
      part(3, 5),
      y.slice(3),
    );
    expectNear(grown.factor.data, Array.from(process.factor.data), 12);
    expectNear(grown.weights, Array.from(process.weights), 12);
  });

  it('takes the same point twice, with the least on the diagonal that lets doubles factor it', () => {
    const twice = extendProcess(gaussianProcess(x, y, { ...options, noise: 0 }), part(0, 1), y.slice(0, 1));
    expect(twice.jitter).toBeGreaterThan(0);
    expect(twice.jitter).toBeLessThan(1e-5);
    expectNear(predictProcess(twice, x).mean, Array.from(y), 5);
  });

  it('has the gradients by a point that differences give', () => {
    const at = Float64Array.of(0.5, -0.2);
    const { meanGradient, varianceGradient, mean, variance } = predictGradient(process, at);
    const predict = (d: number, by: number) =>
      predictProcess(process, { rows: 1, cols: 2, data: at.map((value, i) => (i === d ? value + by : value)) });
    expectNear([mean, variance], [predict(0, 0).mean[0]!, predict(0, 0).variance[0]!], 12);
    for (const d of [0, 1]) {
      const [up, down] = [predict(d, 1e-5), predict(d, -1e-5)];
      expect(meanGradient[d]).toBeCloseTo((up.mean[0]! - down.mean[0]!) / 2e-5, 7);
      expect(varianceGradient[d]).toBeCloseTo((up.variance[0]! - down.variance[0]!) / 2e-5, 7);
    }
    const linear = gaussianProcess(x, y, { covariance: linearCovariance({ offset: 1 }), noise: 0.5 });
    const [up, down] = [1e-5, -1e-5].map((by) => predictProcess(linear, matrixFromRows([[0.5 + by, -0.2]])).variance[0]!);
    expect(predictGradient(linear, at).varianceGradient[0]).toBeCloseTo((up! - down!) / 2e-5, 7);
  });

  it('predicts each point from the others as processes without it do', () => {
    const { mean, variance } = leaveOneOut(process);
    for (let i = 0; i < 5; i++) {
      const rest = Array.from({ length: 5 }, (_, j) => j).filter((j) => j !== i);
      const without = gaussianProcess(
        matrixFromRows(rest.map((j) => [x.data[2 * j]!, x.data[2 * j + 1]!])),
        y.filter((_, j) => j !== i),
        options,
      );
      const alone = predictProcess(without, part(i, i + 1));
      expectNear([mean[i]!, variance[i]!], [alone.mean[0]!, alone.variance[0]! + options.noise]);
    }
  });

  it('draws functions with its mean and covariance', () => {
    const draws = sampleProcess(rng(4), process, z, 20000);
    const { mean, covariance } = predictJointly(process, z);
    const column = (j: number) => Array.from({ length: draws.rows }, (_, i) => draws.data[2 * i + j]! - mean[j]!);
    const product = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0) / a.length;
    for (const j of [0, 1]) expect(Math.abs(product(column(j), column(j).fill(1)))).toBeLessThan(0.05);
    expect(product(column(0), column(0))).toBeCloseTo(covariance.data[0]!, 1);
    expect(product(column(0), column(1))).toBeCloseTo(covariance.data[1]!, 1);
    expectNear(posteriorCovariance(process, z, z).data, Array.from(covariance.data), 12);
  });

  it('draws through what it observed without noise', () => {
    const exact = gaussianProcess(x, y, { ...options, noise: 0 });
    const draws = sampleProcess(rng(4), exact, x, 3);
    for (let i = 0; i < 3; i++) expectNear(draws.data.subarray(5 * i, 5 * i + 5), Array.from(y), 4);
  });
});

describe('a fit', () => {
  const t = Array.from({ length: 25 }, (_, i) => [i / 4]);
  const wave = Float64Array.from(t, ([at]) => Math.sin(at!));
  const covariance = scaledCovariance(rbfCovariance(), 1);

  it('does not lower the likelihood, and says where it stopped', () => {
    const before = logMarginalLikelihood(gaussianProcess(matrixFromRows(t), wave, { covariance, noise: 0.01 }));
    const short = fitGaussianProcess(matrixFromRows(t), wave, { covariance, maxSteps: 1 });
    expect(short.converged).toBe(false);
    expect(short.steps).toBe(1);
    expect(short.logLikelihood).toBeGreaterThan(before);
    expect(fitGaussianProcess(matrixFromRows(t), wave, { covariance }).logLikelihood).toBeGreaterThan(short.logLikelihood);
  });

  it('stays within its bounds', () => {
    const { process: found } = fitGaussianProcess(matrixFromRows(t), wave, { covariance, noise: 0.01, bounds: [1e-3, 1.5] });
    found.covariance.logParameters.forEach((log) => expect(Math.exp(log)).toBeLessThanOrEqual(1.5));
    expect(found.noise).toBeGreaterThanOrEqual(1e-3);
  });

  it('leaves the noise where that is asked, and stays near the start where the prior is narrow', () => {
    expect(fitGaussianProcess(matrixFromRows(t), wave, { covariance, noise: 0.05, fixedNoise: true }).process.noise).toBe(0.05);
    const { process: held } = fitGaussianProcess(matrixFromRows(t), wave, { covariance, noise: 0.05, priorSpread: 1e-3 });
    held.covariance.logParameters.forEach((log) => expect(Math.abs(log)).toBeLessThan(1e-3));
  });
});
