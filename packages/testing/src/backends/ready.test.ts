import { ready } from '@surrogate/core';
import { findBackend, getBackend, registerBackend } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

it('prefers wasm to cpu, though wasm starts asynchronously and has yet to', async () => {
  registerBackend('wasm', () => Promise.resolve(findBackend('cpu')));
  expect(await ready()).toBe('wasm');
  expect(getBackend()).toBe('wasm');
});
