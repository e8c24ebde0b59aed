/** @file The rows of in-context learning. */
import { rng } from '@surrogate/core';
import { identityMatrix, matrixFromRows } from '@surrogate/core/host';
import { hostFunction, tensorFunction, type ConformanceTable } from '@surrogate/testing';
import * as diagnostics from '../index.js';

const context = [[[1, 2], [0.5, -1]]]; // prettier-ignore
const query = [[0.7]];
const layer = { attention: [[0.2, 0.1], [-0.3, 0.4]], value: [0.3, 1] }; // prettier-ignore
const draw = (more: object = {}, random: unknown = rng(1)) =>
  diagnostics.drawPrompts({ prompts: 2, examples: 3, inputs: 2, ...more }, random as never);

/** The rows by name. */
export const inContextRows: ConformanceTable = {
  linearSelfAttention: tensorFunction(diagnostics.linearSelfAttention, {
    at: [context, query, layer.attention, layer.value],
    call: (z, q, attention, value) => diagnostics.linearSelfAttention({ context: z, query: q }, { attention: attention, value: value }),
    bad: {
      'shape context': () => diagnostics.linearSelfAttention({ context: [[1]], query }, layer),
      'shape query': () => diagnostics.linearSelfAttention({ context, query: [[1, 2]] }, layer),
      'shape attention': () => diagnostics.linearSelfAttention({ context, query }, { ...layer, attention: [[1]] }),
      'shape value': () => diagnostics.linearSelfAttention({ context, query }, { ...layer, value: [1] }),
    },
  }),
  oneStepGdPredictor: tensorFunction(diagnostics.oneStepGdPredictor, {
    at: [context, query, [[2]]],
    call: (z, q, preconditioner) => diagnostics.oneStepGdPredictor({ context: z, query: q }, 0.1, preconditioner),
    bad: {
      'shape context': () => diagnostics.oneStepGdPredictor({ context: [[1]], query }, 0.1),
      'shape query': () => diagnostics.oneStepGdPredictor({ context, query: [[1, 2]] }, 0.1),
      'shape preconditioner': () => diagnostics.oneStepGdPredictor({ context, query }, 0.1, [1]),
      'range eta': () => diagnostics.oneStepGdPredictor({ context, query }, NaN),
    },
  }),
  optimalIclStep: hostFunction(diagnostics.optimalIclStep, {
    call: () => diagnostics.optimalIclStep({ examples: 3, inputs: 2 }),
    bad: {
      'range examples': () => diagnostics.optimalIclStep({ examples: 0, inputs: 2 }),
      'range inputs': () => diagnostics.optimalIclStep({ examples: 1, inputs: 0.5 }),
      'range noiseVariance': () => diagnostics.optimalIclStep({ examples: 1, inputs: 1, noiseVariance: -1 }),
    },
  }),
  attentionOfOneStep: hostFunction(diagnostics.attentionOfOneStep, {
    call: () => diagnostics.attentionOfOneStep(0.1, 3, identityMatrix(2)),
    bad: {
      'range eta': () => diagnostics.attentionOfOneStep(NaN, 3, identityMatrix(2)),
      'range examples': () => diagnostics.attentionOfOneStep(1, 0, identityMatrix(2)),
      'dtype preconditioner': () => diagnostics.attentionOfOneStep(1, 1, [[1]] as never),
      'shape preconditioner': () => diagnostics.attentionOfOneStep(1, 1, matrixFromRows([[1, 2]])),
    },
  }),
  drawPrompts: hostFunction(diagnostics.drawPrompts, {
    call: () => draw({ covariance: matrixFromRows([[2, 0.5], [0.5, 1]]), noiseVariance: 0.1 }), // prettier-ignore
    bad: {
      'dtype rng': () => draw({}, 3),
      'range prompts': () => draw({ prompts: 0 }),
      'range examples': () => draw({ examples: 0 }),
      'range inputs': () => draw({ inputs: 0, covariance: identityMatrix(2) }),
      'range noiseVariance': () => draw({ noiseVariance: NaN }),
      'shape covariance': () => draw({ covariance: identityMatrix(3) }),
    },
  }),
};
