/** @file The conformance rows of the loss frame and of what is recorded. */
import { grad, mul, neg, scalar, square, squaredDifference, tensor, tidy } from '@tensorflow/tfjs-core';
import { classLoss, regressionLoss, disposed, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';
import type { ClassLossOptions, Labels, LossOptions, TensorLike } from '../index.js';
import { asTensor, rows, text } from '../shared.rows.js';

const squared = (predictions: TensorLike, targets: TensorLike, options: LossOptions = {}) =>
  core.lossScope('lossScope', { predictions, targets }, options, (row) => squaredDifference(row.predictions, row.targets));

const crossEntropy = (logits: TensorLike, labels: Labels, options: ClassLossOptions = {}) =>
  core.classLossScope('classLossScope', { logits, labels }, options, (row) => neg(core.dotLast(row.target, core.logSoftmax(row.logits))));

/** The rows by name. */
export const lossRows: ConformanceTable = {
  // losses

  lossScope: { ...regressionLoss(squared), subject: core.lossScope },
  classLossScope: { ...classLoss(crossEntropy), subject: core.classLossScope },
  reduceLoss: tensorFunction(core.reduceLoss, {
    at: [
      [1, 5, -2],
      [1, 2, 0.5],
    ],
    call: {
      mean: (x, w) => core.reduceLoss(x, w),
      sum: (x, w) => core.reduceLoss(x, w, 'sum'),
      none: (x, w) => core.reduceLoss(x, w, 'none'),
    },
    extremes: [
      [
        [1, 2],
        [0, 0],
      ],
    ],
    bad: {
      'shape weights': () => core.reduceLoss([1, 2], [1, 2, 3]),
      'range reduction': () => core.reduceLoss([1, 2], undefined, text),
    },
  }),
  reduceTokens: tensorFunction(core.reduceTokens, {
    at: [rows],
    call: {
      token: (x) => core.reduceTokens(x),
      sequence: (x) =>
        core.reduceTokens(x, {
          normalizer: 'sequence',
          mask: [
            [1, 1, 0],
            [1, 0, 0],
          ],
        }),
      'a constant': (x) => core.reduceTokens(x, { normalizer: 4, weights: [[2], [1]] }),
      'nothing left': (x) => core.reduceTokens(x, { mask: [[0], [0]] }),
    },
    bad: {
      'shape losses': () => core.reduceTokens([1, 2]),
      'shape mask': () => core.reduceTokens(rows, { mask: [1, 1] }),
      'range normalizer': [() => core.reduceTokens(rows, { normalizer: text }), () => core.reduceTokens(rows, { normalizer: 0 })],
    },
  }),

  // what is recorded

  detach: utility(core.detach, {
    call: { value: (keep) => core.detach(keep(tensor(rows))), gradient: (keep) => grad((x) => mul(x, core.detach(x)))(keep(scalar(3))) },
  }),
  noGrad: utility(core.noGrad, {
    call: {
      value: (keep) => core.noGrad(() => square(keep(scalar(3)))),
      gradient: (keep) =>
        grad((x) =>
          mul(
            x,
            core.noGrad(() => square(x)),
          ),
        )(keep(scalar(3))),
    },
  }),
  straightThrough: utility(core.straightThrough, {
    call: {
      value: () => core.straightThrough([1, 2], [0.4, 0.6]),
      gradient: (keep) =>
        grad((x) =>
          mul(
            x,
            core.straightThrough(
              tidy(() => mul(x, 2)),
              x,
            ),
          ),
        )(keep(scalar(3))),
    },
    bad: {
      'shape surrogate': () => core.straightThrough([1, 2], [1]),
      'dtype value': () => core.straightThrough(text, [1]),
      'disposed surrogate': () => core.straightThrough([1], disposed()),
    },
  }),
  reverseGradient: utility(core.reverseGradient, {
    call: { value: () => core.reverseGradient([1, 2]), gradient: (keep) => grad((x) => core.reverseGradient(x, 0.5))(keep(scalar(3))) },
    bad: {
      'range scale': () => core.reverseGradient([1], NaN),
      'dtype x': () => core.reverseGradient(text),
      'disposed x': () => core.reverseGradient(disposed()),
    },
  }),
  differentiable: tensorFunction(core.differentiable, {
    at: [[0.3, -1.2]],
    call: (x) =>
      tidy(() =>
        core.differentiable(
          { x: asTensor('differentiable', 'x', x) },
          (inputs) => mul(inputs.x, square(inputs.x)),
          (inputs, upstream) => ({ x: () => mul(upstream, mul(3, square(inputs.x))) }),
        ),
      ),
  }),
};
