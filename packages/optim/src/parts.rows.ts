/** @file The conformance rows of schedules that cycle, further transformations, and wrappers. */
import { rng } from '@surrogate/core';
import { schedule, transformation, utility, type ConformanceTable } from '@surrogate/testing';
import { scalar, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as optim from './index.js';
import { refuse } from './refuse.rows.js';

const { adam, chain, constant, linear, scale, sgd } = optim;

const notFunction = 3 as never;
const weights = (path: string) => path.endsWith('w');

/** The rows by name. */
export const partRows: ConformanceTable = {
  // schedules

  warmupConstant: schedule(optim.warmupConstant, {
    make: { 'after ten': () => optim.warmupConstant(1, { warmupSteps: 10, from: 0.1 }) },
    bad: {
      ...refuse('peak', (peak) => optim.warmupConstant(peak, { warmupSteps: 5 }), [NaN]),
      ...refuse('warmupSteps', (warmupSteps) => optim.warmupConstant(1, { warmupSteps }), [NaN, 0]),
      ...refuse('from', (from) => optim.warmupConstant(1, { warmupSteps: 5, from }), [NaN]),
    },
  }),
  warmupExponential: schedule(optim.warmupExponential, {
    make: { 'after ten': () => optim.warmupExponential(1, { warmupSteps: 10, steps: 10, rate: 0.9 }) },
    bad: {
      ...refuse('peak', (peak) => optim.warmupExponential(peak, { warmupSteps: 5, steps: 5, rate: 0.5 }), [NaN]),
      ...refuse('warmupSteps', (warmupSteps) => optim.warmupExponential(1, { warmupSteps, steps: 5, rate: 0.5 }), [NaN, 0]),
      ...refuse('from', (from) => optim.warmupExponential(1, { warmupSteps: 5, steps: 5, rate: 0.5, from }), [NaN]),
      ...refuse('steps', (steps) => optim.warmupExponential(1, { warmupSteps: 5, steps, rate: 0.5 }), [NaN, 0]),
      ...refuse('rate', (rate) => optim.warmupExponential(1, { warmupSteps: 5, steps: 5, rate }), [NaN, 0]),
    },
  }),
  scheduleTable: utility(optim.scheduleTable, {
    call: () => optim.scheduleTable(linear(0, 1, { steps: 4 }), 6),
    bad: {
      'dtype schedule': () => optim.scheduleTable(notFunction, 3),
      ...refuse('steps', (steps) => optim.scheduleTable(constant(1), steps)),
    },
  }),
  piecewiseInterpolate: schedule(optim.piecewiseInterpolate, {
    make: {
      lines: () => optim.piecewiseInterpolate(1, { 10: 0.1, 100: 2 }),
      cosines: () => optim.piecewiseInterpolate(1, { 10: 0.1 }, { shape: 'cosine' }),
    },
    bad: {
      ...refuse('from', (from) => optim.piecewiseInterpolate(from, {}), [NaN]),
      'range factors': [() => optim.piecewiseInterpolate(1, { 0: 1 }), () => optim.piecewiseInterpolate(1, { 3: NaN })],
      'range shape': () => optim.piecewiseInterpolate(1, {}, { shape: 'square' as never }),
    },
  }),
  oneCycle: schedule(optim.oneCycle, {
    make: {
      cosines: () => optim.oneCycle(1, { steps: 100 }),
      lines: () => optim.oneCycle(1, { steps: 100, shape: 'linear' }),
      "as PyTorch's": () => optim.oneCycle(1, { steps: 100, convention: 'torch' }),
    },
    bad: {
      ...refuse('peak', (peak) => optim.oneCycle(peak, { steps: 5 }), [NaN]),
      ...refuse('steps', (steps) => optim.oneCycle(1, { steps }), [NaN, 1]),
      ...refuse('rise', (rise) => optim.oneCycle(1, { steps: 5, rise }), [NaN, 0, 1]),
      ...refuse('startFactor', (startFactor) => optim.oneCycle(1, { steps: 5, startFactor }), [NaN, 0.5]),
      ...refuse('endFactor', (endFactor) => optim.oneCycle(1, { steps: 5, endFactor }), [NaN, 0.5]),
      'range shape': () => optim.oneCycle(1, { steps: 5, shape: 'square' as never }),
      'range convention': () => optim.oneCycle(1, { steps: 5, convention: 'keras' as never }),
    },
  }),
  sgdr: schedule(optim.sgdr, {
    make: {
      'two cycles': () =>
        optim.sgdr([
          { peak: 1, warmupSteps: 5, steps: 20 },
          { peak: 0.5, warmupSteps: 5, steps: 40 },
        ]),
    },
    bad: { 'range cycles': () => optim.sgdr([]) },
  }),
  cyclic: schedule(optim.cyclic, {
    make: { halves: () => optim.cyclic(0, 1, { rise: 10, fall: 20, decay: 0.5 }) },
    bad: {
      ...refuse('from', (from) => optim.cyclic(from, 1, { rise: 5 }), [NaN]),
      ...refuse('to', (to) => optim.cyclic(0, to, { rise: 5 }), [NaN]),
      ...refuse('rise', (rise) => optim.cyclic(0, 1, { rise }), [NaN, 0]),
      ...refuse('fall', (fall) => optim.cyclic(0, 1, { rise: 5, fall }), [NaN, 0]),
      ...refuse('decay', (decay) => optim.cyclic(0, 1, { rise: 5, decay }), [NaN, 0]),
    },
  }),

  // transformations

  namedChain: transformation(optim.namedChain, {
    make: { 'two parts': () => optim.namedChain({ clip: optim.clipByGlobalNorm(1), rate: scale(-0.1) }) },
    descends: true,
    bad: { 'dtype parts.a': () => optim.namedChain({ a: {} as never }) },
  }),
  clipByBlockRms: transformation(optim.clipByBlockRms, {
    make: { 'to a half': () => optim.clipByBlockRms(0.5) },
    bad: refuse('most', optim.clipByBlockRms, [NaN, 0]),
  }),
  adaptiveGradClip: transformation(optim.adaptiveGradClip, {
    make: { 'to a tenth': () => optim.adaptiveGradClip(0.1) },
    bad: {
      ...refuse('clipping', (clipping) => optim.adaptiveGradClip(clipping), [NaN, 0]),
      ...refuse('eps', (eps) => optim.adaptiveGradClip(0.1, { eps }), [NaN, 0]),
    },
  }),
  ema: transformation(optim.ema, {
    make: { corrected: () => optim.ema(0.9), plain: () => optim.ema(linear(0.5, 0.9, { steps: 10 }), { debias: false }) },
    bad: { ...refuse('decay', (decay) => optim.ema(decay), [NaN, 1]), 'dtype debias': () => optim.ema(0.9, { debias: 1 as never }) },
  }),
  addNoise: transformation(optim.addNoise, {
    make: { 'that fades': () => optim.addNoise({ rng: rng(1) }) },
    bad: {
      'dtype rng': () => optim.addNoise({ rng: 3 as never }),
      ...refuse('eta', (eta) => optim.addNoise({ rng: rng(1), eta })),
      ...refuse('gamma', (gamma) => optim.addNoise({ rng: rng(1), gamma })),
    },
  }),
  normalizeByNorm: transformation(optim.normalizeByNorm, {
    make: { 'to 1': () => optim.normalizeByNorm() },
    bad: {
      ...refuse('size', (size) => optim.normalizeByNorm({ size }), [NaN, 0]),
      ...refuse('eps', (eps) => optim.normalizeByNorm({ eps }), [NaN, 0]),
    },
  }),
  scaleByTrustRatio: transformation(optim.scaleByTrustRatio, {
    make: { 'by default': () => optim.scaleByTrustRatio() },
    bad: refuse('coefficient', (coefficient) => optim.scaleByTrustRatio({ coefficient }), [NaN, 0]),
  }),
  scaleByParameterSize: transformation(optim.scaleByParameterSize, {
    make: { 'by rms': () => optim.scaleByParameterSize(), 'by norm': () => optim.scaleByParameterSize({ by: 'norm' }) },
    bad: {
      'range by': () => optim.scaleByParameterSize({ by: 'max' as never }),
      ...refuse('least', (least) => optim.scaleByParameterSize({ least })),
    },
  }),
  centralize: transformation(optim.centralize, {
    make: { 'over inputs': () => optim.centralize(), 'over outputs': () => optim.centralize({ over: 'fanOut' }) },
    bad: { 'range over': () => optim.centralize({ over: 'all' as never }) },
  }),
  zeroNans: transformation(optim.zeroNans, { make: { 'what it says': () => optim.zeroNans() } }),

  // wrappers

  masked: transformation(optim.masked, {
    make: { 'of weights': () => chain(optim.masked(adam(1), weights), scale(0.1)) },
    bad: { 'dtype inner': () => optim.masked({} as never, weights), 'dtype mask': () => optim.masked(sgd(1), notFunction) },
  }),
  partition: transformation(optim.partition, {
    make: { 'two parts': () => optim.partition({ a: adam(0.05), b: sgd(0.1) }, (path) => (weights(path) ? 'a' : 'b')) },
    descends: true,
    bad: {
      'dtype parts.a': () => optim.partition({ a: {} as never }, () => 'a'),
      'dtype labelOf': () => optim.partition({ a: sgd(1) }, notFunction),
      'range labelOf': (keep) => optim.partition({ a: sgd(1) }, () => 'b').init({ w: keep(tensor([1])) }),
    },
  }),
  freeze: transformation(optim.freeze, {
    make: { 'of weights': () => chain(sgd(0.1), optim.freeze(weights)) },
    bad: { 'dtype mask': () => optim.freeze(notFunction) },
  }),
  applyIfFinite: transformation(optim.applyIfFinite, {
    make: { 'around Adam': () => optim.applyIfFinite(adam(0.05)) },
    descends: true,
    bad: {
      'dtype inner': () => optim.applyIfFinite({} as never),
      ...refuse('maxErrors', (maxErrors) => optim.applyIfFinite(sgd(1), { maxErrors })),
    },
  }),
  applyWhen: transformation(optim.applyWhen, {
    make: {
      'each other step': () =>
        chain(
          optim.applyWhen(optim.clipByGlobalNorm(1), (step) => step % 2 === 0),
          sgd(0.1),
        ),
    },
    descends: true,
    bad: { 'dtype inner': () => optim.applyWhen({} as never, () => true), 'dtype when': () => optim.applyWhen(sgd(1), notFunction) },
  }),
  injectHyperparams: transformation(optim.injectHyperparams, {
    make: {
      'a number and a schedule': () =>
        optim.injectHyperparams(({ rate, b1 }) => adam(rate, { b1 }), { rate: linear(0.1, 0.01, { steps: 50 }), b1: 0.8 }),
    },
    descends: true,
    bad: {
      'dtype make': () => optim.injectHyperparams(notFunction, {}),
      'dtype values.rate': () => optim.injectHyperparams(() => sgd(1), { rate: 'fast' as never }),
    },
  }),
  reduceOnPlateau: transformation(optim.reduceOnPlateau, {
    make: { 'after ten': () => chain(sgd(0.1), optim.reduceOnPlateau({ patience: 100 })) },
    extra: { loss: 1 },
    descends: true,
    bad: {
      ...refuse('factor', (factor) => optim.reduceOnPlateau({ factor }), [NaN, 0, 1]),
      ...refuse('patience', (patience) => optim.reduceOnPlateau({ patience }), [NaN, 0]),
      ...refuse('relative', (relative) => optim.reduceOnPlateau({ relative }), [NaN, 1.1]),
      ...refuse('absolute', (absolute) => optim.reduceOnPlateau({ absolute })),
      ...refuse('cooldown', (cooldown) => optim.reduceOnPlateau({ cooldown })),
      ...refuse('every', (every) => optim.reduceOnPlateau({ every }), [NaN, 0]),
      ...refuse('least', (least) => optim.reduceOnPlateau({ least })),
      'range extra.loss': (keep) => {
        const params = { w: keep(tensor([1])) };
        return optim.reduceOnPlateau().update(params, optim.reduceOnPlateau().init(params), params);
      },
    },
  }),
  cautious: transformation(optim.cautious, {
    make: { 'around momentum': () => optim.cautious(sgd(0.05, { momentum: 0.9 })) },
    descends: true,
    bad: {
      'dtype inner': () => optim.cautious({} as never),
      ...refuse('eps', (eps) => optim.cautious(sgd(1), { eps }), [NaN, 0]),
    },
  }),
  keepInside: transformation(optim.keepInside, {
    make: {
      'of a box': () =>
        chain(
          sgd(0.1),
          optim.keepInside((params) => optim.projectBox(params, -1, 1)),
        ),
    },
    descends: true,
    bad: { 'dtype project': () => optim.keepInside(notFunction) },
  }),
  sharpnessAware: utility(optim.sharpnessAware, {
    call: {
      plain: (keep) => optim.sharpnessAware(({ w }: { w: Tensor }) => sum(square(w)))({ w: keep(tensor([3, 4])) }),
      adaptive: (keep) => optim.sharpnessAware(({ w }: { w: Tensor }) => sum(square(w)), { adaptive: true })({ w: keep(tensor([3, 4])) }),
    },
    bad: {
      'dtype loss': () => optim.sharpnessAware(notFunction),
      ...refuse('rho', (rho) => optim.sharpnessAware(() => scalar(0), { rho }), [NaN, 0]),
      'dtype adaptive': () => optim.sharpnessAware(() => scalar(0), { adaptive: 1 as never }),
    },
  }),
};
