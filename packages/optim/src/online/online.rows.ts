/** @file The conformance rows of separators and online learners. */
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, transformation, type ConformanceTable } from '@surrogate/testing';
import * as optim from '../index.js';

const points = matrixFromRows([[1, -1], [-1, -4]]); // prettier-ignore
const margins = Float64Array.of(-1, 0, 2);
const rule = (made: optim.SeparatorRule) => ({ call: () => [0, 1].map((step) => made.weights(margins, step)) });
const played = (learner: optim.OnlineLearner<unknown>, hint?: number[]) => {
  let state = learner.init();
  for (const g of [[1, 0.5], [1, -1], [-1, 0]]) state = learner.observe(state, g, hint); // prettier-ignore
  return learner.play(state);
};
const domain = (made: optim.MetricDomain) => {
  const [by, metric] = [Float64Array.of(0.5, -0.3), matrixFromRows([[2, 1], [1, 3]])]; // prettier-ignore
  return [made.start, made.diameter, made.span, made.move(made.start, by), made.moveUnder(metric, made.start, by)];
};
const ball = optim.ballDomain(2);
const learner = optim.optimisticMirrorDescent(ball);
const newton = optim.optimisticNewton(ball, 1);

/** The rows by name. */
export const onlineRows: ConformanceTable = {
  fitSeparator: hostFunction(optim.fitSeparator, {
    call: {
      'from 0': () => optim.fitSeparator(points, [1, -1], optim.batchPerceptron),
      'from elsewhere, cut short': () => {
        const { weights, losses } = optim.fitSeparator(points, [1, -1], optim.logisticDescent(0.01), { start: [-1, -1], maxSteps: 3 });
        return { weights, losses };
      },
    },
    bad: {
      'range signs': () => optim.fitSeparator(points, [1, 0], optim.perceptron),
      'shape signs': () => optim.fitSeparator(points, [1], optim.perceptron),
      'shape points': [
        () => optim.fitSeparator({ rows: 0, cols: 2, data: new Float64Array(0) }, [], optim.perceptron),
        () => optim.fitSeparator({ rows: 2, cols: 2, data: new Float64Array(3) }, [1, -1], optim.perceptron),
      ],
      'dtype rule': () => optim.fitSeparator(points, [1, -1], 'perceptron' as never),
      'range maxSteps': () => optim.fitSeparator(points, [1, -1], optim.perceptron, { maxSteps: -1 }),
      'shape start': () => optim.fitSeparator(points, [1, -1], optim.perceptron, { start: [1] }),
    },
  }),
  logisticDescent: hostFunction(optim.logisticDescent, { ...rule(optim.logisticDescent(2)), bad: { 'range stepSize': () => optim.logisticDescent(0) } }), // prettier-ignore
  normalizedDescent: hostFunction(optim.normalizedDescent, { ...rule(optim.normalizedDescent(2)), bad: { 'range stepSize': () => optim.normalizedDescent(NaN) } }), // prettier-ignore
  batchPerceptron: hostFunction(optim.batchPerceptron, rule(optim.batchPerceptron)),
  normalizedBatchPerceptron: hostFunction(optim.normalizedBatchPerceptron, rule(optim.normalizedBatchPerceptron)),
  perceptron: hostFunction(optim.perceptron, rule(optim.perceptron)),
  scaleByErrorMass: transformation(optim.scaleByErrorMass, {
    make: { 'by default': () => optim.scaleByErrorMass() },
    extra: { errorMass: 0.25 },
    bad: { 'range least': () => optim.scaleByErrorMass({ least: 0 }) },
  }),
  cumulativeRegret: hostFunction(optim.cumulativeRegret, {
    call: () => optim.cumulativeRegret([1, 3], [0.5, 4]),
    bad: { 'range losses': () => optim.cumulativeRegret([NaN], [1]), 'shape comparator': () => optim.cumulativeRegret([1], [1, 2]) },
  }),
  ballDomain: hostFunction(optim.ballDomain, {
    call: () => domain(ball),
    bad: { 'range dimension': () => optim.ballDomain(0), 'range radius': () => optim.ballDomain(1, 0) },
  }),
  boxDomain: hostFunction(optim.boxDomain, {
    call: () => domain(optim.boxDomain([-1, 0], [1, 2])),
    bad: {
      'range high': () => optim.boxDomain([0], [0]),
      'shape high': () => optim.boxDomain([0], [1, 2]),
      'dtype low': () => optim.boxDomain(0 as never, [1]),
    },
  }),
  simplexDomain: hostFunction(optim.simplexDomain, {
    call: () => domain(optim.simplexDomain(2)),
    bad: { 'range dimension': () => optim.simplexDomain(0) },
  }),
  adaptiveStepSize: hostFunction(optim.adaptiveStepSize, {
    call: () => optim.adaptiveStepSize(2)(3, 4),
    bad: {
      'range diameter': () => optim.adaptiveStepSize(0),
      'range gradientBound': () => optim.adaptiveStepSize(1, { gradientBound: -1 }),
      'range delta': () => optim.adaptiveStepSize(1, { delta: 0 }),
    },
  }),
  stronglyConvexStepSize: hostFunction(optim.stronglyConvexStepSize, {
    call: () => optim.stronglyConvexStepSize(2)(3, 0),
    bad: { 'range convexity': () => optim.stronglyConvexStepSize(0) },
  }),
  optimisticMirrorDescent: hostFunction(optim.optimisticMirrorDescent, {
    call: {
      'last gradients': () => played(learner),
      'no hints': () => played(optim.optimisticMirrorDescent(ball, { hints: 'none' })),
      'hints from elsewhere': () => played(learner, [0.1, 0.2]),
    },
    bad: {
      'dtype domain': () => optim.optimisticMirrorDescent('ball' as never),
      'dtype stepSize': () => optim.optimisticMirrorDescent(ball, { stepSize: 1 as never }),
      'range hints': () => optim.optimisticMirrorDescent(ball, { hints: 'first' as never }),
      'shape gradient': () => learner.observe(learner.init(), [1]),
      'range gradient': () => learner.observe(learner.init(), [1, NaN]),
      'shape hint': () => learner.observe(learner.init(), [1, 1], [1]),
    },
  }),
  optimisticNewton: hostFunction(optim.optimisticNewton, {
    call: {
      'last gradients': () => played(optim.optimisticNewton(ball, 1)),
      'no hints, over probabilities': () => played(optim.optimisticNewton(optim.simplexDomain(2), 1, { hints: 'none', gradientBound: 2 })),
      'hints from elsewhere': () => played(optim.optimisticNewton(ball, 1), [0.1, 0.2]),
    },
    bad: {
      'dtype domain': () => optim.optimisticNewton({ ...ball, moveUnder: undefined } as never, 1),
      'range expConcavity': () => optim.optimisticNewton(ball, 0),
      'range gradientBound': () => optim.optimisticNewton(ball, 1, { gradientBound: 0 }),
      'range hints': () => optim.optimisticNewton(ball, 1, { hints: 'first' as never }),
      'shape gradient': () => newton.observe(newton.init(), [1]),
      'range gradient': () => newton.observe(newton.init(), [1, NaN]),
      'shape hint': () => newton.observe(newton.init(), [1, 1], [1]),
    },
  }),
  onlineEnsemble: hostFunction(optim.onlineEnsemble, {
    call: () => played(optim.onlineEnsemble([learner, learner], 0.3)),
    bad: {
      'range learners.length': () => optim.onlineEnsemble([], 1),
      'range rate': () => optim.onlineEnsemble([learner], 0),
      'shape gradient': () => {
        const ensemble = optim.onlineEnsemble([learner], 1);
        return ensemble.observe(ensemble.init(), [1]);
      },
    },
  }),
};
