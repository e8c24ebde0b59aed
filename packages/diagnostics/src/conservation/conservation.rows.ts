/** @file The rows of conservation laws. */
import type { TensorLike } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { batchLoss, hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as diagnostics from '../index.js';

const mean = Float64Array.of(1, 2, 3);
const variances = Float64Array.of(0.1, 0.2, 0.4);
const law = { weights: matrixFromRows([[0.25, 0.5, 0.25]]), values: Float64Array.of(2.5) };
const update = (more: object = {}, other: object = {}, options: object = {}) =>
  diagnostics.conservationUpdate({ mean, covariance: variances, ...more }, { ...law, ...other }, options);
const smooth = (more: object = {}, options: object = {}) =>
  diagnostics.secondDifferencePenaltyUpdate({ mean, covariance: variances, ...more }, options);
const g = [0.25, 0.5, 0.25];
const prediction = {
  means: [[0.3, -1.2, 2.1], [0.5, 0.2, 1]], // prettier-ignore
  variances: [[0.5, 1.2, 2], [0.8, 0.3, 0.1]], // prettier-ignore
  targets: [[0.1, -0.8, 1.5], [0.3, 0, 1.1]], // prettier-ignore
};

/** The rows by name. */
export const conservationRows: ConformanceTable = {
  quadratureWeights: hostFunction(diagnostics.quadratureWeights, {
    call: { trapezoid: () => diagnostics.quadratureWeights([0, 1, 3]), right: () => diagnostics.quadratureWeights([0, 1, 3], 'right') },
    bad: {
      'shape x': () => diagnostics.quadratureWeights([1]),
      'range x': [[1, 0], [0, NaN], [0, Infinity]].map((x) => () => diagnostics.quadratureWeights(x)), // prettier-ignore
      'range rule': () => diagnostics.quadratureWeights([0, 1], 'left' as never),
    },
  }),
  conservationUpdate: hostFunction(diagnostics.conservationUpdate, {
    call: { exact: () => update(), soft: () => update({}, {}, { constraintVariance: 0.1 }) },
    bad: {
      'dtype field': () => diagnostics.conservationUpdate(null as never, law),
      'dtype law': () => diagnostics.conservationUpdate({ mean, covariance: variances }, 3 as never),
      'dtype field.mean': () => update({ mean: [1, 2, 3] }),
      'range field.mean': () => update({ mean: Float64Array.of(1, NaN, 3) }),
      'shape field.covariance': [Float64Array.of(1), matrixFromRows([[1]])].map((covariance) => () => update({ covariance })),
      'range field.covariance': () => update({ covariance: Float64Array.of(1, -1, 1) }),
      'dtype field.covariance': () => update({ covariance: [[1]] }),
      'shape law.weights': () => update({}, { weights: matrixFromRows([[1]]) }),
      'shape law.values': () => update({}, { values: Float64Array.of(1, 2) }),
      'range constraintVariance': [-1, NaN].map((constraintVariance) => () => update({}, {}, { constraintVariance })),
    },
  }),
  hardConstraintProjection: hostFunction(diagnostics.hardConstraintProjection, {
    call: () => diagnostics.hardConstraintProjection(mean, law),
    bad: {
      'dtype mean': () => diagnostics.hardConstraintProjection([1, 2, 3] as never, law),
      'range mean': () => diagnostics.hardConstraintProjection(Float64Array.of(NaN, 0, 0), law),
      'dtype law': () => diagnostics.hardConstraintProjection(mean, undefined as never),
      'shape law.weights': () => diagnostics.hardConstraintProjection(Float64Array.of(1), law),
      'shape law.values': () => diagnostics.hardConstraintProjection(mean, { ...law, values: Float64Array.of(1, 2) }),
    },
  }),
  secondDifferencePenaltyUpdate: hostFunction(diagnostics.secondDifferencePenaltyUpdate, {
    call: () => smooth(),
    bad: {
      'dtype field': () => diagnostics.secondDifferencePenaltyUpdate('u' as never),
      'dtype field.mean': () => smooth({ mean: [1, 2, 3] }),
      'shape field.mean': () => smooth({ mean: Float64Array.of(1, 2), covariance: Float64Array.of(1, 2) }),
      'dtype field.covariance': () => smooth({ covariance: matrixFromRows([[1, 0, 0], [0, 1, 0], [0, 0, 1]]) }), // prettier-ignore
      'range alpha': [-0.1, 1, NaN].map((alpha) => () => smooth({}, { alpha })),
    },
  }),
  conservedNll: {
    ...batchLoss(
      (batch: { means: TensorLike; variances: TensorLike; targets: TensorLike }, options?: diagnostics.ConservedNllOptions) =>
        diagnostics.conservedNll(batch, g, options),
      {
        batch: { ...prediction, targets: { rows: prediction.targets, kind: 'number' } },
        numbers: ['constraintVariance', 'eps'],
        extremes: [{ variances: [[1e4, 1e-3, 1], [0, 0, 0]], means: [[1e3, -1e3, 0], [0.3, 0, 1.1]] }], // prettier-ignore
        bad: { 'shape law': () => diagnostics.conservedNll(prediction, [1]) },
      },
    ),
    subject: diagnostics.conservedNll,
  },
  stefanSolution: hostFunction(diagnostics.stefanSolution, {
    call: () => [0, 0.1, 0.9].map((x) => diagnostics.stefanSolution({ pStar: 0.6 }).value(x, 0.05)),
    bad: { 'range pStar': [0, 1, NaN].map((pStar) => () => diagnostics.stefanSolution({ pStar })) },
  }),
  porousMediumSolution: hostFunction(diagnostics.porousMediumSolution, {
    call: () => [0, 0.1, 0.9].map((x) => diagnostics.porousMediumSolution({ m: 3 }).value(x, 0.5)),
    bad: { 'range m': [0, NaN].map((m) => () => diagnostics.porousMediumSolution({ m })) },
  }),
};
