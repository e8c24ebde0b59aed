/** @file The conformance rows of attacks and of adversarial training. */
import { statefulObjective, tensorFunction, utility, type BadCalls, type ConformanceTable, type Row } from '@surrogate/testing';
import { add, matMul, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as losses from '../index.js';

const x = [
  [0.5, -1.2],
  [1.5, 0.4],
  [-0.7, 0.9],
];
const labels = [0, 2, 1];
const weights = [
  [1, -0.5, 0.2],
  [0.3, 0.8, -1],
];

/** A linear classifier, whose attack ends in a corner of the ball whatever rounding does. */
const modelOf =
  (w: Tensor): losses.Classifier =>
  (inputs) =>
    add(matMul(inputs, w), [0.1, 0, -0.1]);
const model: losses.Classifier = (inputs) => modelOf(tensor(weights))(inputs);
const ball = { eps: 0.3, steps: 4 };

type Attacked = (model: losses.Classifier, x: never, labels: never, options: losses.AttackOptions) => unknown;

/** What every function that attacks refuses. */
const refusals = (fn: Attacked): BadCalls => {
  const call = (more: object, inputs: unknown = x, ids: unknown = labels, classifier: unknown = model) =>
    fn(classifier as losses.Classifier, inputs as never, ids as never, { ...ball, ...more });
  return {
    'range eps': [0, NaN].map((eps) => () => call({ eps })),
    'range norm': () => call({ norm: 'l1' }),
    'range steps': () => call({ steps: 0 }),
    'range stepSize': () => call({ stepSize: -1 }),
    'range barrier': () => call({ barrier: -1 }),
    'dtype rng': () => call({ rng: 7 }),
    'dtype model': () => call({}, x, labels, 'linear'),
    'dtype x': () => call({}, null),
    'shape x': () => call({}, 1),
    'shape labels': () => call({}, x, [0, 1]),
    'range labels': () => call({}, x, [0, 1, 3]),
  };
};

/** A loss by the model's weights, which the model sees and the loss does not: there is nothing to refuse of them. */
function doublyRobustRow(): Row {
  const skipped = /^(takes plain arrays|refuses )/;
  const given = tensorFunction(losses.doublyRobustLoss, {
    at: [weights],
    call: {
      plain: (w) => losses.doublyRobustLoss(modelOf(w as Tensor), x, labels, ball),
      weighted: (w) =>
        losses.doublyRobustLoss(modelOf(w as Tensor), x, labels, { ...ball, temperature: 0.5, weights: [1, 2, 0.5], mask: [1, 1, 0] }),
    },
  });
  const own = utility(losses.doublyRobustLoss, {
    bad: {
      ...refusals(losses.doublyRobustLoss),
      'range temperature': () => losses.doublyRobustLoss(model, x, labels, { ...ball, temperature: 0 }),
      'shape weights': () => losses.doublyRobustLoss(model, x, labels, { ...ball, weights: [1, 2] }),
    },
  });
  return {
    subject: losses.doublyRobustLoss,
    declare(it, name, backend) {
      given.declare((title, run) => skipped.test(title) || it(title, run), name, backend);
      own.declare(it, name, backend);
    },
  };
}

/** The rows by name. */
export const adversarialRows: ConformanceTable = {
  adversarialExamples: utility(losses.adversarialExamples, {
    call: {
      'in a box': () => losses.adversarialExamples(model, x, labels, ball),
      'in a sphere, with a barrier': () => losses.adversarialExamples(model, x, labels, { ...ball, norm: 'l2', barrier: 0.1 }),
    },
    bad: refusals(losses.adversarialExamples),
  }),
  robustAccuracy: utility(losses.robustAccuracy, {
    call: () => losses.robustAccuracy(model, x, labels, ball),
    bad: {
      ...refusals(losses.robustAccuracy),
      'range tail': [0, 1.1, NaN].map((tail) => () => losses.robustAccuracy(model, x, labels, { ...ball, tail })),
    },
  }),
  doublyRobustLoss: doublyRobustRow(),
  movingKlDro: statefulObjective<losses.MovingKlDroState>(losses.movingKlDro, {
    init: () => losses.movingKlDro().init(),
    apply: (state, { rows }) => losses.movingKlDro({ temperature: 0.7 }).apply(state, rows!),
    variables: { rows: [0.3, 1.2, 4, 0.1] },
    // The weights are constants to gradients.
    order: 1,
    bad: {
      'range temperature': [0, NaN].map((temperature) => () => losses.movingKlDro({ temperature })),
      'range rate': [0, 1.1, NaN].map((rate) => () => losses.movingKlDro({ rate })),
      'shape mask': (keep) => {
        const state = losses.movingKlDro().init();
        Object.values<Tensor>({ ...state }).forEach(keep);
        return losses.movingKlDro().apply(state, [1, 2], { mask: [1, 1, 1] });
      },
    },
  }),
};
