/** @file The conformance rows of Newton's method damped by the gradient. */
import { identityMatrix, matrixFromRows } from '@surrogate/core/host';
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as optim from '../index.js';

const bowl: optim.CurvedFunction = {
  at: (x) => ({ value: (x[0]! ** 2 + x[1]! ** 2) / 2, gradient: x.slice() }),
  curvature: () => identityMatrix(2),
};
const a = matrixFromRows([[1, 2], [0, 1], [-1, 3]]); // prettier-ignore

/** The rows by name. */
export const gradientNormalizedRows: ConformanceTable = {
  gradientNormalizedNewton: hostFunction(optim.gradientNormalizedNewton, {
    call: {
      Newton: () => optim.gradientNormalizedNewton(bowl, [2, -1]),
      'no curvature': () =>
        optim.gradientNormalizedNewton({ ...bowl, curvature: () => undefined }, [2, -1], { adaptive: false, radius: 0.1, maxSteps: 3 }),
      'by products, in a metric': () =>
        optim.gradientNormalizedNewton({ at: bowl.at, product: (_x, v) => v }, [2, -1], { metric: identityMatrix(2, 3), maxSteps: 2 }),
    },
    bad: {
      'dtype f.product': () => optim.gradientNormalizedNewton({ at: bowl.at, product: 3 as never }, [1, 1]),
      'shape f.product': () => optim.gradientNormalizedNewton({ at: bowl.at, product: () => Float64Array.of(1) }, [1, 1]),
      'dtype metric': () => optim.gradientNormalizedNewton(bowl, [1, 1], { metric: 3 as never }),
      'shape metric': () => optim.gradientNormalizedNewton(bowl, [1, 1], { metric: identityMatrix(3) }),
      'range metric': () => optim.gradientNormalizedNewton(bowl, [1, 1], { metric: identityMatrix(2, -1) }),
      'range solveTolerance': () => optim.gradientNormalizedNewton(bowl, [1, 1], { solveTolerance: -1 }),
      'dtype f.at': () => optim.gradientNormalizedNewton({} as never, [1]),
      'dtype f.curvature': () => optim.gradientNormalizedNewton({ at: bowl.at }, [1]),
      'shape f.at': () => optim.gradientNormalizedNewton({ ...bowl, at: () => ({ value: 0, gradient: Float64Array.of(1) }) }, [1, 1]),
      'shape curvature': () => optim.gradientNormalizedNewton({ ...bowl, curvature: () => identityMatrix(3) }, [1, 1]),
      'range x0': () => optim.gradientNormalizedNewton(bowl, [NaN, 1]),
      'range maxSteps': () => optim.gradientNormalizedNewton(bowl, [1, 1], { maxSteps: -1 }),
      'range radius': () => optim.gradientNormalizedNewton(bowl, [1, 1], { radius: 0 }),
      'dtype adaptive': () => optim.gradientNormalizedNewton(bowl, [1, 1], { adaptive: 1 as never }),
      'range leastRadius': () => optim.gradientNormalizedNewton(bowl, [1, 1], { leastRadius: 0 }),
      'range tolerance': () => optim.gradientNormalizedNewton(bowl, [1, 1], { tolerance: -1 }),
    },
  }),
  logSumExpCurvature: hostFunction(optim.logSumExpCurvature, {
    call: () => optim.logSumExpCurvature(a, [0.2, 0.3, 0.5], 0.1),
    bad: { 'shape probs': () => optim.logSumExpCurvature(a, [1]), 'range temperature': () => optim.logSumExpCurvature(a, [0, 0, 1], 0) },
  }),
  powerNormCurvature: hostFunction(optim.powerNormCurvature, {
    call: {
      full: () => optim.powerNormCurvature(a, [1, 2, 3], { power: 4 }),
      'Fisher, at 0': () => optim.powerNormCurvature(a, [0, 0, 0], { power: 3, part: 'fisher' }),
      'Gauss-Newton': () => optim.powerNormCurvature(a, [1, 0, 0], { power: 2, part: 'gaussNewton' }),
    },
    bad: {
      'shape residual': () => optim.powerNormCurvature(a, [1], { power: 4 }),
      'range power': () => optim.powerNormCurvature(a, [1, 2, 3], { power: 1 }),
      'range part': () => optim.powerNormCurvature(a, [1, 2, 3], { power: 4, part: 'half' as never }),
    },
  }),
};
