/** @file The conformance rows of unnormalised models, paths, mixtures and samplers. */
import { asTensor, rng, type TensorLike } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, statefulObjective, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import { mul, neg, tensor, tidy } from '@tensorflow/tfjs-core';
import * as losses from '../index.js';

const { condOtPath, dataSeparation, edmSigmas, fitGaussianScore, flowMatchingLoss, flowMatchingPair, gaussianScore, gaussianTeleport } =
  losses;
const { kineticOptimalPath, meco, mixtureLogDensity, mixtureScore, nceLoss, pathEnergy, sampleProbabilityFlow, unnormalizedNll, vpPath } =
  losses;
const { scoreLineIntegral, scoreMetropolisHastings } = losses;

const x = [[0.4, -1.3], [2.2, 0.3], [0.9, 1.1]]; // prettier-ignore
const y = [[0.6, 1.1], [1.9, 0.5], [1.4, 0.7]]; // prettier-ignore
const means = [[-1, 0.5], [2, 0.3]]; // prettier-ignore
const notPositive = [0, -1, NaN];
const noGenerator = 3 as never;
const noFunction = 'tanh' as never;
const wrongShape = () => tensor([1, 2]);
const far = [[1e4, -1e4], [0, 1e4], [0, 0]]; // prettier-ignore

/** μ = (1, 0), Σ = [[2, 1], [1, 2]]. */
const model = (rank: number): losses.GaussianScoreModel => ({
  mean: Float64Array.of(1, 0),
  variances: Float64Array.of(3, 1).subarray(0, rank),
  directions: matrixFromRows([[Math.SQRT1_2, Math.SQRT1_2], [Math.SQRT1_2, -Math.SQRT1_2]].slice(0, rank)), // prettier-ignore
});

const batch = { logModelData: [-0.3, -1.1], logModelNoise: [-0.1, -2, 0.4], logNoise: [-1, -1.4, -0.9] };
const separation = (s: number) => s ** 2 / (1 + s ** 2);
const atPath = (path: losses.GaussianPath) => () => [0, 0.25, 0.5, 1].map((t) => path.at(t));

