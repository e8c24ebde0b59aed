/** @file Here optimizers and kernels meet: a kernel does what the chain of its optimizer does. */
import '@surrogate/wasm';
import { adam, adamw, addDecayedWeights, chain, clipByGlobalNorm, clipByValue, cosineDecay, lion, rmsprop, sgd } from '@surrogate/optim';
import { eachBackend, transformation } from '@surrogate/testing';
import { getBackend, getKernel } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

const make = {
  adamw: () => adamw(0.01, { weightDecay: 0.1 }),
  'adamw on a schedule, without decay of vectors': () =>
    adamw(cosineDecay(0.01, { steps: 30 }), { mask: (path: string) => !path.endsWith('b') }),
  adam: () => adam(0.01),
  'clipped adamw': () => chain(clipByGlobalNorm(1), adamw(0.01)),
  'clipped twice': () => chain(clipByValue(0.5), clipByGlobalNorm(0.3), sgd(0.1, { momentum: 0.9 })),
  'a norm far away, and decay between': () => chain(clipByGlobalNorm(1e6), addDecayedWeights(0.01), sgd(0.1)),
  sgd: () => sgd(0.1),
  'sgd on a schedule, clipped': () => chain(clipByGlobalNorm(0.1), sgd(cosineDecay(0.1, { steps: 30 }))),
  momentum: () => sgd(0.1, { momentum: 0.9 }),
  'momentum of Nesterov': () => sgd(0.1, { momentum: 0.9, nesterov: true }),
  lion: () => lion(0.01),
  'lion, clipped, without decay of vectors': () =>
    chain(clipByGlobalNorm(0.5), lion(0.01, { weightDecay: 0.1, mask: (path: string) => !path.endsWith('b') })),
  rmsprop: () => rmsprop(0.01),
  'rmsprop, centred': () => rmsprop(0.01, { centered: true }),
  'rmsprop with momentum': () => rmsprop(0.01, { momentum: 0.9 }),
  'rmsprop with everything, clipped': () =>
    chain(clipByGlobalNorm(0.5), rmsprop(0.01, { centered: true, momentum: 0.9, nesterov: true, eps: 1e-3 })),
};

eachBackend(
  () => {
    it('has kernels for these', () => {
      const kernels = Object.values(make).map((made) => made().fused?.kernel);
      expect(kernels.filter((kernel) => kernel === undefined || getKernel(kernel, getBackend()) === undefined)).toEqual([]);
    });
    transformation(make, { make }).declare(it, 'adamw', 'wasm');
  },
  { backends: ['wasm'] },
);
