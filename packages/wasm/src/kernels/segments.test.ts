import '../register.js';
import { expectClose, expectNoLeak, startBackend } from '@surrogate/testing';
import { gather, grad, mul, sum, tensor, tensor1d, tidy, unsortedSegmentSum } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

it.each([
  [0, 3, 2],
  [1, 1, 1],
  [7, 5, 3],
  [50, 33, 8],
  [9, 0, 2],
  [100_003, 1, 5],
  [3, 100_001, 2],
])(
  // prettier-ignore
  'sums %i rows of %i into %i segments',
  async (n, width, segments) => {
    const x = numbers(n * width, 1);
    const ids = Int32Array.from({ length: n }, (_, i) => ((i * 7) % (segments + 2)) - 1);
    const made = unsortedSegmentSum(tensor(x, [n, width]), tensor1d(ids, 'int32'), segments);
    const expected = new Float64Array(segments * width);
    ids.forEach((id, i) => {
      if (id >= 0 && id < segments) for (let j = 0; j < width; j++) expected[id * width + j]! += x[i * width + j]!;
    });
    expect(made.shape).toEqual([segments, width]);
    await expectClose([...(await made.data())], [...expected], { rtol: 1e-5, atol: 1e-3 });
  },
);

it('sums integers, infinities and NaN where they belong', async () => {
  const ids = tensor1d([1, 0, 1], 'int32');
  await expectClose(unsortedSegmentSum(tensor([5, 6, 7], [3], 'int32'), ids, 2), [6, 12]);
  await expectClose(unsortedSegmentSum(tensor1d([NaN, -Infinity, 1e30]), ids, 3), [-Infinity, NaN, 0]);
});

it('gives gather its gradient', async () => {
  const x = tensor(numbers(12, 1), [4, 3]);
  const at = tensor1d([2, 0, 2], 'int32');
  const weights = tensor(numbers(9, 2), [3, 3]);
  const slope = tidy(() => grad((x) => sum(mul(gather(x, at), weights)))(x));
  const w = numbers(9, 2);
  const expected = [w[3]!, w[4]!, w[5]!, 0, 0, 0, w[0]! + w[6]!, w[1]! + w[7]!, w[2]! + w[8]!, 0, 0, 0];
  await expectClose([...(await slope.data())], expected);
  const ids = tensor1d([0, 0, 1, 1], 'int32');
  await expectNoLeak(() => unsortedSegmentSum(x, ids, 2));
});
