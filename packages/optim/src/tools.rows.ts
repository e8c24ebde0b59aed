/** @file The conformance rows of solvers, line searches, projections and second-order tools. */
import { hvp, rng } from '@surrogate/core';
import { utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import { argMax, cast, mul, oneHot, square, sub, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as optim from './index.js';
import { refuse } from './refuse.rows.js';

const { sgd } = optim;

const notFunction = 3 as never;
const tree = (keep: Keep) => ({ b: keep(tensor([0.5, -2])), w: keep(tensor([[1.5, 0.1]])) });
const bowl = ({ w }: { w: Tensor }) => sum(square(sub(w, [1, 2])));
const start = (keep: Keep) => ({ w: keep(tensor([3, -1])) });
const along = async (step: number) => ({ value: (step - 2) ** 2, slope: 2 * (step - 2) });
const at = { value: 4, slope: -4 };

/** The rows by name. */
export const toolRows: ConformanceTable = {
  minimize: utility(optim.minimize, {
    call: (keep) => optim.minimize(bowl, start(keep), optim.adam(0.1), { steps: 5 }),
    bad: {
      'dtype loss': (keep) => optim.minimize(notFunction, start(keep), sgd(0.1), { steps: 1 }),
      'dtype optimizer': (keep) => optim.minimize(bowl, start(keep), {} as never, { steps: 1 }),
      'range steps': (keep) => optim.minimize(bowl, start(keep), sgd(0.1), { steps: 1.5 }),
      'range resume.step': (keep) => optim.minimize(bowl, start(keep), sgd(0.1), { steps: 1, resume: { state: [], step: -1 } }),
    },
  }),
  lbfgs: utility(optim.lbfgs, {
    call: (keep) => optim.lbfgs(bowl, start(keep)),
    bad: {
      'range memory': (keep) => optim.lbfgs(bowl, start(keep), { memory: 0 }),
      'range steps': (keep) => optim.lbfgs(bowl, start(keep), { steps: NaN }),
      'range gradientTolerance': (keep) => optim.lbfgs(bowl, start(keep), { gradientTolerance: 0 }),
      'range lossTolerance': (keep) => optim.lbfgs(bowl, start(keep), { lossTolerance: -1 }),
      'range maxEvaluations': (keep) => optim.lbfgs(bowl, start(keep), { maxEvaluations: 0 }),
    },
  }),
  zoomLineSearch: utility(optim.zoomLineSearch, {
    call: () => optim.zoomLineSearch(along, at),
    bad: {
      'range at.slope': () => optim.zoomLineSearch(along, { value: 1, slope: 0 }),
      'range at.value': () => optim.zoomLineSearch(along, { value: NaN, slope: -1 }),
      'range start': () => optim.zoomLineSearch(along, at, { start: 0 }),
      'range sufficient': () => optim.zoomLineSearch(along, at, { sufficient: 0 }),
      'range curvature': () => optim.zoomLineSearch(along, at, { curvature: 1 }),
      'range maxEvaluations': () => optim.zoomLineSearch(along, at, { maxEvaluations: 0 }),
    },
  }),
  backtrackingLineSearch: utility(optim.backtrackingLineSearch, {
    call: () => optim.backtrackingLineSearch(async (step) => (step - 2) ** 2, at, { start: 10 }),
    bad: {
      'range at.slope': () => optim.backtrackingLineSearch(async () => 0, { value: 1, slope: 1 }),
      'range at.value': () => optim.backtrackingLineSearch(async () => 0, { value: Infinity, slope: -1 }),
      'range start': () => optim.backtrackingLineSearch(async () => 0, at, { start: 0 }),
      'range sufficient': () => optim.backtrackingLineSearch(async () => 0, at, { sufficient: 1 }),
      'range shrink': () => optim.backtrackingLineSearch(async () => 0, at, { shrink: 1 }),
      'range maxEvaluations': () => optim.backtrackingLineSearch(async () => 0, at, { maxEvaluations: 0 }),
      'range slack': () => optim.backtrackingLineSearch(async () => 0, at, { slack: -1 }),
    },
  }),
  hessianDiagonal: utility(optim.hessianDiagonal, {
    call: (keep) => optim.hessianDiagonal(({ w }: { w: Tensor }) => sum(mul(w, square(w))))(start(keep)),
    bad: { 'dtype loss': () => optim.hessianDiagonal(notFunction) },
  }),
  hessianDiagonalEstimate: utility(optim.hessianDiagonalEstimate, {
    call: (keep) => optim.hessianDiagonalEstimate(bowl, { rng: rng(1), samples: 2 })(start(keep)),
    bad: {
      'dtype loss': () => optim.hessianDiagonalEstimate(notFunction, { rng: rng(1) }),
      'dtype rng': () => optim.hessianDiagonalEstimate(bowl, { rng: notFunction }),
      ...refuse('samples', (samples) => optim.hessianDiagonalEstimate(bowl, { rng: rng(1), samples }), [NaN, 0]),
    },
  }),
  gaussNewtonDiagonal: utility(optim.gaussNewtonDiagonal, {
    call: (keep) => optim.gaussNewtonDiagonal(start(keep), 4),
    bad: refuse('batchSize', (size) => optim.gaussNewtonDiagonal({}, size), [NaN, 0]),
  }),
  powerIteration: utility(optim.powerIteration, {
    call: (keep) => {
      const params = start(keep);
      return optim.powerIteration((v) => hvp(bowl)(params, v), params, { rng: rng(1), iterations: 3 });
    },
    bad: {
      'dtype multiply': (keep) => optim.powerIteration(notFunction, start(keep), { rng: rng(1) }),
      'dtype rng': (keep) => optim.powerIteration((v) => v, start(keep), { rng: notFunction }),
      'range iterations': (keep) => optim.powerIteration((v) => v, start(keep), { rng: rng(1), iterations: 0 }),
      'shape like': () => optim.powerIteration((v) => v, {}, { rng: rng(1) }),
    },
  }),
  projectNonNegative: utility(optim.projectNonNegative, { call: (keep) => optim.projectNonNegative(tree(keep)) }),
  projectBox: utility(optim.projectBox, {
    call: (keep) => optim.projectBox(tree(keep), -1, 1),
    bad: {
      ...refuse('least', (least) => optim.projectBox({}, least, 1), [NaN]),
      ...refuse('most', (most) => optim.projectBox({}, 0, most)),
    },
  }),
  projectLinfBall: utility(optim.projectLinfBall, {
    call: (keep) => optim.projectLinfBall(tree(keep)),
    bad: refuse('radius', (radius) => optim.projectLinfBall({}, radius)),
  }),
  projectL2Ball: utility(optim.projectL2Ball, {
    call: (keep) => optim.projectL2Ball(tree(keep)),
    bad: refuse('radius', (radius) => optim.projectL2Ball({}, radius)),
  }),
  projectL2Sphere: utility(optim.projectL2Sphere, {
    call: {
      'of some length': (keep) => optim.projectL2Sphere(tree(keep)),
      'of none': (keep) => optim.projectL2Sphere(keep(tensor([0, 0]))),
    },
    bad: refuse('radius', (radius) => optim.projectL2Sphere({}, radius)),
  }),
  projectHyperplane: utility(optim.projectHyperplane, {
    call: (keep) => optim.projectHyperplane(tree(keep), tree(keep), 1),
    bad: {
      ...refuse('offset', (offset) => optim.projectHyperplane({}, {}, offset), [NaN]),
    },
  }),
  projectHalfspace: utility(optim.projectHalfspace, {
    call: (keep) => optim.projectHalfspace(tree(keep), tree(keep), 1),
    bad: {
      ...refuse('offset', (offset) => optim.projectHalfspace({}, {}, offset), [NaN]),
    },
  }),
  projectSimplex: utility(optim.projectSimplex, {
    call: (keep) => optim.projectSimplex(tree(keep)),
    bad: { ...refuse('total', (total) => optim.projectSimplex({}, total), [NaN, 0]), 'shape tree': () => optim.projectSimplex({}) },
  }),
  projectL1Sphere: utility(optim.projectL1Sphere, {
    call: (keep) => optim.projectL1Sphere(tree(keep)),
    bad: { ...refuse('radius', (radius) => optim.projectL1Sphere({}, radius), [NaN, 0]), 'shape tree': () => optim.projectL1Sphere({}) },
  }),
  projectL1Ball: utility(optim.projectL1Ball, {
    call: (keep) => optim.projectL1Ball(tree(keep)),
    bad: { ...refuse('radius', (radius) => optim.projectL1Ball({}, radius), [NaN, 0]), 'shape tree': () => optim.projectL1Ball({}) },
  }),
  softThreshold: utility(optim.softThreshold, {
    call: (keep) => optim.softThreshold(tree(keep), 0.3),
    bad: refuse('threshold', (threshold) => optim.softThreshold({}, threshold)),
  }),
  hardThreshold: utility(optim.hardThreshold, {
    call: (keep) => optim.hardThreshold(tree(keep), 0.3),
    bad: refuse('threshold', (threshold) => optim.hardThreshold({}, threshold)),
  }),
  perturbed: utility(optim.perturbed, {
    call: (keep) =>
      optim.perturbed((x) => cast(oneHot(argMax(x, -1), 3), 'float32'), { rng: rng(1), samples: 20 })(keep(tensor([1, 1.1, 0]))),
    bad: {
      'dtype f': () => optim.perturbed(notFunction, { rng: rng(1) }),
      'dtype rng': () => optim.perturbed((x) => x, { rng: notFunction }),
      ...refuse('samples', (samples) => optim.perturbed((x) => x, { rng: rng(1), samples }), [NaN, 0]),
      ...refuse('sigma', (sigma) => optim.perturbed((x) => x, { rng: rng(1), sigma }), [NaN, 0]),
      'range noise': () => optim.perturbed((x) => x, { rng: rng(1), noise: 'uniform' as never }),
      'dtype x': () => optim.perturbed((x) => x, { rng: rng(1) })('three' as never),
      'shape f': () => optim.perturbed((x) => sum(x), { rng: rng(1), samples: 2 })([1, 2]),
    },
  }),
};
