/** @file The conformance rows of evidential and generalized Gaussian losses, and of the smooth adversary. */
import { rng, type TensorLike } from '@surrogate/core';
import { matMul, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { batchLoss, classLoss, hostFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as losses from '../index.js';

const targets = { rows: [1.1, -0.4, -0.5, 0.2], kind: 'number' } as const;
const model = (x: Tensor) => matMul(x, tensor2d([[1, -1, 0.5]]));
const attack = () => ({ eps: 0.2, rng: rng(0) });
const inputs: TensorLike = [[0.3], [-0.8]];

/** The rows by name. */
export const predictiveRows: ConformanceTable = {
  evidentialRegressionLoss: batchLoss(losses.evidentialRegressionLoss, {
    batch: {
      means: [0.3, -1.2, 2.1, 0.7],
      evidence: [0.5, 1.2, 2, 0.8],
      alphas: [1.5, 2.2, 3, 1.8],
      betas: [0.7, 0.2, 1, 0.4],
      targets,
    },
    numbers: ['coefficient'],
    extremes: [{ means: [1e4, -1e4, 0, 0] }, { evidence: [1e4, 1e-3, 0, 1], betas: [1e4, 1e-3, 0, 1] }],
  }),
  evidentialClassificationLoss: classLoss(losses.evidentialClassificationLoss, {
    numbers: ['coefficient'],
    not: { softLabels: 'the removal of the label’s evidence is for one label', oneClass: 'one class leaves nothing to know' },
    // lgamma of large evidence cancels in float32.
    gradient: { rtol: 5e-3 },
  }),
  generalizedGaussianNll: batchLoss(losses.generalizedGaussianNll, {
    batch: { means: [0.3, -1.2, 2.1, 0.7], shapes: [0.5, 1.2, 2, 0.8], scales: [0.7, 1, 2, 0.4], targets },
    numbers: ['eps'],
    extremes: [{ means: [1e4, -1e4, 1.1, 0.2] }, { shapes: [3, 0.1, 0, 1], scales: [1e4, 1e-3, 1, 1] }],
    bad: {
      'range form': () => losses.generalizedGaussianNll({ means: [1], shapes: [1], targets: [1] }, { form: 'square' as 'power' }),
      'dtype full': () => losses.generalizedGaussianNll({ means: [1], shapes: [1], targets: [1] }, { full: 1 as never }),
    },
  }),
  generalizedGaussianMoments: hostFunction(losses.generalizedGaussianMoments, {
    call: () => losses.generalizedGaussianMoments(0.7, 2),
    bad: {
      'range shape': () => losses.generalizedGaussianMoments(0),
      'range scale': () => losses.generalizedGaussianMoments(1, NaN),
    },
  }),
  smoothAdversarialLoss: utility(losses.smoothAdversarialLoss, {
    call: {
      mean: () => losses.smoothAdversarialLoss(model, inputs, [0, 2], { attack: attack() }),
      masked: () => losses.smoothAdversarialLoss(model, inputs, [0, 2], { attack: attack(), mask: [1, 0], reduction: 'none' }),
    },
    bad: {
      'dtype model': () => losses.smoothAdversarialLoss('model' as never, inputs, [0, 2], { attack: attack() }),
      'shape model': () => losses.smoothAdversarialLoss(() => tensor2d([[1, 2]]), inputs, [0, 2], { attack: attack() }),
      'shape labels': () => losses.smoothAdversarialLoss(model, inputs, [0], { attack: attack() }),
      'range labels': () => losses.smoothAdversarialLoss(model, inputs, [0, 3], { attack: attack() }),
      'range tau': () => losses.smoothAdversarialLoss(model, inputs, [0, 2], { attack: attack(), tau: -1 }),
      'range rho': () => losses.smoothAdversarialLoss(model, inputs, [0, 2], { attack: attack(), rho: 0 }),
      'range nu': () => losses.smoothAdversarialLoss(model, inputs, [0, 2], { attack: attack(), nu: NaN }),
    },
  }),
};
