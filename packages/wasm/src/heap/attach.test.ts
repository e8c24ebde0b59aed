import '../register.js';
import { startBackend } from '@surrogate/testing';
import { backend, backend_util, getKernel } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { attachNow } from './attach.js';
import { objection, type WasmBackend } from './backend.js';
import { instantiateNow } from './instance.js';
import { wasmKernels } from '../kernels/table.js';

const current = () => backend() as unknown as WasmBackend;

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

describe('on the known backend', () => {
  it('registers every kernel', () => {
    expect(objection(current(), '4.22.0')).toBeUndefined();
    expect(wasmKernels.filter((name) => getKernel(name, 'wasm') === undefined)).toEqual([]);
  });

  it('keeps no data of its own on the heap', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    new Uint8Array(memory.buffer).fill(7);
    instantiateNow(memory);
    expect(new Uint8Array(memory.buffer).every((byte) => byte === 7)).toBe(true);
  });

  it('also runs on memory that threads share', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    const { expArray } = instantiateNow(memory);
    const view = new Float32Array(memory.buffer);
    view[0] = -1;
    expArray(0, 4, 1);
    expect(view[1]).toBeCloseTo(Math.exp(-1), 6);
  });
});

describe('on a backend that it does not know', () => {
  it('says what is in the way', () => {
    expect(objection(current(), '5.0.0')).toContain('5.0.0');
    expect(objection({}, '4.22.0')).toContain('internals');
    const hidden = Object.create(current(), {
      wasm: { value: { ...current().wasm, asm: { malloc: () => 0 }, wasmMemory: undefined } },
    }) as WasmBackend;
    expect(objection(hidden, '4.22.1')).toContain('memory');
  });

  it('says so once and leaves it as it is', () => {
    const warn = vi.spyOn(backend_util, 'warn').mockImplementation(() => undefined);
    const { makeOutput } = current();
    attachNow(current(), '5.0.0');
    attachNow(current(), '5.0.0');
    expect(current().makeOutput).toBe(makeOutput);
    expect(warn.mock.calls.length).toBeLessThanOrEqual(1);
    warn.mockRestore();
  });
});
