/** @file Here optimizers and kernels meet: a kernel does what the chain of its optimizer does. */
import '@surrogate/wasm';
import { adamw, chain, clipByGlobalNorm, cosineDecay } from '@surrogate/optim';
import { eachBackend, transformation } from '@surrogate/testing';
import { getBackend, getKernel } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

const make = {
  adamw: () => adamw(0.01, { weightDecay: 0.1 }),
  'adamw on a schedule, without decay of vectors': () =>
    adamw(cosineDecay(0.01, { steps: 30 }), { mask: (path: string) => !path.endsWith('b') }),
  'clipped adamw': () => chain(clipByGlobalNorm(1), adamw(0.01)),
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
