/** @file The conformance rows of Bayesian optimisation and of what is chosen by it. */
import { rng } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { gaussianProcess, rbfCovariance } from '@surrogate/kernel-methods';
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as optim from '../index.js';

const process = gaussianProcess(matrixFromRows([[0], [1]]), Float64Array.of(1, -1), { covariance: rbfCovariance(), noise: 0.1 }); // prettier-ignore
const knowledge = { process, best: 1 };
const points = matrixFromRows([[0.2], [0.5], [3]]); // prettier-ignore

const search = optim.bayesianOptimization([[0, 10]]);
const asked = (options: optim.BayesianOptions, count: number) => {
  const made = optim.bayesianOptimization([[0, 10], [-1, 1]], { candidates: 20, ...options }); // prettier-ignore
  let state = made.init();
  for (const point of made.ask(state, rng(1), 6)) state = made.tell(state, point, -((point[0]! - 3) ** 2) + point[1]!);
  return [made.ask(state, rng(2), count), made.best(state)];
};

const decay = Array.from({ length: 40 }, (_, t) => 2 * Math.exp(-0.1 * t) + 0.3);
const training = () => {
  let [w, saved] = [1, 1];
  return {
    trainSteps: (rate: number, steps: number) => Array.from({ length: steps }, () => ((w -= rate * w), w * w)),
    save: () => void (saved = w),
    restore: () => void (w = saved),
  };
};
const rates = { minLearningRate: 1e-3, maxLearningRate: 3, steps: 40, probes: 4 };
const stage = (options: Partial<optim.AutoLearningRateOptions>) =>
  optim.autoLearningRates(training(), { ...rates, rng: rng(0), ...options }).next();

