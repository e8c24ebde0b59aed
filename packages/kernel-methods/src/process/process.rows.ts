/** @file The conformance rows of Gaussian processes and kernel regression. */
import { matrixFromRows, rng } from '@surrogate/core/host';
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as methods from '../index.js';

const x = matrixFromRows([[0.4, -1.3], [2.2, 0.3], [0.9, 1.1]]); // prettier-ignore
const other = matrixFromRows([[0.1, 0.8], [0.4, -1.3]]); // prettier-ignore
const wide = matrixFromRows([[1, 2, 3]]);
const notFinite = { ...x, data: x.data.map(() => NaN) };
const text = 'three' as never;
const y = Float64Array.of(1, -0.4, 2.1);
const covariance = methods.maternCovariance();
const process = () => methods.gaussianProcess(x, y, { covariance, noise: 0.1, mean: 0.3 });
const noCovariance = methods.polynomialCovariance({ degree: 1, offset: 0 });
const generator = { count: 2, rng: rng(0) };

/** Where a call must be given points of the process. */
const points = (call: (at: typeof x) => unknown, argument = 'x') => ({
  [`shape ${argument}`]: () => call(wide),
  [`range ${argument}`]: () => call(notFinite),
  [`dtype ${argument}`]: () => call(text),
});

/** The rows by name. */
export const processRows: ConformanceTable = {
  gaussianProcess: hostFunction(methods.gaussianProcess, {
    call: { 'with observations': process, 'the prior': () => methods.gaussianProcess({ ...x, rows: 0, data: new Float64Array(0) }, new Float64Array(0), { covariance }) }, // prettier-ignore
    bad: {
      'range x': () => methods.gaussianProcess(notFinite, y, { covariance }),
      'dtype x': () => methods.gaussianProcess(text, y, { covariance }),
      'shape y': () => methods.gaussianProcess(x, y.subarray(1), { covariance }),
      'dtype y': () => methods.gaussianProcess(x, [1, 2, 3] as never, { covariance }),
      'range noise': [-1, NaN].map((noise) => () => methods.gaussianProcess(x, y, { covariance, noise })),
      'range mean': () => methods.gaussianProcess(x, y, { covariance, mean: NaN }),
      'range covariance': () => methods.gaussianProcess(x, y, { covariance: { ...noCovariance, between: (a) => ({ rows: a.rows, cols: a.rows, data: new Float64Array(9).fill(-1) }) } }), // prettier-ignore
    },
  }),
  extendProcess: hostFunction(methods.extendProcess, {
    call: () => methods.extendProcess(process(), other, Float64Array.of(1, 2)),
    bad: {
      ...points((at) => methods.extendProcess(process(), at, y)),
      'shape y': () => methods.extendProcess(process(), other, y),
    },
  }),
  predictProcess: hostFunction(methods.predictProcess, {
    call: () => methods.predictProcess(process(), other),
    bad: points((at) => methods.predictProcess(process(), at)),
  }),
  predictJointly: hostFunction(methods.predictJointly, {
    call: () => methods.predictJointly(process(), other),
    bad: points((at) => methods.predictJointly(process(), at)),
  }),
  posteriorCovariance: hostFunction(methods.posteriorCovariance, {
    call: () => methods.posteriorCovariance(process(), other, x),
    bad: {
      ...points((at) => methods.posteriorCovariance(process(), at, x)),
      ...points((at) => methods.posteriorCovariance(process(), x, at), 'z'),
    },
  }),
  predictGradient: hostFunction(methods.predictGradient, {
    call: () => methods.predictGradient(process(), Float64Array.of(0.3, 0.2)),
    bad: {
      'shape x': () => methods.predictGradient(process(), Float64Array.of(1)),
      'dtype x': () => methods.predictGradient(process(), text),
      'range x': () => methods.predictGradient(process(), Float64Array.of(NaN, 1)),
    },
  }),
  sampleProcess: hostFunction(methods.sampleProcess, {
    call: () => methods.sampleProcess(rng(3), process(), other, 4),
    bad: {
      ...points((at) => methods.sampleProcess(rng(3), process(), at, 1)),
      'dtype rng': () => methods.sampleProcess(3 as never, process(), other, 1),
      'range count': () => methods.sampleProcess(rng(3), process(), other, -1),
    },
  }),
  logMarginalLikelihood: hostFunction(methods.logMarginalLikelihood, { call: () => methods.logMarginalLikelihood(process()) }),
  logMarginalLikelihoodGradient: hostFunction(methods.logMarginalLikelihoodGradient, {
    call: () => methods.logMarginalLikelihoodGradient(process()),
  }),
  leaveOneOut: hostFunction(methods.leaveOneOut, { call: () => methods.leaveOneOut(process()) }),
  fitGaussianProcess: hostFunction(methods.fitGaussianProcess, {
    call: () => methods.fitGaussianProcess(x, y, { covariance, priorSpread: 1 }),
    bad: {
      'range noise': [
        () => methods.fitGaussianProcess(x, y, { covariance, noise: 0 }),
        () => methods.fitGaussianProcess(x, y, { covariance, noise: 1e7 }),
      ],
      'range lengthScale': () => methods.fitGaussianProcess(x, y, { covariance, bounds: [1.5, 2] }),
      'range bounds[0]': () => methods.fitGaussianProcess(x, y, { covariance, bounds: [0, 2] }),
      'range bounds[1]': () => methods.fitGaussianProcess(x, y, { covariance, bounds: [1, 1] }),
      'range priorSpread': () => methods.fitGaussianProcess(x, y, { covariance, priorSpread: 0 }),
      'range maxSteps': () => methods.fitGaussianProcess(x, y, { covariance, maxSteps: 0 }),
      'range restarts.count': () => methods.fitGaussianProcess(x, y, { covariance, restarts: { ...generator, count: -1 } }),
      'dtype restarts.rng': () => methods.fitGaussianProcess(x, y, { covariance, restarts: { ...generator, rng: 3 as never } }),
      'dtype fixedNoise': () => methods.fitGaussianProcess(x, y, { covariance, fixedNoise: 1 as never }),
      'range x': () => methods.fitGaussianProcess(notFinite, y, { covariance }),
      'range x.rows': () =>
        methods.fitGaussianProcess({ rows: 0, cols: 2, data: new Float64Array(0) }, new Float64Array(0), { covariance }),
      'range mean': () => methods.fitGaussianProcess(x, y, { covariance, mean: NaN }),
      'shape y': () => methods.fitGaussianProcess(x, y.subarray(1), { covariance }),
    },
  }),
  kernelRidge: hostFunction(methods.kernelRidge, {
    call: {
      'one target': () => methods.kernelRidge(x, y, { covariance }),
      'two targets': () => methods.kernelRidge(x, x, { covariance, weights: Float64Array.of(1, 0, 2) }),
    },
    bad: {
      'range x': () => methods.kernelRidge(notFinite, y, { covariance }),
      'shape y': [() => methods.kernelRidge(x, y.subarray(1), { covariance }), () => methods.kernelRidge(x, other, { covariance })],
      'dtype y': () => methods.kernelRidge(x, [1, 2, 3] as never, { covariance }),
      'range ridge': [0, -1, NaN].map((ridge) => () => methods.kernelRidge(x, y, { covariance, ridge })),
      'shape weights': () => methods.kernelRidge(x, y, { covariance, weights: Float64Array.of(1) }),
      'range weights[1]': () => methods.kernelRidge(x, y, { covariance, weights: Float64Array.of(1, -1, 1) }),
    },
  }),
  predictRidge: hostFunction(methods.predictRidge, {
    call: () => methods.predictRidge(methods.kernelRidge(x, y, { covariance }), other),
    bad: points((at) => methods.predictRidge(methods.kernelRidge(x, y, { covariance }), at)),
  }),
};
