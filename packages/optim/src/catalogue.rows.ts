/** @file The conformance rows of the further optimizers. */
import { transformation, type ConformanceTable } from '@surrogate/testing';
import * as optim from './index.js';
import { refuse } from './refuse.rows.js';

const { linear, scale } = optim;

/** Why a row leaves webgpu out. */
const onHost = { backends: ['cpu', 'wasm'], because: 'it factors matrices on the host' } as const;

/** The rows by name. */
export const catalogueRows: ConformanceTable = {
  adan: transformation(optim.adan, {
    make: { 'by default': () => optim.adan(0.05) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.adan(rate)),
      ...refuse('b1', (b1) => optim.adan(0.1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => optim.adan(0.1, { b2 }), [NaN, 1]),
      ...refuse('b3', (b3) => optim.adan(0.1, { b3 }), [NaN, 1]),
      ...refuse('eps', (eps) => optim.adan(0.1, { eps })),
      ...refuse('epsRoot', (epsRoot) => optim.adan(0.1, { epsRoot })),
      ...refuse('weightDecay', (weightDecay) => optim.adan(0.1, { weightDecay })),
    },
  }),
  ademamix: transformation(optim.ademamix, {
    make: { 'with schedules': () => optim.ademamix(0.05, { b3: linear(0.9, 0.99, { steps: 50 }), alpha: linear(0, 2, { steps: 50 }) }) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.ademamix(rate)),
      ...refuse('b1', (b1) => optim.ademamix(0.1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => optim.ademamix(0.1, { b2 }), [NaN, 1]),
      ...refuse('b3', (b3) => optim.ademamix(0.1, { b3 }), [NaN, 1]),
      ...refuse('alpha', (alpha) => optim.ademamix(0.1, { alpha })),
      ...refuse('eps', (eps) => optim.ademamix(0.1, { eps })),
      ...refuse('weightDecay', (weightDecay) => optim.ademamix(0.1, { weightDecay })),
    },
  }),
  simplifiedAdemamix: transformation(optim.simplifiedAdemamix, {
    make: { 'by default': () => optim.simplifiedAdemamix(0.01, { b1: 0.9 }) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.simplifiedAdemamix(rate)),
      ...refuse('b1', (b1) => optim.simplifiedAdemamix(0.1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => optim.simplifiedAdemamix(0.1, { b2 }), [NaN, 1]),
      ...refuse('alpha', (alpha) => optim.simplifiedAdemamix(0.1, { alpha })),
      ...refuse('eps', (eps) => optim.simplifiedAdemamix(0.1, { eps })),
      ...refuse('weightDecay', (weightDecay) => optim.simplifiedAdemamix(0.1, { weightDecay })),
    },
  }),
  adopt: transformation(optim.adopt, {
    make: { 'by default': () => optim.adopt(0.05), 'without clipping': () => optim.adopt(0.05, { clipping: false }) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.adopt(rate)),
      ...refuse('b1', (b1) => optim.adopt(0.1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => optim.adopt(0.1, { b2 }), [NaN, 1]),
      ...refuse('eps', (eps) => optim.adopt(0.1, { eps })),
      'dtype clipping': () => optim.adopt(0.1, { clipping: 1 as never }),
      ...refuse('weightDecay', (weightDecay) => optim.adopt(0.1, { weightDecay })),
    },
  }),
  novograd: transformation(optim.novograd, {
    make: { 'by default': () => optim.novograd(0.005), 'with decay': () => optim.novograd(0.005, { weightDecay: 0.1 }) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.novograd(rate)),
      ...refuse('b1', (b1) => optim.novograd(0.1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => optim.novograd(0.1, { b2 }), [NaN, 1]),
      ...refuse('eps', (eps) => optim.novograd(0.1, { eps })),
      ...refuse('weightDecay', (weightDecay) => optim.novograd(0.1, { weightDecay })),
    },
  }),
  madgrad: transformation(optim.madgrad, {
    make: { 'by default': () => optim.madgrad(0.05) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.madgrad(rate)),
      ...refuse('momentum', (momentum) => optim.madgrad(0.1, { momentum }), [NaN, 1]),
      ...refuse('eps', (eps) => optim.madgrad(0.1, { eps })),
      ...refuse('weightDecay', (weightDecay) => optim.madgrad(0.1, { weightDecay })),
    },
  }),
  adafactor: transformation(optim.adafactor, {
    make: {
      'by default': () => optim.adafactor(0.1),
      factored: () => optim.adafactor(linear(0.1, 0, { steps: 300 }), { factorFrom: 2, momentum: 0.9, weightDecay: 0.001 }),
    },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.adafactor(rate)),
      ...refuse('factorFrom', (factorFrom) => optim.adafactor(0.1, { factorFrom }), [NaN, 0]),
      ...refuse('decayPower', (decayPower) => optim.adafactor(0.1, { decayPower }), [NaN, 0]),
      ...refuse('clipping', (clipping) => optim.adafactor(0.1, { clipping }), [NaN, 0]),
      'dtype relative': () => optim.adafactor(0.1, { relative: 1 as never }),
      ...refuse('momentum', (momentum) => optim.adafactor(0.1, { momentum }), [NaN, 1]),
      ...refuse('weightDecay', (weightDecay) => optim.adafactor(0.1, { weightDecay })),
      ...refuse('eps', (eps) => optim.adafactor(0.1, { eps }), [NaN, 0]),
    },
  }),
  sm3: transformation(optim.sm3, {
    make: { 'by default': () => optim.sm3(0.2) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.sm3(rate)),
      ...refuse('momentum', (momentum) => optim.sm3(0.1, { momentum }), [NaN, 1]),
      ...refuse('eps', (eps) => optim.sm3(0.1, { eps })),
    },
  }),
  signum: transformation(optim.signum, {
    make: { 'by default': () => optim.signum(0.02) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.signum(rate)),
      ...refuse('momentum', (momentum) => optim.signum(0.1, { momentum }), [NaN, 1]),
    },
  }),
  fromage: transformation(optim.fromage, {
    make: { 'by default': () => optim.fromage(0.05) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.fromage(rate)),
      ...refuse('minNorm', (minNorm) => optim.fromage(0.1, { minNorm }), [NaN, 0]),
    },
  }),
  rprop: transformation(optim.rprop, {
    make: { 'by default': () => optim.rprop(0.01) },
    descends: true,
    bad: {
      ...refuse('start', (start) => optim.rprop(start), [NaN, 0]),
      ...refuse('shrink', (shrink) => optim.rprop(0.1, { shrink }), [NaN, 0, 1]),
      ...refuse('grow', (grow) => optim.rprop(0.1, { grow }), [NaN, 1]),
      ...refuse('least', (least) => optim.rprop(0.1, { least }), [NaN, 0]),
      ...refuse('most', (most) => optim.rprop(0.1, { most }), [NaN, 0]),
    },
  }),
  optimisticSgd: transformation(optim.optimisticSgd, {
    make: { 'by default': () => optim.optimisticSgd(0.05) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.optimisticSgd(rate)),
      ...refuse('alpha', (alpha) => optim.optimisticSgd(0.1, { alpha })),
      ...refuse('beta', (beta) => optim.optimisticSgd(0.1, { beta })),
    },
  }),
  scaleByOptimism: transformation(optim.scaleByOptimism, {
    make: { 'by default': () => optim.scaleByOptimism() },
    bad: {
      ...refuse('alpha', (alpha) => optim.scaleByOptimism({ alpha })),
      ...refuse('beta', (beta) => optim.scaleByOptimism({ beta })),
    },
  }),

  acprop: transformation(optim.acprop, {
    make: { 'by default': () => optim.acprop(0.02) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.acprop(rate)),
      ...refuse('b1', (b1) => optim.acprop(0.1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => optim.acprop(0.1, { b2 }), [NaN, 1]),
      ...refuse('eps', (eps) => optim.acprop(0.1, { eps })),
      ...refuse('epsRoot', (epsRoot) => optim.acprop(0.1, { epsRoot })),
      ...refuse('weightDecay', (weightDecay) => optim.acprop(0.1, { weightDecay })),
    },
  }),

  // without a learning rate

  prodigy: transformation(optim.prodigy, {
    make: { 'from near': () => optim.prodigy(1, { start: 0.05 }) },
    descends: true,
    bad: refuseDistance(optim.prodigy),
  }),
  dAdaptAdamW: transformation(optim.dAdaptAdamW, {
    make: { 'from near': () => optim.dAdaptAdamW(1, { start: 0.05 }) },
    descends: true,
    bad: refuseDistance(optim.dAdaptAdamW),
  }),
  dog: transformation(optim.dog, {
    make: { 'from near': () => optim.dog(1, { start: 0.1 }) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.dog(rate)),
      ...refuse('start', (start) => optim.dog(1, { start }), [NaN, 0]),
      ...refuse('eps', (eps) => optim.dog(1, { eps }), [NaN, 0]),
      ...refuse('weightDecay', (weightDecay) => optim.dog(1, { weightDecay })),
    },
  }),
  dowg: transformation(optim.dowg, {
    make: { 'from near': () => optim.dowg(1, { start: 0.1 }) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.dowg(rate)),
      ...refuse('start', (start) => optim.dowg(1, { start }), [NaN, 0]),
      ...refuse('eps', (eps) => optim.dowg(1, { eps }), [NaN, 0]),
      ...refuse('weightDecay', (weightDecay) => optim.dowg(1, { weightDecay })),
    },
  }),
  polyakSgd: transformation(optim.polyakSgd, {
    make: { 'by default': () => optim.polyakSgd({ most: 0.1 }) },
    extra: { loss: 100 },
    descends: true,
    bad: {
      ...refuse('most', (most) => optim.polyakSgd({ most }), [NaN, 0]),
      ...refuse('least', (least) => optim.polyakSgd({ least }), [NaN]),
      ...refuse('eps', (eps) => optim.polyakSgd({ eps })),
      'range extra.loss': () => optim.polyakSgd().update({}, {}, {}),
    },
  }),

  momo: transformation(optim.momo, {
    make: { 'with a bound that moves': () => optim.momo(0.1, { adaptLeast: true, weightDecay: 0.01 }) },
    extra: { loss: 100 },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.momo(rate)),
      ...refuse('momentum', (momentum) => optim.momo(1, { momentum }), [NaN, 1]),
      ...refuseModel(optim.momo),
    },
  }),
  momoAdam: transformation(optim.momoAdam, {
    make: { 'by default': () => optim.momoAdam(0.05) },
    extra: { loss: 100 },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.momoAdam(rate)),
      ...refuse('b1', (b1) => optim.momoAdam(1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => optim.momoAdam(1, { b2 }), [NaN, 1]),
      ...refuse('eps', (eps) => optim.momoAdam(1, { eps })),
      ...refuseModel(optim.momoAdam),
    },
  }),
  cocob: transformation(optim.cocob, {
    make: { 'by default': () => optim.cocob({ alpha: 10 }) },
    descends: true,
    bad: {
      ...refuse('alpha', (alpha) => optim.cocob({ alpha }), [NaN, 0]),
      ...refuse('eps', (eps) => optim.cocob({ eps }), [NaN, 0]),
      ...refuse('weightDecay', (weightDecay) => optim.cocob({ weightDecay })),
    },
  }),
  mechanize: transformation(optim.mechanize, {
    make: { 'around momentum': () => optim.mechanize(optim.sgd(0.05, { momentum: 0.9 }), { start: 0.1, decays: 2 }) },
    descends: true,
    bad: {
      'dtype inner': () => optim.mechanize({} as never),
      ...refuse('weightDecay', (weightDecay) => optim.mechanize(optim.sgd(1), { weightDecay })),
      ...refuse('eps', (eps) => optim.mechanize(optim.sgd(1), { eps }), [NaN, 0]),
      ...refuse('start', (start) => optim.mechanize(optim.sgd(1), { start }), [NaN, 0]),
      ...refuse('decays', (decays) => optim.mechanize(optim.sgd(1), { decays }), [NaN, 0]),
    },
  }),

  // preconditioned

  shampoo: transformation(optim.shampoo, {
    ...onHost,
    make: {
      'by default': () => optim.shampoo(0.05),
      'of means, at each step, without grafts': () =>
        optim.shampoo(0.05, { decay: 0.9, every: 1, graft: false, momentum: 0, maxSize: 2, ridge: 1e-3 }),
    },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.shampoo(rate)),
      ...refuse('decay', (decay) => optim.shampoo(0.1, { decay }), [NaN, 0, 1.1]),
      ...refuse('power', (power) => optim.shampoo(0.1, { power }), [NaN, 0]),
      ...refuse('every', (every) => optim.shampoo(0.1, { every }), [NaN, 0]),
      ...refuse('maxSize', (maxSize) => optim.shampoo(0.1, { maxSize }), [NaN, 0]),
      ...refuse('ridge', (ridge) => optim.shampoo(0.1, { ridge }), [NaN, 0]),
      ...refuse('momentum', (momentum) => optim.shampoo(0.1, { momentum }), [NaN, 1]),
      'dtype graft': () => optim.shampoo(0.1, { graft: 1 as never }),
      ...refuse('weightDecay', (weightDecay) => optim.shampoo(0.1, { weightDecay })),
    },
  }),
  soap: transformation(optim.soap, {
    ...onHost,
    make: { 'by default': () => optim.soap(0.05), 'a new basis at each step': () => optim.soap(0.05, { every: 1, maxSize: 2 }) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.soap(rate)),
      ...refuse('b1', (b1) => optim.soap(0.1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => optim.soap(0.1, { b2 }), [NaN, 1]),
      ...refuse('eps', (eps) => optim.soap(0.1, { eps })),
      ...refuse('every', (every) => optim.soap(0.1, { every }), [NaN, 0]),
      ...refuse('maxSize', (maxSize) => optim.soap(0.1, { maxSize }), [NaN, 0]),
      ...refuse('weightDecay', (weightDecay) => optim.soap(0.1, { weightDecay })),
    },
  }),
  galore: transformation(optim.galore, {
    ...onHost,
    make: { 'in one direction': () => optim.galore(0.05, { rank: 1, every: 5 }) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.galore(rate)),
      ...refuse('rank', (rank) => optim.galore(0.1, { rank }), [NaN, 0]),
      ...refuse('every', (every) => optim.galore(0.1, { every }), [NaN, 0]),
      ...refuse('scale', (size) => optim.galore(0.1, { scale: size }), [NaN, 0]),
      'dtype inner': () => optim.galore(0.1, { inner: {} as never }),
      ...refuse('weightDecay', (weightDecay) => optim.galore(0.1, { weightDecay })),
    },
  }),
  sophia: transformation(optim.sophia, {
    make: { 'without curvature': () => optim.sophia(0.02) },
    descends: true,
    bad: {
      ...refuse('learningRate', (rate) => optim.sophia(rate)),
      ...refuse('b1', (b1) => optim.sophia(0.1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => optim.sophia(0.1, { b2 }), [NaN, 1]),
      ...refuse('gamma', (gamma) => optim.sophia(0.1, { gamma }), [NaN, 0]),
      ...refuse('eps', (eps) => optim.sophia(0.1, { eps }), [NaN, 0]),
      ...refuse('weightDecay', (weightDecay) => optim.sophia(0.1, { weightDecay })),
    },
  }),
  scaleByLbfgs: transformation(optim.scaleByLbfgs, {
    make: { 'of two steps': () => optim.chain(optim.scaleByLbfgs({ memory: 2 }), scale(-0.1)) },
    // Gradients of all sizes that come from no loss make pairs of every curvature.
    rtol: 1e-2,
    atol: 1e-2,
    bad: refuse('memory', (memory) => optim.scaleByLbfgs({ memory }), [NaN, 0]),
  }),
};

/** What the optimizers that estimate a distance refuse. */
function refuseDistance(make: typeof optim.prodigy) {
  return {
    ...refuse('learningRate', (rate) => make(rate)),
    ...refuse('b1', (b1) => make(1, { b1 }), [NaN, 1]),
    ...refuse('b2', (b2) => make(1, { b2 }), [NaN, 1]),
    ...refuse('eps', (eps) => make(1, { eps })),
    ...refuse('start', (start) => make(1, { start }), [NaN, 0]),
    ...refuse('weightDecay', (weightDecay) => make(1, { weightDecay })),
  };
}

/** What the optimizers that model the loss refuse. */
function refuseModel(make: typeof optim.momo | typeof optim.momoAdam) {
  return {
    ...refuse('least', (least) => make(1, { least }), [NaN]),
    'dtype adaptLeast': () => make(1, { adaptLeast: 1 as never }),
    ...refuse('weightDecay', (weightDecay) => make(1, { weightDecay })),
    'range extra.loss': () => make(1).update({}, {} as never, {}),
  };
}
