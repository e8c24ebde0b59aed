/** @file The conformance rows of block coordinate descent. */
import { rng } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as optim from '../index.js';

const h = matrixFromRows([[2, 1, 0], [1, 3, 0.5], [0, 0.5, 1]]); // prettier-ignore
const part = (block: readonly number[]) => matrixFromRows(block.map((i) => block.map((j) => h.data[3 * i + j]!)));
const gradientAt = (x: Float64Array) => x.map((_, i) => [0, 1, 2].reduce((sum, j) => sum + h.data[3 * i + j]! * x[j]!, 0) - 1);
const problem: optim.BlockProblem = {
  value: (x) => gradientAt(x).reduce((sum, g, i) => sum + ((g - 1) * x[i]!) / 2, 0),
  gradient: gradientAt,
  hessian: (_x, block) => part(block),
  lipschitz: Float64Array.of(2, 3, 1),
};
const start = [1, 0.2, 2];
const x = Float64Array.from(start);
const context: optim.BlockContext = { x, gradient: gradientAt(x), lipschitz: problem.lipschitz, step: 1 };
const blocks = [[0, 2], [1]]; // prettier-ignore
const wide = { rows: 1, cols: 2, data: Float64Array.of(1, 2) };
const cycle = matrixFromRows([[3, 1, 1], [1, 3, 1], [1, 1, 3]]); // prettier-ignore
const choice = (make: () => optim.BlockChoice) => ({ call: () => make()(context) });
const move = (update: () => optim.BlockUpdate) => ({
  call: () => update()({ problem, x, value: problem.value(x), gradient: context.gradient, block: [0, 2] }),
});

