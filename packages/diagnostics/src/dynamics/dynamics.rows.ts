/** @file The rows of training dynamics: opposing signals, sharpness, double descent. */
import { rng } from '@surrogate/core';
import { matrixFromRows, type Matrix } from '@surrogate/core/host';
import { hostFunction, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import { mul, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as diagnostics from '../index.js';

const history = [[1, 1, 1], [3, 1, 0], [1, 1, 2]] // prettier-ignore
  .reduce<diagnostics.LossHistory | undefined>((before, losses) => diagnostics.observeLosses(before, losses), undefined)!;
const short = diagnostics.observeLosses(undefined, [1, 2]);
const notRandom = 3 as never;
const bowl = ({ w }: { w: Tensor }) => sum(mul(square(w), [0.5, -2]));
const sharp = (keep: Keep, more: object = {}, loss: unknown = bowl) =>
  diagnostics.sharpness(loss as typeof bowl, { w: keep(tensor([1, 1])) }, { rng: rng(1), iterations: 3, ...more });
const toy = (more: object = {}, random: unknown = rng(1)) =>
  diagnostics.opposingSignalsToy({ examples: 10, width: 2, ...more }, random as never);
const data = { x: matrixFromRows([[1, 0.5], [0.2, 2], [1, 1]]), y: Float64Array.of(1, 2, 3) }; // prettier-ignore
const pinv = diagnostics.pinvSpectralFilter();
const sweep = (more: object = {}, train: unknown = data, test: unknown = data) =>
  diagnostics.doubleDescentSweep(train as typeof data, test as typeof data, {
    widths: [2],
    features: (x: Matrix) => x,
    filter: pinv,
    ...more,
  });

/** The rows by name. */
export const dynamicsRows: ConformanceTable = {
  observeLosses: hostFunction(diagnostics.observeLosses, {
    call: () => diagnostics.observeLosses(history, [1, 2, 3], { window: 2 }),
    bad: {
      'range losses': () => diagnostics.observeLosses(undefined, [NaN]),
      'shape losses': () => diagnostics.observeLosses(history, [1]),
      'dtype history': () => diagnostics.observeLosses(3 as never, [1]),
      'range window': [1, NaN].map((window) => () => diagnostics.observeLosses(undefined, [1], { window })),
    },
  }),
  rankByLossChange: hostFunction(diagnostics.rankByLossChange, {
    call: () => diagnostics.rankByLossChange(history, 2),
    bad: {
      'range k': [0, 4, 1.5].map((k) => () => diagnostics.rankByLossChange(history, k)),
      'dtype history': () => diagnostics.rankByLossChange(null as never, 1),
    },
  }),
  opposingGroups: hostFunction(diagnostics.opposingGroups, {
    call: () => diagnostics.opposingGroups(history, 2),
    bad: {
      'shape history': () => diagnostics.opposingGroups(short, 1),
      'dtype history': () => diagnostics.opposingGroups(null as never, 1),
      'range k': () => diagnostics.opposingGroups(history, 4),
    },
  }),
  sharpness: utility(diagnostics.sharpness, {
    call: (keep) => sharp(keep),
    bad: {
      'dtype rng': (keep) => sharp(keep, { rng: notRandom }),
      'range iterations': (keep) => sharp(keep, { iterations: 0 }),
      'dtype loss': (keep) => sharp(keep, {}, 3),
    },
  }),
  stabilityReport: hostFunction(diagnostics.stabilityReport, {
    call: () => diagnostics.stabilityReport(0.1, 12, { momentum: 0.9 }),
    bad: {
      'range learningRate': [0, NaN].map((rate) => () => diagnostics.stabilityReport(rate, 1)),
      'range sharpness': () => diagnostics.stabilityReport(1, NaN),
      'range momentum': [-0.1, 1].map((momentum) => () => diagnostics.stabilityReport(1, 1, { momentum })),
    },
  }),
  opposingSignalsToy: hostFunction(diagnostics.opposingSignalsToy, {
    call: () => toy(),
    bad: {
      'dtype rng': () => toy({}, notRandom),
      'range examples': () => toy({ examples: 0 }),
      'range width': () => toy({ width: 0 }),
      'range scale': () => toy({ scale: -1 }),
      'range fraction': [-0.1, 1.1, NaN].map((fraction) => () => toy({ fraction })),
      'range gamma': () => toy({ gamma: NaN }),
      'range betaNorm': () => toy({ betaNorm: -1 }),
      'range noise': () => toy({ noise: -1 }),
    },
  }),
  gdSpectralFilter: hostFunction(diagnostics.gdSpectralFilter, {
    call: () => diagnostics.gdSpectralFilter(5, { stepSize: 0.1 })(Float64Array.of(2, 1, 0)),
    bad: {
      'range iterations': [-1, 0.5].map((iterations) => () => diagnostics.gdSpectralFilter(iterations)),
      'range stepSize': () => diagnostics.gdSpectralFilter(1, { stepSize: 0 }),
    },
  }),
  momentumSpectralFilter: hostFunction(diagnostics.momentumSpectralFilter, {
    call: () => diagnostics.momentumSpectralFilter(5)(Float64Array.of(2, 1, 0)),
    bad: {
      'range iterations': [-1, 0.5].map((iterations) => () => diagnostics.momentumSpectralFilter(iterations)),
      'range momentum': [-0.1, 1].map((momentum) => () => diagnostics.momentumSpectralFilter(1, { momentum })),
      'range stepSize': () => diagnostics.momentumSpectralFilter(1, { stepSize: NaN }),
    },
  }),
  pinvSpectralFilter: hostFunction(diagnostics.pinvSpectralFilter, { call: () => pinv(Float64Array.of(2, 0)) }),
  spectralRegression: hostFunction(diagnostics.spectralRegression, {
    call: () => diagnostics.spectralRegression(data, pinv),
    bad: {
      'dtype data': () => diagnostics.spectralRegression(null as never, pinv),
      'shape data.x': () => diagnostics.spectralRegression({ ...data, x: { rows: 0, cols: 2, data: new Float64Array(0) } }, pinv),
      'shape data.y': () => diagnostics.spectralRegression({ ...data, y: Float64Array.of(1) }, pinv),
      'dtype filter': () => diagnostics.spectralRegression(data, 'gd' as never),
    },
  }),
  randomReluFeatures: hostFunction(diagnostics.randomReluFeatures, {
    call: () => diagnostics.randomReluFeatures(2, 4, rng(1))(data.x, 3),
    bad: {
      'range inputs': () => diagnostics.randomReluFeatures(0, 4, rng(1)),
      'range most': () => diagnostics.randomReluFeatures(2, 0.5, rng(1)),
      'dtype rng': () => diagnostics.randomReluFeatures(2, 4, notRandom),
      'range width': [0, 5].map((width) => () => diagnostics.randomReluFeatures(2, 4, rng(1))(data.x, width)),
    },
  }),
  doubleDescentSweep: hostFunction(diagnostics.doubleDescentSweep, {
    call: () => sweep(),
    bad: {
      'dtype train': () => sweep({}, 3),
      'shape test.y': () => sweep({}, data, { ...data, y: Float64Array.of(1) }),
      'dtype filter': () => sweep({ filter: 'gd' }),
      'dtype features': () => sweep({ features: 3 }),
      'range widths[0]': () => sweep({ widths: [0] }),
    },
  }),
};
