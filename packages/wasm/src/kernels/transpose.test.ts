import '../register.js';
import { expectClose, expectNoLeak, startBackend } from '@surrogate/testing';
import { cast, tensor, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

const cases: [number[], number[]][] = [
  [[1], [0]],
  [[5], [0]],
  [
    [3, 4],
    [1, 0],
  ],
  [
    [37, 65],
    [1, 0],
  ],
  [
    [1, 7],
    [1, 0],
  ],
  [
    [0, 3],
    [1, 0],
  ],
  [
    [2, 3, 4],
    [0, 2, 1],
  ],
  [
    [2, 3, 4],
    [2, 1, 0],
  ],
  [
    [2, 3, 4],
    [1, 0, 2],
  ],
  [
    [5, 6, 7],
    [2, 0, 1],
  ],
  [
    [3, 16, 4, 16],
    [0, 2, 1, 3],
  ],
  [
    [2, 3, 4, 5],
    [3, 1, 0, 2],
  ],
  [
    [2, 1, 4, 5, 3],
    [4, 3, 1, 0, 2],
  ],
  [
    [2, 3, 2, 3, 4],
    [1, 3, 0, 2, 4],
  ],
  [
    [2, 3, 2, 3, 2, 3],
    [5, 3, 1, 4, 2, 0],
  ],
  [
    [2, 3, 2, 3, 2, 3],
    [4, 2, 0, 3, 1, 5],
  ],
  [
    [2, 3, 2, 3, 2, 5],
    [0, 5, 2, 3, 4, 1],
  ],
  [
    [3, 33_334],
    [1, 0],
  ],
];

it.each(cases)('turns %j by %j', async (shape, perm) => {
  const values = numbers(shape.reduce((a, b) => a * b, 1), 1); // prettier-ignore
  if (values.length > 3) values.set([NaN, -Infinity, 1e30]);
  const make = (): Tensor => transpose(tensor(values, shape), perm);
  const made = make();
  const integers = transpose(tensor(Int32Array.from(values.keys()), shape, 'int32'), perm);
  await startBackend('cpu');
  const expected = make();
  await startBackend('wasm');
  expect(made.shape).toEqual(expected.shape);
  await expectClose([...(await made.data())], [...(await expected.data())], { rtol: 0, atol: 0 });
  const order = [...(await integers.data())];
  expect(order.map((at) => values[at])).toEqual([...(await made.data())]);
});

it('turns truth values and leaves nothing behind', async () => {
  const x = tensor([1, 0, 0, 1, 1, 0], [2, 3]);
  await expectClose(transpose(cast(x, 'bool')), [[1, 1], [0, 1], [0, 0]]); // prettier-ignore
  await expectNoLeak(() => transpose(x));
  await expectNoLeak(() => transpose(x, [0, 1]));
});
