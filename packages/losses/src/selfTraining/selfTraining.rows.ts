/** @file The conformance rows of robust self-training. */
import { softplus, type TensorLike } from '@surrogate/core';
import { tensorFunction, utility, type ConformanceTable, type Row } from '@surrogate/testing';
import { add, matMul, neg, reshape, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as losses from '../index.js';

const x = [
  [0.5, -1.2],
  [1.5, 0.4],
  [-0.7, 0.9],
];
const weights = [
  [1, -0.5, 0.2],
  [0.3, 0.8, -1],
];
const labeled = { x, labels: [0, 2, 1] };
const modelOf = (w: Tensor) => (z: Tensor) => matMul(z, w);
const model = (z: Tensor) => matMul(z, tensor(weights));
const lossAt = (z: Tensor) => softplus(neg(reshape(matMul(z, tensor([[1], [-0.4]])), [-1])));
const surrogate = (options: object, f: unknown = lossAt, at: unknown = x) =>
  losses.robustSurrogateLoss(f as typeof lossAt, at as TensorLike, { gamma: 1, ...options });
const selfTraining = (options: object, f: unknown = model, known: unknown = labeled, others: unknown = x) =>
  losses.robustSelfTrainingLoss(f as typeof model, known as losses.LabeledInputs, others as TensorLike, options);

/** A loss by a model's weights, which it does not see: there is nothing to refuse of them. The found inputs are constants to gradients. */
function byWeights(subject: (...args: never[]) => Tensor, call: (w: Tensor) => Tensor, own: Row): Row {
  const skipped = /^(takes plain arrays|refuses )/;
  // The search is no constant to differences of the gradient.
  const given = tensorFunction(subject, { at: [weights], call: (w) => call(w as Tensor), order: 1, gradient: { rtol: 2e-2, atol: 2e-3 } });
  return {
    subject,
    declare(it, name, backend) {
      given.declare((title, run) => skipped.test(title) || it(title, run), name, backend);
      own.declare(it, name, backend);
    },
  };
}

/** The rows by name. */
export const selfTrainingRows: ConformanceTable = {
  robustSurrogateLoss: byWeights(
    losses.robustSurrogateLoss,
    (w) => surrogate({ gamma: 2, steps: 20 }, (z: Tensor) => add(softplus(sum(modelOf(w)(z), 1)), 0)),
    utility(losses.robustSurrogateLoss, {
      call: { moving: () => surrogate({ reduction: 'none' }), still: () => surrogate({ gamma: Infinity, weights: [1, 0, 2] }) },
      bad: {
        'range gamma': [0, NaN].map((gamma) => () => surrogate({ gamma })),
        'range steps': () => surrogate({ steps: 0 }),
        'range stepSize': () => surrogate({ stepSize: 0 }),
        'dtype lossAt': () => surrogate({}, 3),
        'shape lossAt': () => surrogate({}, (z: Tensor) => square(z)),
        'shape x': () => surrogate({}, lossAt, 3),
        'dtype x': () => surrogate({}, lossAt, 'x'),
        'shape weights': () => surrogate({ weights: [1, 2] }),
        'range reduction': () => surrogate({ reduction: 'median' }),
      },
    }),
  ),
  robustLogisticLoss: tensorFunction(losses.robustLogisticLoss, {
    at: [[1.2, -0.4, 0.3], 0.8],
    call: {
      'without end': (m, n) => losses.robustLogisticLoss(m, n, { gamma: Infinity }),
      'at its fixed point': (m, n) => losses.robustLogisticLoss(m, n, { iterations: 30, weights: [1, 2, 0] }),
    },
    // The fixed point is a constant to gradients, which are right at it, and not a constant to differences of them.
    order: 1,
    extremes: [[[1e4, -1e4, 0], 1e4]],
    bad: {
      'range gamma': [0, NaN].map((gamma) => () => losses.robustLogisticLoss([1], 1, { gamma })),
      'range iterations': () => losses.robustLogisticLoss([1], 1, { iterations: 0 }),
      'shape squaredNorm': () => losses.robustLogisticLoss([1], [1]),
    },
  }),
  robustSelfTrainingLoss: byWeights(
    losses.robustSelfTrainingLoss,
    (w) => selfTraining({ gamma: 4, unlabeledGamma: 2, unlabeledWeight: 0.7, steps: 20 }, modelOf(w)),
    utility(losses.robustSelfTrainingLoss, {
      call: () => selfTraining({}),
      bad: {
        'range gamma': () => selfTraining({ gamma: 0 }),
        'range unlabeledGamma': () => selfTraining({ unlabeledGamma: -1 }),
        'range unlabeledWeight': () => selfTraining({ unlabeledWeight: NaN }),
        'range steps': () => selfTraining({ steps: 0.5 }),
        'dtype model': () => selfTraining({}, null),
        'dtype labeled': () => selfTraining({}, model, null),
        'shape labels': () => selfTraining({}, model, { x, labels: [0] }),
        'shape unlabeled': () => selfTraining({}, model, labeled, 1),
      },
    }),
  ),
};
