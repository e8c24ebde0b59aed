/** @file The conformance rows of indexing, scans, sorts and segments. */
import { tensor, tidy } from '@tensorflow/tfjs-core';
import { disposed, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';
import type { TensorLike } from '../index.js';
import { asTensor, others, rows, text } from '../shared.rows.js';

const recurrenceOp = (x: TensorLike, decay: TensorLike, reverse: boolean) =>
  tidy(() =>
    core.linearRecurrenceOp(
      { x: asTensor('linearRecurrenceOp', 'x', x), decay: asTensor('linearRecurrenceOp', 'decay', decay) },
      { reverse },
    ),
  );

/** The rows by name. */
export const indexingRows: ConformanceTable = {
  // indexing

  takeAlongAxis: tensorFunction(core.takeAlongAxis, {
    at: [rows],
    call: {
      last: (x) =>
        core.takeAlongAxis(x, [
          [2, 2],
          [0, 1],
        ]),
      columns: (x) => core.takeAlongAxis(x, [[1, 0, 1]], 0),
    },
    bad: {
      'shape indices': () => core.takeAlongAxis(rows, [0, 1]),
      'range indices': () => core.takeAlongAxis(rows, [[3], [0]]),
      'dtype indices': [() => core.takeAlongAxis(rows, [[0.5], [0]]), (keep) => core.takeAlongAxis(rows, keep(tensor([[0], [0]])))],
      'range axis': () => core.takeAlongAxis(rows, [[0], [0]], 2),
    },
  }),
  oneHotMask: utility(core.oneHotMask, {
    call: { ids: () => core.oneHotMask([[1, 0]], 3), 'one class': () => core.oneHotMask([0, 0], 1), nothing: () => core.oneHotMask([], 2) },
    bad: {
      'range ids': () => core.oneHotMask([2], 2),
      'range depth': () => core.oneHotMask([0], 0),
      'dtype ids': () => core.oneHotMask([0.5], 2),
      'disposed ids': () => core.oneHotMask(disposed([0], 'int32'), 2),
    },
  }),

  // scans, sorts, segments

  linearRecurrence: tensorFunction(core.linearRecurrence, {
    at: [rows, others],
    call: {
      forward: (x, decay) => core.linearRecurrence(x, decay),
      'reverse and masked': (x, decay) => core.linearRecurrence(x, decay, { reverse: true, mask: [[1, 0, 1]] }),
    },
    extremes: [[[[1, 1e-20, 2]], [[1e30, 0, -1e30]]]],
    bad: {
      'shape x': () => core.linearRecurrence(1, 1),
      'shape decay': () => core.linearRecurrence([1, 2], [1, 2, 3]),
      'shape mask': () => core.linearRecurrence([1, 2], 1, { mask: [1, 1, 1] }),
      'dtype reverse': () => core.linearRecurrence([1, 2], 1, { reverse: 1 as never }),
    },
  }),
  discountedSum: tensorFunction(core.discountedSum, {
    at: [rows, others],
    call: { all: (x, d) => core.discountedSum(x, d), masked: (x, d) => core.discountedSum(x, d, { mask: [[1], [0]] }) },
    bad: {
      'shape discount': () => core.discountedSum([1, 2], [1, 2, 3]),
      'shape mask': () => core.discountedSum([1], 1, { mask: [1, 1] }),
    },
  }),
  linearRecurrenceOp: tensorFunction(core.linearRecurrenceOp, {
    at: [rows, others],
    call: {
      forward: (x, decay) => recurrenceOp(x, decay, false),
      reverse: (x, decay) => recurrenceOp(x, decay, true),
    },
  }),
  cumprod: tensorFunction(core.cumprod, {
    at: [rows],
    call: {
      last: (x) => core.cumprod(x),
      'exclusive columns, backwards': (x) => core.cumprod(x, { axis: 0, exclusive: true, reverse: true }),
    },
    extremes: [[[[0, 2, 0, -3]]]],
    bad: {
      'shape x': () => core.cumprod(1),
      'range axis': () => core.cumprod(rows, { axis: 2 }),
      'dtype exclusive': () => core.cumprod(rows, { exclusive: 1 as never }),
      'dtype reverse': () => core.cumprod(rows, { reverse: 1 as never }),
    },
  }),
  cumsum: tensorFunction(core.cumsum, {
    at: [rows],
    call: {
      last: (x) => core.cumsum(x),
      'exclusive columns, backwards': (x) => core.cumsum(x, { axis: 0, exclusive: true, reverse: true }),
    },
    extremes: [[[[0, 2, 0, -3]]]],
    bad: {
      'shape x': () => core.cumsum(1),
      'range axis': () => core.cumsum(rows, { axis: 2 }),
      'dtype exclusive': () => core.cumsum(rows, { exclusive: 1 as never }),
      'dtype reverse': () => core.cumsum(rows, { reverse: 1 as never }),
    },
  }),
  sort: tensorFunction(core.sort, {
    at: [rows],
    call: { last: (x) => core.sort(x), 'columns, descending': (x) => core.sort(x, { axis: 0, descending: true }) },
    ties: [[[1, 1, 0]]],
    extremes: [[[[Infinity, -Infinity, 1e38, -1e38]]]],
    bad: {
      'shape x': () => core.sort(1),
      'range axis': () => core.sort(rows, { axis: 2 }),
      'dtype descending': () => core.sort(rows, { descending: 1 as never }),
    },
  }),
  argsort: utility(core.argsort, {
    call: { last: () => core.argsort(rows), columns: () => core.argsort(rows, { axis: 0, descending: true }) },
    bad: {
      'shape x': () => core.argsort(1),
      'range axis': () => core.argsort(rows, { axis: 2 }),
      'dtype x': () => core.argsort(text),
      'disposed x': () => core.argsort(disposed()),
    },
  }),
  topK: tensorFunction(core.topK, {
    at: [rows],
    call: {
      largest: (x) => tidy(() => core.topK(x, 2).values),
      'smallest of columns': (x) => tidy(() => core.topK(x, 1, { axis: 0, largest: false }).values),
    },
    bad: {
      'shape x': () => core.topK(1, 1),
      'range k': [() => core.topK(rows, 4), () => core.topK(rows, -1)],
      'range axis': () => core.topK(rows, 1, { axis: 2 }),
      'dtype largest': () => core.topK(rows, 1, { largest: 1 as never }),
    },
  }),
  quantile: tensorFunction(core.quantile, {
    at: [rows],
    call: {
      'one of all': (x) => core.quantile(x, 0.3),
      'several of columns': (x) => core.quantile(x, [0.1, 0.9], { axis: 0, keepDims: true }),
    },
    extremes: [[[[Infinity, 1, -Infinity]]]],
    bad: {
      'range q': [() => core.quantile(rows, 2), () => core.quantile(rows, [0.5, NaN])],
      'shape q': () => core.quantile(rows, []),
      'range axis': () => core.quantile(rows, 0.5, { axis: 2 }),
      'range interpolation': () => core.quantile(rows, 0.5, { interpolation: text }),
    },
  }),
  median: tensorFunction(core.median, {
    at: [rows],
    call: { all: (x) => core.median(x), columns: (x) => core.median(x, { axis: 0 }) },
    bad: { 'range axis': () => core.median(rows, { axis: 2 }) },
  }),
  gatherNd: tensorFunction(core.gatherNd, {
    at: [rows],
    call: {
      elements: (x) =>
        core.gatherNd(x, [
          [0, 1],
          [1, 2],
          [0, 1],
        ]),
      'whole rows': (x) => core.gatherNd(x, [[1], [0]]),
    },
    bad: {
      'shape indices': [() => core.gatherNd(rows, [[0, 1, 2]]), () => core.gatherNd(rows, 0)],
      'range indices': () => core.gatherNd(rows, [[2]]),
      'dtype indices': () => core.gatherNd(rows, [[0.5]]),
    },
  }),
  segmentSum: tensorFunction(core.segmentSum, {
    at: [rows],
    call: { apart: (x) => core.segmentSum(x, [2, 0], 3), together: (x) => core.segmentSum(x, [1, 1], 3) },
    bad: {
      'shape x': () => core.segmentSum(1, [0], 1),
      'shape ids': () => core.segmentSum(rows, [0], 1),
      'range ids': () => core.segmentSum(rows, [0, 1], 1),
      'dtype ids': () => core.segmentSum(rows, [0.5, 0], 1),
      'range count': () => core.segmentSum(rows, [0, 0], -1),
    },
  }),
  segmentMean: tensorFunction(core.segmentMean, {
    at: [rows],
    call: { apart: (x) => core.segmentMean(x, [2, 0], 3), together: (x) => core.segmentMean(x, [1, 1], 3) },
    bad: {
      'shape x': () => core.segmentMean(1, [0], 1),
      'shape ids': () => core.segmentMean(rows, [0], 1),
      'range ids': () => core.segmentMean(rows, [0, 1], 1),
      'dtype ids': () => core.segmentMean(rows, [0.5, 0], 1),
      'range count': () => core.segmentMean(rows, [0, 0], -1),
    },
  }),
};
