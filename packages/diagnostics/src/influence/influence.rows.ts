/** @file The conformance rows of influence functions. */
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as diagnostics from '../index.js';

const layer: diagnostics.LayerRecord = {
  activations: matrixFromRows([[1, 1], [0.5, 1], [-2, 1]]), // prettier-ignore
  outputGradients: matrixFromRows([[0.2, -0.2], [-0.5, 0.5], [0.1, -0.3]]), // prettier-ignore
  weights: Float64Array.of(1, 2, 0.5),
};
const factors = diagnostics.ekfacFactors([layer]);
const gradients = [matrixFromRows([[1, 2], [3, -1]])]; // prettier-ignore
const odd = [matrixFromRows([[1]])]; // prettier-ignore
const scores = matrixFromRows([[1, 2, -1], [0, 0, 0]]); // prettier-ignore
const outcomes = matrixFromRows([[1, 2], [3, 1]]); // prettier-ignore

/** The rows by name. */
export const influenceRows: ConformanceTable = {
  ekfacFactors: hostFunction(diagnostics.ekfacFactors, {
    call: {
      corrected: () => diagnostics.ekfacFactors([layer]),
      'K-FAC': () => diagnostics.ekfacFactors([layer], { corrected: false, damping: 0.1 }),
    },
    bad: {
      'range damping': () => diagnostics.ekfacFactors([layer], { damping: 0 }),
      'dtype corrected': () => diagnostics.ekfacFactors([layer], { corrected: 1 as never }),
      'dtype layers[0].activations': () => diagnostics.ekfacFactors([{ ...layer, activations: [[1]] as never }]),
      'shape layers[0].outputGradients': () => diagnostics.ekfacFactors([{ ...layer, outputGradients: matrixFromRows([[1]]) }]),
      'shape layers[0].weights': () => diagnostics.ekfacFactors([{ ...layer, weights: Float64Array.of(1) }]),
      'range layers[0].weights': () => diagnostics.ekfacFactors([{ ...layer, weights: new Float64Array(3) }]),
    },
  }),
  ekfacInverse: hostFunction(diagnostics.ekfacInverse, {
    call: () => diagnostics.ekfacInverse(factors, gradients),
    bad: {
      'shape gradients': () => diagnostics.ekfacInverse(factors, []),
      'shape gradients[0]': () => diagnostics.ekfacInverse(factors, odd),
    },
  }),
  influenceScores: hostFunction(diagnostics.influenceScores, {
    call: () => diagnostics.influenceScores(factors, [gradients], [gradients, gradients]),
    bad: {
      'shape queries[0]': () => diagnostics.influenceScores(factors, [odd], [gradients]),
      'shape examples[0]': () => diagnostics.influenceScores(factors, [gradients], [odd]),
    },
  }),
  linearDatamodelingScore: hostFunction(diagnostics.linearDatamodelingScore, {
    call: () => diagnostics.linearDatamodelingScore(scores, [[0, 1], [2]], outcomes), // prettier-ignore
    bad: {
      'dtype scores': () => diagnostics.linearDatamodelingScore([[1]] as never, [[0], [1]], outcomes), // prettier-ignore
      'shape outcomes': () => diagnostics.linearDatamodelingScore(scores, [[0]], outcomes),
      'range subsets[1]': () => diagnostics.linearDatamodelingScore(scores, [[0], [3]], outcomes), // prettier-ignore
    },
  }),
};
