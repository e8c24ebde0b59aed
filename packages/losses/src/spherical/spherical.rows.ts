/** @file The conformance rows of the spherical family. */
import { tensor } from '@tensorflow/tfjs-core';
import { classLoss, hostFunction, utility, type ConformanceTable, type Row } from '@surrogate/testing';
import * as losses from '../index.js';

/** A member: rows of outputs, and the same from sums. */
const member = (subject: unknown, record: losses.SphericalLoss, bad = {}): Row =>
  utility(subject, {
    call: {
      rows: (keep) => record.rows(keep(tensor([[0.3, -1.2, 2.1]])), keep(tensor([[0, 0, 1]]))),
      sums: () => record.ofSums({ label: 2.1, sum: 1.2, squares: 5.94 }, 3),
    },
    bad,
  });

const ties = 'deviations of 0 make slopes of 1000';
const huge = 'logits must be finite; huge ones are the same as small ones';
const head = () => losses.sphericalHead([1, 2, 3, 4, 5, 6], 2);
const step = { learningRate: 0.1 };

/** The rows by name. */
export const sphericalRows: ConformanceTable = {
  // A row whose logits all tie has almost no deviation to divide by.
  zLoss: classLoss(losses.zLoss, { numbers: ['sharpness', 'location', 'eps'], not: { ties, extremes: huge } }),
  sphericalLoss: classLoss(losses.sphericalLoss, {
    options: { loss: losses.logTaylorSoftmax },
    not: { extremes: huge },
    bad: { 'dtype loss': () => losses.sphericalLoss([[0, 1]], [0], { loss: 'z' as never }) },
  }),
  sphericalZ: member(losses.sphericalZ, losses.sphericalZ(), {
    'range sharpness': () => losses.sphericalZ({ sharpness: 0 }),
    'range location': () => losses.sphericalZ({ location: NaN }),
    'range eps': () => losses.sphericalZ({ eps: 0 }),
  }),
  sphericalSquaredError: member(losses.sphericalSquaredError, losses.sphericalSquaredError),
  logTaylorSoftmax: member(losses.logTaylorSoftmax, losses.logTaylorSoftmax),
  logSphericalSoftmax: member(losses.logSphericalSoftmax, losses.logSphericalSoftmax(), {
    'range eps': () => losses.logSphericalSoftmax({ eps: 0 }),
  }),
  sphericalHead: hostFunction(losses.sphericalHead, {
    call: head,
    bad: {
      'range inputs': () => losses.sphericalHead([1, 2], 0),
      'shape weights': [() => losses.sphericalHead([1, 2, 3], 2), () => losses.sphericalHead([], 2)],
    },
  }),
  sphericalHeadWeights: hostFunction(losses.sphericalHeadWeights, { call: () => losses.sphericalHeadWeights(head()) }),
  sphericalHeadStep: hostFunction(losses.sphericalHeadStep, {
    call: () => losses.sphericalHeadStep(head(), [0.5, -1], 2, step),
    bad: {
      'shape hidden': () => losses.sphericalHeadStep(head(), [1], 0, step),
      'range label': [() => losses.sphericalHeadStep(head(), [1, 1], 3, step), () => losses.sphericalHeadStep(head(), [1, 1], 0.5, step)],
      'range learningRate': () => losses.sphericalHeadStep(head(), [1, 1], 0, { learningRate: NaN }),
      'dtype loss': () => losses.sphericalHeadStep(head(), [1, 1], 0, { ...step, loss: 'z' as never }),
    },
  }),
};
