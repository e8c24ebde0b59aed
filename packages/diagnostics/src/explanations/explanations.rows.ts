/** @file The rows of local explanations. */
import { rng } from '@surrogate/core';
import { hostFunction, utility, type ConformanceTable } from '@surrogate/testing';
import { square, sum, type Tensor } from '@tensorflow/tfjs-core';
import * as diagnostics from '../index.js';

const f = (x: Tensor) => sum(square(x), 1);
const x = [1, -2, 0.5];
const around = Float64Array.from(x);
const explanation: diagnostics.LocalExplanation = {
  weights: Float64Array.of(1, 2, 3),
  bias: 0.5,
  operator: diagnostics.additivePerturbation,
};
const explain = (model: unknown = f, at: unknown = x, neighborhood: unknown = diagnostics.occlusion()) =>
  diagnostics.explainLocal(model as typeof f, at as number[], neighborhood as diagnostics.LocalNeighborhood);
const numbersOf = async (found: Promise<diagnostics.LocalExplanation>) => {
  const { weights, bias } = await found;
  return { weights, bias };
};
const faith = (model: unknown, at: unknown, what: unknown = explanation, where: unknown = diagnostics.occlusion()) =>
  diagnostics.localFaithfulness(model as typeof f, at as number[], what as typeof explanation, where as diagnostics.LocalNeighborhood);
const choose = (model: unknown, at: unknown, candidates: unknown, where: unknown = diagnostics.occlusion()) =>
  diagnostics.chooseExplanation(model as typeof f, at as number[], candidates as [], where as diagnostics.LocalNeighborhood);
const test = (more: object = {}, model: unknown = f, rows: unknown = [x], scores: unknown = [x]) =>
  diagnostics.perturbationTest(model as typeof f, rows as number[][], scores as number[][], { k: 1, ...more });
const notRandom = 3 as never;
const baselines = [NaN, Infinity];

