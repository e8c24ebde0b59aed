/** @file The conformance rows of unfolded solvers. */
import { matrixFromRows } from '@surrogate/core/host';
import { tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as optim from '../index.js';
import { refuse } from '../refuse.rows.js';

const a = matrixFromRows([[1, 0.5, -0.2], [-0.3, 0.8, 0.6]]); // prettier-ignore
const steps = [0.4, 0.3];
const y = [[1, 0.9]];
const ista = (options: Partial<optim.UnfoldedIstaOptions> = {}) => optim.unfoldedIsta(a, { lambda: 0.1, layers: 2, ...options });
const iht = (options: Partial<optim.UnfoldedIhtOptions> = {}) => optim.unfoldedIht(a, { lambda: 0.1, layers: 2, ...options });
const batch = { measurements: y, signals: [[1, 0, 0]] };
const train = (options: optim.TrainUnfoldedOptions, draw: (step: number) => optim.UnfoldedBatch = () => batch) =>
  optim.trainUnfolded(ista(), draw, { stepsPerLayer: 2, ...options });

/** What both solvers refuse, when they are made and when they are applied. */
const badSolver = (make: (options: object) => optim.UnfoldedSolver, again: (a: never) => unknown) => ({
  'dtype a': () => again([[1]] as never),
  'range a': () => again(matrixFromRows([[0, 0]]) as never),
  ...refuse('lambda', (lambda) => make({ lambda }), [NaN, 0]),
  ...refuse('layers', (layers) => make({ layers }), [NaN, 0]),
  'shape params.steps': () => make({}).apply({ steps: [1, 1, 1] as never }, y),
  'range options.layers': [() => make({}).apply({ steps: steps as never }, y, { layers: 0 }), () => make({}).apply({ steps: steps as never }, y, { layers: 3 })], // prettier-ignore
  'shape options.start': () => make({}).apply({ steps: steps as never }, y, { start: [[1]] }),
  'shape y': () => make({}).apply({ steps: steps as never }, [[1, 2, 3]]),
  'shape x': [() => make({}).objective([[1]], y), () => make({}).trainable([[1]], y)],
});

/** The rows by name. */
export const unfoldingRows: ConformanceTable = {
  unfoldedIsta: tensorFunction(optim.unfoldedIsta, {
    at: [steps, y],
    call: (alphas, target) => ista().apply({ steps: alphas as never }, target),
    bad: badSolver(ista, (m) => optim.unfoldedIsta(m, { lambda: 1, layers: 1 })),
  }),
  unfoldedIht: tensorFunction(optim.unfoldedIht, {
    at: [steps, y],
    call: {
      'by a threshold': (alphas, target) => iht().apply({ steps: alphas as never }, target),
      'by a number': (alphas, target) => iht({ keep: 2 }).apply({ steps: alphas as never }, target, { layers: 1, start: [[0.2, 0, 0.1]] }),
    },
    bad: {
      ...badSolver(iht, (m) => optim.unfoldedIht(m, { lambda: 1, layers: 1 })),
      ...refuse('keep', (keep) => iht({ keep }), [NaN, 0]),
      'range a.cols - keep': () => iht({ keep: 4 }),
      ...refuse('smoothing', (smoothing) => iht({ smoothing }), [NaN, 0]),
    },
  }),
  trainUnfolded: utility(optim.trainUnfolded, {
    call: {
      'layer by layer': () => train({}),
      'all at once': () => train({ supervised: true, incremental: false, optimizer: optim.sgd(0.01) }),
    },
    bad: {
      'dtype solver.init': () => optim.trainUnfolded({} as never, () => batch),
      'dtype draw': () => train({}, 3 as never),
      'range draw': () => train({ supervised: true }, () => ({ measurements: y })),
      'shape signals': () => train({ supervised: true }, () => ({ measurements: y, signals: [[1]] })),
      ...refuse('stepsPerLayer', (stepsPerLayer) => train({ stepsPerLayer }), [NaN, 0]),
      'dtype supervised': () => train({ supervised: 1 as never }),
      'dtype incremental': () => train({ incremental: 1 as never }),
      'dtype optimizer': () => train({ optimizer: {} as never }),
    },
  }),
};