/** The rows by name. */
export const samplingRows: ConformanceTable = {
  nceLoss: tensorFunction(nceLoss, {
    at: [[-0.3, -1.1], [-0.1, -2, 0.4], 0.3],
    call: (logModelData, logModelNoise, logNormalizer) =>
      nceLoss({ logModelData, logNoiseData: [-1, -2], logModelNoise, logNoiseNoise: [-1, -1.4, -0.9] }, { logNormalizer, ratio: 1.5 }),
    extremes: [[[1e4, -1e4], [1e4, -1e4, 0], 0]],
    bad: {
      'range ratio': notPositive.map((ratio) => () => nce([1], { ratio })),
      'shape logNormalizer': () => nce([1], { logNormalizer: [1, 2] }),
      'shape logModelData': () => nce([]),
      'shape logNoiseData': () => nce([1, 2]),
    },
  }),
  unnormalizedNll: tensorFunction(unnormalizedNll, {
    at: [batch.logModelData, batch.logModelNoise],
    call: (logModelData, logModelNoise) => unnormalizedNll({ ...batch, logModelData, logModelNoise }),
    extremes: [
      [
        [1e4, -1e4],
        [1e4, -1e4, 0],
      ],
    ],
    bad: {
      'shape logModelData': () => unnormalizedNll({ ...batch, logModelData: [] }),
      'shape logNoise': () => unnormalizedNll({ ...batch, logNoise: [1] }),
    },
  }),
  meco: statefulObjective(meco, {
    init: () => meco().init(),
    apply: (state: losses.MecoState, inputs) => meco({ gamma: 0.3 }).apply(state, { ...batch, ...inputs }),
    variables: { logModelData: batch.logModelData },
    bad: {
      'range gamma': [...notPositive, 1.1].map((gamma) => () => meco({ gamma })),
      'shape logNoise': (keep) => meco().apply(held(keep, meco().init()), { ...batch, logNoise: [1] }),
      'shape logModelNoise': (keep) => meco().apply(held(keep, meco().init()), { ...batch, logModelNoise: [] }),
    },
  }),

  condOtPath: hostFunction(condOtPath, { call: atPath(condOtPath) }),
  vpPath: hostFunction(vpPath, { call: atPath(vpPath) }),
  dataSeparation: hostFunction(dataSeparation, {
    call: () => dataSeparation(matrixFromRows(x), [0, 0.5, 2], rng(1), { samples: 50 }),
    bad: {
      'dtype points': () => dataSeparation(x as never, [1], rng(0)),
      'shape points': () => dataSeparation(matrixFromRows([]), [1], rng(0)),
      'range s[1]': () => dataSeparation(matrixFromRows(x), [1, -1], rng(0)),
      'range samples': () => dataSeparation(matrixFromRows(x), [1], rng(0), { samples: 0 }),
      'dtype rng': () => dataSeparation(matrixFromRows(x), [1], noGenerator),
    },
  }),
  pathEnergy: hostFunction(pathEnergy, {
    call: () => pathEnergy(vpPath, Math.tanh, { steps: 100 }),
    bad: {
      'dtype path': () => pathEnergy(1 as never, separation),
      'dtype lambda': () => pathEnergy(vpPath, 1 as never),
      'range steps': () => pathEnergy(vpPath, separation, { steps: 0 }),
    },
  }),
  kineticOptimalPath: hostFunction(kineticOptimalPath, {
    call: () => {
      const path = kineticOptimalPath((s) => Math.sqrt(separation(s)), { grid: 200 });
      return [path.angle, path.energy, atPath(path)()];
    },
    bad: {
      'dtype lambda': () => kineticOptimalPath(1 as never),
      'range grid': () => kineticOptimalPath(separation, { grid: 1 }),
    },
  }),
  flowMatchingPair: tensorFunction(flowMatchingPair, {
    at: [x, y],
    call: {
      points: (data, noise) => tidy(() => flowMatchingPair(data, noise, [0, 0.3, 1], { path: vpPath }).noisy),
      velocities: (data, noise) => tidy(() => flowMatchingPair(data, noise, [0, 0.3, 1], { path: vpPath }).velocity),
    },
    bad: {
      'shape noise': () => flowMatchingPair(x, [1, 2], [0, 0, 0]),
      'shape data': () => flowMatchingPair(1, 1, [0]),
      'shape t': () => flowMatchingPair(x, y, [0]),
      'range t[1]': () => flowMatchingPair(x, y, [0, 1.5, 0]),
      'dtype path': () => flowMatchingPair(x, y, [0, 0, 0], { path: 1 as never }),
    },
  }),
  flowMatchingLoss: tensorFunction(flowMatchingLoss, {
    at: [[[0.7, -0.4]]],
    call: (w) => flowMatchingLoss((at) => mul(at, asTensor('flowMatchingLoss', 'w', w)), x, rng(7), { path: vpPath }),
    bad: {
      'dtype velocity': () => flowMatchingLoss(noFunction, x, rng(0)),
      'dtype path': () => flowMatchingLoss((at) => at, x, rng(0), { path: 1 as never }),
      'dtype time': () => flowMatchingLoss((at) => at, x, rng(0), { time: 0.5 as never }),
      'range t[0]': () => flowMatchingLoss((at) => at, x, rng(0), { time: () => 2 }),
      'dtype rng': () => flowMatchingLoss((at) => at, x, noGenerator),
      'shape score': () => flowMatchingLoss(wrongShape, x, rng(0)),
    },
  }),

  fitGaussianScore: utility(fitGaussianScore, {
    call: { full: (keep) => fitGaussianScore(keep(tensor(x))), one: () => fitGaussianScore(x, { rank: 1 }) },
    bad: {
      'shape points': [() => fitGaussianScore([1, 2]), () => fitGaussianScore([[]])],
      'range rank': [0, 3, NaN].map((rank) => () => fitGaussianScore(x, { rank })),
      'dtype points': () => fitGaussianScore('x' as never),
    },
  }),
  gaussianScore: tensorFunction(gaussianScore, {
    at: [x],
    call: { full: (at) => gaussianScore(model(2), at, 0.7), one: (at) => gaussianScore(model(1), at, 0.7) },
    extremes: [[far]],
    bad: {
      'range sigma': notPositive.map((sigma) => () => gaussianScore(model(2), x, sigma)),
      'shape x': () => gaussianScore(model(2), [[1, 2, 3]], 1),
      'dtype model': () => gaussianScore({} as never, x, 1),
    },
  }),
  gaussianTeleport: tensorFunction(gaussianTeleport, {
    at: [x],
    call: { full: (at) => gaussianTeleport(model(2), at, 3, 0), one: (at) => gaussianTeleport(model(1), at, 3, 0.5) },
    extremes: [[far]],
    bad: {
      'range from': () => gaussianTeleport(model(2), x, 0, 1),
      'range to': () => gaussianTeleport(model(2), x, 1, -1),
      'shape x': () => gaussianTeleport(model(2), [1, 2], 1, 1),
      'dtype model': () => gaussianTeleport(null as never, x, 1, 1),
    },
  }),
  mixtureLogDensity: tensorFunction(mixtureLogDensity, {
    at: [x, means, [0.4, 1.1], [0.2, -0.3]],
    call: (at, mu, variances, logWeights) => mixtureLogDensity(at, { means: mu, variances, logWeights }, { sigma: 0.3 }),
    extremes: [[far, means, [0.4, 1.1], [0.2, -0.3]]],
    bad: mixtureRefusals(mixtureLogDensity),
  }),
  mixtureScore: tensorFunction(mixtureScore, {
    at: [x, means, [0.4, 1.1], [0.2, -0.3]],
    call: (at, mu, variances, logWeights) => mixtureScore(at, { means: mu, variances, logWeights }, { sigma: 0.3 }),
    extremes: [[far, means, [0.4, 1.1], [0.2, -0.3]]],
    bad: mixtureRefusals(mixtureScore),
  }),
  edmSigmas: hostFunction(edmSigmas, {
    call: () => edmSigmas(5),
    bad: {
      'range steps': () => edmSigmas(1),
      'range min': () => edmSigmas(3, { min: 0 }),
      'range max': () => edmSigmas(3, { max: 0.001 }),
      'range rho': () => edmSigmas(3, { rho: 0 }),
    },
  }),
  sampleProbabilityFlow: utility(sampleProbabilityFlow, {
    call: {
      heun: () =>
        sampleProbabilityFlow((at, sigma) => mixtureScore(at, { means, variances: 0.1 }, { sigma }), far.slice(2), { sigmas: [3, 1, 0] }),
      euler: (keep) => sampleProbabilityFlow((at) => neg(at), keep(tensor(x)), { sigmas: [0.5, 0.2], method: 'euler' }),
    },
    bad: {
      'dtype score': () => sampleProbabilityFlow(noFunction, x),
      'range method': () => sampleProbabilityFlow(neg, x, { method: 'rk4' as 'heun' }),
      'range sigmas': () => sampleProbabilityFlow(neg, x, { sigmas: [1] }),
      'range sigmas[1]': () => sampleProbabilityFlow(neg, x, { sigmas: [1, 1] }),
      'shape start': () => sampleProbabilityFlow(neg, 1),
      'shape score': () => sampleProbabilityFlow(wrongShape, x),
    },
  }),
  scoreLineIntegral: tensorFunction(scoreLineIntegral, {
    at: [x, y],
    call: (a, b) => scoreLineIntegral((at) => mixtureScore(at, { means, variances: 1 }), a, b),
    bad: {
      'dtype score': () => scoreLineIntegral(noFunction, x, y),
      'range nodes': () => scoreLineIntegral(neg, x, y, { nodes: 0 }),
      'shape from': () => scoreLineIntegral(neg, 1, 1),
      'shape to': () => scoreLineIntegral(neg, x, [1, 2]),
      'shape score': () => scoreLineIntegral(wrongShape, x, y),
    },
  }),
  scoreMetropolisHastings: utility(scoreMetropolisHastings, {
    call: () => scoreMetropolisHastings(neg, x, rng(3), { steps: 3, sigma: 0.8, nodes: 2 }),
    bad: {
      'dtype score': () => scoreMetropolisHastings(noFunction, x, rng(0), { steps: 1, sigma: 1 }),
      'dtype rng': () => scoreMetropolisHastings(neg, x, noGenerator, { steps: 1, sigma: 1 }),
      'range steps': () => scoreMetropolisHastings(neg, x, rng(0), { steps: 0, sigma: 1 }),
      'range sigma': () => scoreMetropolisHastings(neg, x, rng(0), { steps: 1, sigma: 0 }),
      'range nodes': () => scoreMetropolisHastings(neg, x, rng(0), { steps: 1, sigma: 1, nodes: 0.5 }),
      'shape start': () => scoreMetropolisHastings(neg, 1, rng(0), { steps: 1, sigma: 1 }),
      'shape score': () => scoreMetropolisHastings(wrongShape, x, rng(0), { steps: 1, sigma: 1 }),
    },
  }),
};

function nce(logModelData: readonly number[], options: losses.NceOptions = {}) {
  return nceLoss({ logModelData, logNoiseData: [1], logModelNoise: [1], logNoiseNoise: [1] }, options);
}

function held(keep: <T extends { dispose(): void }>(made: T) => T, state: losses.MecoState): losses.MecoState {
  keep(state.logNormalizer);
  keep(state.effectiveSamples);
  return state;
}

function mixtureRefusals(fn: typeof mixtureScore) {
  return {
    'range sigma': () => fn(x, { means }, { sigma: -1 }),
    'dtype mixture': () => fn(x, null as never),
    'shape mixture.means': () => fn(x, { means: [1, 2] }),
    'shape x': () => fn([[1]] as TensorLike, { means }),
    'shape mixture.variances': () => fn(x, { means, variances: [1, 2, 3] }),
    'shape mixture.logWeights': () => fn(x, { means, logWeights: [1] }),
  };
}
