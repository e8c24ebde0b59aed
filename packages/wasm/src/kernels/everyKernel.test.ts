import '../register.js';
import { ready } from '@surrogate/core';
import { expectClose, startBackend } from '@surrogate/testing';
import { backend, engine, fill } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryOf, type WasmBackend } from '../heap/backend.js';
import { calls, given, kernelCalls, results } from '../testing/everyKernel.js';
import { wasmKernels } from './table.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

const heapBytes = () => memoryOf(backend() as unknown as WasmBackend)!.buffer.byteLength;

/** The names of the kernels that run while the body does. */
async function kernelsIn(body: () => Promise<unknown>): Promise<Set<string>> {
  const seen = new Set<string>();
  const running = engine() as unknown as { runKernel(name: string, ...rest: unknown[]): unknown };
  const { runKernel } = running;
  running.runKernel = (name, ...rest) => {
    seen.add(name);
    return runKernel.call(running, name, ...rest);
  };
  await body().finally(() => (running.runKernel = runKernel));
  return seen;
}

it('all kernels agree with the composites, and are the same after memory has grown', async () => {
  await ready('cpu');
  const expected = await results(calls, given());
  await ready('wasm');
  const inputs = given();
  const all = { ...calls, ...kernelCalls };
  let before: Record<string, number[]> = {};
  const seen = await kernelsIn(async () => (before = await results(all, inputs)));
  expect(wasmKernels.filter((name) => !seen.has(name))).toEqual([]);
  for (const [name, values] of Object.entries(expected)) await expectClose(before[name]!, values, { rtol: 1e-4, atol: 1e-5 });
  expect(Object.values(before).flat().every(Number.isFinite)).toBe(true);
  const bytes = heapBytes();
  fill([bytes / 4], 1).dispose();
  expect(heapBytes()).toBeGreaterThan(bytes);
  expect(await results(all, inputs)).toEqual(before);
});
