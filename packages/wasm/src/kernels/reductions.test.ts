import '../register.js';
import { expectClose, expectNoLeak, startBackend } from '@surrogate/testing';
import { grad, max, mean, mul, randomUniform, sum, tensor, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agree } from '../testing/agree.js';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);

const cases: [shape: number[], axis: number[] | undefined][] = [
  [[], undefined],
  [[1], [0]],
  [[7], [0]],
  [[5, 3], []],
  [[0, 3], [1]],
  [[3, 4], undefined],
  [[3, 5], [-1]],
  [[9, 33], [0]],
  [[9, 33], [1]],
  [[2, 3, 4], [1]],
  [[2, 3, 4], [0, 1]],
  [[3, 1, 5, 7], [0, 2]],
  [[3, 2, 5, 7], [0, 2]],
  [[3, 2, 5, 7], [1, 3]],
  [[2, 3, 2, 3, 2], [0, 2, 4]],
  [[2, 3, 2, 3, 2, 3], [1, 4]],
  [[2, 100_003], [1]],
  [[100_003, 2], [0]],
  [[10_001, 17], [0]],
  [[3, 4097, 5], [1]],
]; // prettier-ignore

describe.each(cases)('over %j by %j', (shape, axis) => {
  it('agrees, gradients with it', async () => {
    // prettier-ignore
    await agree(
      () => {
        const x = tensor(numbers(size(shape), 1), shape);
        const slope = (f: (x: Tensor) => Tensor) => grad((x: Tensor) => sum(mul(f(x), tensor(numbers(f(x).size, 2), f(x).shape))))(x);
        const values = [false, true].flatMap((keepDims) => [sum(x, axis, keepDims), mean(x, axis, keepDims), max(x, axis, keepDims)]);
        return [...values, slope((x) => sum(x, axis)), slope((x) => mean(x, axis)), slope((x) => max(x, axis))];
      },
      { rtol: 1e-4, atol: 1e-4 },
    );
  });
});

it('is nothing over nothing', async () => {
  const nothing = tensor([], [2, 0, 3]);
  await expectClose(sum(nothing, 1), [[0, 0, 0], [0, 0, 0]]); // prettier-ignore
  await expectClose(mean(nothing, 1), [[NaN, NaN, NaN], [NaN, NaN, NaN]]); // prettier-ignore
  await expectClose(max(nothing, 1), Array<number[]>(2).fill(Array<number>(3).fill(-Infinity)));
  expect(sum(nothing, [0, 1, 2]).shape).toEqual([]);
});

it('takes infinities, NaN and what is large as they are', async () => {
  for (const width of [1, 3, 16]) {
    const columns = [[NaN, 1, 2], [-Infinity, 1, -Infinity], [1e30, -1e30, 5], [-Infinity, -Infinity, -Infinity], [1e30, 1e30, 1]]; // prettier-ignore
    const rows = [0, 1, 2].flatMap((i) => columns.flatMap((column) => Array<number>(width).fill(column[i]!)));
    const x = tensor(rows, [3, 5 * width]);
    const wide = (values: number[]) => values.flatMap((value) => Array<number>(width).fill(value));
    await expectClose(max(x, 0), wide([NaN, 1, 1e30, -Infinity, 1e30]));
    await expectClose(sum(x, 0), wide([NaN, -Infinity, 5, -Infinity, 2e30]));
    await expectClose(max(transpose(x), 1), wide([NaN, 1, 1e30, -Infinity, 1e30]));
  }
});

it('sums whole numbers, and a million tenths to six digits', async () => {
  await expectClose(sum(tensor([[1, 2], [3, 4]], [2, 2], 'int32'), 0), [4, 6]); // prettier-ignore
  const tenths = tensor(new Float32Array(1_000_000).fill(0.1), [1_000_000, 1]);
  await expectClose(sum(tenths), 100_000, { rtol: 2e-6 });
  await expectClose(mean(tenths, 0), [0.1], { rtol: 2e-6 });
});

it('is right after the memory has grown, and leaves nothing behind', async () => {
  const x = tensor(numbers(60, 1), [3, 4, 5]);
  const before = [...(await sum(x, [0, 2]).data())];
  randomUniform([30_000_000]).dispose();
  await expectClose(sum(x, [0, 2]), before, { atol: 0, rtol: 0 });
  await expectNoLeak(() => max(x, [0, 2]));
  await expectNoLeak(() => mean(x, 1, true));
});
