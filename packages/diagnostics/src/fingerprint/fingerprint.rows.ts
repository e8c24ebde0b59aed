/** @file The conformance rows of fingerprints. */
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as diagnostics from '../index.js';

/** The rows by name. */
export const fingerprintRows: ConformanceTable = {
  kernelFingerprint: hostFunction(diagnostics.kernelFingerprint, {
    call: {
      'a matrix': () => diagnostics.kernelFingerprint(matrixFromRows([[1, 2, 0], [-1, 0.5, 3]])), // prettier-ignore
      'nothing in it': () => diagnostics.kernelFingerprint(matrixFromRows([[0, 0]])),
    },
    bad: {
      'dtype kernel': () => diagnostics.kernelFingerprint([[1]] as never),
      'shape kernel': () => diagnostics.kernelFingerprint({ rows: 0, cols: 2, data: new Float64Array(0) }),
      'range kernel': () => diagnostics.kernelFingerprint(matrixFromRows([[NaN]])),
    },
  }),
  forgetting: hostFunction(diagnostics.forgetting, {
    call: {
      'three tasks': () => diagnostics.forgetting([[1], [0.8, 0.9], [0.5, 0.6, 1]]),
      'one task': () => diagnostics.forgetting([[1]]),
    },
    bad: {
      'dtype accuracies': () => diagnostics.forgetting(3 as never),
      'shape accuracies': () => diagnostics.forgetting([]),
      'shape accuracies[1]': () => diagnostics.forgetting([[1], [1]]),
      'range accuracies[0]': () => diagnostics.forgetting([[NaN]]),
    },
  }),
};