/** The rows by name. */
export const bayesianRows: ConformanceTable = {
  expectedImprovement: hostFunction(optim.expectedImprovement, {
    call: { some: () => optim.expectedImprovement(1, 2, 3), certain: () => optim.expectedImprovement(1, 0, 0.5) },
    bad: { 'range deviation': () => optim.expectedImprovement(0, -1, 0) },
  }),
  logExpectedImprovement: hostFunction(optim.logExpectedImprovement, {
    call: () => [3, 0, -4, -6, -40, -1e4].map((z) => optim.logExpectedImprovement(z, 1, 0)),
    bad: { 'range deviation': () => optim.logExpectedImprovement(0, 0, 0) },
  }),
  upperConfidenceBound: hostFunction(optim.upperConfidenceBound, {
    call: () => optim.upperConfidenceBound(1, 2, 3),
    bad: { 'range deviation': () => optim.upperConfidenceBound(0, -1), 'range kappa': () => optim.upperConfidenceBound(0, 1, -1) },
  }),
  knowledgeGradient: hostFunction(optim.knowledgeGradient, {
    call: () => optim.knowledgeGradient([1, 1, 0], [0.5, 0.5, 0.7]),
    bad: { 'shape changes': () => optim.knowledgeGradient([1], []), 'shape means': () => optim.knowledgeGradient([], []) },
  }),
  maxValueEntropy: hostFunction(optim.maxValueEntropy, {
    call: () => [1, -1, -50].map((star) => optim.maxValueEntropy(0, 1, [star, 2])),
    bad: { 'range deviation': () => optim.maxValueEntropy(0, 0, [1]), 'shape maxima': () => optim.maxValueEntropy(0, 1, []) },
  }),
  batchExpectedImprovement: hostFunction(optim.batchExpectedImprovement, {
    call: () => optim.batchExpectedImprovement(points, 1),
    bad: { 'shape samples': () => optim.batchExpectedImprovement({ rows: 0, cols: 1, data: new Float64Array(0) }, 1) },
  }),
  feasibilityProbability: hostFunction(optim.feasibilityProbability, {
    call: { some: () => optim.feasibilityProbability([0.5, -1], [1, 0]), none: () => optim.feasibilityProbability([], []) },
    bad: {
      'shape deviations': () => optim.feasibilityProbability([1], []),
      'range deviations': () => optim.feasibilityProbability([1], [-1]),
    },
  }),
  improvementAcquisition: hostFunction(optim.improvementAcquisition, { call: () => optim.improvementAcquisition(knowledge, points) }),
  knowledgeAcquisition: hostFunction(optim.knowledgeAcquisition, { call: () => optim.knowledgeAcquisition(knowledge, points) }),
  entropyAcquisition: hostFunction(optim.entropyAcquisition, {
    call: () => optim.entropyAcquisition(4)(knowledge, points),
    bad: { 'range count': () => optim.entropyAcquisition(0) },
  }),
  confidenceAcquisition: hostFunction(optim.confidenceAcquisition, {
    call: () => optim.confidenceAcquisition(3)(knowledge, points),
    bad: { 'range kappa': () => optim.confidenceAcquisition(-1) },
  }),
  bayesianOptimization: hostFunction(optim.bayesianOptimization, {
    call: {
      'one point': () => asked({}, 1),
      'several, by the knowledge gradient': () => asked({ acquisition: optim.knowledgeAcquisition, start: 7 }, 3),
    },
    bad: {
      'shape bounds': () => optim.bayesianOptimization([]),
      'range bounds[0]': [() => optim.bayesianOptimization([[1, 0]]), () => optim.bayesianOptimization([[NaN, 0]])],
      'dtype acquisition': () => optim.bayesianOptimization([[0, 1]], { acquisition: 'ei' as never }),
      'range start': () => optim.bayesianOptimization([[0, 1]], { start: 0 }),
      'range noise': () => optim.bayesianOptimization([[0, 1]], { noise: 0 }),
      'range candidates': () => optim.bayesianOptimization([[0, 1]], { candidates: 0 }),
      'range constraints': () => optim.bayesianOptimization([[0, 1]], { constraints: -1 }),
      'shape constraints': () => search.tell(search.init(), [1], 2, [3]),
      'dtype cost': () => optim.bayesianOptimization([[0, 1]], { cost: 3 as never }),
      'range cost': () => asked({ cost: () => 0 }, 1),
      'dtype rng': () => search.ask(search.init(), 3 as never),
      'range count': () => search.ask(search.init(), rng(0), 0),
      'shape point': () => search.tell(search.init(), [1, 2], 3),
      'range value': () => search.tell(search.init(), [1], NaN),
    },
  }),
  fitExponentialDecay: hostFunction(optim.fitExponentialDecay, {
    call: {
      robust: () => ({ ...optim.fitExponentialDecay(decay), predict: 0 }),
      plain: () => ({ ...optim.fitExponentialDecay(decay, { robust: false }), predict: 0 }),
    },
    bad: {
      'shape losses': () => optim.fitExponentialDecay([1, 2, 3]),
      'range losses': () => optim.fitExponentialDecay([1, 2, 3, NaN]),
      'dtype robust': () => optim.fitExponentialDecay(decay, { robust: 1 as never }),
    },
  }),
  autoLearningRates: hostFunction(optim.autoLearningRates, {
    call: async () => (await stage({})).value,
    bad: {
      'dtype training.trainSteps': () => optim.autoLearningRates({} as never, { ...rates, rng: rng(0) }).next(),
      'dtype training.validate': () => optim.autoLearningRates({ ...training(), validate: 3 as never }, { ...rates, rng: rng(0) }).next(),
      'range minLearningRate': () => stage({ minLearningRate: 0 }),
      'range maxLearningRate': () => stage({ maxLearningRate: 1e-4 }),
      'dtype rng': () => stage({ rng: 3 as never }),
      'range steps': () => stage({ steps: 3 }),
      'range maxSteps': () => stage({ maxSteps: 3 }),
      'range probes': () => stage({ probes: 1 }),
      'range kappa': () => stage({ kappa: -1 }),
    },
  }),
};
