/** @file The conformance rows of kernel density estimates. */
import { rng, type TensorLike } from '@surrogate/core';
import { disposed, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import { tensor, tidy } from '@tensorflow/tfjs-core';
import * as methods from '../index.js';
import type { DensityKernel } from '../index.js';

const { logKernelDensity, leaveOneOutLogDensity, scottBandwidth, silvermanBandwidth, sampleKernelDensity } = methods;
const x = [[0.4, -1.3], [2.2, 0.3]]; // prettier-ignore
const data = [[0.1, 0.8], [-1.2, 0.5], [0.6, -0.4], [1.3, 1.9]]; // prettier-ignore
const far = [[1e4, 0], [0, -1e4]]; // prettier-ignore
const same = [[1, 2], [1, 2], [1, 2], [1, 2]]; // prettier-ignore
const notPositive = [0, -1, NaN];

const bump = (record: DensityKernel) => utility(record, { call: () => tidy(() => record.logBump(tensor([0, 0.3, 0.9]))) });
const widths = (call: (bandwidth: TensorLike) => unknown) => ({
  'range bandwidth': notPositive.map((bandwidth) => () => call(bandwidth)),
  'range bandwidth[1]': () => call([1, 0]),
  'shape bandwidth': [() => call([1, 2, 3]), () => call([[1, 2]])],
});
const rule = (fn: (points: TensorLike) => unknown) =>
  tensorFunction(fn, {
    at: [data],
    extremes: [[same]],
    bad: { 'shape data': [() => fn([1, 2]), () => fn([[1, 2]])] },
  });

/** The rows by name. */
export const densityRows: ConformanceTable = {
  gaussianBump: bump(methods.gaussianBump),
  exponentialBump: bump(methods.exponentialBump),
  epanechnikovBump: bump(methods.epanechnikovBump),
  triangularBump: bump(methods.triangularBump),
  boxBump: bump(methods.boxBump),
  logKernelDensity: tensorFunction(logKernelDensity, {
    at: [x, data, [0.8, 1.3]],
    call: {
      gaussian: (a, b, bandwidth) => logKernelDensity(a, b, { bandwidth }),
      exponential: (a, b, bandwidth) => logKernelDensity(a, b, { bandwidth, kernel: methods.exponentialBump }),
      weights: (a, b, bandwidth) => logKernelDensity(a, b, { bandwidth, weights: [1, 0, 2, 0.5] }),
    },
    extremes: [[far, data, [1, 1]], [far, [...far, ...far], [1e-4, 1]]], // prettier-ignore
    bad: {
      'shape x': [() => logKernelDensity([1, 2], data), () => logKernelDensity([[1]], data)],
      'shape data': [() => logKernelDensity(x, [1, 2]), (keep) => logKernelDensity(x, keep(tensor([], [0, 2])))],
      'shape weights': () => logKernelDensity(x, data, { weights: [1] }),
      'disposed weights': () => logKernelDensity(x, data, { weights: disposed([1, 2, 3, 4]) }),
      ...widths((bandwidth) => logKernelDensity(x, data, { bandwidth })),
    },
  }),
  leaveOneOutLogDensity: tensorFunction(leaveOneOutLogDensity, {
    at: [data, 0.9],
    call: (a, bandwidth) => leaveOneOutLogDensity(a, { bandwidth }),
    extremes: [[far, 1]],
    bad: {
      'shape data': [() => leaveOneOutLogDensity([1, 2]), () => leaveOneOutLogDensity([[1, 2]])],
      ...widths((bandwidth) => leaveOneOutLogDensity(data, { bandwidth })),
    },
  }),
  scottBandwidth: rule(scottBandwidth),
  silvermanBandwidth: rule(silvermanBandwidth),
  sampleKernelDensity: utility(sampleKernelDensity, {
    call: () => sampleKernelDensity(rng(1), data, 5, { bandwidth: [0.5, 2] }),
    bad: {
      'dtype rng': () => sampleKernelDensity(3 as never, data, 5),
      'range count': () => sampleKernelDensity(rng(1), data, 0),
      'shape data': () => sampleKernelDensity(rng(1), [1], 5),
      ...widths((bandwidth) => sampleKernelDensity(rng(1), data, 5, { bandwidth })),
    },
  }),
};
