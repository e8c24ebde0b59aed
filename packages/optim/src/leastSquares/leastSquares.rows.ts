/** @file The conformance rows of second-order solvers, least squares and what finds learning rates and batch sizes. */
import { hvp } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import { mul, square, sub, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as optim from '../index.js';

type Params = { w: Tensor };
const start = (keep: Keep): Params => ({ w: keep(tensor([3, -1])) });
const bowl = ({ w }: Params) => sum(mul(square(sub(w, [1, 2])), [1, 3]));
const residuals = ({ w }: Params) => sub(square(w), [1, 4]);
const notFunction = 3 as never;
const double = ({ w }: Params): Params => ({ w: mul(w, 2) });
const monitor = optim.gradientNoiseScale();
const pair = (keep: Keep) => [start(keep), start(keep)];

/** The rows by name. */
export const leastSquaresRows: ConformanceTable = {
  conjugateGradient: utility(optim.conjugateGradient, {
    call: (keep) => {
      const params = start(keep);
      return optim.conjugateGradient((v) => hvp(bowl)(params, v), start(keep), { damping: 0.5, precondition: double });
    },
    bad: {
      'dtype multiply': (keep) => optim.conjugateGradient(notFunction, start(keep)),
      'range steps': (keep) => optim.conjugateGradient(double, start(keep), { steps: -1 }),
      'range tolerance': (keep) => optim.conjugateGradient(double, start(keep), { tolerance: -1 }),
      'range damping': (keep) => optim.conjugateGradient(double, start(keep), { damping: NaN }),
      'dtype precondition': (keep) => optim.conjugateGradient(double, start(keep), { precondition: notFunction }),
    },
  }),
  trustRegionStep: utility(optim.trustRegionStep, {
    call: {
      inside: (keep) => optim.trustRegionStep(double, start(keep), 9),
      'at the boundary': (keep) => optim.trustRegionStep(double, start(keep), 0.1),
    },
    bad: {
      'dtype multiply': (keep) => optim.trustRegionStep(notFunction, start(keep), 1),
      'range radius': (keep) => optim.trustRegionStep(double, start(keep), 0),
      'range steps': (keep) => optim.trustRegionStep(double, start(keep), 1, { steps: 0 }),
      'range tolerance': (keep) => optim.trustRegionStep(double, start(keep), 1, { tolerance: NaN }),
    },
  }),
  trustRegion: utility(optim.trustRegion, {
    call: (keep) => optim.trustRegion(bowl, start(keep), { steps: 2 }),
    bad: {
      'dtype loss': (keep) => optim.trustRegion(notFunction, start(keep)),
      'range steps': (keep) => optim.trustRegion(bowl, start(keep), { steps: -1 }),
      'range products': (keep) => optim.trustRegion(bowl, start(keep), { products: 0 }),
      'range radius': (keep) => optim.trustRegion(bowl, start(keep), { radius: 0 }),
      'range accept': (keep) => optim.trustRegion(bowl, start(keep), { accept: 0.25 }),
      'range gradientTolerance': (keep) => optim.trustRegion(bowl, start(keep), { gradientTolerance: 0 }),
      'dtype product': (keep) => optim.trustRegion(bowl, start(keep), { product: notFunction }),
    },
  }),
  gaussNewtonProduct: utility(optim.gaussNewtonProduct, {
    call: (keep) => optim.gaussNewtonProduct(residuals)(start(keep), start(keep)),
    bad: { 'dtype residuals': () => optim.gaussNewtonProduct(notFunction) },
  }),
  levenbergMarquardt: utility(optim.levenbergMarquardt, {
    call: (keep) => optim.levenbergMarquardt(residuals, start(keep), { steps: 3 }),
    bad: {
      'dtype residuals': (keep) => optim.levenbergMarquardt(notFunction, start(keep)),
      'range damping': (keep) => optim.levenbergMarquardt(residuals, start(keep), { damping: -1 }),
      'range steps': (keep) => optim.levenbergMarquardt(residuals, start(keep), { steps: 1.5 }),
      'range gradientTolerance': (keep) => optim.levenbergMarquardt(residuals, start(keep), { gradientTolerance: 0 }),
      'range lossTolerance': (keep) => optim.levenbergMarquardt(residuals, start(keep), { lossTolerance: -1 }),
      'shape params': () => optim.levenbergMarquardt(() => tensor([1]), {}),
    },
  }),
  nnls: hostFunction(optim.nnls, {
    call: () => optim.nnls(matrixFromRows([[1, 0], [1, 0], [0, 1]]), [2, 1, -1]), // prettier-ignore
    bad: {
      'dtype a': () => optim.nnls(3 as never, [1]),
      'shape b': () => optim.nnls(matrixFromRows([[1]]), [1, 2]),
      'range b': () => optim.nnls(matrixFromRows([[1]]), [NaN]),
      'range maxSteps': () => optim.nnls(matrixFromRows([[1]]), [1], { maxSteps: 0 }),
      'convergence maxSteps': () => optim.nnls(matrixFromRows([[1, 0], [0, 1]]), [1, 2], { maxSteps: 1 }), // prettier-ignore
    },
  }),
  learningRateRange: utility(optim.learningRateRange, {
    call: (keep) => optim.learningRateRange(bowl, start(keep), optim.sgd, { steps: 4 }),
    bad: {
      'dtype loss': (keep) => optim.learningRateRange(notFunction, start(keep), optim.sgd),
      'dtype optimizer': [
        (keep) => optim.learningRateRange(bowl, start(keep), notFunction),
        (keep) => optim.learningRateRange(bowl, start(keep), () => notFunction),
      ],
      'range from': (keep) => optim.learningRateRange(bowl, start(keep), optim.sgd, { from: 0 }),
      'range to': (keep) => optim.learningRateRange(bowl, start(keep), optim.sgd, { to: 1e-7 }),
      'range steps': (keep) => optim.learningRateRange(bowl, start(keep), optim.sgd, { steps: 1 }),
      'range smoothing': (keep) => optim.learningRateRange(bowl, start(keep), optim.sgd, { smoothing: 1 }),
      'range divergence': (keep) => optim.learningRateRange(bowl, start(keep), optim.sgd, { divergence: 1 }),
    },
  }),
  gradientNoiseScale: utility(optim.gradientNoiseScale, {
    call: (keep) => monitor.observe(monitor.init(), pair(keep), 4),
    bad: {
      'range decay': () => optim.gradientNoiseScale({ decay: 1 }),
      'shape grads': () => monitor.observe(monitor.init(), [], 4),
      'range batchSize': (keep) => monitor.observe(monitor.init(), pair(keep), 0),
    },
  }),
};