/** The rows by name. */
export const coordinateRows: ConformanceTable = {
  blockCoordinateDescent: hostFunction(optim.blockCoordinateDescent, {
    call: () => optim.blockCoordinateDescent(problem, start, { choose: optim.greedyBlock(2), steps: 5 }),
    bad: {
      'dtype problem.value': () => optim.blockCoordinateDescent({} as never, start, { choose: optim.greedyBlock(1), steps: 1 }),
      'dtype choose': () => optim.blockCoordinateDescent(problem, start, { choose: 3 as never, steps: 1 }),
      'dtype update': () => optim.blockCoordinateDescent(problem, start, { choose: optim.greedyBlock(1), update: 3 as never, steps: 1 }),
      'range steps': () => optim.blockCoordinateDescent(problem, start, { choose: optim.greedyBlock(1), steps: -1 }),
      'shape problem.lipschitz': () => optim.blockCoordinateDescent(problem, [1], { choose: optim.greedyBlock(1), steps: 1 }),
      'range problem.lipschitz': () => optim.blockCoordinateDescent({ ...problem, lipschitz: Float64Array.of(1, 0, 1) }, start, { choose: optim.greedyBlock(1), steps: 1 }), // prettier-ignore
      'range x0': () =>
        optim.blockCoordinateDescent({ ...problem, nonNegative: true }, [-1, 0, 0], { choose: optim.greedyBlock(1), steps: 1 }),
    },
  }),
  activeSetBound: hostFunction(optim.activeSetBound, {
    call: { some: () => optim.activeSetBound(10, 1, 5, 0.1), none: () => optim.activeSetBound(10, 1, 0, 0.1) },
    bad: {
      'range condition': () => optim.activeSetBound(0.5, 1, 1, 1),
      'range lipschitz': () => optim.activeSetBound(1, 0, 1, 1),
      'range distance': () => optim.activeSetBound(1, 1, -1, 1),
      'range margin': () => optim.activeSetBound(1, 1, 1, 0),
    },
  }),
  gaussSouthwell: hostFunction(optim.gaussSouthwell, { call: () => optim.gaussSouthwell(context, 0) }),
  gaussSouthwellLipschitz: hostFunction(optim.gaussSouthwellLipschitz, { call: () => optim.gaussSouthwellLipschitz(context, 0) }),
  gaussSouthwellDiagonal: hostFunction(optim.gaussSouthwellDiagonal, {
    call: () => optim.gaussSouthwellDiagonal(h)(context, 1),
    bad: { 'shape hessian': () => optim.gaussSouthwellDiagonal(wide) },
  }),
  greedyBlock: hostFunction(optim.greedyBlock, {
    ...choice(() => optim.greedyBlock(2)),
    bad: { 'range size': () => optim.greedyBlock(0) },
  }),
  greedyPart: hostFunction(optim.greedyPart, {
    ...choice(() => optim.greedyPart(blocks)),
    bad: { 'shape blocks': () => optim.greedyPart([]) },
  }),
  cyclicPart: hostFunction(optim.cyclicPart, {
    ...choice(() => optim.cyclicPart(blocks)),
    bad: { 'shape blocks': () => optim.cyclicPart([]) },
  }),
  randomBlock: hostFunction(optim.randomBlock, {
    ...choice(() => optim.randomBlock(2, rng(4))),
    bad: {
      'range size': () => optim.randomBlock(0, rng(0)),
      'dtype rng': () => optim.randomBlock(1, 3 as never),
      'dtype weight': () => optim.randomBlock(1, rng(0), { weight: 3 as never }),
      'range weight': () => optim.randomBlock(1, rng(0), { weight: () => -1 })(context),
    },
  }),
  quadraticBlock: hostFunction(optim.quadraticBlock, {
    ...choice(() => optim.quadraticBlock(2, h)),
    bad: { 'range size': () => optim.quadraticBlock(0, h) },
  }),
  partitionBlocks: hostFunction(optim.partitionBlocks, {
    call: () => optim.partitionBlocks([3, 1, 2], 2, 'sorted'),
    bad: {
      'range size': () => optim.partitionBlocks([1], 0),
      'range order': () => optim.partitionBlocks([1], 1, 'some' as never),
      'dtype lipschitz': () => optim.partitionBlocks(1 as never, 1),
    },
  }),
  gradientUpdate: hostFunction(optim.gradientUpdate, move(() => optim.gradientUpdate)), // prettier-ignore
  newtonUpdate: hostFunction(optim.newtonUpdate, move(() => optim.newtonUpdate)), // prettier-ignore
  adaptiveUpdate: hostFunction(optim.adaptiveUpdate, {
    ...move(() => optim.adaptiveUpdate()),
    bad: { 'range start': () => optim.adaptiveUpdate({ start: 0 }) },
  }),
  lineSearchUpdate: hostFunction(optim.lineSearchUpdate, {
    ...move(() => optim.lineSearchUpdate()),
    bad: { 'range sufficient': [() => optim.lineSearchUpdate({ sufficient: 0 }), () => optim.lineSearchUpdate({ sufficient: 1 })] },
  }),
  twoMetricUpdate: hostFunction(optim.twoMetricUpdate, {
    ...move(() => optim.twoMetricUpdate()),
    bad: { 'range threshold': () => optim.twoMetricUpdate({ threshold: -1 }) },
  }),
  forestBlock: hostFunction(optim.forestBlock, {
    call: () => optim.forestBlock(cycle, [1, 2, 3]),
    bad: {
      'shape a': () => optim.forestBlock(wide, [1]),
      'shape scores': () => optim.forestBlock(h, [1]),
      'range limit': () => optim.forestBlock(h, [1, 2, 3], -1),
      'dtype a': () => optim.forestBlock([[1]] as never, [1], 1),
    },
  }),
  treeSolve: hostFunction(optim.treeSolve, {
    call: () => optim.treeSolve(h, [1, 2, 3]),
    bad: {
      'shape a': () => optim.treeSolve(wide, [1]),
      'shape b': () => optim.treeSolve(h, [1]),
      'range a': () => optim.treeSolve(cycle, [1, 1, 1]),
    },
  }),
};
