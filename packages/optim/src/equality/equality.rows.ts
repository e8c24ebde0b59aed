/** @file The conformance rows of problems with equality constraints. */
import { rng } from '@surrogate/core';
import { identityMatrix, matrixFromRows } from '@surrogate/core/host';
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as optim from '../index.js';
import { refuse } from '../refuse.rows.js';

const a = matrixFromRows([[2, 1], [1, 3]]); // prettier-ignore
const problem: optim.EqualityProblem = {
  at: ([x, y]) => ({ value: (x! ** 2 + y! ** 2) / 2, gradient: Float64Array.of(x!, y!) }),
  constraints: ([x, y]) => Float64Array.of(x! + y! - 2),
  jacobian: () => matrixFromRows([[1, 1]]),
  lagrangianHessian: () => identityMatrix(2),
};
const newton = (options: optim.AdaSketchNewtonOptions, change: Partial<optim.EqualityProblem> = {}, x0 = [3, 0]) =>
  optim.adaSketchNewton({ ...problem, ...change }, x0, options);
const multipliers = (options: optim.AugmentedLagrangianOptions, change: Partial<optim.EqualityProblem> = {}, x0 = [3, 0]) =>
  optim.augmentedLagrangian({ ...problem, ...change }, x0, options);
const sketch = () => optim.gaussianSketch(rng(0));
const notFunction = 3 as never;
type Solve = (options: object, change?: Partial<optim.EqualityProblem>, x0?: number[]) => unknown;

/** What both solvers refuse. */
const badProblems = (solve: Solve) => ({
  'dtype problem.at': () => solve({}, { at: notFunction }),
  'dtype problem.constraints': () => solve({}, { constraints: notFunction }),
  'dtype problem.jacobian': () => solve({}, { jacobian: notFunction }),
  'shape problem.at': () => solve({}, { at: () => ({ value: 0, gradient: Float64Array.of(1) }) }),
  'shape problem.jacobian': () => solve({}, { jacobian: () => identityMatrix(2) }),
  'range x0': () => solve({}, {}, [NaN, 1]),
  'shape multipliers': () => solve({ multipliers: [1, 2] }),
  ...refuse('tolerance', (tolerance) => solve({ tolerance }), [NaN, 0]),
});

/** The rows by name. */
export const equalityRows: ConformanceTable = {
  gaussianSketch: hostFunction(optim.gaussianSketch, {
    call: () => optim.gaussianSketch(rng(0))(a, Float64Array.of(1, 2)),
    bad: { 'dtype rng': () => optim.gaussianSketch(3 as never) },
  }),
  kaczmarzSketch: hostFunction(optim.kaczmarzSketch, {
    call: () => optim.kaczmarzSketch(rng(0))(a, Float64Array.of(1, 2)),
    bad: { 'dtype rng': () => optim.kaczmarzSketch(3 as never) },
  }),
  sketchedSolve: hostFunction(optim.sketchedSolve, {
    call: {
      'to a tolerance': () => optim.sketchedSolve(a, [1, 2], { sketch: sketch() }),
      'no sketch at all': () => optim.sketchedSolve(a, [1, 2], { sketch: sketch(), start: [1, 1], maxSketches: 0 }),
      'a row of zeros': () => optim.sketchedSolve(identityMatrix(2, 0), [0, 0], { sketch: optim.kaczmarzSketch(rng(0)) }),
    },
    bad: {
      'dtype a': () => optim.sketchedSolve([[1]] as never, [1], { sketch: sketch() }),
      'shape b': () => optim.sketchedSolve(a, [1], { sketch: sketch() }),
      'dtype sketch': () => optim.sketchedSolve(a, [1, 2], { sketch: notFunction }),
      'shape sketch': () => optim.sketchedSolve(a, [1, 2], { sketch: () => ({ row: Float64Array.of(1), value: 1 }) }),
      'shape start': () => optim.sketchedSolve(a, [1, 2], { sketch: sketch(), start: [1] }),
      ...refuse('tolerance', (tolerance) => optim.sketchedSolve(a, [1, 2], { sketch: sketch(), tolerance }), [NaN, 0]),
      ...refuse('maxSketches', (maxSketches) => optim.sketchedSolve(a, [1, 2], { sketch: sketch(), maxSketches }), [NaN, -1]),
    },
  }),
  adaSketchNewton: hostFunction(optim.adaSketchNewton, {
    call: {
      exact: () => newton({}),
      sketched: () => newton({ sketch: sketch(), relativeAccuracy: 0.1, tolerance: 1e-3 }),
      'no curvature': () => newton({}, { lagrangianHessian: () => identityMatrix(2, 0) }),
    },
    bad: {
      ...badProblems(newton),
      'dtype problem.lagrangianHessian': () => newton({}, { lagrangianHessian: notFunction }),
      'shape problem.lagrangianHessian': () => newton({}, { lagrangianHessian: () => identityMatrix(3) }),
      'range problem.jacobian': () => newton({}, { jacobian: () => matrixFromRows([[0, 0]]) }),
      'dtype sketch': () => newton({ sketch: notFunction }),
      ...refuse('relativeAccuracy', (relativeAccuracy) => newton({ relativeAccuracy }), [NaN, 0, 1]),
      ...refuse('maxSketches', (maxSketches) => newton({ maxSketches }), [NaN, 0]),
      ...refuse('maxSteps', (maxSteps) => newton({ maxSteps }), [NaN, -1]),
      ...refuse('constants.constraintPrice', (constraintPrice) => newton({ constants: { constraintPrice } }), [NaN, 0]),
      ...refuse('constants.slopePrice', (slopePrice) => newton({ constants: { slopePrice } }), [NaN, 0]),
      ...refuse('constants.accuracy', (accuracy) => newton({ constants: { accuracy } }), [NaN, 0, 1]),
      ...refuse('constants.curvature', (curvature) => newton({ constants: { curvature } }), [NaN, 0]),
      ...refuse('constants.decrease', (decrease) => newton({ constants: { decrease } }), [NaN, 0, 0.5]),
      ...refuse('constants.growth', (growth) => newton({ constants: { growth } }), [NaN, 1]),
      ...refuse('constants.independence', (independence) => newton({ constants: { independence } }), [NaN, 0]),
    },
  }),
  augmentedLagrangian: hostFunction(optim.augmentedLagrangian, {
    call: () => multipliers({}),
    bad: {
      ...badProblems(multipliers),
      ...refuse('penalty', (penalty) => multipliers({ penalty }), [NaN, 0]),
      ...refuse('growth', (growth) => multipliers({ growth }), [NaN, 1]),
      ...refuse('maxRounds', (maxRounds) => multipliers({ maxRounds }), [NaN, -1]),
    },
  }),
};
