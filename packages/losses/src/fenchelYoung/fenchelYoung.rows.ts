/** @file The conformance rows of Fenchel-Young losses. */
import { tensor } from '@tensorflow/tfjs-core';
import { classLoss, tensorFunction, utility, type ConformanceTable, type Row } from '@surrogate/testing';
import * as losses from '../index.js';

const member = (record: losses.Regularizer): Row =>
  utility(record, {
    call: {
      conjugate: (keep) => record.conjugate(keep(tensor([[0.3, -1.2, 2.1]]))),
      value: (keep) => record.value!(keep(tensor([[0.2, 0, 0.8]]))),
    },
  });

const map = (fn: typeof losses.sparsemax): Row =>
  tensorFunction(fn, {
    at: [
      [
        [0.4, -1.3, 0.1],
        [2.2, 1.9, 1.6],
      ],
    ],
    extremes: [[[[1e4, -1e4, 0]]], [[[-Infinity, 1, 2]]], [[[3, 3, 3]]]],
    bad: { 'shape logits': () => fn(1) },
  });

/** The rows by name. */
export const fenchelYoungRows: ConformanceTable = {
  sparsemax: map(losses.sparsemax),
  entmax15: map(losses.entmax15),
  shannonNegentropy: member(losses.shannonNegentropy),
  giniNegentropy: member(losses.giniNegentropy),
  tsallis15Negentropy: member(losses.tsallis15Negentropy),
  halfSquaredNorm: member(losses.halfSquaredNorm),
  fenchelYoungLoss: classLoss(losses.fenchelYoungLoss, {
    bad: { 'dtype regularizer': () => losses.fenchelYoungLoss([[0, 1]], [0], { regularizer: 'l2' as never }) },
  }),
  sparsemaxLoss: classLoss(losses.sparsemaxLoss),
  entmax15Loss: classLoss(losses.entmax15Loss),
};
