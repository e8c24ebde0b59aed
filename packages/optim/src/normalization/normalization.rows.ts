/** @file The conformance rows of normalisation for streams of tasks. */
import { asTensor } from '@surrogate/core';
import { schedule, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import { add, mul, square, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import * as optim from '../index.js';
import { refuse } from '../refuse.rows.js';

const layer = (options: Partial<optim.AdaptiveBatchNormOptions> = {}) => optim.adaptiveBatchNorm({ features: 2, tasks: 2, ...options });
const params = (taskWeights: Tensor = tensor([0.3, -0.2])) => ({ scale: tensor([1, 2]), shift: tensor([0, 0.5]), taskWeights });
const state = () => ({ mean: tensor([0.1, -0.3]), variance: tensor([1, 0.5]), batches: 3 });
const x = [[0.2, 1], [-1, 0.4], [0.7, -0.9]]; // prettier-ignore
const trained = (given: unknown, ids: unknown = [0, 1, 0], seen = 2) =>
  tidy(() => layer().train(params(), state(), given as number[][], ids as number[], seen).y);

/** The rows by name. */
export const normalizationRows: ConformanceTable = {
  normalizationMomentum: schedule(optim.normalizationMomentum, {
    make: { 'by default': () => optim.normalizationMomentum(), 'a mean': () => optim.normalizationMomentum({ kappa: 0 }) },
    bad: {
      ...refuse('momentum', (momentum) => optim.normalizationMomentum({ momentum }), [NaN, 0, 1]),
      ...refuse('kappa', (kappa) => optim.normalizationMomentum({ kappa }), [NaN, -0.1, 1.1]),
    },
  }),
  balancedTaskWeights: tensorFunction(optim.balancedTaskWeights, {
    at: [[0.3, -1], [2, 5]], // prettier-ignore
    bad: { 'shape psi': () => optim.balancedTaskWeights([[1]], [[1]]), 'shape counts': () => optim.balancedTaskWeights([1], [1, 2]) },
  }),
  adaptiveBatchNorm: tensorFunction(optim.adaptiveBatchNorm, {
    at: [x, [0.3, -0.2]], // prettier-ignore
    call: {
      'two tasks': (given, psi) =>
        tidy(() => {
          const { y, drift } = layer().train(params(asTensor('adaptiveBatchNorm', 'psi', psi)), state(), given, [0, 1, 0], 2);
          return add(square(y), mul(drift, 0.1));
        }),
    },
    bad: {
      ...refuse('features', (features) => layer({ features }), [NaN, 0]),
      ...refuse('tasks', (tasks) => layer({ tasks }), [NaN, 0]),
      ...refuse('epsilon', (epsilon) => layer({ epsilon }), [NaN, 0]),
      'dtype renormalize': () => layer({ renormalize: 1 as never }),
      'shape x': [() => trained([1, 2]), () => trained([[1], [2], [3]])],
      'shape taskIds': () => trained(x, [0, 1]),
      'dtype taskIds': () => trained(x, [0.5, 1, 0]),
      ...refuse('seen', (seen) => trained(x, [0, 1, 0], seen), [NaN, 0, 3]),
    },
  }),
  adaptiveBatchNormLayer: utility(optim.adaptiveBatchNormLayer, {
    call: () => {
      const made = optim.adaptiveBatchNormLayer(layers.Layer, { tasks: 2, kappa: 0.25 });
      const inputs = [tensor(x), tensor([[0], [1], [0]])];
      const y = [true, false].map((training) => made.apply(inputs, { training }) as Tensor);
      inputs.forEach((input) => input.dispose());
      made.dispose();
      return y;
    },
    bad: {
      'dtype Layer': () => optim.adaptiveBatchNormLayer(3 as never, { tasks: 1 }),
      'range tasks': () => optim.adaptiveBatchNormLayer(layers.Layer, { tasks: 0 }),
      'range drift': () => optim.adaptiveBatchNormLayer(layers.Layer, { tasks: 1, drift: -1 }),
      'range epsilon': () => optim.adaptiveBatchNormLayer(layers.Layer, { tasks: 1, epsilon: 0 }),
    },
  }),
};
