/** @file The conformance rows of several losses at once. */
import { matrixFromRows } from '@surrogate/core/host';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { hostFunction, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import * as optim from '../index.js';

const gram = matrixFromRows([[1, -0.5], [-0.5, 1.25]]); // prettier-ignore
const wide = { rows: 1, cols: 2, data: Float64Array.of(1, 2) };
const options = { validationLoss: 1 };
const gradients = (keep: Keep) => [{ w: keep(tensor([1, 0])) }, { w: keep(tensor([-0.5, 1])) }];
const target = (keep: Keep): { w: Tensor } => ({ w: keep(tensor([1, 0.5])) });

/** The rows by name. */
export const paretoRows: ConformanceTable = {
  minimumNormWeights: hostFunction(optim.minimumNormWeights, {
    call: () => optim.minimumNormWeights(gram),
    bad: { 'shape gram': () => optim.minimumNormWeights(wide), 'dtype gram': () => optim.minimumNormWeights([[1]] as never) },
  }),
  preferenceWeights: hostFunction(optim.preferenceWeights, {
    call: {
      balance: () => optim.preferenceWeights(gram, [1, 0], options),
      descent: () => optim.preferenceWeights(gram, [1, 0], { validationLoss: 0, relax: true }),
    },
    bad: {
      'shape gram': () => optim.preferenceWeights(wide, [1, 2], options),
      'shape alignment': () => optim.preferenceWeights(gram, [1], options),
      'range validationLoss': () => optim.preferenceWeights(gram, [1, 0], { validationLoss: NaN }),
      'range threshold': () => optim.preferenceWeights(gram, [1, 0], { ...options, threshold: -1 }),
      'dtype relax': () => optim.preferenceWeights(gram, [1, 0], { ...options, relax: 1 as never }),
    },
  }),
  paretoGradient: utility(optim.paretoGradient, {
    call: (keep) => optim.paretoGradient(gradients(keep), target(keep), options),
    bad: { 'shape gradients': (keep) => optim.paretoGradient([], target(keep), options) },
  }),
  refineTargetPrediction: hostFunction(optim.refineTargetPrediction, {
    call: () => optim.refineTargetPrediction([0.6, 0.4], [0.1, 0.9]),
    bad: {
      'shape targetProbs': () => optim.refineTargetPrediction([1, 0], [1]),
      'range sourceProbs': () => optim.refineTargetPrediction([-1, 2], [1, 1]),
      'range targetProbs': () => optim.refineTargetPrediction([1, 0], [0, 1]),
    },
  }),
};
