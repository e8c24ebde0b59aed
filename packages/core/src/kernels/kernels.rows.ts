/** @file The conformance rows of kernel functions. */
import { tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';
import type { TensorLike } from '../index.js';
import { others, rows, text } from '../shared.rows.js';

/** Two rows that are alike in one place, and one that is elsewhere. */
const equalRows = [
  [1, 2],
  [1, 2],
  [1e4, -1e4],
];

const on = (kernel: core.Kernel) => (x: TensorLike, y: TensorLike) => core.kernelMatrix(kernel, x, y);

const kernels = {
  rbf: core.rbfKernel({ lengthScale: 1.3 }),
  'rbf by dimension': core.rbfKernel({ lengthScale: [1, 2, 0.7] }),
  laplacian: core.laplacianKernel({ lengthScale: 2 }),
  'matern 0.5': core.maternKernel({ smoothness: 0.5 }),
  'matern 1.5': core.maternKernel({ smoothness: 1.5, lengthScale: 2 }),
  'matern 2.5': core.maternKernel(),
  'rational quadratic': core.rationalQuadraticKernel({ alpha: 0.7 }),
  periodic: core.periodicKernel({ period: 3, lengthScale: 1.5 }),
  linear: core.linearKernel({ offset: 1 }),
  polynomial: core.polynomialKernel({ scale: 0.5 }),
  sum: core.sumOfKernels(core.rbfKernel(), core.linearKernel()),
  product: core.productOfKernels(core.rbfKernel(), core.linearKernel()),
  scaled: core.scaledKernel(core.rbfKernel(), 2),
};

/** The rows by name. */
export const kernelRows: ConformanceTable = {
  // kernel functions

  kernelMatrix: tensorFunction(core.kernelMatrix, {
    at: [rows, others],
    call: Object.fromEntries(Object.entries(kernels).map(([name, kernel]) => [name, on(kernel)])),
    gradient: { rtol: 6e-3 },
    // WGSL promises its sine, which the periodic kernel takes, to 2^-11.
    rtol: 1e-3,
    atol: 5e-4,
    extremes: [[equalRows.map((row) => [...row, 0]), equalRows.map((row) => [...row, 0])]],
    bad: {
      'shape x': () => core.kernelMatrix(core.rbfKernel(), [1, 2]),
      'shape y': () => core.kernelMatrix(core.rbfKernel(), rows, [[1, 2]]),
    },
  }),
  kernelDiagonal: tensorFunction(core.kernelDiagonal, {
    at: [rows],
    call: {
      linear: (x) => core.kernelDiagonal(core.linearKernel(), x),
      rbf: (x) => core.kernelDiagonal(core.rbfKernel(), x),
    },
    bad: { 'shape x': () => core.kernelDiagonal(core.rbfKernel(), [1, 2]) },
  }),
  medianHeuristic: tensorFunction(core.medianHeuristic, {
    at: [rows, others],
    // A constant to gradients.
    order: 0,
    extremes: [[equalRows, equalRows]],
    bad: {
      'shape x': [() => core.medianHeuristic([1, 2]), () => core.medianHeuristic([[1, 2]])],
      'shape y': () => core.medianHeuristic(rows, [[1, 2]]),
    },
  }),
  rbfKernel: utility(core.rbfKernel, {
    call: { default: () => core.rbfKernel(), 'on one set': () => core.kernelMatrix(core.rbfKernel(), rows) },
    bad: {
      'range lengthScale': [0, -1, NaN].map((lengthScale) => () => core.rbfKernel({ lengthScale })),
      'range lengthScale[1]': () => core.rbfKernel({ lengthScale: [1, 0] }),
      'shape lengthScale': () => core.kernelMatrix(core.rbfKernel({ lengthScale: [1, 2] }), rows),
    },
  }),
  laplacianKernel: utility(core.laplacianKernel, {
    call: () => core.laplacianKernel(),
    bad: { 'range lengthScale': () => core.laplacianKernel({ lengthScale: 0 }) },
  }),
  maternKernel: utility(core.maternKernel, {
    call: () => core.maternKernel(),
    bad: {
      'range smoothness': () => core.maternKernel({ smoothness: 1 as 0.5 }),
      'range lengthScale': () => core.maternKernel({ lengthScale: 0 }),
    },
  }),
  rationalQuadraticKernel: utility(core.rationalQuadraticKernel, {
    call: () => core.rationalQuadraticKernel(),
    bad: {
      'range alpha': () => core.rationalQuadraticKernel({ alpha: 0 }),
      'range lengthScale': () => core.rationalQuadraticKernel({ lengthScale: 0 }),
    },
  }),
  inverseMultiquadricKernel: utility(core.inverseMultiquadricKernel, {
    call: () => core.inverseMultiquadricKernel(),
    bad: {
      'range exponent': () => core.inverseMultiquadricKernel({ exponent: 0 }),
      'range lengthScale': () => core.inverseMultiquadricKernel({ lengthScale: 0 }),
    },
  }),
  energyKernel: utility(core.energyKernel, { call: () => core.energyKernel() }),
  periodicKernel: utility(core.periodicKernel, {
    call: () => core.periodicKernel(),
    bad: {
      'range period': () => core.periodicKernel({ period: 0 }),
      'shape period': () => core.kernelMatrix(core.periodicKernel({ period: [1, 2] }), rows),
      'range lengthScale': () => core.periodicKernel({ lengthScale: 0 }),
    },
  }),
  linearKernel: utility(core.linearKernel, {
    call: () => core.linearKernel(),
    bad: {
      'range offset': () => core.linearKernel({ offset: -1 }),
      'dtype offset': () => core.kernelMatrix(core.linearKernel({ offset: text }), rows),
    },
  }),
  polynomialKernel: utility(core.polynomialKernel, {
    call: () => core.polynomialKernel(),
    bad: {
      'range degree': [() => core.polynomialKernel({ degree: 0 }), () => core.polynomialKernel({ degree: 1.5 })],
      'range scale': () => core.polynomialKernel({ scale: 0 }),
      'range offset': () => core.polynomialKernel({ offset: -1 }),
    },
  }),
  sumOfKernels: utility(core.sumOfKernels, {
    call: () => core.sumOfKernels(core.rbfKernel()),
    bad: { 'range kernels': () => core.sumOfKernels() },
  }),
  productOfKernels: utility(core.productOfKernels, {
    call: () => core.productOfKernels(core.rbfKernel()),
    bad: { 'range kernels': () => core.productOfKernels() },
  }),
  scaledKernel: utility(core.scaledKernel, {
    call: () => core.scaledKernel(core.rbfKernel(), 2),
    bad: { 'range variance': () => core.scaledKernel(core.rbfKernel(), 0) },
  }),
};
