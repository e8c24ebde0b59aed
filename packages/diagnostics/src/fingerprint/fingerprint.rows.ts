/** @file The conformance rows of fingerprints. */
import { matrixFromRows } from '@surrogate/core/host';
import { rng } from '@surrogate/core';
import { hostFunction, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import { square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as diagnostics from '../index.js';

const params = (keep: Keep): { w: Tensor; b: Tensor } => ({ w: keep(tensor([[1, 2], [-1, 0.5]])), b: keep(tensor([1, 2])) }); // prettier-ignore
const loss = ({ w }: { w: Tensor }) => sum(square(w));

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
  activationFingerprint: hostFunction(diagnostics.activationFingerprint, {
    call: () => diagnostics.activationFingerprint(matrixFromRows([[1, 2, 0], [0, 0.5, -1]])), // prettier-ignore
    bad: {
      'dtype activations': () => diagnostics.activationFingerprint([[1]] as never),
      'shape activations': () => diagnostics.activationFingerprint({ rows: 0, cols: 2, data: new Float64Array(0) }),
      'range activations': () => diagnostics.activationFingerprint(matrixFromRows([[NaN]])),
    },
  }),
  solutionFingerprint: utility(diagnostics.solutionFingerprint, {
    call: {
      'kernels alone': (keep) => diagnostics.solutionFingerprint(params(keep)),
      everything: (keep) =>
        diagnostics.solutionFingerprint(params(keep), {
          start: { w: keep(tensor([[0.5, 0], [1, 1]])), b: keep(tensor([0, 0])) }, // prettier-ignore
          activations: { hidden: keep(tensor([[1, 0], [2, 0.5]])) }, // prettier-ignore
          loss,
          rng: rng(1),
          iterations: 3,
        }),
    },
    rtol: 1e-3,
    bad: {
      'dtype rng': (keep) => diagnostics.solutionFingerprint(params(keep), { loss }),
      'shape activations.hidden': (keep) => diagnostics.solutionFingerprint(params(keep), { activations: { hidden: keep(tensor([1])) } }),
      'shape start.w': (keep) =>
        diagnostics.solutionFingerprint(params(keep), { start: { w: keep(tensor([1])), b: keep(tensor([1, 2])) } }),
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
