/** @file The conformance rows of normalised rows. */
import { tidy } from '@tensorflow/tfjs-core';
import { tensorFunction, type BadCalls, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';
import { named, rows } from '../shared.rows.js';

const refusals = (call: (x: core.TensorLike, options?: core.RmsNormOptions) => unknown): BadCalls => ({
  'shape x': () => call(1),
  'shape gain': () => call(rows, { gain: [1, 2] }),
  'range eps': () => call(rows, { eps: 0 }),
});

const extremes = [[[[1e4, -1e4, 3], [0, 0, 0]]], [[[1e-20, 0, -1e-20], [5, 5, 5]]]]; // prettier-ignore

/** The rows by name. */
export const layerNormRows: ConformanceTable = {
  layerNorm: tensorFunction(core.layerNorm, {
    at: [rows, [1.5, -0.4, 0.7], [0.2, 0.1, -1]],
    call: (x, gain, offset) => core.layerNorm(x, { gain, offset, eps: 0.01 }),
    bad: { ...refusals(core.layerNorm), 'shape offset': () => core.layerNorm(rows, { offset: [1, 2] }) },
  }),
  rmsNorm: tensorFunction(core.rmsNorm, {
    at: [rows, [1.5, -0.4, 0.7]],
    call: (x, gain) => core.rmsNorm(x, { gain, eps: 0.01 }),
    bad: refusals(core.rmsNorm),
  }),
  layerNormOp: tensorFunction(core.layerNormOp, {
    at: [rows],
    extremes,
    call: (x) =>
      tidy(() =>
        core.layerNormOp(named('layerNormOp', { x, gain: [1.5, -0.4, 0.7], offset: [0.2, 0.1, -1] }), { eps: 1e-5, centred: true }),
      ),
  }),
};
