/** @file The rows of decisions by utility. */
import { tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import { tensor, tidy } from '@tensorflow/tfjs-core';
import * as diagnostics from '../index.js';

const logits = [
  [0.3, -1.2, 2.1],
  [1, 0.8, -0.5],
];

/** The rows by name. */
export const decisionRows: ConformanceTable = {
  smoothingInverse: utility(diagnostics.smoothingInverse, {
    call: (keep) => tidy(() => diagnostics.smoothingInverse(0.3).probs(keep(tensor(logits)))),
    bad: { 'range epsilon': [-0.1, 1, NaN].map((epsilon) => () => diagnostics.smoothingInverse(epsilon)) },
  }),
  temperatureScaling: utility(diagnostics.temperatureScaling, {
    call: (keep) => tidy(() => diagnostics.temperatureScaling(0.7).probs(keep(tensor(logits)))),
    bad: { 'range temperature': [0, NaN].map((temperature) => () => diagnostics.temperatureScaling(temperature)) },
  }),
  utilityProbs: tensorFunction(diagnostics.utilityProbs, {
    at: [logits],
    call: {
      'at a temperature': (z) => diagnostics.utilityProbs(z, diagnostics.temperatureScaling(0.7)),
      'without smoothing': (z) => diagnostics.utilityProbs(z, diagnostics.smoothingInverse(0.05)),
    },
    extremes: [[[[1e4, -1e4, 0]]], [[[0, 0, 0]]]],
    bad: {
      'shape logits': () => diagnostics.utilityProbs(1, diagnostics.temperatureScaling(1)),
      'dtype transform': () => diagnostics.utilityProbs([1], 'softmax' as never),
    },
  }),
  fitTemperature: utility(diagnostics.fitTemperature, {
    call: () => diagnostics.fitTemperature([...logits, ...logits], [2, 0, 0, 1]),
    bad: {
      'shape logits': () => diagnostics.fitTemperature([1, 2], [0]),
      'shape labels': () => diagnostics.fitTemperature(logits, [0]),
      'range labels': () => diagnostics.fitTemperature(logits, [0, 3]),
      'range logits': () => diagnostics.fitTemperature([[Infinity, 0]], [0]),
    },
  }),
};
