/** @file The conformance rows of moments, distances and linear algebra. */
import { mul, tensor, tidy } from '@tensorflow/tfjs-core';
import { disposed, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';
import type { TensorLike } from '../index.js';
import { asTensor, others, rows, text } from '../shared.rows.js';

/** The distances within each of two sets. */
const apart = (x: TensorLike, y: TensorLike) => tidy(() => mul(core.pairwiseSquaredDistances(x), core.pairwiseSquaredDistances(y)));

/** The root of a positive definite matrix, and that matrix. */
const root = [
  [1.2, 0.3],
  [-0.4, 0.9],
];
const spd = (fn: string, x: TensorLike) => core.gramMatrix(asTensor(fn, 'a', x));

/** The rows by name. */
export const linalgRows: ConformanceTable = {
  // moments and distances

  hostMatrix: utility(core.hostMatrix, {
    call: (keep) => core.hostMatrix('hostMatrix', 'x', keep(tensor([[1, 2, 3]]))).data,
    bad: { 'shape x': (keep) => core.hostMatrix('hostMatrix', 'x', keep(tensor([1, 2]))) },
    backends: ['cpu', 'wasm'],
    because: 'it is for backends that keep numbers on the host',
  }),
  maskedMean: tensorFunction(core.maskedMean, {
    at: [rows],
    call: { all: (x) => core.maskedMean(x), masked: (x) => core.maskedMean(x, { mask: [[1, 0, 1]], axis: 1, keepDims: true }) },
    extremes: [[[[1e30, -1e30, 0]]]],
    bad: { 'shape mask': () => core.maskedMean(rows, { mask: [1, 1] }), 'range axis': () => core.maskedMean(rows, { axis: 2 }) },
  }),
  maskedVariance: tensorFunction(core.maskedVariance, {
    at: [rows],
    call: { all: (x) => core.maskedVariance(x), masked: (x) => core.maskedVariance(x, { mask: [[1, 0, 1]], axis: 1, ddof: 0 }) },
    extremes: [[[[3, 3, 3]]]],
    bad: {
      'shape mask': () => core.maskedVariance(rows, { mask: [1, 1] }),
      'range axis': () => core.maskedVariance(rows, { axis: 2 }),
      'range ddof': () => core.maskedVariance(rows, { ddof: -1 }),
    },
  }),
  standardize: tensorFunction(core.standardize, {
    at: [rows],
    call: {
      all: (x) => core.standardize(x),
      masked: (x) => core.standardize(x, { mask: [[1, 0, 1]], ddof: 0 }),
    },
    extremes: [[[[3, 3, 3]]]],
    bad: {
      'shape mask': () => core.standardize(rows, { mask: [1, 1] }),
      'range axis': () => core.standardize(rows, { axis: 2 }),
      'range ddof': () => core.standardize(rows, { ddof: NaN }),
      'range eps': () => core.standardize(rows, { eps: 0 }),
    },
  }),
  pairwiseSquaredDistances: tensorFunction(core.pairwiseSquaredDistances, {
    at: [rows, others],
    call: { two: (x, y) => core.pairwiseSquaredDistances(x, y), 'one and another': (x, y) => apart(x, y) },
    extremes: [
      [
        [
          [1e18, 0],
          [0, 0],
        ],
        [[1e18, 0]],
      ],
    ],
    bad: {
      'shape x': () => core.pairwiseSquaredDistances([1, 2]),
      'shape y': [() => core.pairwiseSquaredDistances(rows, [[1, 2]]), () => core.pairwiseSquaredDistances(rows, [1, 2, 3])],
    },
  }),
  pairwiseSquaredDistancesOp: tensorFunction(core.pairwiseSquaredDistancesOp, {
    at: [rows, others],
    call: (x, y) =>
      tidy(() =>
        core.pairwiseSquaredDistancesOp(
          { x: asTensor('pairwiseSquaredDistancesOp', 'x', x), y: asTensor('pairwiseSquaredDistancesOp', 'y', y) },
          {},
        ),
      ),
  }),
  gramMatrix: tensorFunction(core.gramMatrix, {
    at: [rows, others],
    bad: { 'shape x': () => core.gramMatrix([1, 2]), 'shape y': () => core.gramMatrix(rows, [[1, 2]]) },
  }),
  centerGram: tensorFunction(core.centerGram, {
    at: [
      [
        [1, 0.3],
        [-0.2, 2],
      ],
    ],
    bad: { 'shape gram': [() => core.centerGram(rows), () => core.centerGram(1)] },
  }),

  // linear algebra

  cholesky: tensorFunction(core.cholesky, {
    at: [root],
    call: {
      one: (x) => tidy(() => core.cholesky(spd('cholesky', x))),
      jitter: (x) => tidy(() => core.cholesky(spd('cholesky', x), { jitter: 0.5 })),
    },
    bad: {
      'shape a': [() => core.cholesky(rows), () => core.cholesky([1])],
      'range jitter': () => core.cholesky(root, { jitter: -1 }),
      'disposed a': () => core.cholesky(disposed([[1]])),
      'dtype a': () => core.cholesky(text),
    },
  }),
  spdSolve: tensorFunction(core.spdSolve, {
    at: [root, root],
    call: (x, b) => tidy(() => core.spdSolve(spd('spdSolve', x), b)),
    bad: {
      'shape a': () => core.spdSolve(rows, [1, 2]),
      'shape b': () => core.spdSolve(root, [1, 2, 3]),
      'range jitter': () => core.spdSolve(root, [1, 2], { jitter: NaN }),
    },
  }),
  logDet: tensorFunction(core.logDet, {
    at: [root],
    call: (x) => tidy(() => core.logDet(spd('logDet', x))),
    bad: { 'shape a': () => core.logDet(rows), 'range jitter': () => core.logDet(root, { jitter: -1 }) },
  }),
  triangularSolve: tensorFunction(core.triangularSolve, {
    at: [root, root],
    call: {
      lower: (l, b) => core.triangularSolve(l, b),
      'upper, transposed': (l, b) => core.triangularSolve(l, b, { lower: false, transposed: true }),
    },
    bad: {
      'shape l': () => core.triangularSolve(rows, [1, 2]),
      'shape b': () => core.triangularSolve(root, [1, 2, 3]),
      'dtype lower': () => core.triangularSolve(root, [1, 2], { lower: 1 as never }),
      'dtype transposed': () => core.triangularSolve(root, [1, 2], { transposed: 1 as never }),
    },
  }),
  newtonSchulz: tensorFunction(core.newtonSchulz, {
    at: [rows],
    call: (x) => core.newtonSchulz(x, { steps: 2 }),
    gradient: { rtol: 6e-3 },
    extremes: [[[[0, 0]]]],
    bad: {
      'shape x': () => core.newtonSchulz([1]),
      'range steps': () => core.newtonSchulz(rows, { steps: 0 }),
      'range eps': () => core.newtonSchulz(rows, { eps: 0 }),
      'shape coefficients': () => core.newtonSchulz(rows, { coefficients: [1, 2] as never }),
      'range coefficients': () => core.newtonSchulz(rows, { coefficients: [1, NaN, 2] }),
    },
  }),
  einsum: tensorFunction(core.einsum, {
    at: [rows, others],
    call: {
      product: (x, y) => core.einsum('ij,kj->ik', x, y),
      'sum over all': (x, y) => core.einsum('ij,ij->', x, y),
      spread: (x, y) => core.einsum('...j,...j', x, y),
    },
    bad: {
      'shape operands': [() => core.einsum('ij,jk', rows), () => core.einsum('i', rows), () => core.einsum('ij,jk', rows, rows)],
      'range equation': [() => core.einsum('i->j', [1]), () => core.einsum('i>j', [1]), () => core.einsum('i->ii', [1])],
      'dtype equation': () => core.einsum(3 as never, [1]),
    },
  }),
};
