/** @file The conformance rows of the special functions. */
import { tidy } from '@tensorflow/tfjs-core';
import { elementwise, tensorFunction, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';

/** The rows by name. */
export const specialRows: ConformanceTable = {
  erf: elementwise(core.erf),
  erfc: elementwise(core.erfc),
  erfinv: elementwise(core.erfinv, { domain: [-0.9, 0.9], extremes: [-0.99999, 0, 0.99999] }),
  normalCdf: elementwise(core.normalCdf),
  logNormalCdf: elementwise(core.logNormalCdf, { domain: [-12, 3] }),
  normalQuantile: elementwise(core.normalQuantile, { domain: [0.05, 0.95], extremes: [1e-30, 0.5] }),
  normalQuantileLog: elementwise(core.normalQuantileLog, { domain: [-8, -0.1], extremes: [-1e4, -1e-30] }),
  lgamma: elementwise(core.lgamma, { domain: [0.2, 6], extremes: [1e-30, 1, 2, 1e30] }),
  digamma: elementwise(core.digamma, { domain: [0.2, 6], extremes: [1e-15, 1, 2, 1e30] }),
  trigamma: elementwise(core.trigamma, { domain: [0.2, 6], extremes: [1e-10, 1, 2, 1e30] }),
  lambertW: elementwise(core.lambertW, {
    domain: [-0.3, 4],
    extremes: [-0.36, 0, 1e30],
    call: (x) => core.lambertW(x),
    bad: { 'range branch': () => core.lambertW([1], 1 as never) },
  }),
  besselRatio: elementwise(core.besselRatio, {
    domain: [0.2, 6],
    extremes: [0, 1e-30, 1e30],
    call: (x) => core.besselRatio(1.5, x),
    bad: { 'range order': [() => core.besselRatio(0.4, [1]), () => core.besselRatio(NaN, [1])] },
  }),
  // The shape is a constant to gradients.
  gammaP: elementwise(core.gammaP, {
    domain: [0.3, 6],
    extremes: [1e-30, 1e4],
    call: (x) => core.gammaP(2.5, x),
    bad: { 'shape x': () => core.gammaP([1, 2], [1, 2, 3]), 'dtype a': () => core.gammaP('three' as never, [1]) },
  }),
  gammaQ: elementwise(core.gammaQ, {
    domain: [0.3, 6],
    extremes: [1e-30, 1e4],
    call: (x) => core.gammaQ(2.5, x),
    bad: { 'shape x': () => core.gammaQ([1, 2], [1, 2, 3]), 'dtype a': () => core.gammaQ('three' as never, [1]) },
  }),
  betaI: tensorFunction(core.betaI, {
    at: [[0.2, 0.5, 0.8]],
    call: { symmetric: (x) => core.betaI(x, 2, 2), skewed: (x) => tidy(() => core.betaI(x, [0.5, 1, 7], 3)) },
    gradient: { eps: 0.02 },
    extremes: [[[0.001, 0.5, 0.999]]],
    bad: {
      'shape a': () => core.betaI([0.1, 0.2], [1, 2, 3], 1),
      'shape b': () => core.betaI([0.1, 0.2], 1, [1, 2, 3]),
      'dtype b': () => core.betaI([0.1], 1, 'three' as never),
    },
  }),
};
