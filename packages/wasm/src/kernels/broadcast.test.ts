import '../register.js';
import { expectClose, expectNoLeak, startBackend } from '@surrogate/testing';
import { add, cast, div, grads, memory, mul, randomUniform, sub, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agree } from '../testing/agree.js';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);
const operations = [add, sub, mul, div] as const;

const cases: [number[], number[]][] = [
  [[], []],
  [[1], [1]],
  [[7], []],
  [[], [13]],
  [[0, 3], [3]],
  [[5, 3], [5, 3]],
  [[5, 33], [33]],
  [[5, 33], [5, 1]],
  [[5, 1], [33]],
  [[4, 1, 17], [9, 1]],
  [[2, 3, 4, 5], [3, 1, 5]],
  [[2, 1, 4, 1], [1, 3, 1, 9]],
  [[2, 1, 3, 1, 2], [1, 2, 1, 2, 1]],
  [[2, 1, 3, 1, 2, 3], [1, 2, 1, 2, 1, 3]],
  [[2, 100_003], [2, 1]],
]; // prettier-ignore

describe.each(cases)('%j with %j', (left, right) => {
  it('agrees, gradients with it', async () => {
    // prettier-ignore
    await agree(
      () => {
        const [a, b] = [tensor(numbers(size(left), 1), left), tensor(numbers(size(right), 2).map((x) => x + 2), right)];
        return operations.flatMap((operation) => {
          const shape = operation(a, b).shape;
          const weights = tensor(numbers(size(shape), 3), shape);
          return [operation(a, b), ...grads((a: Tensor, b: Tensor) => sum(mul(operation(a, b), weights)))([a, b])];
        });
      },
      { rtol: 1e-4, atol: 1e-4 },
    );
  });
});

it('agrees on infinities, NaN, zeros and what is large', () =>
  agree(() => {
    const values = [-Infinity, Infinity, NaN, 0, -0, 1e30, -1e30, 1e-40, 3];
    const [a, b] = [tensor(values, [9, 1]), tensor(values, [1, 9])];
    return operations.map((operation) => operation(a, b));
  }));

it('computes with whole numbers as tfjs does', () =>
  agree(() => {
    const [a, b] = [tensor([1, -2, 7], [3], 'int32'), tensor([5], [1], 'int32')];
    return [...operations.map((operation) => operation(a, b)), add(a, tensor([0.5]))];
  }));

describe('a cast', () => {
  it.each([0, 1, 3, 4, 100_003])('makes %i floats', async (n) => {
    const counts = Int32Array.from({ length: n }, (_, i) => i - 3);
    await expectClose(cast(tensor(counts, [n], 'int32'), 'float32'), [...counts]);
    const flags = Uint8Array.from({ length: n }, (_, i) => (i % 3) & 1);
    await expectClose(cast(tensor(flags, [n], 'bool'), 'float32'), [...flags]);
  });

  it('shares what is a float already', async () => {
    const x = tensor([1, 2]);
    const before = memory().numDataBuffers;
    const y = cast(x, 'float32');
    expect(memory().numDataBuffers).toBe(before);
    await expectClose(cast(tensor([1.7, -1.7]), 'int32'), [1, -1]);
    x.dispose();
    await expectClose(y, [1, 2]);
    y.dispose();
  });
});

it('is right after the memory has grown, and leaves nothing behind', async () => {
  const [a, b] = [tensor(numbers(12, 1), [3, 4]), tensor(numbers(3, 2), [3, 1])];
  const before = [...(await mul(a, b).data())];
  randomUniform([30_000_000]).dispose();
  await expectClose([...(await mul(a, b).data())], before);
  await expectNoLeak(() => operations.map((operation) => operation(a, b)));
});
