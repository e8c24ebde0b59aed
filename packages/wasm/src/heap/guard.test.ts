import '../register.js';
import { expectNoLeak, expectSurrogateError, startBackend } from '@surrogate/testing';
import {
  backend,
  conv2d,
  engine,
  fill,
  memory,
  reshape,
  softmax,
  square,
  tensor,
  tensor4d,
  transpose,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WasmBackend } from './backend.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

const heap = () => backend() as unknown as WasmBackend & { numDataIds(): number };

/** Takes half a gigabyte at a time, untouched, until there is room for no more. */
function fillMemory(): () => void {
  const taken: object[] = [];
  for (;;) {
    try {
      taken.push(heap().makeOutput([2 ** 27], 'float32').dataId);
    } catch {
      return () => taken.forEach((id) => heap().disposeData(id));
    }
  }
}

describe('when memory runs out', () => {
  it('is an error of tfjs kernels and of ours, and nothing is left behind', async () => {
    const x: Tensor = fill([2 ** 25], 1);
    const table = reshape(x, [2 ** 12, 2 ** 13]);
    const free = fillMemory();
    // What is left of the last half gigabyte.
    const rest: Tensor[] = [];
    try {
      for (;;) rest.push(square(x));
    } catch {
      expect(rest.length).toBeLessThan(8);
    }
    const data = heap().numDataIds();
    const calls: (() => unknown)[] = [() => square(x), () => softmax(x), () => zeros([2 ** 25]), () => transpose(table)];
    for (const call of calls) await expectSurrogateError(call, { code: 'memory' });
    expect(heap().numDataIds() - data).toBeLessThanOrEqual(1);
    rest.forEach((y) => y.dispose());
    free();
    const y = square(tensor([3]));
    expect((await y.data())[0]).toBe(9);
    x.dispose();
    table.dispose();
  });

  it('asks for more than there can be', async () => {
    const before = memory().numTensors;
    await expectSurrogateError(() => zeros([2 ** 16, 2 ** 15]), { code: 'memory' });
    expect(memory().numTensors).toBe(before);
  });
});

it('costs a kernel that works nothing', async () => {
  const [image, filter] = [tensor4d(new Float32Array(75), [1, 5, 5, 3]), tensor4d(new Float32Array(54), [3, 3, 3, 2])];
  await expectNoLeak(() => conv2d(image, filter, 1, 'same'));
  expect(engine().backendName).toBe('wasm');
});
