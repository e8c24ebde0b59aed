/** @file The conformance rows of gradient descent in a kernel's space. */
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as methods from '../index.js';

const { kernelDescent, predictDescent, reluTangentCovariance } = methods;
const covariance = reluTangentCovariance();
const x = matrixFromRows([[0.4, -1.3], [2.2, 0.3], [0.4, -1.3]]); // prettier-ignore
const y = Float64Array.of(1, -2, 0.5);
const notFinite = matrixFromRows([[1, NaN]]);
const empty = { rows: 0, cols: 2, data: new Float64Array(0) };
const descent = kernelDescent(x, y, { covariance });

/** The rows by name. */
export const descentRows: ConformanceTable = {
  kernelDescent: hostFunction(kernelDescent, {
    call: () => kernelDescent(x, y, { covariance, learningRate: 0.1 }),
    bad: {
      'shape x': () => kernelDescent(empty, new Float64Array(0), { covariance }),
      'shape y': () => kernelDescent(x, Float64Array.of(1), { covariance }),
      'range x': () => kernelDescent(notFinite, Float64Array.of(1), { covariance }),
      'range y': () => kernelDescent(x, Float64Array.of(1, NaN, 0), { covariance }),
      'range learningRate': [0, -1, NaN].map((learningRate) => () => kernelDescent(x, y, { covariance, learningRate })),
      'range covariance': () => kernelDescent(matrixFromRows([[0, 0]]), Float64Array.of(1), { covariance }),
      'dtype x': () => kernelDescent([[1]] as never, y, { covariance }),
      'dtype y': () => kernelDescent(x, 3 as never, { covariance }),
    },
  }),
  predictDescent: hostFunction(predictDescent, {
    call: () => [0, 3, 1e9, Infinity].map((steps) => predictDescent(descent, x, steps)),
    bad: {
      'shape x': () => predictDescent(descent, matrixFromRows([[1, 2, 3]]), 1),
      'range x': () => predictDescent(descent, notFinite, 1),
      'range steps': [-1, 0.5, NaN].map((steps) => () => predictDescent(descent, x, steps)),
      'dtype x': () => predictDescent(descent, [[1]] as never, 1),
    },
  }),
};