/** The rows by name. */
export const explanationRows: ConformanceTable = {
  additivePerturbation: hostFunction(diagnostics.additivePerturbation, { call: () => diagnostics.additivePerturbation.apply(1, 2) }),
  multiplicativePerturbation: hostFunction(diagnostics.multiplicativePerturbation, {
    call: () => diagnostics.multiplicativePerturbation(1).apply(3, 0.5),
  }),
  lime: hostFunction(diagnostics.lime, {
    call: {
      'all subsets': () => diagnostics.lime(rng(0)).sample(around),
      'some of them': () => diagnostics.lime(rng(0), { samples: 5, kernelWidth: Infinity, baseline: 1 }).sample(around),
    },
    bad: {
      'dtype rng': () => diagnostics.lime(notRandom),
      'range samples': () => diagnostics.lime(rng(0), { samples: 0 }),
      'range kernelWidth': [0, NaN].map((kernelWidth) => () => diagnostics.lime(rng(0), { kernelWidth })),
      'range baseline': baselines.map((baseline) => () => diagnostics.lime(rng(0), { baseline })),
    },
  }),
  kernelShap: hostFunction(diagnostics.kernelShap, {
    call: {
      'all subsets': () => diagnostics.kernelShap(rng(0)).sample(around),
      'some of them': () => diagnostics.kernelShap(rng(0), { samples: 5 }).sample(around),
    },
    bad: {
      'dtype rng': () => diagnostics.kernelShap(notRandom),
      'range samples': () => diagnostics.kernelShap(rng(0), { samples: 1.5 }),
      'range baseline': baselines.map((baseline) => () => diagnostics.kernelShap(rng(0), { baseline })),
    },
  }),
  occlusion: hostFunction(diagnostics.occlusion, {
    call: () => diagnostics.occlusion().sample(around),
    bad: { 'range baseline': baselines.map((baseline) => () => diagnostics.occlusion({ baseline })) },
  }),
  cLime: hostFunction(diagnostics.cLime, {
    call: () => diagnostics.cLime(rng(0), { samples: 3 }).sample(around),
    bad: {
      'dtype rng': () => diagnostics.cLime(notRandom),
      'range samples': () => diagnostics.cLime(rng(0), { samples: 0 }),
      'range sigma': [0, NaN].map((sigma) => () => diagnostics.cLime(rng(0), { sigma })),
    },
  }),
  smoothGrad: hostFunction(diagnostics.smoothGrad, {
    call: () => diagnostics.smoothGrad(rng(0), { samples: 3 }).sample(around),
    bad: {
      'dtype rng': () => diagnostics.smoothGrad(notRandom),
      'range samples': () => diagnostics.smoothGrad(rng(0), { samples: 0 }),
      'range sigma': [0, NaN].map((sigma) => () => diagnostics.smoothGrad(rng(0), { sigma })),
    },
  }),
  vanillaGradient: hostFunction(diagnostics.vanillaGradient, { call: () => diagnostics.vanillaGradient().sample(around) }),
  gradientTimesInput: hostFunction(diagnostics.gradientTimesInput, {
    call: () => diagnostics.gradientTimesInput().sample(around),
    bad: { 'range baseline': baselines.map((baseline) => () => diagnostics.gradientTimesInput({ baseline })) },
  }),
  integratedGradients: hostFunction(diagnostics.integratedGradients, {
    call: () => diagnostics.integratedGradients({ steps: 3 }).sample(around),
    bad: {
      'range steps': () => diagnostics.integratedGradients({ steps: 0 }),
      'range baseline': baselines.map((baseline) => () => diagnostics.integratedGradients({ baseline })),
    },
  }),
  explainLocal: utility(diagnostics.explainLocal, {
    call: {
      'by values': () => numbersOf(explain()),
      'by gradients': () => numbersOf(explain(f, x, diagnostics.integratedGradients({ steps: 3 }))),
    },
    bad: {
      'dtype f': () => explain(null),
      'shape f': () => explain(square),
      'shape x': [[x], 1, []].map((at) => () => explain(f, at)),
      'range x': () => explain(f, [1, NaN]),
      'dtype neighborhood': [undefined, 'lime', {}].map((some) => () => diagnostics.explainLocal(f, x, some as never)),
    },
  }),
  localFaithfulness: utility(diagnostics.localFaithfulness, {
    call: () => faith(f, x),
    bad: {
      'dtype f': () => faith(3, x),
      'shape x': () => faith(f, [x]),
      'range x': () => faith(f, [1, Infinity, 2]),
      'dtype explanation': () => faith(f, x, null),
      'shape explanation': () => faith(f, [1, 2]),
      'dtype neighborhood': () => faith(f, x, explanation, null),
    },
  }),
  chooseExplanation: utility(diagnostics.chooseExplanation, {
    call: () => choose(f, x, [diagnostics.vanillaGradient(), diagnostics.occlusion()]),
    bad: {
      'dtype f': () => choose(3, x, [diagnostics.occlusion()]),
      'shape x': () => choose(f, [x], [diagnostics.occlusion()]),
      'shape candidates': [[], null].map((candidates) => () => choose(f, x, candidates)),
      'dtype candidates[1]': () => choose(f, x, [diagnostics.occlusion(), 'lime']),
      'dtype neighborhood': () => choose(f, x, [diagnostics.occlusion()], null),
    },
  }),
  perturbationTest: utility(diagnostics.perturbationTest, {
    call: { baseline: () => test(), noise: () => test({ order: 'top', noise: { rng: rng(0) } }) },
    bad: {
      'dtype f': () => test({}, null),
      'shape f': () => test({}, square),
      'shape x': () => test({}, f, x),
      'shape attributions': () => test({}, f, [x], [[1]]),
      'range k': [-1, 0.5, 4].map((k) => () => test({ k })),
      'range order': () => test({ order: 'middle' }),
      'range baseline': () => test({ baseline: NaN }),
      'dtype noise.rng': () => test({ noise: { rng: 3 } }),
      'range noise.sigma': () => test({ noise: { rng: rng(0), sigma: 0 } }),
    },
  }),
};
