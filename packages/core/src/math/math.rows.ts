/** @file The conformance rows of the primitives. */
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { TensorLike } from '../inputs/tensors.js';
import { elementwise, tensorFunction, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';
import { others, rows, text } from '../shared.rows.js';

/** The row of what chooses between two numbers. */
const choice = (fn: (a: TensorLike, b: TensorLike) => Tensor) =>
  tensorFunction(fn, {
    at: [
      [0.3, -1, 2],
      [0.6, -2, 1],
    ],
    ties: [
      [
        [1, 2],
        [1, 2],
      ],
    ],
    extremes: [
      [
        [-Infinity, Infinity],
        [0, 0],
      ],
    ],
    bad: { 'shape b': () => fn([1, 2], [1, 2, 3]) },
  });

/** The rows by name. */
export const mathRows: ConformanceTable = {
  exp: elementwise(core.exp, { extremes: [-1e4, 0, 80] }),
  expRemainder: elementwise(core.expRemainder, { extremes: [-1e4, 0, 80] }),
  oneMinusExp: elementwise(core.oneMinusExp, { extremes: [-1e4, 0, 80] }),
  expm1: elementwise(core.expm1, { extremes: [-1e4, 0, 80] }),
  log1p: elementwise(core.log1p, { domain: [-0.8, 3], extremes: [-0.999, 0, 1e30] }),
  log1mExp: elementwise(core.log1mExp, { domain: [-3, -0.1], extremes: [-1e4, -1] }),
  log1pExp: elementwise(core.log1pExp),
  softplus: elementwise(core.softplus),
  sigmoid: elementwise(core.sigmoid),
  logSigmoid: elementwise(core.logSigmoid),
  tanh: elementwise(core.tanh),
  logCosh: elementwise(core.logCosh),
  safeSqrt: elementwise(core.safeSqrt, { domain: [0.1, 4], extremes: [0, 1e30, -1] }),
  safeAbs: elementwise(core.safeAbs, { domain: [0.1, 3], kinks: [0] }),
  sign: elementwise(core.sign, { domain: [0.1, 3], extremes: [0, -1e30, 1e30, 1e-30] }),
  relu: elementwise(core.relu, { domain: [0.1, 3], kinks: [0] }),
  clip: tensorFunction(core.clip, {
    at: [[-2, -0.5, 0.3, 2]],
    call: (x) => core.clip(x, -1, 1),
    ties: [[[-1, 1]]],
    extremes: [[[-Infinity, Infinity, 0]]],
    bad: { 'range low': () => core.clip([1], NaN, 1), 'range high': () => core.clip([1], 2, 1) },
  }),
  maximum: choice(core.maximum),
  minimum: choice(core.minimum),
  max: tensorFunction(core.max, {
    at: [rows],
    call: {
      all: (x) => core.max(x),
      last: (x) => core.max(x, { axis: -1 }),
      'kept columns': (x) => core.max(x, { axis: [0], keepDims: true }),
    },
    ties: [[[[1, 1, 0]]]],
    extremes: [[[[-Infinity, 1]]]],
    bad: { 'range axis': [() => core.max(rows, { axis: 2 }), () => core.max(rows, { axis: [0, 0] })] },
  }),
  min: tensorFunction(core.min, {
    at: [rows],
    call: {
      all: (x) => core.min(x),
      last: (x) => core.min(x, { axis: -1 }),
      'kept columns': (x) => core.min(x, { axis: [0], keepDims: true }),
    },
    ties: [[[[1, 1, 2]]]],
    extremes: [[[[Infinity, 1]]]],
    bad: { 'range axis': [() => core.min(rows, { axis: 2 }), () => core.min(rows, { axis: NaN })] },
  }),
  pow: tensorFunction(core.pow, {
    at: [
      [0.5, 2, 1.5],
      [2, 0.5, -1],
    ],
    gradient: { eps: 0.02 },
    extremes: [
      [
        [0, 0, 1e10],
        [2, 0, 2],
      ],
    ],
    bad: { 'shape exponent': () => core.pow([1, 2], [1, 2, 3]) },
  }),
  xLogY: tensorFunction(core.xLogY, {
    at: [
      [0.5, 2],
      [0.3, 4],
    ],
    extremes: [
      [
        [0, 0, 1],
        [0, 1, 1e10],
      ],
    ],
    bad: { 'shape y': () => core.xLogY([1, 2], [1, 2, 3]) },
  }),
  dotLast: tensorFunction(core.dotLast, {
    at: [rows, others],
    extremes: [
      [
        [0, 1],
        [-Infinity, 3],
      ],
    ],
    bad: { 'shape values': () => core.dotLast(rows, [1, 2]), 'shape weights': () => core.dotLast(1, 2) },
  }),
  logAddExp: tensorFunction(core.logAddExp, {
    at: [rows, others],
    extremes: [
      [
        [1e4, -Infinity, -Infinity],
        [1e4, 2, -Infinity],
      ],
    ],
    bad: { 'shape b': () => core.logAddExp([1, 2], [1, 2, 3]) },
  }),
  logSumExp: tensorFunction(core.logSumExp, {
    at: [rows],
    call: {
      last: (x) => core.logSumExp(x),
      columns: (x) => core.logSumExp(x, { axis: 0, keepDims: true }),
      masked: (x) => core.logSumExp(x, { mask: [[1, 0, 1]] }),
    },
    extremes: [
      [
        [
          [1e4, 1e4, 1],
          [-Infinity, -Infinity, -Infinity],
          [-1e4, 1e4, 0],
        ],
      ],
    ],
    bad: { 'range axis': () => core.logSumExp(rows, { axis: 2 }), 'shape mask': () => core.logSumExp(rows, { mask: [1, 1] }) },
  }),
  softmax: tensorFunction(core.softmax, {
    at: [rows],
    call: { last: (x) => core.softmax(x), 'warm columns': (x) => core.softmax(x, { axis: 0, temperature: 2 }) },
    extremes: [
      [
        [
          [1e4, 1e4],
          [-Infinity, 2],
          [-Infinity, -Infinity],
        ],
      ],
    ],
    bad: {
      'range axis': () => core.softmax(rows, { axis: 2 }),
      'range temperature': () => core.softmax(rows, { temperature: 0 }),
      'shape logits': () => core.softmax(1),
    },
  }),
  logSoftmax: tensorFunction(core.logSoftmax, {
    at: [rows],
    call: { last: (x) => core.logSoftmax(x), 'warm columns': (x) => core.logSoftmax(x, { axis: 0, temperature: 2 }) },
    extremes: [
      [
        [
          [1e4, 1e4],
          [-Infinity, 2],
          [-Infinity, -Infinity],
        ],
      ],
    ],
    bad: {
      'range axis': () => core.logSoftmax(rows, { axis: 2 }),
      'range temperature': () => core.logSoftmax(rows, { temperature: 0 }),
      'shape logits': () => core.logSoftmax(1),
    },
  }),
  safeNorm: tensorFunction(core.safeNorm, {
    at: [rows],
    call: { all: (x) => core.safeNorm(x), last: (x) => core.safeNorm(x, { axis: -1 }) },
    extremes: [
      [
        [
          [0, 0],
          [1e30, 1e30],
          [1e-30, 0],
        ],
      ],
    ],
    bad: { 'range axis': () => core.safeNorm(rows, { axis: 2 }) },
  }),
  l2Normalize: tensorFunction(core.l2Normalize, {
    at: [rows],
    call: { last: (x) => core.l2Normalize(x), columns: (x) => core.l2Normalize(x, { axis: 0 }) },
    extremes: [
      [
        [
          [0, 0],
          [1e30, 1e30],
        ],
      ],
    ],
    bad: { 'range axis': () => core.l2Normalize(rows, { axis: 2 }) },
  }),
  select: tensorFunction(core.select, {
    at: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    call: (a, b) => core.select([true, false, true], a, b),
    extremes: [
      [
        [1, Infinity, 3],
        [-Infinity, 5, 6],
      ],
    ],
    bad: {
      'shape a': () => core.select([true], [1, 2], [1]),
      'shape b': () => core.select([true], [1], [1, 2]),
      'dtype condition': [() => core.select(text, 1, 2), (keep) => core.select(keep(tensor([1])), [1], [2])],
    },
  }),
};
